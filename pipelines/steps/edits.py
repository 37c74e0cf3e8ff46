"""Edits: what persons signed for hours of a meter, as a layer over what readings cover.

Readings and covered hours stay as they are; this says hour by hour what counts in their place.
A value is laid out evenly over its hours. A repair takes amounts that readings tell and scales,
moves or exchanges them; where it finds none, the hour is estimated like any other.
"""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import polars as pl

from pipelines.steps.calendar import hours_of, months_between
from pipelines.steps.cover import SLACK
from pipelines.steps.covered import expected
from pipelines.steps.estimate.judged import DECIDED, KEPT, LONGEST_HOUR, OUT
from pipelines.steps.estimate.ticks import amount, milliseconds, nearest, ticks, upwards
from pipelines.steps.runs import HOUR_SECONDS
from schemas.estate.edit import Deed, Edit
from schemas.methods import Method
from schemas.quantities import Nature
from schemas.tables import COVERED, VALUE

_ROUNDED_UP = ("high", *SLACK)
_AMOUNTS = ("covered", "low", *_ROUNDED_UP)
#: More ticks than this in an hour are no amount, and could not bear every factor.
_MOST = 10**27


def decided(
    edits: Iterable[Edit],
    hours: pl.DataFrame,
    readmitted: pl.DataFrame,
    meters: pl.DataFrame,
    zone: ZoneInfo,
) -> pl.DataFrame:
    """What edits decide of these hours (``DECIDED``), sorted by meter and start.

    Args:
        edits: edits that count, of which no two are about the same hour of a meter.
        hours: ``COVERED``, sorted by meter and start.
        readmitted: ``COVERED`` of rows that were refused for their value and which the edits'
            scales make possible; amounts are scaled already.
        meters: the facility's rows of the meter table.
        zone: the facility's.
    """
    parts = [_decision(edit, hours, readmitted, meters, zone) for edit in edits]
    frames = [part.select(DECIDED.keys()).cast(DECIDED) for part in parts]
    found = pl.concat([pl.DataFrame(schema=DECIDED), *frames]).sort("meter_id", "start")
    return found.join(hours, on=["meter_id", "start"], how="semi", maintain_order="left")


def _decision(
    edit: Edit,
    hours: pl.DataFrame,
    readmitted: pl.DataFrame,
    meters: pl.DataFrame,
    zone: ZoneInfo,
) -> pl.DataFrame:
    own = hours.filter(_within(edit) & pl.col("meter_id").is_in(edit.meters))
    match edit.ruling.deed:
        case Deed.VALUE | Deed.ZERO:
            return _laid_out(edit, meters, zone)
        case Deed.KEEP:
            return _hours(own, KEPT)
        case Deed.WITHHOLD:
            return _hours(own, OUT)
        case Deed.SCALE:
            scaled = _times(own, edit.ruling.factor)
            return _repaired(own, _together(scaled, readmitted.filter(_within(edit))))
        case Deed.SHIFT:
            moved = pl.col("start") + timedelta(hours=edit.ruling.hours)
            return _repaired(own, own.with_columns(start=moved).filter(_within(edit)))
        case Deed.SWAP:
            names = dict(zip(edit.meters, reversed(edit.meters), strict=True))
            return _repaired(own, own.with_columns(pl.col("meter_id").replace_strict(names)))


def _within(edit: Edit) -> pl.Expr:
    return (pl.col("start") >= edit.start) & (pl.col("start") < edit.end)


def _hours(rows: pl.DataFrame, deed: str, **given: pl.Expr) -> pl.DataFrame:
    """Hours of ``DECIDED``, with no amounts but those given."""
    nothing = pl.lit(0).cast(VALUE)
    blank = dict.fromkeys((*_AMOUNTS, "taken_low", "taken_high"), nothing)
    return rows.select(
        "meter_id",
        "start",
        deed=pl.lit(deed),
        **{**blank, "covered_seconds": pl.lit(0.0), **given},
    )


