"""Energy that IT equipment uses while it does next to nothing."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import polars as pl

from pipelines.metrics.energy import CATEGORIES, it_categories, it_energy
from pipelines.metrics.figure import Figure, merged, withheld
from pipelines.metrics.formula import Computed, Formula
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.power import TICKS
from schemas.estate.model import Meter
from schemas.metrics import Metric

#: Tags by which equipment is told apart; a group needs utilisation and energy under one of them.
GROUPS = ("vendor:", "workload:")


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
    if category is None:
        yield "", it_energy(inputs)
        return
    energy = CATEGORIES[category]
    total = merged([inputs.total(energy), inputs.total("server_utilisation")])
    busy = inputs.hours_of("server_utilisation")
    yield "", _idle(inputs, busy, inputs.hours_of(energy), total)
    for tag, utilisation, metered in _groups(inputs):
        ids = [meter.meter_id for meter in metered]
        told = merged([inputs.total_of(*ids), inputs.total_of(*utilisation)])
        rows = inputs.meter_hours
        yield (
            tag,
            _idle(
                inputs,
                _together(rows.filter(pl.col("meter_id").is_in(utilisation)), mean=True),
                _together(rows.filter(pl.col("meter_id").is_in(ids)), mean=False),
                told,
            ),
        )


def _groups(inputs: Inputs) -> Iterator[tuple[str, list[str], Sequence[Meter]]]:
    """Tag, meters of utilisation, and meters of IT energy as near to the equipment as there are."""
    tagged: dict[str, list[Meter]] = {}
    for meter in inputs.meters:
        for tag in meter.tags.replace(";", " ").split():
            if tag.startswith(GROUPS) and meter.meter_id in inputs.meter_totals:
                tagged.setdefault(tag, []).append(meter)
    for tag, meters in sorted(tagged.items()):
        utilisation = [m.meter_id for m in meters if m.quantity == "server_utilisation"]
        for quantity in ("it_input", "pdu_output"):
            metered = [m for m in meters if m.quantity == quantity and not m.checks]
            if utilisation and metered:
                yield tag, utilisation, metered
                break


def _together(rows: pl.DataFrame, *, mean: bool) -> pl.DataFrame:
    """Hours of several meters: their sum, or their mean; null where one of them is."""
    meters = rows["meter_id"].n_unique()

    def joined(name: str) -> pl.Expr:
        ticks = pl.col(name).to_physical()
        whole = ticks.is_not_null().all() & (pl.len() == meters)
        amount = ticks.sum() // pl.len().cast(pl.Int128) if mean else ticks.sum()
        return pl.when(whole).then(amount.reinterpret(dtype=pl.Decimal(38, 12))).alias(name)

    return rows.group_by("start").agg(joined("value"), joined("low"), joined("high"))


def _idle(inputs: Inputs, busy: pl.DataFrame, energy: pl.DataFrame, told: Figure) -> Figure:
    limit = pl.lit(inputs.policies.idle_utilisation).cast(pl.Decimal(38, 12))
    hours = energy.select("start", "value", "low", "high").join(
        busy.select("start", load="value", least="low", most="high"), on="start", how="left"
    )
    amount = {name: pl.col(name).to_physical() for name in ("value", "low", "high")}
    surely = (pl.col("most") < limit).fill_null(value=False)
    perhaps = (pl.col("least") < limit).fill_null(value=True)
    value, low, high, unknown, unbounded = hours.select(
        value=amount["value"].filter(pl.col("load") < limit).sum(),
        low=amount["low"].filter(surely).sum(),
        high=amount["high"].filter(perhaps).sum(),
        unknown=pl.col("load").is_null().any() | pl.col("value").is_null().any(),
        unbounded=(perhaps & pl.col("high").is_null()).any(),
    ).row(0)
    withheld_value = unknown or told.status.value == "withheld"
    return Figure(
        **{
            **told.__dict__,
            "value": None if withheld_value else Fraction(value, TICKS),
            "low": Fraction(low, TICKS),
            "high": None if unbounded else Fraction(high, TICKS),
        }
    )


COMPUTED: dict[Metric, Formula] = {Metric.IDLE_ENERGY: idle_energy}
