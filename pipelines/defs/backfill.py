"""A backfill from the command line: the same jobs as from Dagster's page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path

from pipelines.defs.assets import NOW, PORTION
from pipelines.defs.build import build_definitions
from pipelines.defs.calendar import MONTH, YEAR
from pipelines.defs.estate_resource import AS_OF
from pipelines.defs.instance import instance_of
from pipelines.defs.jobs import LANDING, MONTHS, PUBLISH, READING, YEARS
from pipelines.defs.retention import forget_runs
from pipelines.defs.runs import Here, Run, Runs, runs_of
from pipelines.defs.triggers import range_tags
from pipelines.stages.build_year import is_stale
from pipelines.stages.partitions import Partitions
from pipelines.stages.progress import Pace, Progress, duration, watching
from pipelines.stages.publish import is_published, keep_published
from pipelines.stages.reading import portions
from pipelines.stages.visits import WHOLE
from pipelines.stages.waiting import Waiting, waiting
from pipelines.stages.workshop import Workshop, open_workshop
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

    def open(self) -> Workshop:
        """The estate as it is at this moment."""
        as_of = datetime.fromisoformat(self.as_of) if self.as_of else None
        return open_workshop(self.folder, as_of)

    @property
    def tags(self) -> dict[str, str]:
        """What every run of it is told."""
        told = {AS_OF: self.as_of, NOW: self.now}
        return {name: value for name, value in told.items() if value}


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
    definitions = build_definitions(request.folder, turn_is_held=True, workers=request.workers)
    held = partial(say, "another backfill of this estate is running; waiting for its end")
    with shop.lake.turn(held), instance_of(request.folder) as instance:
        here, runs = Here(definitions, instance), runs_of(definitions, instance, say)
        say(f"inbox: {_told_files(waiting(shop))}")
        here.do([Run(LANDING, request.tags)])
        runs.do([Run(READING, {**request.tags, PORTION: str(one)}) for one in portions(runs.hands)])
        shares = _plan(request, wanted)
        if shares:
            say(_told_plan(shares, Pace.kept(shop.var)))
        progress = Progress(say=say, total=sum(share.steps for share in shares))
        with watching(progress):
            _build(request, runs, shares, say)
        Pace.of(progress, months=sum(len(share.stale) for share in shares)).keep(shop.var)
        shop = request.open()
        with WHOLE.of(shop):
            stands = is_published(shop)
        if stands:
            say("nothing changed: what is published stands")
        else:
            say("publishing the warehouse and pages")
            here.do([Run(PUBLISH, request.tags)])
            keep_published(shop)
        forget_runs(instance)
    return shares


def _plan(request: Request, facilities: Sequence[str]) -> list[Share]:
    """What is to be built; what no file reaches any more is taken out before."""
    shop = request.open()
    with WHOLE.of(shop):
        if not request.first and not request.last:
            _clear(shop, facilities)
        return [share for one in facilities if (share := _share(request, shop, one))]


def _build(request: Request, runs: Runs, shares: Sequence[Share], say: Say) -> None:
    """The stale months of all facilities, then their years that are stale by now. Of a facility one
    range is built after the other, for they may rest on each other."""
    for ranges in zip_longest(*(share.runs for share in shares)):
        asked = []
        for share, ends in zip(shares, ranges, strict=True):
            if ends:
                say(f"{share.facility_id}: {ends[0]} to {ends[1]}")
                tags = request.tags | range_tags(share.facility_id, ends[0], ends[1], MONTH)
                asked.append(Run(MONTHS, tags))
        runs.do(asked)
    shop = request.open()
    with WHOLE.of(shop):
        years = [(share.facility_id, _stale_years(shop, share)) for share in shares]
    runs.do(
        [
            Run(YEARS, request.tags | range_tags(site, str(stale[0]), str(stale[-1]), YEAR))
            for site, stale in years
            if stale
        ]
    )


def _stale_years(shop: Workshop, share: Share) -> list[int]:
    site = share.facility_id
    beside = Partitions(shop, site).touched(share.months)
    touched = sorted({int(month[:4]) for month in [*share.months, *beside]})
    return [year for year in touched if is_stale(shop, site, year)]


def _facilities(request: Request, known: Sequence[str]) -> list[str]:
    unknown = [one for one in request.facilities if one not in known]
    if unknown:
        raise UsageError(
            f"facility '{unknown[0]}' is not in estate.yaml.\n  Known: {', '.join(known)}."
        )
    return [one for one in known if not request.facilities or one in request.facilities]


def _share(request: Request, shop: Workshop, facility_id: str) -> Share | None:
    """First and last month: as asked, else those that hold readings."""
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


def _clear(shop: Workshop, facilities: Sequence[str]) -> None:
    """Without a range the lake holds what the current files reach, and nothing else."""
    for facility_id in facilities:
        partitions = Partitions(shop, facility_id)
        partitions.drop_outside(partitions.months())
        drop_years(shop, facility_id)
