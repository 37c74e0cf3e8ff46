"""Energy that IT equipment uses while it does next to nothing."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.metrics.energy import CATEGORIES, it_categories, it_energy
from pipelines.metrics.figure import Figure, merged, remarked, withheld
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.nesting import counted, fed_from
from pipelines.metrics.power import TICKS
from schemas.estate.model import Meter
from schemas.metrics import Metric, Status
from schemas.tables import VALUE

#: Tags by which equipment is told apart; a group needs utilisation and energy under one of them.
GROUPS = ("vendor:", "workload:")
_SIDES = ("value", "low", "high")


def idle_energy(inputs: Inputs) -> Computed:
    """Energy of IT in hours whose mean utilisation is below the policy's limit [kWh].

    For the facility, and for each ``vendor:`` and ``workload:`` tag that meters of utilisation and
    of IT energy share. An hour counts as idle for certain where even its highest utilisation is
    below the limit, and possibly where its lowest is.
    """
    if not inputs.has("server_utilisation"):
        yield "", withheld("no meter measures server_utilisation", "server_utilisation")
        return
    category = next(iter(it_categories(inputs)), None)
    total = merged([it_energy(inputs), inputs.total("server_utilisation")])
    if category is None:
        yield "", total
        return
    energy = _less_fed(inputs, CATEGORIES[category])
    yield "", _idle(inputs, inputs.hours_of("server_utilisation"), energy, total)
    for tag, utilisation, metered in _groups(inputs):
        told = merged([inputs.total_of(*metered), inputs.total_of(*utilisation)])
        busy = _together(_hours_of(inputs, utilisation), mean=True)
        yield tag, _idle(inputs, busy, _together(_hours_of(inputs, metered)), told)


def _groups(inputs: Inputs) -> Iterator[tuple[str, list[str], list[str]]]:
    """Tag, meters of utilisation, and meters of IT energy as near to the equipment as there are."""
    tagged: dict[str, list[Meter]] = {}
    for meter in inputs.meters:
        for tag in meter.tags.replace(";", " ").split():
            if tag.startswith(GROUPS):
                tagged.setdefault(tag, []).append(meter)
    for tag, meters in sorted(tagged.items()):
        of = {
            quantity: counted(inputs, [meter for meter in meters if meter.quantity == quantity])
            for quantity in ("server_utilisation", "it_input", "pdu_output")
        }
        utilisation, metered = of["server_utilisation"], of["it_input"] or of["pdu_output"]
        if utilisation and metered:
            yield tag, utilisation, metered


def _hours_of(inputs: Inputs, meters: list[str]) -> pl.DataFrame:
    return inputs.meter_hours.filter(pl.col("meter_id").is_in(meters))


def _together(rows: pl.DataFrame, *, mean: bool = False) -> pl.DataFrame:
    """Hours of meters, of those in place: their sum, or their mean; null where one of them is."""

    def joined(name: str) -> pl.Expr:
        ticks = pl.col(name).to_physical()
        amount = ticks.sum() // pl.len().cast(pl.Int128) if mean else ticks.sum()
        known = pl.when(ticks.is_not_null().all())
        return known.then(amount.reinterpret(dtype=VALUE)).alias(name)

    seconds = pl.col("seconds").max()
    return rows.group_by("start").agg(seconds, *(joined(name) for name in _SIDES))


def _less_fed(inputs: Inputs, point: str) -> pl.DataFrame:
    """Hours of IT energy at a point of the chain: without what it feeds beside IT."""
    hours = inputs.hours_of(point)
    meters = fed_from(inputs, point)
    if not meters:
        return hours
    fed = _together(_hours_of(inputs, meters)).select(
        "start", feeds=True, fed_value="value", fed_low="low", fed_high="high"
    )
    nothing = pl.lit(0, dtype=VALUE)

    def kept(name: str, other: str) -> pl.Expr:
        rest = pl.col(name) - pl.col(f"fed_{other}")
        possible = pl.when(rest < 0).then(nothing).otherwise(rest)
        return pl.when(pl.col("feeds").is_null()).then(pl.col(name)).otherwise(possible)

    return hours.join(fed, on="start", how="left").with_columns(
        value=kept("value", "value"),
        low=kept("low", "high"),
        high=kept("high", "low"),
    )


def _idle(inputs: Inputs, busy: pl.DataFrame, energy: pl.DataFrame, told: Figure) -> Figure:
    limit = pl.lit(Decimal(str(inputs.policies.idle_utilisation)), dtype=VALUE)
    hours = energy.select("start", "seconds", *_SIDES).join(
        busy.select("start", load="value", least="low", most="high"), on="start", how="left"
    )
    amount = {name: pl.col(name).to_physical() for name in _SIDES}
    surely = (pl.col("most") < limit).fill_null(value=False)
    perhaps = (pl.col("least") < limit).fill_null(value=True)
    value, low, high, unknown, unbounded, seconds = hours.select(
        value=amount["value"].filter(pl.col("load") < limit).sum(),
        low=amount["low"].filter(surely).sum(),
        high=amount["high"].filter(perhaps).sum(),
        unknown=(pl.col("load").is_null() | pl.col("value").is_null()).sum(),
        unbounded=(perhaps & pl.col("high").is_null()).any(),
        seconds=pl.col("seconds").cast(pl.Int64).sum(),
    ).row(0)
    # Months that nobody has built yet may have been idle too.
    whole = told.status is not Status.WITHHELD or seconds >= inputs.seconds
    found = replace(
        told,
        low=Fraction(low, TICKS),
        high=None if unbounded or not whole else Fraction(high, TICKS),
    )
    if told.status is Status.WITHHELD:
        return found
    if hours.is_empty():
        return replace(
            withheld(f"no hours of IT energy in {inputs.period.name}"), inputs=told.inputs
        )
    if unknown:
        return remarked(found, f"hours without utilisation or IT energy: {unknown}")
    return replace(found, value=Fraction(value, TICKS))


COMPUTED: dict[Metric, Formula] = {Metric.IDLE_ENERGY: idle_energy}
