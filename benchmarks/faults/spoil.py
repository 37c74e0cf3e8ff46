"""Faults done to the rows of an inbox, exactly as they are told."""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

import polars as pl

from benchmarks.faults.drops import MICRO, ROWS, stamp_of
from benchmarks.faults.fault import OVERWRITTEN, SUMMED, Fault, FaultKind
from benchmarks.faults.meters import Meter
from sample_data.clock import HOUR

_LOCAL = "%Y-%m-%dT%H:%M:%S"


def spoil(
    rows: pl.DataFrame, faults: Sequence[Fault], meters: Mapping[str, Meter], zone: ZoneInfo
) -> pl.DataFrame:
    """The rows (``ROWS``) as they will stand in the files.

    Registers first, then values, then clocks, then what is lost, then what comes twice: so that a
    copied row is copied as it was spoiled.
    """
    by_kind: dict[FaultKind, list[Fault]] = {kind: [] for kind in FaultKind}
    for fault in faults:
        by_kind[fault.kind].append(fault)
    for fault in by_kind[FaultKind.ROLLOVER]:
        rows = _rolled_over(rows, fault, meters[fault.meter])
    for fault in by_kind[FaultKind.EXCHANGE]:
        rows = _exchanged(rows, fault, meters[fault.meter])
    for fault in by_kind[FaultKind.SWAPPED]:
        rows = _swapped(rows, fault)
    rows = _with_values(rows, [one for kind in _VALUES for one in by_kind[kind]])
    for kind, shift in _CLOCKS.items():
        for fault in by_kind[kind]:
            rows = shift(rows, fault, zone)
    rows = _without(rows, [*by_kind[FaultKind.GAP], *by_kind[FaultKind.OUTAGE]])
    for kind, repeat in _COPIES.items():
        for fault in by_kind[kind]:
            rows = repeat(rows, fault)
    return rows.select(ROWS.keys()).cast(ROWS)


def _of(fault: Fault) -> pl.Expr:
    """The rows that a fault is about."""
    inside = (pl.col("at") >= fault.start) & (pl.col("at") < fault.end)
    return inside & (pl.col("meter_id") == fault.meter) if fault.meter else inside


def _count(figure: float) -> int:
    """A figure of a register's face in millionths."""
    return round(figure * MICRO)


# Registers


def _rolled_over(rows: pl.DataFrame, fault: Fault, meter: Meter) -> pl.DataFrame:
    """All readings are moved up so that the one at ``start`` is the first after the modulus."""
    moved = (pl.col("micro") + _count(fault.size)) % meter.modulus
    mine = pl.col("meter_id") == fault.meter
    return rows.with_columns(micro=pl.when(mine).then(moved).otherwise("micro"))


def _exchanged(rows: pl.DataFrame, fault: Fault, meter: Meter) -> pl.DataFrame:
    """A new register counts on from ``size``; the old one is read a second before, at its end."""
    closing = rows.filter((pl.col("meter_id") == fault.meter) & (pl.col("at") == fault.start))
    last = int(closing["micro"][0])
    mine = pl.col("meter_id") == fault.meter
    new = mine & (pl.col("at") >= fault.start)
    # Where the old one rolls over later, the new one has not come so far yet.
    counted = pl.col("micro") - last + _count(fault.size)
    if meter.modulus:
        counted %= meter.modulus
    rows = rows.with_columns(
        micro=pl.when(new).then(counted).otherwise("micro"),
        serial=pl.when(new)
        .then(pl.lit(fault.detail))
        .when(mine)
        .then(pl.lit(meter.serial))
        .otherwise("serial"),
    )
    closing = closing.with_columns(
        at=pl.col("at") - 1, stamp=stamp_of(pl.col("at") - 1), serial=pl.lit(meter.serial)
    )
    before, after = (
        rows.filter(pl.col("at") < fault.start),
        rows.filter(pl.col("at") >= fault.start),
    )
    return pl.concat([before, closing.select(ROWS.keys()), after])


# Values


