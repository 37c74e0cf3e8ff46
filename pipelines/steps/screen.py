"""Candidates to readings: duplicates, conflicts and overlaps settled, registers judged.

One facility and one month at a time, with the neighbouring candidates of each register as context,
so that the last reading of a month is judged by the first of the next.
"""

from dataclasses import dataclass

import polars as pl

from pipelines.steps.registers import DOZEN, SUDDEN, judge
from pipelines.steps.settle import (
    KEY,
    beside_readings,
    borders,
    by_row_and_time,
    by_standing,
    joined,
    quarantined,
    refused_for,
    settle_duplicates,
    settled,
)
from pipelines.steps.trail import Limits, Trail
from schemas.domains import DOMAINS
from schemas.errors import AccountingError
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import QUARANTINE, READINGS, VALUE, readings_table

_TABLES = {domain.name: readings_table(domain) for domain in DOMAINS}


@dataclass(frozen=True, kw_only=True)
class Screened:
    """What became of the candidates of one domain; ``counts`` has one row per file."""

    readings: pl.DataFrame
    refused: pl.DataFrame
    counts: pl.DataFrame


def screen(
    candidates: pl.DataFrame,
    context: pl.DataFrame,
    meters: pl.DataFrame,
    facility_id: str,
) -> dict[str, Screened]:
    """By domain: readings, refused rows with their reasons, and the account of every file.

    Rows are sorted by ``row``, which is the order of meter and serial, and time. No meter is judged
    by another: whether domains are screened together or one by one, the same comes out.

    Args:
        candidates: a month's rows (``CANDIDATES`` and ``file``) of these meters, in any order.
        context: candidates of the same meters before and after the month.
        meters: the facility's rows of the meter table, of one domain or more; the table of each
            validates its readings.
        facility_id: the facility.

    Raises:
        AccountingError: if candidates are not kept + refused + duplicate, file by file.
    """
    read, made_up = by_standing(candidates)
    context, estimates_around = by_standing(context)
    around = settle_duplicates(context)[0]
    unique, overlaps, doubles = settled(read, around)
    judged, contradicted = _judge_registers(unique, around, meters)
    refusals = [overlaps, contradicted]
    if made_up.height:
        near = settle_duplicates(estimates_around)[0]
        estimates, doubtful, twice = settled(made_up, near)
        added, replaced = beside_readings(estimates, judged)
        judged, doubles = by_row_and_time(pl.concat([judged, added])), pl.concat([doubles, twice])
        refusals += [doubtful, replaced]
    every = (candidates, judged, pl.concat(refusals), doubles)
    screened = {}
    for domain in meters["domain"].unique(maintain_order=True):
        mine = meters.filter(pl.col("domain") == domain)
        own = every if mine.height == meters.height else [of_meters(mine, frame) for frame in every]
        told, kept, lost, twice = own
        readings = _readings(kept, mine, facility_id)
        _TABLES[domain].validate(readings, lazy=True)
        refused = _refused(lost, mine, facility_id)
        counts = _account(told, readings, refused, twice)
        screened[domain] = Screened(readings=readings, refused=refused, counts=counts)
    return screened


def of_meters(meters: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of some meters."""
    return rows.filter(pl.col("row").is_in(meters["row"].implode()))


def refused_in_order(refused: pl.DataFrame) -> pl.DataFrame:
    """Quarantined rows as files have them."""
    return refused.sort("file", "line", "meter_id")


def _judge_registers(
    rows: pl.DataFrame, around: pl.DataFrame, meters: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Adds ``event``; takes out what later readings contradict.

    Only registers with a fall or an impossible rise are walked; the rest pass in one look.
    """
    registers = meters.filter(pl.col("kind") == Kind.REGISTER).select("row", "max_rate", "count")
    suspects = sorted(_suspects(rows, registers) | _suspects(borders(rows, around), registers))
    plain = pl.lit(None, dtype=pl.String).alias("event")
    if not suspects:
        return rows.with_columns(plain), refused_for(rows.clear(), RuleId.CONTRADICTED)
    mine = pl.col("row").is_in(suspects)
    walkable = joined(rows, around, suspects)
    walked = [
        _walk(
            walkable.filter(pl.col("row") == row),
            meters.row(by_predicate=pl.col("row") == row, named=True),
        )
        for row in suspects
    ]
    verdicts = pl.concat(walked).filter("here")
    untouched = rows.filter(~mine).with_columns(plain)
    kept = verdicts.filter(pl.col("reason").is_null()).select(*untouched.columns)
    refused = verdicts.filter(pl.col("reason").is_not_null())
    return pl.concat([untouched, kept]).sort(*KEY), quarantined(refused, pl.col("reason"))


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
    """Registers that rose with a good dozen readings, stood still, and then rose more than twice as
    fast as they commonly do: the least that a frozen one shows."""
    same = pl.col("row") == pl.col("row").shift()
    rise = (pl.col("value") - pl.col("value").shift()).to_physical()
    way = pl.when(~same).then(0).when(rise < 0).then(1).when(rise == 0).then(2).otherwise(3)
    steps = rows.select(
        "row",
        way=pl.col("row").cast(pl.Int64) * 4 + way.fill_null(0),
        rate=pl.when(same & (rise > 0)).then(rise.cast(pl.Float64))
        / (pl.col("measured_at") - pl.col("measured_at").shift()).dt.total_seconds(),
    )
    runs = steps.select(pl.col("way").rle()).unnest("way")
    runs = runs.with_columns(way=pl.col("value") % 4, row=(pl.col("value") // 4).cast(pl.Int32))
    way, row = pl.col("way"), pl.col("row")
    ends_rest = (way == 3) & (way.shift(1) == 2) & (way.shift(2) == 3) & (row == row.shift(2))
    resumed = runs.with_columns(place=pl.col("len").cum_sum() - pl.col("len")).filter(
        ends_rest & (pl.col("len").shift(2) >= DOZEN)
    )
    if resumed.is_empty():
        return set()
    some = pl.col("row").is_in(resumed["row"].unique().implode())
    common = steps.filter(some).group_by("row").agg(common=pl.col("rate").median())
    fast = (
        resumed.with_columns(rate=pl.lit(steps["rate"]).gather("place"))
        .join(common, on="row")
        .filter(pl.col("rate") > float(SUDDEN) * pl.col("common"))
    )
    return set(fast["row"].to_list())


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


def _refused(rows: pl.DataFrame, meters: pl.DataFrame, facility_id: str) -> pl.DataFrame:
    named = rows.join(meters.select("row", "meter_id"), on="row", maintain_order="left")
    told = named.with_columns(facility_id=pl.lit(facility_id)).select(QUARANTINE.keys())
    return refused_in_order(told.cast(QUARANTINE))


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
