"""The true answers: totals as sums of the meters' own ticks, and metrics from those totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sample_data.chance import Ints
from sample_data.clock import Month
from sample_data.meters import CANONICAL, LEVELS, Meter
from sample_data.physics import Channels, Span

Totals = Mapping[str, Fraction]


@dataclass(frozen=True, kw_only=True)
class MonthTruth:
    """What each meter truly saw in one month.

    ``ticks`` are amounts; of levels they are ticks × seconds. ``grid_carbon_g`` is the sum over
    hours of import × hourly factor, None where the zone has no hourly factors.
    """

    month: Month
    ticks: Mapping[str, int]
    grid_carbon_g: Fraction | None


@dataclass(frozen=True, kw_only=True)
class PeriodTruth:
    """The totals of one facility and one period, in canonical units."""

    facility_id: str
    period: str
    totals: Totals
    grid_carbon_g: Fraction | None

    @property
    def year(self) -> int:
        """The local year that the period is or lies in."""
        return int(self.period[:4])

    @property
    def is_year(self) -> bool:
        """Whether the period is a whole year."""
        return len(self.period) == 4


def month_truth(
    meters: Iterable[Meter],
    channels: Channels,
    span: Span,
    *,
    month: Month,
    hourly_factor: Ints | None,
) -> MonthTruth:
    """Add up one month of ticks; ``hourly_factor`` is in 0.1 g/kWh for each of its hours."""
    ticks = {meter.name: _seen(meter, channels[meter.name], span) for meter in meters}
    carbon = None
    if hourly_factor is not None:
        imported = (channels["grid.a"] + channels["grid.b"]).reshape(hourly_factor.shape[0], -1)
        carbon = Fraction(int((imported.sum(axis=1) * hourly_factor).sum()), 10_000)
    return MonthTruth(month=month, ticks=ticks, grid_carbon_g=carbon)


def _seen(meter: Meter, ticks: Ints, span: Span) -> int:
    if not meter.is_level:
        return int(ticks.sum())
    if meter.sparse:
        return int(ticks.sum()) * span.step
    return int(ticks[:: meter.cadence // span.step].sum()) * meter.cadence


def periods_of(
    facility_id: str, meters: Sequence[Meter], months: Sequence[MonthTruth]
) -> list[PeriodTruth]:
    """Every month, and every year of which all twelve months were simulated."""
    periods = [_period(facility_id, truth.month.label, meters, [truth]) for truth in months]
    for year in sorted({truth.month.year for truth in months}):
        of_year = [truth for truth in months if truth.month.year == year]
        if len(of_year) == 12:
            periods.append(_period(facility_id, str(year), meters, of_year))
    return periods


def _period(
    facility_id: str, period: str, meters: Sequence[Meter], months: Sequence[MonthTruth]
) -> PeriodTruth:
    seconds = sum(truth.month.end - truth.month.start for truth in months)
    by_quantity: dict[str, list[Fraction]] = {}
    for meter in meters:
        if meter.nested:
            continue
        ticks = Fraction(sum(truth.ticks[meter.name] for truth in months))
        seen = meter.canonical(ticks / seconds if meter.is_level else ticks)
        by_quantity.setdefault(meter.quantity, []).append(seen)
    totals = {
        quantity: sum(seen, Fraction(0)) / (len(seen) if quantity in LEVELS else 1)
        for quantity, seen in by_quantity.items()
    }
    carbons = [truth.grid_carbon_g for truth in months if truth.grid_carbon_g is not None]
    return PeriodTruth(
        facility_id=facility_id,
        period=period,
        totals={quantity: totals[quantity] for quantity in CANONICAL if quantity in totals},
        grid_carbon_g=sum(carbons, Fraction(0)) if carbons else None,
    )


def energy_of(totals: Totals) -> Fraction:
    """EDC [kWh]: what the facility used, whoever made it."""
    none = Fraction(0)
    return (
        totals["grid_import"]
        - totals.get("grid_export", none)
        + totals.get("onsite_renewable", none)
        + totals.get("generator_output", none)
    )