def _swapped(rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    """Each of the two meters shows the other's values."""
    inside = (pl.col("at") >= fault.start) & (pl.col("at") < fault.end)
    one, other = (
        rows.select((inside & (pl.col("meter_id") == name)).arg_true()).to_series()
        for name in (fault.meter, fault.detail)
    )
    micro = rows["micro"]
    swapped = micro.scatter(one, rows["micro"].gather(other))
    return rows.with_columns(swapped.scatter(other, rows["micro"].gather(one)))


def _times(fault: Fault) -> pl.Expr:
    return (pl.col("micro") * fault.size).round().cast(pl.Int64)


_VALUES: dict[FaultKind, Callable[[Fault], pl.Expr]] = {
    FaultKind.SPIKE: _times,
    FaultKind.SCALE: _times,
    FaultKind.STUCK: lambda fault: pl.col("micro").filter(_of(fault)).first(),
    FaultKind.FROZEN: lambda fault: pl.col("micro").filter(_of(fault)).first(),
    FaultKind.DEAD: lambda _: pl.lit(0, dtype=pl.Int64),
    FaultKind.SIGN_FLIP: lambda _: -pl.col("micro"),
}


def _with_values(rows: pl.DataFrame, faults: Sequence[Fault]) -> pl.DataFrame:
    """The faults whose rows keep place and time, and say something else."""
    for fault in faults:
        said = pl.when(_of(fault)).then(_VALUES[fault.kind](fault))
        rows = rows.with_columns(micro=said.otherwise("micro"))
    return rows


# Clocks


def _on_winter_time(rows: pl.DataFrame, fault: Fault, zone: ZoneInfo) -> pl.DataFrame:
    """Stamps without offset, by a clock that is never put forward; in files of their own."""
    local = pl.from_epoch("at", time_unit="s").dt.replace_time_zone("UTC")
    standard = pl.from_epoch(pl.col("at"), time_unit="s") + (
        local.dt.convert_time_zone(zone.key).dt.base_utc_offset()
    )
    return _restamped(rows, fault, standard.dt.strftime(_LOCAL), "winter")


def _collapsed(rows: pl.DataFrame, fault: Fault, zone: ZoneInfo) -> pl.DataFrame:
    """Stamps without offset by the site's clock; of the double hour only the second pass is kept,
    with the first one's amount added or lost."""
    first = (pl.col("at") >= fault.start) & (pl.col("at") < fault.start + HOUR)
    second = (pl.col("at") >= fault.start + HOUR) & (pl.col("at") < fault.end)
    mine = pl.col("meter_id") == fault.meter
    if fault.detail == SUMMED:
        lost = rows.filter(mine & first)["micro"]
        places = rows.select((mine & second).arg_true()).to_series()
        summed = rows["micro"].gather(places) + lost
        rows = rows.with_columns(rows["micro"].scatter(places, summed))
    rows = rows.filter(~(mine & first))
    local = pl.from_epoch("at", time_unit="s").dt.replace_time_zone("UTC")
    text = local.dt.convert_time_zone(zone.key).dt.strftime(_LOCAL)
    return _restamped(rows, fault, text, "local")


def _restamped(rows: pl.DataFrame, fault: Fault, text: pl.Expr, mark: str) -> pl.DataFrame:
    mine = pl.col("meter_id") == fault.meter
    file = pl.col("file").str.replace(".csv", f"_{mark}.csv", literal=True)
    return rows.with_columns(
        stamp=pl.when(mine).then(text).otherwise("stamp"),
        file=pl.when(mine).then(file).otherwise("file"),
    )


def _shifted(rows: pl.DataFrame, fault: Fault, _: ZoneInfo) -> pl.DataFrame:
    """Stamps off by ``size`` hours. Where two rows get one stamp, the later written one may
    overwrite the other: the sound one after a clock that was fast, the shifted one before a slow
    one."""
    shift = int(fault.size) * HOUR
    mine = pl.col("meter_id") == fault.meter
    if fault.detail == OVERWRITTEN:
        lost = (fault.end - shift, fault.end) if shift > 0 else (fault.start + shift, fault.start)
        rows = rows.filter(~(mine & (pl.col("at") >= lost[0]) & (pl.col("at") < lost[1])))
    return rows.with_columns(
        stamp=pl.when(_of(fault)).then(stamp_of(pl.col("at") + shift)).otherwise("stamp")
    )


_CLOCKS: dict[FaultKind, Callable[[pl.DataFrame, Fault, ZoneInfo], pl.DataFrame]] = {
    FaultKind.CLOCK_WITHOUT_DST: _on_winter_time,
    FaultKind.DOUBLE_HOUR_COLLAPSED: _collapsed,
    FaultKind.CLOCK_SHIFT: _shifted,
}


# Rows lost, and rows that come twice


def _without(rows: pl.DataFrame, faults: Sequence[Fault]) -> pl.DataFrame:
    """The rows outside of gaps and outages, which are many: one look for those of a meter."""
    for fault in faults:
        if not fault.meter:
            rows = rows.filter(~_of(fault))
    windows = pl.DataFrame(
        [(one.meter, one.start, one.end) for one in faults if one.meter],
        schema={"meter_id": pl.String, "since": pl.Int64, "until": pl.Int64},
        orient="row",
    )
    found = (
        rows.with_row_index("nr")
        .sort("at")
        .join_asof(
            windows.sort("since"),
            left_on="at",
            right_on="since",
            by="meter_id",
            check_sortedness=False,
        )
        .sort("nr")
    )
    return found.filter((pl.col("at") >= pl.col("until")).fill_null(value=True)).drop(
        "nr", "since", "until"
    )


def _late(rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    return rows.with_columns(file=pl.when(_of(fault)).then(pl.lit(fault.detail)).otherwise("file"))


def _copied(rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    copies = rows.filter(_of(fault)).with_columns(file=pl.lit(fault.detail))
    return pl.concat([rows, copies])


def _contradicted(rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    said = rows.filter(_of(fault)).with_columns(file=pl.lit(fault.detail), micro=_times(fault))
    return pl.concat([rows, said])


def _doubled(rows: pl.DataFrame, fault: Fault) -> pl.DataFrame:
    numbered = rows.with_row_index("nr")
    twice = pl.concat([numbered, numbered.filter(_of(fault))])
    return twice.sort("nr", maintain_order=True).drop("nr")


_COPIES: dict[FaultKind, Callable[[pl.DataFrame, Fault], pl.DataFrame]] = {
    FaultKind.LATE_FILE: _late,
    FaultKind.CONFLICT: _contradicted,
    FaultKind.DUPLICATE_FILE: _copied,
    FaultKind.DUPLICATE_ROWS: _doubled,
}
