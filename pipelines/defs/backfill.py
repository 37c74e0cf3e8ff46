"""A backfill from the command line: the same jobs as from Dagster's page, in this process."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import dagster as dg

from pipelines.defs.build import build_definitions, instance_of
from pipelines.defs.calendar import MONTH, YEAR
from pipelines.defs.jobs import LANDING, MONTHS, PUBLISH, YEARS
from pipelines.defs.triggers import range_tags
from pipelines.stages.build_year import is_stale
from pipelines.stages.partitions import Partitions
from pipelines.stages.progress import Pace, Progress, duration, watching
from pipelines.stages.publish import is_published, keep_published
from pipelines.stages.waiting import Waiting, waiting
from pipelines.stages.workshop import open_workshop
from pipelines.stages.years import drop_years
from pipelines.steps.calendar import months_between, next_month
from schemas.errors import UsageError

Say = Callable[[str], None]
#: Stale months no further apart are built in one range: a run of its own costs more than theirs.
_NEAR = 6


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be backfilled: facilities, first and last month, as of when, at what time."""

    folder: Path
    facilities: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    as_of: str = ""
    now: str = ""
    workers: int = 1


@dataclass(frozen=True, kw_only=True)
class Share:
    """One facility's part of a backfill: its first and last month, and which of all these are not
    built from what there is now."""

    facility_id: str
    first: str
    last: str
    stale: Sequence[str]

    @property
    def months(self) -> list[str]:
        return list(months_between(self.first, self.last))

    @property
    def runs(self) -> list[tuple[str, str]]:
        """First and last of the stale months, a range for each stretch of them."""
        found: list[tuple[str, str]] = []
        for month in self.stale:
            if found and month <= next_month(found[-1][1], _NEAR):
                found[-1] = (found[-1][0], month)
            else:
                found.append((month, month))
        return found

    @property
    def steps(self) -> int:
        """Readings, findings, hours and totals of each month of the ranges."""
        return sum(4 * len(list(months_between(*run))) for run in self.runs)


def backfill(request: Request, say: Say) -> list[Share]:
    """Lands the whole inbox, builds the months asked for, their years, and publishes.

    Returns:
        What was built, facility by facility; empty where no file holds a row of any meter.

    Raises:
        UsageError: an unknown facility, or months out of order.
        ConfigurationError: the estate cannot be used.
    """
    shop = open_workshop(request.folder)
    wanted = _facilities(request, [facility.id for facility in shop.estate.facilities])
    if request.first and request.last and request.first > request.last:
        raise UsageError(f"--from {request.first} is after --to {request.last}.")
    definitions = build_definitions(
        request.folder, request.as_of, turn_is_held=True, workers=request.workers
    )
    tags = {"wattledger/now": request.now} if request.now else {}
    held = partial(say, "another backfill of this estate is running; waiting for its end")
    with shop.lake.turn(held), instance_of(request.folder) as instance:
        say(f"inbox: {_told_files(waiting(shop))}")
        _run(definitions, instance, LANDING, tags)
        if not request.first and not request.last:
            _clear(request, wanted)
        shares = [share for one in wanted if (share := _share(request, one))]
        if shares:
            say(_told_plan(shares, Pace.kept(shop.var)))
        progress = Progress(say=say, total=sum(share.steps for share in shares))
        with watching(progress):
            for share in shares:
                _facility(request, definitions, instance, share, say)
        Pace.of(progress, months=sum(len(share.stale) for share in shares)).keep(shop.var)
        shop = open_workshop(request.folder, _time(request.as_of))
        if is_published(shop):
            say("nothing changed: what is published stands")
        else:
            say("publishing the warehouse and pages")
            _run(definitions, instance, PUBLISH, {})
            keep_published(shop)
    return shares


def _facilities(request: Request, known: Sequence[str]) -> list[str]:
    unknown = [one for one in request.facilities if one not in known]
    if unknown:
        raise UsageError(
            f"facility '{unknown[0]}' is not in estate.yaml.\n  Known: {', '.join(known)}."
        )
    return [one for one in known if not request.facilities or one in request.facilities]


def _share(request: Request, facility_id: str) -> Share | None:
    """First and last month: as asked, else those that hold readings."""
    shop = open_workshop(request.folder, _time(request.as_of))
    partitions = Partitions(shop, facility_id)
    months = partitions.months()
    first = request.first or (months[0] if months else "")
    last = request.last or (months[-1] if months else "")
    if not first or not last or first > last:
        return None
    first = max(first, shop.estate.policies.first_month)
    stale = partitions.to_build(months_between(first, last))
    return Share(facility_id=facility_id, first=first, last=last, stale=stale)


def _told_files(files: Sequence[Waiting]) -> str:
    """What waits in the inbox."""
    if not files:
        return "no new file"
    size = sum(one.size for one in files)
    return f"{_counted(len(files), 'file')} to land and read, {size / 1e6:,.1f} MB"


def _told_plan(shares: Sequence[Share], pace: Pace | None) -> str:
    """What is to be built, and how long it will take if it goes on as it did."""
    stale = sum(len(share.stale) for share in shares)
    asked = _counted(sum(len(share.months) for share in shares), "month")
    text = f"to build: {stale} of {asked} at {_counted(len(shares), 'facility')}"
    if pace is None or not stale:
        return text
    return f"{text}; about {duration(pace.seconds_of(stale))} at the pace of the last one"


def _counted(count: int, word: str) -> str:
    many = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
    return f"{count} {word if count == 1 else many}"


def _clear(request: Request, facilities: Sequence[str]) -> None:
    """Without a range the lake holds what the current files reach, and nothing else."""
    shop = open_workshop(request.folder, _time(request.as_of))
    for facility_id in facilities:
        partitions = Partitions(shop, facility_id)
        partitions.drop_outside(partitions.months())
        drop_years(shop, facility_id)


def _time(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _facility(
    request: Request,
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    share: Share,
    say: Say,
) -> None:
    """The stale months, range by range; then the years that are stale by now."""
    site = share.facility_id
    for first, last in share.runs:
        say(f"{site}: {first} to {last}")
        _run(definitions, instance, MONTHS, range_tags(site, first, last, MONTH))
    shop = open_workshop(request.folder, _time(request.as_of))
    beside = Partitions(shop, site).touched(share.months)
    touched = sorted({int(month[:4]) for month in [*share.months, *beside]})
    if stale := [year for year in touched if is_stale(shop, site, year)]:
        years = range_tags(site, str(stale[0]), str(stale[-1]), YEAR)
        _run(definitions, instance, YEARS, years)


def _run(
    definitions: dg.Definitions, instance: dg.DagsterInstance, job: str, tags: dict[str, str]
) -> None:
    """One run in this process. An error comes out as it is, after the instance has recorded it."""
    definitions.resolve_job_def(job).execute_in_process(
        instance=instance, tags=tags, run_config={"loggers": {"console": {}}}
    )
