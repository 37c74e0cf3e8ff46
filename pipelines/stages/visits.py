"""Work on an estate that other machines work on too: what a piece of work needs is taken from the
store before it, and what it made is brought there after it. An error between leaves the store as it
was.

Without ``storage`` in estate.yaml all lies in this folder, and nothing is taken or brought.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from pipelines.stages.workshop import Workshop
from pipelines.storage.warehouse import NAME as WAREHOUSE
from schemas.estate.read import configuration_files

if TYPE_CHECKING:
    from pipelines.storage.store import Store

Visit = Callable[[Workshop], AbstractContextManager[None]]
_LANDED, _ARRIVALS = "var/landing/files", "var/landing/arrivals.jsonl"
_LAKE, _FILES, _STATE = "var/lake", "var/lake/files", "var/lake/state.json"
_REFUSED = "var/lake/quarantine/files"
#: Folders of the lake that are not divided by facility.
_UNDIVIDED = ("files", "forms")
#: What readers get, for machines that only show it.
_SHOWN = ("var/reports", "var/viewer", "var/changes")
#: Beside estate.yaml, meters and registers: how the machines work together.
_CLUSTER = "cluster/dagster.yaml"
_TOP = ("estate.yaml", "meters.csv", "meters.xlsx")


@contextmanager
def landing(shop: Workshop) -> Iterator[None]:
    """The one machine that has the inbox takes it in. It also says how the estate is configured,
    and if the store is empty it gives all that was built here before."""
    store = shop.store
    if store is None:
        yield
        return
    moves_in = store.is_empty()
    store.check_appending(_ARRIVALS)
    yield
    store.add(_LANDED)
    store.append(_ARRIVALS)
    if moves_in:
        store.bring(_LAKE)
    store.give(_configuration(shop, store))


def _configuration(shop: Workshop, store: "Store") -> list[str]:
    """Paths of the files that configure the estate, and of those that did."""
    folder = shop.estate.folder
    here = {path.relative_to(folder).as_posix() for path in configuration_files(folder)}
    there = {*store.files(), *store.held("registers")}
    return sorted({*here, *there, _CLUSTER})


def take_configuration(store: "Store") -> None:
    """Makes a machine's configuration that of the estate."""
    store.fetch("registers", "cluster")
    for name in _TOP:
        if not store.fetch_file(name):
            (store.folder / name).unlink(missing_ok=True)


@contextmanager
def staging(shop: Workshop) -> Iterator[None]:
    """Some of the landed files are read."""
    store = shop.store
    if store is None:
        yield
        return
    store.fetch(_FILES, _REFUSED)
    store.fetch_file(_ARRIVALS)
    store.fetch_file(_STATE)
    yield
    # Of staged candidates this machine has only those that it made.
    store.add(f"{_LAKE}/staged")
    store.bring(_REFUSED)
    store.bring(_FILES)
    store.give([_STATE])


def at_facility(facility_id: str) -> Visit:
    """Months or years of one facility are built."""

    @contextmanager
    def visit(shop: Workshop) -> Iterator[None]:
        store = shop.store
        if store is None:
            yield
            return
        store.fetch(_FILES, _REFUSED, *_of_facility(store, facility_id))
        store.fetch_file(_ARRIVALS)
        store.fetch_file(_STATE)
        yield
        store.bring(*_of_facility(store, facility_id))

    return visit


def _of_facility(store: "Store", facility_id: str) -> list[str]:
    tables = [name for name in store.folders(_LAKE) if name not in _UNDIVIDED]
    return [f"{_LAKE}/{table}/{facility_id}" for table in tables]


@contextmanager
def whole(shop: Workshop) -> Iterator[None]:
    """The whole lake is looked at, and cleared or published from."""
    store = shop.store
    if store is None:
        yield
        return
    store.fetch(_LAKE)
    yield
    store.bring(_LAKE)
    store.bring(*_SHOWN)
    store.give([f"var/{WAREHOUSE}"])


def take_all(store: "Store") -> int:
    """Makes this machine's copy whole, down to the bytes that landed; how many files it took."""
    take_configuration(store)
    store.fetch_file(_ARRIVALS)
    store.fetch_file(f"var/{WAREHOUSE}")
    return store.take_missing(_LANDED) + store.fetch(_LAKE, *_SHOWN)
