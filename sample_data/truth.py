"""The true answers: totals as sums of the meters' own ticks, and metrics from those totals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sample_data.chance import Ints
from sample_data.clock import Month
from sample_data.meters import CANONICAL, LEVELS, Meter
from sample_data.physics import Channels, Span

Totals = Mapping[str, Fraction]

_WATERS = (
    "potable_water",
    "surface_water",
    "ground_water",
    "rain_water",
    "reclaimed_water",
)
#: Metrics that are a quantity's own total or mean.
_AS_METERED = (
    ("cbtg", "battery_grid_capacity", "kW"),
    ("twh", "waste_heat_temperature", "°C"),
    ("tin_setpoint", "intake_air_setpoint", "°C"),
    ("bin", "bandwidth_in", "GB/s"),
    ("bout", "bandwidth_out", "GB/s"),
    ("traffic_in", "traffic_in", "EB"),
    ("traffic_out", "traffic_out", "EB"),
    ("iteusv", "server_utilisation", "%"),
)


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


@dataclass(frozen=True, kw_only=True)
class TrueMetric:
    """One true metric of one facility and period."""

    metric: str
    category: str
    value: Fraction
    unit: str


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


def metrics_of(
    truth: PeriodTruth,
    *,
    location_factor: Fraction | None,
    diesel_factor: Fraction,
    certificates: Totals,
) -> list[TrueMetric]:
    """Metrics by formulas of their own, straight from the true totals.

    Args:
        truth: the totals of the period.
        location_factor: kg/kWh of the grid zone; None where hourly factors rule.
        diesel_factor: kg of carbon dioxide per litre.
        certificates: kWh by kind: go and ppa cancelled, onsite not cancelled, of this year.
    """
    totals = truth.totals
    energy, it_energy = energy_of(totals), totals["ups_output"]
    water = sum((totals[name] for name in _WATERS if name in totals), Fraction(0))
    if location_factor is not None:
        carbon = totals["grid_import"] * location_factor
    else:
        carbon = (truth.grid_carbon_g or Fraction(0)) / 1000
    carbon += totals["fuel_diesel"] * diesel_factor
    none = Fraction(0)
    reused = totals.get("heat_reused", none) - totals.get("heat_reused_internal", none)
    metrics = [
        _metric("edc", "", energy, "kWh"),
        _metric("eit", "", it_energy, "kWh"),
        _metric("pue", "1", energy / it_energy, "1"),
        _metric("pue", "2", energy / totals["pdu_output"], "1"),
        _metric("pue", "3", energy / totals["it_input"], "1"),
        _metric("wue", "2", water / it_energy * 1000, "m3/MWh"),
        _metric("wue", "1", totals["potable_water"] / it_energy * 1000, "m3/MWh"),
        _metric("cue", "location", carbon / it_energy, "kg/kWh"),
        _metric("cer", "", totals["heat_removed"] / totals["cooling_electricity"], "1"),
        _metric("edc_bg", "", totals["generator_output"], "kWh"),
        _metric("win", "2", water, "m3"),
        _metric("win_pot", "1", totals["potable_water"], "m3"),
        _metric("ereuse", "", reused, "kWh"),
        _metric("erf", "", reused / energy, "1"),
        _metric("co2_location", "", carbon, "kg"),
    ]
    metrics += [
        _metric(name, "", totals[quantity], unit)
        for name, quantity, unit in _AS_METERED
        if quantity in totals
    ]
    return [*metrics, *_renewables(totals, energy, certificates)] if truth.is_year else metrics


def _renewables(totals: Totals, energy: Fraction, certificates: Totals) -> list[TrueMetric]:
    """Certificates count in whole MWh; what is sold of the site's own sun is not its own."""
    own = totals["onsite_renewable"] - totals.get("grid_export", Fraction(0))
    own = max(Fraction(0), own - certificates["onsite"])
    origin, ppa = (Fraction(certificates[kind] // 1000 * 1000) for kind in ("go", "ppa"))
    everything = origin + ppa + own
    return [
        _metric("eres_goo", "", origin, "kWh"),
        _metric("eres_ppa", "", ppa, "kWh"),
        _metric("eres_os", "", own, "kWh"),
        _metric("eres_tot", "", everything, "kWh"),
        _metric("ref", "", min(Fraction(1), everything / energy), "1"),
    ]


def _metric(metric: str, category: str, value: Fraction, unit: str) -> TrueMetric:
    return TrueMetric(metric=metric, category=category, value=value, unit=unit)
