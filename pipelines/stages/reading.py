"""Landed files to staged candidates: each file is read once, whatever months it holds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from pipelines.sources import Unreadable, rows, source_of
from pipelines.stages.side_by_side import Crew, each
from pipelines.stages.workshop import Bench, Workshop, workshop_at
from pipelines.steps.land import Arrival, LandedFile
from pipelines.steps.normalise import CANDIDATES, Context, normalise, resolve_double_hour
from pipelines.storage.files import sha256_of, write_parquet, write_staged
from pipelines.storage.lake import Place, hash_of
from schemas.errors import AccountingError
from schemas.rules import RuleId
from schemas.tables import ESTIMATED, QUARANTINE

#: What is staged of a candidate: the meter's number stands for its name, facility and domain.
STAGED = pl.Schema(
    {name: kind for name, kind in CANDIDATES.items() if name not in ("meter_id", "month")}
)
#: The last instant that a row tells of: of an interval its end is the first that it does not.
_END = (
    pl.col("measured_at")
    + pl.duration(seconds="seconds")
    - pl.when(pl.col("seconds") > 0).then(pl.duration(microseconds=1)).otherwise(pl.duration())
)


@dataclass(frozen=True)
class Portion:
    """Which of the landed files one of several runs reads, side by side with the others."""

    number: int = 0
    of: int = 1

    def __str__(self) -> str:
        return f"{self.number + 1}/{self.of}"

    @classmethod
    def named(cls, text: str) -> "Portion":
        """As ``str`` writes it; without a name all files."""
        number, _, of = (text or "1/1").partition("/")
        return cls(int(number) - 1, int(of))

    def holds(self, sha256: str) -> bool:
        return int(sha256[:8], 16) % self.of == self.number


def portions(number: int) -> list[Portion]:
    """All files in so many parts."""
    return [Portion(one, number) for one in range(number)]


def land(shop: Workshop, now: datetime) -> list[Arrival]:
    """Takes in the inbox; what was landed before stays."""
    return shop.lake.landing.land(shop.estate.folder / "inbox", now)


def read_files(
    shop: Workshop, portion: Portion = Portion(), crew: Crew | None = None
) -> list[LandedFile]:
    """Stages every current file of a portion that is not staged yet under these meters, mapping and
    code."""
    stale = []
    for file in filter(lambda one: portion.holds(one.sha256), shop.active):
        key = _key(shop, file)
        record = shop.lake.file_record(file.sha256)
        if record is None or record["inputs"] != key:
            stale.append((file, key))
    if crew is None:
        each(stale, lambda one: _read_file(shop, *one))
    else:
        crew.each(stale, partial(_read_elsewhere, shop.bench))
    return [file for file, _ in stale]


def _read_elsewhere(bench: Bench, one: tuple[LandedFile, str]) -> None:
    """What the crew's processes are sent to do."""
    _read_file(workshop_at(bench), *one)


def _key(shop: Workshop, file: LandedFile) -> str:
    source = asdict(replace(source_of(file.path, shop.estate.all_sources), every=None))
    first_month = shop.estate.policies.first_month
    return hash_of(file.sha256, source, first_month, shop.meters_hash, shop.code_hash)


def _read_file(shop: Workshop, file: LandedFile, key: str) -> None:
    """Reads one file to its end; writes candidates, quarantine and the record, in this order."""
    _forget(shop, file.sha256)
    source = source_of(file.path, shop.estate.all_sources)
    context = Context(
        file=file.sha256,
        source=source,
        meters=shop.meters,
        arrived_at=file.arrived_at,
        first_month=shop.estate.policies.first_month,
    )
    stage = _Staging(shop, file)
    with shop.lake.landing.opened(file.sha256) as opened:
        try:
            for landed, good, refused in normalised(opened, context):
                stage.landed += landed
                stage.add(good, refused)
        except Unreadable as problem:
            stage.refuse_file(problem)
    stage.finish(key)


def normalised(
    file: BinaryIO, context: Context
) -> Iterator[tuple[int, pl.DataFrame, pl.DataFrame]]:
    """A file's rows as they come: how many, candidates (``CANDIDATES``) and refused ones
    (``QUARANTINE``). Rows of autumn's double hour come last, for the whole file decides them.

    Raises:
        Unreadable: after all rows that could be read.
    """
    doubles: list[pl.DataFrame] = []
    ends: list[tuple[datetime, datetime]] = []
    unread: Unreadable | None = None
    try:
        for raw in rows(file, context.source):
            good, refused, double = normalise(raw, context)
            doubles.append(double)
            ends += _ends(good)
            yield raw.height, good, refused
    except Unreadable as problem:
        unread = problem
    if any(double.height for double in doubles):
        newest_first = bool(ends) and ends[0][0] > ends[-1][1]
        double = pl.concat(doubles)
        yield (0, *resolve_double_hour(double, context, newest_first=newest_first))
    if unread:
        raise unread


def _ends(good: pl.DataFrame) -> list[tuple[datetime, datetime]]:
    """Times of the first and last good rows in file order: which way the file runs."""
    if good.is_empty():
        return []
    ordered = good.sort("line")["measured_at"]
    return [(ordered[0], ordered[-1])]


