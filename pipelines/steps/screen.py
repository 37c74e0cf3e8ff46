"""Candidates to readings: duplicates, conflicts and overlaps settled, registers judged.

One domain, one facility and one month at a time, with the neighbouring candidates of each
register as context, so that the last reading of a month is judged by the first of the next.
"""

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from pipelines.steps.registers import SUDDEN, Event, Limits, Trail, judge
from schemas.domains import DOMAINS
from schemas.errors import AccountingError
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import QUARANTINE, READINGS, VALUE, readings_table

#: Candidates of a partition carry the file they came from.
KEY = ("row", "measured_at")
#: How time and value of a refused candidate are written.
_AS_KEPT = pl.lit("canonical unit, UTC")
_TABLES = {domain.name: readings_table(domain) for domain in DOMAINS}


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What became of a partition's candidates; ``counts`` has one row per file."""

    readings: pl.DataFrame
    refused: pl.DataFrame
    counts: pl.DataFrame


def screen(
    candidates: pl.DataFrame,
    context: pl.DataFrame,
    meters: pl.DataFrame,
    facility_id: str,
    domain: str,
) -> Screened:
    """The readings of a partition, the refused rows with reason, and the account of every file.

    Rows are sorted by ``row``, which is the order of meter and serial, and time.

    Args:
        candidates: the partition's rows (``CANDIDATES`` and ``file``), in any order.
        context: candidates of the same meters before and after the partition.
        meters: the meter table.
        facility_id: the partition's facility.
        domain: the domain's name; its table validates the result.

    Raises:
        AccountingError: if candidates are not kept + refused + duplicate, file by file.
    """
    unique, doubles, conflicts = settle_duplicates(candidates)
    around, _, _ = settle_duplicates(context)
    unique, overlaps = _settle_overlaps(unique, around)
    judged, contradicted = _judge_registers(unique, around, meters)
    refused = (
        pl.concat([conflicts, overlaps, contradicted])
        .join(meters.select("row", "meter_id"), on="row", maintain_order="left")
        .with_columns(facility_id=pl.lit(facility_id))
        .select(QUARANTINE.keys())
        .cast(QUARANTINE)
        .sort("file", "line", "meter_id")
    )
    readings = _readings(judged, meters, facility_id)
    _TABLES[domain].validate(readings, lazy=True)
    counts = _account(candidates, readings, refused, doubles)
    return Screened(readings=readings, refused=refused, counts=counts)


