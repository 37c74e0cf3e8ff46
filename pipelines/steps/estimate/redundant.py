"""Redundant meters: what the check meter at the same point says of a gap."""

from collections.abc import Mapping

import polars as pl

from pipelines.steps.estimate.accuracy import (
    share,
    shown_above,
    shown_below,
    truth_above,
    truth_below,
)
from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import GRAIN, UNITS, as_float, ticks

_HOUR = ["meter_id", "start"]


def with_twin(rows: pl.DataFrame, facts: pl.DataFrame, checks: Mapping[str, str]) -> pl.DataFrame:
    """Adds ``twin`` and ``twin_spread`` to gaps that a check meter covers from end to end, and
    ``twin_low`` and ``twin_high``: what both limits of error leave possible.

    Bounds are given only where both meters have a limit and no hour that both read breaks it.
    The likely half-width is the limits' own, or, if that is more, what both usually differ by
    (k = 2). Of several check meters the first by name speaks.

    Args:
        rows: covered hours with ``missing`` of the month and its neighbours.
        facts: unit, nature and limit of error of each meter.
        checks: the meter that each check meter checks.
    """
    pairs = _pairs(facts, checks)
    full = (pl.col("covered_seconds") == pl.col("seconds")) & ~pl.col("signed")
    twins = rows.filter(full).join(pairs, left_on="meter_id", right_on="check")
    twins = twins.select(
        "start",
        "check_error",
        "error",
        read=WHOLE,
        check="meter_id",
        meter_id="meter_id_right",
        shown=ticks("covered"),
        below=truth_below(ticks("low"), pl.col("check_error")),
        above=truth_above(ticks("high"), pl.col("check_error")),
    )
    found = (
        rows.filter(pl.col("missing") > 0)
        .join(twins, on=_HOUR)
        .join(_differences(rows, twins), on=["meter_id", "check"], how="left")
        .sort(*_HOUR, "check")
        .unique(_HOUR, keep="first", maintain_order=True)
    )
    error, agree = pl.col("error"), ~pl.col("disagree").fill_null(value=False)
    limits = share(error + pl.col("check_error")) * as_float(pl.col("shown"))
    return rows.join(
        found.select(
            *_HOUR,
            twin=pl.col("shown") - ticks("covered"),
            twin_spread=pl.max_horizontal(limits, "usual_difference", pl.lit(0.0)),
            twin_low=pl.when(agree).then(shown_below(pl.col("below"), error) - ticks("high")),
            twin_high=pl.when(agree).then(shown_above(pl.col("above"), error) - ticks("low")),
        ),
        on=_HOUR,
        how="left",
        maintain_order="left",
    )


def _pairs(facts: pl.DataFrame, checks: Mapping[str, str]) -> pl.DataFrame:
    """Check meters of the same unit, with both limits of error."""
    named = pl.DataFrame(
        sorted(checks.items()), schema={"check": pl.String, "meter_id": pl.String}, orient="row"
    )
    checking = facts.select("unit", "nature", check="meter_id", check_error="error")
    return named.join(facts, on="meter_id").join(checking, on=["check", "unit", "nature"])


def _differences(rows: pl.DataFrame, twins: pl.DataFrame) -> pl.DataFrame:
    """Per pair what both usually differ by, and whether that ever broke their limits."""
    both = rows.filter(WHOLE).join(twins.filter("read"), on=_HOUR)
    apart = (pl.col("shown") - ticks("covered")) // GRAIN
    least = truth_below(ticks("low"), pl.col("error"))
    most = truth_above(ticks("high"), pl.col("error"))
    mean = (apart * apart).sum().cast(pl.Float64) / pl.len()
    return both.group_by("meter_id", "check").agg(
        usual_difference=2 * mean.sqrt() * (GRAIN / UNITS),
        disagree=((pl.col("below") > most) | (pl.col("above") < least)).any(),
    )