def _forget(shop: Workshop, sha256: str) -> None:
    """Removes what an earlier reading of the same file staged."""
    record = shop.lake.file_record(sha256)
    for part in record["parts"] if record else ():
        for number in range(part["pieces"]):
            place = _staged(part["facility_id"], part["month"], part["domain"], sha256, number)
            shop.lake.path(place).unlink(missing_ok=True)
    shop.lake.record_path(sha256).unlink(missing_ok=True)


def _staged(facility: str, month: str, domain: str, sha256: str, number: int) -> Place:
    return Place(table="staged", parts=(facility, month, domain, f"{sha256}.{number}"))


def staged_paths(shop: Workshop, part: dict[str, Any], sha256: str) -> list[Path]:
    """The files that hold one landed file's candidates of one partition."""
    return [
        shop.lake.path(_staged(part["facility_id"], part["month"], part["domain"], sha256, number))
        for number in range(part["pieces"])
    ]


class _Staging:
    """Collects what one file yields, writing candidates as they come to bound memory."""

    def __init__(self, shop: Workshop, file: LandedFile) -> None:
        self.shop, self.file = shop, file
        self.landed = self.staged = 0
        self.refused: list[pl.DataFrame] = []
        self.parts: dict[tuple[str, str, str], dict[str, Any]] = {}
        groups = shop.meters.select("facility_id", "domain")
        self.names = list(dict.fromkeys(groups.iter_rows()))
        place = {name: number for number, name in enumerate(self.names)}
        self.groups = pl.Series([place[name] for name in groups.iter_rows()], dtype=pl.Int32)

    def add(self, good: pl.DataFrame, refused: pl.DataFrame) -> None:
        self.refused.append(refused)
        self.staged += good.height
        group = pl.lit(self.groups).gather(pl.col("row")).alias("group")
        for keys, part in good.with_columns(group).group_by("group", "month", maintain_order=True):
            facility, domain = self.names[int(str(keys[0]))]
            number = int(str(keys[1]))
            month = f"{number // 100:04d}-{number % 100:02d}"
            entry = self.parts.setdefault(
                (facility, month, domain),
                {
                    "facility_id": facility,
                    "month": month,
                    "domain": domain,
                    "pieces": 0,
                    "hashes": [],
                    "rows": 0,
                    "onward": 0,
                    "backward": 0,
                    "first": part["measured_at"].min(),
                    "last": part["measured_at"].max(),
                    "ends": part["measured_at"].max(),
                    "meters": defaultdict(int),
                    "made_up": [],
                },
            )
            place = _staged(facility, month, domain, self.file.sha256, entry["pieces"])
            write_staged(self.shop.lake.path(place), part.select(STAGED.keys()))
            entry["hashes"].append(sha256_of(self.shop.lake.path(place)))
            entry["pieces"] += 1
            entry["rows"] += part.height
            entry["first"] = min(entry["first"], part["measured_at"].min())
            entry["last"] = max(entry["last"], part["measured_at"].max())
            entry["ends"] = max(entry["ends"], part.select(_END.max()).item())
            made_up = part.filter(pl.col("flag") == ESTIMATED)["row"].unique()
            entry["made_up"] = sorted({*entry["made_up"], *made_up})
            onward, backward = _steps_in_time(part)
            entry["onward"] += onward
            entry["backward"] += backward
            for row, count in part.group_by("row").len().iter_rows():
                entry["meters"][str(row)] += count

    def refuse_file(self, problem: Unreadable) -> None:
        self.landed += 1
        row = {
            **dict.fromkeys(QUARANTINE),
            "file": self.file.sha256,
            "line": problem.line,
            "reasons": RuleId.UNREADABLE_FILE.value,
            "detail": problem.reason,
        }
        self.refused.append(pl.DataFrame([row], schema=QUARANTINE))

    def finish(self, key: str) -> None:
        refused = pl.concat(self.refused) if self.refused else pl.DataFrame(schema=QUARANTINE)
        if self.landed != self.staged + refused.height:
            raise AccountingError(
                f"{self.file.path}: {self.landed} rows landed, {self.staged} staged, "
                f"{refused.height} refused"
            )
        lake = self.shop.lake
        place = Place(table="quarantine", parts=("files", self.file.sha256))
        lake.path(place).unlink(missing_ok=True)
        if refused.height:
            write_parquet(lake.path(place), refused.sort("line", "meter_id"))
        quarantine = sha256_of(lake.path(place)) if refused.height else ""
        lake.write_file_record(
            self.file.sha256,
            {
                "inputs": key,
                "landed": self.landed,
                "refused": refused.height,
                "quarantine": quarantine,
                "parts": [_as_text(self.parts[name]) for name in sorted(self.parts)],
            },
        )


def _steps_in_time(part: pl.DataFrame) -> tuple[int, int]:
    """Rows later, and rows earlier, than the meter's row before them in the order of the lines."""
    rows = part.sort("line").select(
        at="measured_at", last=pl.col("measured_at").shift().over("row")
    )
    onward, backward = pl.col("at") > pl.col("last"), pl.col("at") < pl.col("last")
    found = rows.select(onward=onward.sum(), backward=backward.sum()).row(0)
    return int(found[0]), int(found[1])


def _as_text(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, **{name: part[name].isoformat() for name in ("first", "last", "ends")}}
