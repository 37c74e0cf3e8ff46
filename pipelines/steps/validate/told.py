"""What rows tell of each hour, whether they were believed or refused.

A row that bears another meter's name is often refused: its register leaps, its rate is impossible.
Its amount is the evidence of where it belongs.
"""

import polars as pl

from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import UNITS, ticks
from pipelines.steps.runs import HOUR_SECONDS
from pipelines.steps.validate.window import Window, once
from schemas.quantities import Kind, Nature
from schemas.rules import RuleId

_HOUR = ["meter_id", "start"]
_OF_REGISTERS = (RuleId.CONTRADICTED, RuleId.UNCONFIRMED)


@once
def told_hours(window: Window) -> pl.DataFrame:
    """``meter_id, start, local_hour, kind, told`` of hours that rows tell of from end to end.

    ``told`` is the amount in the canonical unit as a float, for comparisons only. Of a register
    that bridges its refused readings it is what these say of each other. Levels are left out;
    sorted by meter and start.
    """
    facts = (
        window.meters.filter(pl.col("nature") == Nature.AMOUNT)
        .group_by("meter_id")
        .agg(pl.col("kind", "seconds").first())
        .rename({"seconds": "cadence"})
    )
    refused = _refused(window, facts)
    together = pl.col("refused_seconds") + pl.col("covered_seconds")
    register = pl.col("kind") == Kind.REGISTER
    told = (
        pl.when(WHOLE)
        .then(ticks("covered"))
        .when(register & (pl.col("refused_seconds") == HOUR_SECONDS))
        .then("refused")
        .when(~register & (together == HOUR_SECONDS))
        .then(pl.col("refused") + ticks("covered"))
    )
    return (
        window.hours.join(facts, on="meter_id", maintain_order="left")
        .join(refused, on=_HOUR, how="left", maintain_order="left")
        .select(*_HOUR, "local_hour", "kind", told=told.cast(pl.Float64) / UNITS)
        .drop_nulls("told")
    )


def _refused(window: Window, facts: pl.DataFrame) -> pl.DataFrame:
    """``refused`` (ticks) and ``refused_seconds`` by meter and hour: what refused rows tell."""
    rows = (
        window.refused.filter(pl.col("amount").is_not_null())
        .join(facts, on="meter_id")
        .sort("meter_id", "measured_at", "amount")
        .unique(["meter_id", "measured_at"], keep="first", maintain_order=True)
    )
    pieces = pl.concat([_of_registers(rows), _of_intervals(rows)]).sort("measured_at", "meter_id")
    hours = window.hours.select("start").unique().sort("start")
    end = pl.col("measured_at") + pl.duration(seconds=pl.col("length"))
    return (
        pieces.join_asof(hours, left_on="measured_at", right_on="start")
        .filter(end <= pl.col("start") + pl.duration(seconds=HOUR_SECONDS))
        .group_by(_HOUR)
        .agg(refused=pl.col("piece").sum(), refused_seconds=pl.col("length").sum())
    )


def _of_registers(rows: pl.DataFrame) -> pl.DataFrame:
    """Rises between refused readings that follow each other."""
    reasons = pl.col("reasons").is_in([reason.value for reason in _OF_REGISTERS])
    following = pl.col("measured_at").shift(-1).over("meter_id")
    return (
        rows.filter((pl.col("kind") == Kind.REGISTER) & reasons)
        .select(
            "meter_id",
            "measured_at",
            piece=(ticks("amount").shift(-1).over("meter_id") - ticks("amount")),
            length=(following - pl.col("measured_at")).dt.total_seconds(),
        )
        .filter(pl.col("piece") >= 0)
    )


def _of_intervals(rows: pl.DataFrame) -> pl.DataFrame:
    """Amounts that were refused for nothing but their rate."""
    lasting = pl.col("kind").is_in([Kind.INTERVAL, Kind.AVERAGE])
    amount, length = ticks("amount"), pl.col("cadence").cast(pl.Int64)
    of_average = amount * length.cast(pl.Int128) // HOUR_SECONDS
    return rows.filter(lasting & (pl.col("reasons") == RuleId.IMPOSSIBLE_RATE)).select(
        "meter_id",
        "measured_at",
        piece=pl.when(pl.col("kind") == Kind.AVERAGE).then(of_average).otherwise(amount),
        length=length,
    )
