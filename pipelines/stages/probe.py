"""A file tried on its mapping, be it in the inbox or yet to be fetched: what would become readings
and what would be refused. Nothing is written."""

import io
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO

import polars as pl

from pipelines.sources import PLAIN_DROP, Unreadable, source_of
from pipelines.stages.drops import first_file
from pipelines.stages.fetch import Open, one_file, usual_client
from pipelines.stages.reading import normalised
from pipelines.stages.workshop import Workshop
from pipelines.steps.normalise import Context
from pipelines.storage.landing import files_of
from schemas.domains import QUANTITIES
from schemas.errors import UsageError, nearest
from schemas.estate.source import Source
from schemas.quantities import Kind

#: Rows shown of what is read, and of what is refused.
SHOWN = 10


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One row as it would be kept: the meter's time, and the value in its canonical unit."""

    line: int
    meter_id: str
    at: str
    value: str
    unit: str


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """One row as it would stand in quarantine."""

    line: int
    meter_id: str
    timestamp: str
    value: str
    reasons: str
    detail: str


@dataclass(kw_only=True)
class Probed:
    """What a file gives under its mapping.

    Args:
        path: the file, from the inbox, where it lies or would lie.
        asked: the remote or drop that was asked for it; empty where it is in the inbox.
        source: the mapping that it is read by; ``is_mapped`` is false for the plain drop.
        landed, kept: rows in all, and those that nothing is wrong with by themselves.
        readings, refusals: the first few of either.
        reasons: refused rows by reason.
        problem: why the file cannot be read further, with its line; empty where it can.
    """

    path: str
    source: Source
    asked: str = ""
    landed: int = 0
    kept: int = 0
    readings: list[Reading] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    problem: str = ""

    @property
    def is_mapped(self) -> bool:
        return self.source is not PLAIN_DROP


def probe(shop: Workshop, name: str, now: datetime, *, client: Open = usual_client) -> Probed:
    """Reads one file: that of the inbox of this name, or the first that the source with this
    ``match`` takes; or what the remote of this name tells, or the first file of this drop.

    Raises:
        UsageError: it is none of them, or a source that takes no file.
        FetchProblem: the remote or drop does not give it.
    """
    with _opened(shop, name, now, client) as (path, file, asked):
        source = source_of(path, shop.estate.all_sources)
        found = Probed(path=path, source=source, asked=asked)
        context = Context(
            file=path,
            source=source,
            meters=shop.meters,
            arrived_at=now,
            first_month=shop.estate.policies.first_month,
        )
        try:
            for landed, good, refused in normalised(file, context):
                _take(found, shop, landed, good, refused)
        except Unreadable as problem:
            found.problem = f"{path}:{problem.line}: {problem.reason}"
    return found


@contextmanager
def _opened(
    shop: Workshop, name: str, now: datetime, client: Open
) -> Iterator[tuple[str, BinaryIO, str]]:
    """The path of a file in the inbox, its bytes, and who was asked for it."""
    for remote in shop.estate.remotes:
        if remote.name == name:
            path, content = one_file(remote, now, client=client)
            yield path, io.BytesIO(content), name
            return
    for drop in shop.estate.drops:
        if drop.name == name:
            with tempfile.TemporaryFile() as file:
                path = first_file(drop, file)
                file.seek(0)
                yield path, file, name
            return
    path = _file(shop, name)
    with (shop.estate.folder / "inbox" / path).open("rb") as opened:
        yield path, opened, ""


def _take(
    found: Probed, shop: Workshop, landed: int, good: pl.DataFrame, refused: pl.DataFrame
) -> None:
    found.landed += landed
    found.kept += good.height
    for reasons in refused["reasons"]:
        found.reasons.update(reasons.split("; "))
    wanted = SHOWN - len(found.readings)
    found.readings += _readings(shop, good.sort("line").head(wanted))
    wanted = SHOWN - len(found.refusals)
    told = refused.sort("line").head(wanted).fill_null("")
    columns = ("line", "meter_id", "timestamp", "value", "reasons", "detail")
    found.refusals += [Refusal(**row) for row in told.select(columns).iter_rows(named=True)]


def _readings(shop: Workshop, good: pl.DataFrame) -> Iterator[Reading]:
    facts = {row["row"]: row for row in shop.meters.iter_rows(named=True)}
    for row in good.iter_rows(named=True):
        meter = facts[row["row"]]
        zone = shop.facilities[meter["facility_id"]].zone
        yield Reading(
            line=row["line"],
            meter_id=row["meter_id"],
            at=row["measured_at"].astimezone(zone).isoformat(),
            value=format(row["value"].normalize(), "f"),
            unit=QUANTITIES[meter["quantity"]].reading_unit(Kind(meter["kind"])),
        )


def inbox_paths(shop: Workshop) -> list[str]:
    """The files of the inbox that would be landed, by their path in it."""
    inbox = shop.estate.folder / "inbox"
    return sorted(path.relative_to(inbox).as_posix() for path in files_of(inbox))


def sources_there(shop: Workshop) -> list[tuple[Source, int]]:
    """Every source of the estate, and the plain drop, with how many files of the inbox it takes."""
    found = [source_of(path, shop.estate.all_sources) for path in inbox_paths(shop)]
    taken = Counter(one.match for one in found if one is not PLAIN_DROP)
    mapped = [(one, taken[one.match]) for one in shop.estate.all_sources]
    return [*mapped, (PLAIN_DROP, len(found) - taken.total())]


def _file(shop: Workshop, name: str) -> str:
    paths = inbox_paths(shop)
    asked = name.removeprefix("inbox/")
    if asked in paths:
        return asked
    estate = shop.estate
    matches = [source.match for source in estate.all_sources]
    names = [*(one.name for one in estate.remotes), *(one.name for one in estate.drops)]
    if name in matches:
        taken = [one for one in paths if source_of(one, estate.all_sources).match == name]
        if not taken:
            raise UsageError(f"source '{name}' takes no file of the inbox.")
        return taken[0]
    raise UsageError(
        f"'{name}' is neither a file of the inbox nor a source's match, a remote or a drop.\n  "
        f"{nearest(asked, [*paths, *matches, *names])}"
    )