def _laid_out(edit: Edit, meters: pl.DataFrame, zone: ZoneInfo) -> pl.DataFrame:
    """An amount evenly over all hours of the edit, the rest that does not divide in the last; a
    level held over them. Bounded by itself: it is what the operator signed."""
    months = months_between(
        edit.start.astimezone(zone).strftime("%Y-%m"), edit.end.astimezone(zone).strftime("%Y-%m")
    )
    every = pl.concat([hours_of(month, zone) for month in months]).filter(_within(edit))
    own = expected(meters.filter(pl.col("meter_id") == edit.meter_id), every)
    signed = pl.lit(edit.value or 0).cast(VALUE).to_physical().cast(pl.Int128)
    time = milliseconds(pl.col("seconds"))
    level = nearest(signed * time, HOUR_SECONDS * 1000)
    even = signed * time // time.sum()
    last = pl.int_range(pl.len()) == pl.len() - 1
    laid = pl.when(last).then(signed - even.sum() + even).otherwise(even)
    value = amount(pl.when(pl.col("nature") == Nature.LEVEL).then(level).otherwise(laid))
    method = Method.OPERATOR_VALUE.value
    covered_seconds = pl.col("seconds")
    return _hours(
        own, method, covered=value, low=value, high=value, covered_seconds=covered_seconds
    )


def _times(rows: pl.DataFrame, factor: Fraction) -> pl.DataFrame:
    """Amounts times a factor, bounds rounded outwards.

    With its sign turned only nothing stays what it was: what was accepted was not below zero.
    """
    if factor < 0:
        return rows.filter(pl.col("covered") == 0)
    top, bottom = factor.numerator, factor.denominator
    return rows.filter(ticks("high") <= _MOST).with_columns(
        covered=amount(nearest(ticks("covered") * top, bottom)),
        low=amount(ticks("low") * top // bottom),
        **{name: amount(upwards(ticks(name) * top, bottom)) for name in _ROUNDED_UP},
    )


def _together(rows: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    """Hours with readmitted rows added; not to an hour that would then hold too much time."""
    if more.is_empty():
        return rows
    added = more.filter(pl.col("covered_seconds") > 0)
    both = pl.concat([rows.select(COVERED.keys()), added.select(COVERED.keys())])
    overfull = pl.col("covered_seconds").sum() > pl.col("seconds").max()
    return both.group_by("meter_id", "start", maintain_order=True).agg(
        pl.when(overfull).then(pl.col(name).first()).otherwise(pl.col(name).sum()).alias(name)
        for name in (*_AMOUNTS, "covered_seconds")
    )


def _repaired(own: pl.DataFrame, source: pl.DataFrame) -> pl.DataFrame:
    """The hours with the amounts of their source; out where there is none to be had.

    Inside the edit neighbours still share a border, and its slack. Where the amounts are cut out
    of their surroundings they don't: the hour takes the slack in.
    """
    amounts = source.select("meter_id", "start", *_AMOUNTS, time="covered_seconds")
    rows = (
        own.sort("meter_id", "start")
        .select("meter_id", "start", "seconds")
        .join(amounts, on=["meter_id", "start"], how="left", maintain_order="left")
    )
    told = (pl.col("time") > 0).fill_null(value=False)
    near = (pl.col("start") - pl.col("start").shift() <= LONGEST_HOUR) & (
        pl.col("meter_id") == pl.col("meter_id").shift()
    )
    joined = (near & told & told.shift()).fill_null(value=False)
    rows = rows.with_columns(told=told, begins=~joined, ends=~joined.shift(-1, fill_value=False))
    nothing = pl.lit(0).cast(VALUE)
    cut = {name: "begins" if name.startswith("start") else "ends" for name in SLACK}

    def taken(name: str) -> pl.Expr:
        return pl.when(pl.col(cut[name])).then(pl.col(name)).otherwise(nothing).fill_null(nothing)

    return rows.select(
        "meter_id",
        "start",
        pl.col("covered", "low", "high").fill_null(nothing),
        *(pl.when(cut[name]).then(nothing).otherwise(name).alias(name) for name in SLACK),
        deed=pl.when("told").then(pl.lit(Method.OPERATOR_REPAIR.value)).otherwise(pl.lit(OUT)),
        covered_seconds=pl.min_horizontal(pl.col("time").fill_null(0.0), "seconds"),
        taken_low=taken("start_slack_high") + taken("end_slack_low"),
        taken_high=taken("start_slack_low") + taken("end_slack_high"),
    )
