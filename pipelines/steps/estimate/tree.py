"""The meter tree: what an upper meter leaves over, and the bounds that conservation sets.

What lies below a meter cannot take more than went through it. The register says who lies below
whom; the hours that all of them read say whether the register is right.
"""

from collections.abc import Mapping

import polars as pl

from pipelines.steps.estimate.accuracy import shown_above, shown_below, truth_above, truth_below
from pipelines.steps.estimate.similar import WHOLE
from pipelines.steps.estimate.ticks import GRAIN, as_float, half_width, nearest, ticks
from schemas.quantities import Nature
from schemas.units import Unit

#: A link that fewer wholly measured hours speak for is not relied on.
TRUSTED_HOURS = 24
_HOUR = ["meter_id", "start"]
_ABOVE = ["upper", "start"]


def with_tree(
    rows: pl.DataFrame, facts: pl.DataFrame, parents: Mapping[str, str], checks: Mapping[str, str]
) -> pl.DataFrame:
    """Adds ``leftover`` and ``leftover_spread`` to gaps below a meter that was read, and
    ``tree_low`` and ``tree_high``: what conservation says the gap holds at least and at most.

    Only links between two amounts of energy count, of which no wholly measured hour, and there
    are at least 24, has more below than above. A check meter counts nothing a second time.

    Args:
        rows: covered hours with ``missing`` of the month and its neighbours.
        facts: unit, nature and limit of error of each meter.
        parents: the upper meter of each meter, empty where it has none.
        checks: the meter that each check meter checks.
    """
    links = links_of(facts, parents, checks)
    below = _below(rows, links, facts).join(
        _above(rows, links, facts), on=_ABOVE, how="inner", maintain_order="left"
    )
    below = below.join(_trusted(below), on="upper", how="inner")
    gaps = rows.filter(pl.col("missing") > 0).join(
        facts.select("meter_id", "error"), on="meter_id", maintain_order="left"
    )
    usual_amount = (
        rows.filter(WHOLE)
        .group_by("meter_id")
        .agg(mean=nearest(ticks("covered").sum(), pl.len().cast(pl.Int128)))
    )
    return rows.join(
        _of_children(gaps.join(links, on="meter_id").join(usual_amount, on="meter_id"), below),
        on=_HOUR,
        how="left",
        maintain_order="left",
    ).join(_of_parents(gaps, below), on=_HOUR, how="left", maintain_order="left")


def links_of(
    facts: pl.DataFrame, parents: Mapping[str, str], checks: Mapping[str, str]
) -> pl.DataFrame:
    """Energy meters and the one each lies below: ``meter_id, upper``; check meters are left out."""
    pairs = [(child, upper) for child, upper in sorted(parents.items()) if child not in checks]
    energy = facts.filter(
        (pl.col("unit") == Unit.KILOWATT_HOUR) & (pl.col("nature") == Nature.AMOUNT)
    ).select("meter_id")
    links = pl.DataFrame(pairs, schema={"meter_id": pl.String, "upper": pl.String}, orient="row")
    return links.join(energy, on="meter_id", how="semi").join(
        energy, left_on="upper", right_on="meter_id", how="semi"
    )


def _below(rows: pl.DataFrame, links: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """Per upper meter and hour: the meters below, how many were read, and their sums.

    ``floor`` is the least that can have gone to them; a meter without limit of error proves
    nothing, and no signed hour does. ``claimed`` takes a meter without limit at its word.
    """
    low = _proven()
    least = truth_below(low, pl.col("error"))
    return (
        rows.join(links, on="meter_id", maintain_order="left")
        .join(facts.select("meter_id", "error"), on="meter_id", maintain_order="left")
        .group_by(_ABOVE)
        .agg(
            unread=(~WHOLE).sum(),
            sum=ticks("covered").sum(),
            floor=least.fill_null(0).sum(),
            claimed=pl.coalesce(least, low).sum(),
        )
    )


def _proven() -> pl.Expr:
    """The least that readings show of an hour."""
    return pl.when(~pl.col("signed")).then(ticks("low")).otherwise(0)


def _above(rows: pl.DataFrame, links: pl.DataFrame, facts: pl.DataFrame) -> pl.DataFrame:
    """The upper meters' hours; ``ceiling`` is the most that can have gone through."""
    high = ticks("high")
    uppers = facts.join(links, left_on="meter_id", right_on="upper", how="semi")
    ceiling = truth_above(high, pl.col("error"))
    full = (pl.col("covered_seconds") == pl.col("seconds")) & ~pl.col("signed")
    return rows.join(uppers.select("meter_id", "error"), on="meter_id").select(
        "start",
        upper="meter_id",
        upper_read=WHOLE,
        through=ticks("covered"),
        ceiling=pl.when(full).then(ceiling),
        shown=pl.coalesce(ceiling, high),
    )


def _trusted(below: pl.DataFrame) -> pl.DataFrame:
    """Upper meters that hold what the register says, with what they usually leave over."""
    left = pl.col("through") - pl.col("sum")
    grains = left // GRAIN
    count = pl.col("count")
    return (
        below.filter(pl.col("upper_read") & (pl.col("unread") == 0))
        .group_by("upper")
        .agg(
            count=pl.len().cast(pl.Int128),
            broken=(pl.col("claimed") > pl.col("shown")).any(),
            total=left.sum(),
            grains=grains.sum(),
            squares=(grains * grains).sum(),
        )
        .filter((count >= TRUSTED_HOURS) & ~pl.col("broken"))
        .select(
            "upper",
            usual_left=nearest(pl.col("total"), count),
            leftover_spread=half_width(count, pl.col("grains"), pl.col("squares")),
        )
    )


def _of_children(gaps: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    """Gaps below a trusted meter. What it leaves over says nothing of a meter that usually takes
    less than that swings by."""
    found = gaps.join(below, on=_ABOVE)
    own, error = ticks("low"), pl.col("error")
    others = pl.col("floor") - truth_below(_proven(), error)
    telling = (
        pl.col("upper_read")
        & (pl.col("unread") == 1)
        & (pl.col("leftover_spread") <= as_float(pl.col("mean")))
    )
    leftover = pl.col("through") - pl.col("sum") - pl.col("usual_left")
    return found.select(
        *_HOUR,
        leftover=pl.when(telling).then(leftover),
        leftover_spread=pl.when(telling).then("leftover_spread"),
        tree_high=shown_above(pl.col("ceiling") - others, error) - own,
    )


def _of_parents(gaps: pl.DataFrame, below: pl.DataFrame) -> pl.DataFrame:
    found = gaps.join(below, left_on=_HOUR, right_on=_ABOVE)
    return found.select(
        *_HOUR, tree_low=shown_below(pl.col("floor"), pl.col("error")) - ticks("high")
    )
