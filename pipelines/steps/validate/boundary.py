"""What crosses the boundary against what is used inside: IT below the facility, UPS below input."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

import polars as pl

from pipelines.steps.estimate.accuracy import meter_facts, truth_above, truth_below
from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import UNITS, ticks
from pipelines.steps.validate.usual import HOUR, figure
from pipelines.steps.validate.window import Finding, Window
from schemas.rules import RuleId

_ENTERING, _LEAVING = ("grid_import", "onsite_renewable", "generator_output"), ("grid_export",)
_IT = ("ups_output", "pdu_output", "it_input")
_HOURS = 20
_NEXT_DAY, _NEXT_HOUR = timedelta(hours=26), HOUR
_KWH = "kWh"


def it_above_facility(window: Window) -> Iterator[Finding]:
    """Days on which the least that IT used is more than can have entered, beyond all limits of
    error. Only where all that enters is measured in kWh at the boundary."""
    inside = _it_of(window)
    if inside:
        hours = _compared(window, [inside], _ENTERING, _LEAVING)
        yield from _told(_by_day(hours), RuleId.IT_ABOVE_FACILITY, _NEXT_DAY, "IT used", "entered")


def ups_above_input(window: Window) -> Iterator[Finding]:
    """Days on which the UPS gave more than they took, beyond all limits of error."""
    hours = _compared(window, ["ups_output"], ["ups_input"], [])
    yield from _told(_by_day(hours), RuleId.UPS_ABOVE_INPUT, _NEXT_DAY, "they gave", "they took")


def pue_below_one(window: Window) -> Iterator[Finding]:
    """Hours in which the least that IT used is more than can have entered."""
    inside = _it_of(window)
    if inside:
        hours = _compared(window, [inside], _ENTERING, _LEAVING)
        broken = hours.filter(pl.col("floor") > pl.col("ceiling"))
        yield from _told(broken, RuleId.PUE_BELOW_ONE, _NEXT_HOUR, "IT used", "entered")


def _it_of(window: Window) -> str | None:
    """The quantity that PUE is filed with; None where electricity enters without a meter: no grid
    import, or fuel for generators whose output nobody measures."""
    known = set(window.meters["quantity"])
    by_fuel = "fuel_gas" in known and "generator_output" not in known
    if "grid_import" not in known or by_fuel:
        return None
    return next((name for name in _IT if name in known), None)


def _compared(
    window: Window, inside: Sequence[str], entering: Sequence[str], leaving: Sequence[str]
) -> pl.DataFrame:
    """Per hour that every meter of these read from end to end: ``floor`` of what was used inside,
    ``ceiling`` of what entered less what left, and both as shown (``used``, ``came``)."""
    counted = _without_sub_meters(window)
    sides = {
        **dict.fromkeys(inside, "inside"),
        **dict.fromkeys(entering, "entering"),
        **dict.fromkeys(leaving, "leaving"),
    }
    facts = meter_facts(window.meters).select("meter_id", "error")
    rows = (
        window.hours.filter(pl.col("quantity").is_in(list(sides)))
        .join(counted, on="meter_id", how="semi")
        .join(facts, on="meter_id", maintain_order="left")
        .with_columns(
            side=pl.col("quantity").replace_strict(sides, return_dtype=pl.String),
            amount=ticks("covered"),
            limit=pl.col("error").fill_null(0),
            whole=WHOLE,
        )
    )
    low = truth_below(ticks("low"), pl.col("limit"))
    high = truth_above(ticks("high"), pl.col("limit"))

    def of(side: str, value: pl.Expr) -> pl.Expr:
        return value.filter(pl.col("side") == side).sum()

    amount = pl.col("amount")
    return (
        rows.group_by("start")
        .agg(
            pl.col("local_date").first(),
            pl.col("whole").all(),
            inside=(pl.col("side") == "inside").any() & (pl.col("side") == "entering").any(),
            floor=of("inside", low),
            ceiling=of("entering", high) - of("leaving", low),
            used=of("inside", amount),
            came=of("entering", amount) - of("leaving", amount),
        )
        .filter(pl.col("whole") & pl.col("inside"))
        .sort("start")
        .select(
            "local_date",
            *(pl.col(name).cast(pl.Float64) / UNITS for name in _SUMS),
            begin="start",
            finish=pl.col("start") + HOUR,
        )
    )


_SUMS = ("floor", "ceiling", "used", "came")


def _without_sub_meters(window: Window) -> pl.DataFrame:
    """Meters without an upper one of their own quantity, and without check meters."""
    quantity_of = dict(window.meters.select("meter_id", "quantity").unique().iter_rows())
    counted = [
        meter
        for meter, quantity in quantity_of.items()
        if meter not in window.checks
        and not _has_upper(meter, quantity, quantity_of, window.parents)
    ]
    return pl.DataFrame({"meter_id": sorted(counted)}, schema={"meter_id": pl.String})


def _has_upper(
    meter: str, quantity: str, quantity_of: Mapping[str, str], parents: Mapping[str, str]
) -> bool:
    upper = parents.get(meter, "")
    while upper:
        if quantity_of.get(upper) == quantity:
            return True
        upper = parents.get(upper, "")
    return False


def _by_day(hours: pl.DataFrame) -> pl.DataFrame:
    """Days of which nearly all hours are known, and which cannot be."""
    return (
        hours.group_by("local_date", maintain_order=True)
        .agg(
            pl.col("begin").min(),
            pl.col("finish").max(),
            pl.col(_SUMS).sum(),
            n=pl.len(),
        )
        .filter((pl.col("n") >= _HOURS) & (pl.col("floor") > pl.col("ceiling")))
    )


def _told(
    rows: pl.DataFrame, rule: RuleId, apart: timedelta, used: str, came: str
) -> Iterator[Finding]:
    """One finding for days, or hours, in a row; it is about the facility, and names no meter."""
    far = (pl.col("begin") - pl.col("begin").shift() > apart).fill_null(value=True)
    runs = (
        rows.with_columns(run=far.cum_sum())
        .group_by("run", maintain_order=True)
        .agg(pl.col("begin").min(), pl.col("finish").max(), pl.col("used", "came").sum())
    )
    for row in runs.iter_rows(named=True):
        yield Finding(
            rule=rule,
            meter_id="",
            start=row["begin"],
            end=row["finish"],
            detail=f"{used} {figure(row['used'], _KWH)}, {came} {figure(row['came'], _KWH)}",
        )
