"""Facility-wide hours from meters' hours: for factors by the hour, and for charts."""

from collections.abc import Collection, Mapping

import polars as pl

from pipelines.steps.cover import SLACK
from schemas.domains import QUANTITIES
from schemas.quantities import Nature
from schemas.tables import INSTANT, VALUE

FACILITY_HOURS = pl.Schema(
    {
        "quantity": pl.String(),
        "start": INSTANT,
        "seconds": pl.Int32(),
        "local_date": pl.Date(),
        "local_hour": pl.Int8(),
        "value": VALUE,
        "low": VALUE,
        "high": VALUE,
        "status": pl.String(),
        "apart": pl.Boolean(),
    }
)
RATIOS = pl.Schema(
    {
        "start": INSTANT,
        "local_date": pl.Date(),
        "local_hour": pl.Int8(),
        "pue": pl.Float64(),
        "wue": pl.Float64(),
        "status": pl.String(),
    }
)
#: What is asked of a meter's hour: a year of all of them fills memory.
_NEEDED = (
    *("meter_id", "quantity", "start", "seconds", "covered_seconds", "status"),
    *("value", "low", "high", *SLACK),
)
_LEVELS = [name for name, one in QUANTITIES.items() if one.nature is Nature.LEVEL]
_CARRIERS = {"grid_import": 1, "onsite_renewable": 1, "generator_output": 1, "grid_export": -1}
_IT = ("ups_output", "pdu_output", "it_input")
_WATER = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")


def facility_hours(
    intervals: pl.DataFrame,
    parents: Mapping[str, str],
    timezone: str,
    *,
    checks: Collection[str] = (),
) -> pl.DataFrame:
    """One row per quantity and hour: the sum of its meters, or for a level their mean.

    Sub-meters of the same quantity are left out in hours in which the upper meter is in place,
    check meters always. An hour is missing where one meter's is, and estimated where one meter's
    is. ``apart``: each meter's hour is either exact or wholly without a reading by a clock that
    nobody doubts, so that its bounds are a part of the period's that stands for itself.
    """
    needed = intervals.select(_NEEDED).filter(~pl.col("meter_id").is_in(list(checks)))
    rows = _without_sub_meters(needed, parents)
    exact = pl.col("low") == pl.col("high")
    # A gap whose borders have slack is one whose clock is in doubt: it may hold another hour.
    certain = pl.all_horizontal(pl.col(name) == 0 for name in SLACK)
    alone = (pl.col("covered_seconds") == 0) & certain
    level = pl.col("quantity").is_in(_LEVELS)

    def together(column: str) -> pl.Expr:
        ticks = pl.col(column).to_physical()
        count = pl.len().cast(pl.Int128)
        mean = (ticks.sum() * 2 + count) // (count * 2)
        value = pl.when(level.first()).then(mean).otherwise(ticks.sum()).reinterpret(dtype=VALUE)
        return pl.when(pl.col(column).is_not_null().all()).then(value).alias(column)

    status = (
        pl.when((pl.col("status") == "missing").any())
        .then(pl.lit("missing"))
        .when((pl.col("status") == "estimated").any())
        .then(pl.lit("estimated"))
        .otherwise(pl.lit("measured"))
    )
    local = pl.col("start").dt.convert_time_zone(timezone)
    return (
        rows.group_by("quantity", "start")
        .agg(
            pl.col("seconds").max(),
            together("value"),
            together("low"),
            together("high"),
            status=status,
            apart=(exact | alone).fill_null(value=False).all(),
        )
        .with_columns(local_date=local.dt.date(), local_hour=local.dt.hour())
        .sort("quantity", "start")
        .select(FACILITY_HOURS.keys())
        .cast(FACILITY_HOURS)
    )


def _without_sub_meters(intervals: pl.DataFrame, parents: Mapping[str, str]) -> pl.DataFrame:
    quantity_of = dict(intervals.select("meter_id", "quantity").unique().iter_rows())
    nested = [
        (meter, upper)
        for meter in quantity_of
        for upper in _ancestors(meter, parents)
        if quantity_of.get(upper) == quantity_of[meter]
    ]
    if not nested:
        return intervals
    pairs = pl.DataFrame(nested, schema=["meter_id", "upper"], orient="row")
    counted_twice = pairs.join(
        intervals.select(pl.col("meter_id").alias("upper"), "start"), on="upper"
    )
    return intervals.join(counted_twice, on=["meter_id", "start"], how="anti")


def _ancestors(meter: str, parents: Mapping[str, str]) -> list[str]:
    found = []
    upper = parents.get(meter, "")
    while upper and upper not in found:
        found.append(upper)
        upper = parents.get(upper, "")
    return found


def hourly_ratios(hours: pl.DataFrame) -> pl.DataFrame:
    """PUE and WUE hour by hour, for charts only: null where any part is missing.

    Uses the electrical carriers, the first category of IT energy that has a meter, and all water
    input. Short spans make poor ratios: the mean of these is not the PUE of anything.
    """
    wide = {name: hours.filter(pl.col("quantity") == name) for name in set(hours["quantity"])}
    it_name = next((name for name in _IT if name in wide), None)
    if it_name is None or hours.is_empty():
        return pl.DataFrame(schema=RATIOS)
    base = wide[it_name].select(
        "start", "local_date", "local_hour", it=pl.col("value").cast(pl.Float64), s0="status"
    )
    energy = [name for name in _CARRIERS if name in wide] if "grid_import" in wide else []
    water = [name for name in _WATER if name in wide]
    for name in (*energy, *water):
        base = base.join(
            wide[name].select(
                "start",
                pl.col("value").cast(pl.Float64).alias(name),
                pl.col("status").alias(f"s_{name}"),
            ),
            on="start",
            how="left",
            maintain_order="left",
        )
    total = sum(
        (pl.col(name) * sign for name, sign in _CARRIERS.items() if name in energy), pl.lit(0.0)
    )
    litres = sum((pl.col(name) for name in water), pl.lit(0.0))
    statuses = [pl.col("s0"), *(pl.col(f"s_{name}") for name in (*energy, *water))]
    running = pl.col("it") > 0
    nothing = pl.lit(None, dtype=pl.Float64)
    return base.select(
        "start",
        "local_date",
        "local_hour",
        pue=pl.when(running).then(total / pl.col("it")) if energy else nothing,
        wue=pl.when(running).then(litres / pl.col("it") * 1000) if water else nothing,
        status=pl.when(pl.any_horizontal(one == "missing" for one in statuses))
        .then(pl.lit("missing"))
        .when(pl.any_horizontal(one == "estimated" for one in statuses))
        .then(pl.lit("estimated"))
        .otherwise(pl.lit("measured")),
    ).cast(RATIOS)