def settle_duplicates(
    candidates: pl.DataFrame,
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Unique rows, sorted; equal duplicates (all but the smallest file and line); conflicts."""
    rows = by_row_and_time(candidates)
    same_as_previous = pl.all_horizontal(pl.col(key) == pl.col(key).shift() for key in KEY)
    rows = rows.with_columns(follows=same_as_previous.fill_null(value=False))
    if not rows["follows"].any():
        unique = rows.drop("follows")
        return unique, unique.clear(), _conflicting(unique.clear())
    in_group = pl.col("follows") | pl.col("follows").shift(-1, fill_value=False)
    several = rows.filter(in_group).with_columns(
        clash=(pl.col("value").min() != pl.col("value").max()).over(KEY)
        | (pl.col("seconds").min() != pl.col("seconds").max()).over(KEY)
    )
    conflicts = several.filter("clash")
    equal = several.filter(~pl.col("clash"))
    kept = equal.sort(*KEY, "file", "line").unique(KEY, keep="first", maintain_order=True)
    doubles = equal.join(kept.select("file", "line", *KEY), on=["file", "line", *KEY], how="anti")
    unique = pl.concat([rows.filter(~in_group), kept.drop("clash")]).sort(*KEY).drop("follows")
    columns = unique.columns
    return unique, doubles.select(columns), _conflicting(conflicts)


def by_row_and_time(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by meter row and time: two stable sorts by one key cost half of one by two."""
    return rows.sort("measured_at", maintain_order=True).sort("row", maintain_order=True)


def _conflicting(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that contradict each other, each with what another one of its time says."""
    lowest, highest = pl.col("value").min().over(KEY), pl.col("value").max().over(KEY)
    other = pl.when(pl.col("value") == highest).then(lowest).otherwise(highest)
    says = pl.format("another row of this time says {}", _plain(other))
    lasts = pl.lit("another row of this time is of another length")
    detail = pl.when(lowest == highest).then(lasts).otherwise(says)
    return _quarantine(rows, pl.lit(RuleId.CONFLICT.value), pl.format("{}; {}", _AS_KEPT, detail))


def _plain(value: pl.Expr) -> pl.Expr:
    """A decimal as text without zeros at its end."""
    return value.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")


def _refused(rows: pl.DataFrame, reason: RuleId) -> pl.DataFrame:
    return _quarantine(rows, pl.lit(reason.value))


def _quarantine(rows: pl.DataFrame, reason: pl.Expr, detail: pl.Expr | None = None) -> pl.DataFrame:
    """Refused candidates as quarantine rows: time in UTC, value in the canonical unit."""
    return rows.select(
        "file",
        "line",
        "row",
        pl.col("measured_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("timestamp"),
        pl.col("value").cast(pl.String).alias("value"),
        reason.alias("reasons"),
        (_AS_KEPT if detail is None else detail).alias("detail"),
        "measured_at",
        pl.col("value").alias("amount"),
    )


def _settle_overlaps(rows: pl.DataFrame, around: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Intervals that begin before the meter's last accepted one ends are refused.

    Only meters with an overlap are walked; the rest pass in one look.
    """
    suspects = sorted(_overlapping(rows) | _overlapping(_borders(rows, around)))
    if not suspects:
        return rows, _refused(rows.clear(), RuleId.OVERLAP)
    walked = _joined(rows, around, suspects)
    early: list[bool] = []
    of_row, end = None, None
    for row, start, seconds in walked.select("row", "measured_at", "seconds").iter_rows():
        overlaps = row == of_row and end is not None and start < end
        early.append(overlaps)
        if not overlaps:
            of_row, end = row, start + timedelta(seconds=seconds)
    marked = walked.with_columns(pl.Series("early", early, pl.Boolean)).filter("here")
    mine = pl.col("row").is_in(suspects)
    kept = marked.filter(~pl.col("early")).select(rows.columns)
    refused = _refused(marked.filter("early"), RuleId.OVERLAP)
    return by_row_and_time(pl.concat([rows.filter(~mine), kept])), refused


def _overlapping(rows: pl.DataFrame) -> set[int]:
    """Meters with an interval that begins before the one above it ends."""
    ends = pl.col("measured_at").shift() + pl.duration(seconds=pl.col("seconds").shift())
    early = (pl.col("row") == pl.col("row").shift()) & (pl.col("measured_at") < ends)
    return set(rows.filter((pl.col("seconds") > 0) & early)["row"].unique().to_list())


def _joined(rows: pl.DataFrame, around: pl.DataFrame, meters: list[int]) -> pl.DataFrame:
    """Rows of some meters with their context, in order; ``here`` marks the partition's own."""
    mine = pl.col("row").is_in(meters)
    return by_row_and_time(
        pl.concat(
            [
                rows.filter(mine).with_columns(here=pl.lit(value=True)),
                around.filter(mine).with_columns(here=pl.lit(value=False)),
            ]
        )
    )


def _judge_registers(
    rows: pl.DataFrame, around: pl.DataFrame, meters: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds ``event``; takes out what later readings contradict.

    Only registers with a fall or an impossible rise are walked; the rest pass in one look.
    """
    registers = meters.filter(pl.col("kind") == Kind.REGISTER).select("row", "max_rate", "count")
    suspects = sorted(_suspects(rows, registers) | _suspects(_borders(rows, around), registers))
    plain = pl.lit(None, dtype=pl.String).alias("event")
    if not suspects:
        return rows.with_columns(plain), _refused(rows.clear(), RuleId.CONTRADICTED)
    mine = pl.col("row").is_in(suspects)
    joined = _joined(rows, around, suspects)
    walked = [
        _walk(
            joined.filter(pl.col("row") == row),
            meters.row(by_predicate=pl.col("row") == row, named=True),
        )
        for row in suspects
    ]
    verdicts = pl.concat(walked).filter("here")
    untouched = rows.filter(~mine).with_columns(plain)
    kept = verdicts.filter(pl.col("reason").is_null()).select(*untouched.columns)
    refused = verdicts.filter(pl.col("reason").is_not_null())
    return pl.concat([untouched, kept]).sort(*KEY), _quarantine(refused, pl.col("reason"))


def _borders(rows: pl.DataFrame, around: pl.DataFrame) -> pl.DataFrame:
    """Each register's first and last reading with the nearest of its context beside them."""
    ends = pl.concat(
        [
            rows.group_by("row", maintain_order=True).head(1).select(around.columns),
            rows.group_by("row", maintain_order=True).tail(1).select(around.columns),
        ]
    )
    return pl.concat([ends, around]).unique(KEY).sort(*KEY)


def _suspects(rows: pl.DataFrame, registers: pl.DataFrame) -> set[int]:
    """Registers with a fall or an impossible rise between two rows that follow each other, or that
    may have been frozen."""
    same = pl.col("row") == pl.col("row").shift()
    rise = pl.col("value") - pl.col("value").shift()
    hours = (pl.col("measured_at") - pl.col("measured_at").shift()).dt.total_microseconds()
    reach = (pl.col("max_rate").to_physical() // 3600 * hours) // 10**6
    ticks = rise.to_physical()
    odd = same & ((ticks < 0) | (ticks - pl.col("count").to_physical() > reach))
    known = rows.select(*KEY, "value").join(registers, on="row", maintain_order="left")
    found = known.filter(odd)["row"].unique().to_list()
    return {*found, *_resting(known)}


def _resting(rows: pl.DataFrame) -> set[int]:
    """Registers that stood still, and then rose more than twice as fast as they commonly do."""
    same = pl.col("row") == pl.col("row").shift()
    steps = rows.select(
        "row",
        rise=pl.when(same).then((pl.col("value") - pl.col("value").shift()).to_physical()),
        length=(pl.col("measured_at") - pl.col("measured_at").shift()).dt.total_seconds(),
    )
    resumed = (pl.col("rise") > 0) & (pl.col("rise").shift() == 0)
    some = steps.filter(resumed)["row"].unique().implode()
    rising = steps.filter(pl.col("row").is_in(some)).with_columns(
        resumed=resumed, rate=pl.col("rise").cast(pl.Float64) / pl.col("length")
    )
    common = pl.col("rate").filter(pl.col("rate") > 0).median().over("row")
    fast = rising.filter("resumed", pl.col("rate") > float(SUDDEN) * common)
    return set(fast["row"].unique().to_list())


def _walk(rows: pl.DataFrame, meter: dict[str, object]) -> pl.DataFrame:
    def ticks(name: str) -> int | None:
        value = pl.Series([meter[name]], dtype=VALUE).to_physical()[0]
        return None if value is None else int(value)

    trail = Trail(
        times=rows["measured_at"].to_physical().to_list(),
        values=rows["value"].to_physical().to_list(),
        limits=Limits(
            max_rate=ticks("max_rate"), modulus=ticks("modulus"), count=ticks("count") or 0
        ),
    )
    verdict = judge(trail)
    return rows.with_columns(
        pl.Series("event", [None if e is None else e.value for e in verdict.events], pl.String),
        pl.Series("reason", [None if r is None else r.value for r in verdict.refused], pl.String),
    )


def _readings(rows: pl.DataFrame, meters: pl.DataFrame, facility_id: str) -> pl.DataFrame:
    return (
        rows.join(
            meters.select("row", "meter_id", "serial", "quantity"), on="row", maintain_order="left"
        )
        .with_columns(facility_id=pl.lit(facility_id))
        .select(READINGS.keys())
        .cast(READINGS)
    )


def _account(
    candidates: pl.DataFrame, readings: pl.DataFrame, refused: pl.DataFrame, doubles: pl.DataFrame
) -> pl.DataFrame:
    def count(frame: pl.DataFrame, name: str) -> pl.DataFrame:
        return frame.group_by("file").agg(pl.len().cast(pl.Int64).alias(name))

    counts = count(candidates, "candidates")
    for frame, name in ((readings, "kept"), (refused, "quarantined"), (doubles, "duplicate")):
        counts = counts.join(count(frame, name), on="file", how="left")
    counts = counts.fill_null(0).sort("file")
    lost = counts.filter(
        pl.col("candidates") != pl.col("kept") + pl.col("quarantined") + pl.col("duplicate")
    )
    if lost.height:
        raise AccountingError(f"rows of {lost['file'].to_list()} are not accounted for: {lost}")
    return counts


__all__ = ["Event", "Screened", "screen", "settle_duplicates"]
