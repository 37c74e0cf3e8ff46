"""How much the year's PUE moves with each unit that a meter shows more or less."""

from collections.abc import Sequence
from decimal import Decimal

from pipelines.metrics.energy import CATEGORIES
from pipelines.metrics.nesting import BESIDE_IT
from schemas.metrics import Metric, MetricValue
from schemas.totals import TotalValue

ZERO = Decimal(0)


def pue_weights(
    totals: Sequence[TotalValue], metrics: Sequence[MetricValue], period: str
) -> dict[str, float]:
    """By meter, the derivative of the period's filed PUE by the meter's amount, without its sign.

        of a meter at the boundary: 1 / IT energy
        of a meter of IT energy: PUE / IT energy

    Measured amounts stand in where a total is withheld, for a withheld PUE is what people want to
    mend first. Empty where no IT energy was measured, or there is no PUE to speak of.
    """
    filed = next((m for m in metrics if m.metric is Metric.PUE and m.period == period), None)
    of_period = {one.quantity: one for one in totals if one.period == period}
    inside = CATEGORIES.get(filed.category) if filed else None
    if filed is None or inside not in of_period:
        return {}
    it_energy = _amount(of_period[inside])
    beside = {inside, *BESIDE_IT}
    entering = [
        one for name, one in of_period.items() if name in filed.inputs and name not in beside
    ]
    if it_energy <= ZERO or not entering:
        return {}
    share = 1 / float(it_energy)
    ratio = float(sum((_amount(one) for one in entering), ZERO)) * share
    at_boundary = {meter: share for one in entering for meter in one.meters}
    return at_boundary | dict.fromkeys(of_period[inside].meters, ratio * share)


def _amount(total: TotalValue) -> Decimal:
    return total.value if total.value is not None else total.measured or ZERO
