"""Work on an estate that other machines work on too: what a piece of work needs is taken from the
store before it, and what it made is brought there after it. An error between leaves the store as it
was.

Without ``storage`` in estate.yaml all lies in this folder, and nothing is taken or brought.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.stages.workshop import Workshop
from pipelines.storage.warehouse import NAME as WAREHOUSE
from schemas.errors import UsageError
from schemas.estate.read import configuration_files

if TYPE_CHECKING:
    from pipelines.storage.store import Store

_LANDED, _ARRIVALS = "var/landing/files", "var/landing/arrivals.jsonl"
_LAKE, _FILES, _STATE = "var/lake", "var/lake/files", "var/lake/state.json"
_REFUSED = "var/lake/quarantine/files"
#: Folders of the lake that are not divided by facility.
_UNDIVIDED = ("files", "forms")
#: What readers get, for machines that only show it.
_SHOWN = ("var/reports", "var/viewer", "var/changes")
#: Given last of all, and so a sign that all is there.
_ESTATE = "estate.yaml"
_TOP = (_ESTATE, "meters.csv", "meters.xlsx")
#: Beside estate.yaml, meters and registers: how the machines work together.
_CLUSTER = "cluster/dagster.yaml"


@dataclass(frozen=True)
class Visit:
    """What one kind of work takes from the store, and what it brings there."""

    take: Callable[["Store"], None]
    bring: Callable[["Store"], None]

    @contextmanager
    def of(self, shop: Workshop) -> Iterator[None]:
        """Takes, lets the work be done, and brings."""
        if shop.store:
            self.take(shop.store)
        yield
        if shop.store:
            self.bring(shop.store)


def _take_for_landing(store: "Store") -> None:
    store.check_appending(_ARRIVALS)


def _bring_landed(store: "Store") -> None:
    store.add(_LANDED)
    store.append(_ARRIVALS)
    if not store.holds(_ESTATE):
        store.bring(_LAKE)
    here = {path.relative_to(store.folder).as_posix() for path in configuration_files(store.folder)}
    names = {*here, *_TOP, *store.known("registers"), _CLUSTER}
    store.give(sorted(names - {_ESTATE}))
    store.give([_ESTATE])


#: The one machine that has the inbox takes it in. It also says how the estate is configured, and
#: the first time it gives all that was built here before.
LANDING = Visit(_take_for_landing, _bring_landed)


def _take_for_reading(store: "Store") -> None:
    store.fetch(_FILES, _REFUSED)
    store.follow(_ARRIVALS)
    store.fetch_file(_STATE)


def _bring_read(store: "Store") -> None:
    # Of staged candidates this machine has only those that it made.
    store.add(f"{_LAKE}/staged")
    store.bring(_REFUSED)
    store.bring(_FILES)
    store.give([_STATE])


#: Some of the landed files are read.
READING = Visit(_take_for_reading, _bring_read)


def at_facility(facility_id: str) -> Visit:
    """Months or years of one facility are built."""

    def parts(store: "Store") -> list[str]:
        tables = [name for name in store.folders(_LAKE) if name not in _UNDIVIDED]
        return [f"{_LAKE}/{table}/{facility_id}" for table in tables]

    def take(store: "Store") -> None:
        _take_for_reading(store)
        store.fetch(*parts(store))

    def bring(store: "Store") -> None:
        store.bring(*parts(store))

    return Visit(take, bring)


def _take_lake(store: "Store") -> None:
    store.fetch(_LAKE)


def _bring_published(store: "Store") -> None:
    store.bring(_LAKE)
    store.bring(*_SHOWN)
    store.give([f"var/{WAREHOUSE}"])


#: The whole lake is looked at, and cleared or published from.
WHOLE = Visit(_take_lake, _bring_published)


def take_configuration(store: "Store") -> bool:
    """Makes a machine's configuration that of the estate; says whether the store holds one.

    Raises:
        StoreError: the folder has another estate.
    """
    store.check_copy(_ESTATE)
    if not store.holds(_ESTATE):
        return False
    store.fetch("registers", "cluster")
    for name in _TOP:
        if not store.fetch_file(name):
            (store.folder / name).unlink(missing_ok=True)
    return True


def take_all(store: "Store") -> int:
    """Makes this machine's copy whole, down to the bytes that landed; how many files it took.

    Raises:
        UsageError: the store holds no estate.
        StoreError: the folder has another one, or landed files of its own.
    """
    if not take_configuration(store):
        raise UsageError(
            f"{store.url} holds no estate.\n"
            "  The machine with the inbox brings it there: wattledger backfill ESTATE"
        )
    store.follow(_ARRIVALS)
    store.fetch_file(f"var/{WAREHOUSE}")
    return store.take_missing(_LANDED) + store.fetch(_LAKE, *_SHOWN)
