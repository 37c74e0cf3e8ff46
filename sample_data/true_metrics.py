"""True metrics, by formulas of their own, straight from the true totals."""

from dataclasses import dataclass
from fractions import Fraction

from sample_data.truth import PeriodTruth, Totals, energy_of

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
class TrueMetric:
    """One true metric of one facility and period."""

    metric: str
    category: str
    value: Fraction
    unit: str


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
    burnt = totals["fuel_diesel"] * diesel_factor
    carbon += burnt
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
        *_chain(totals, energy),
        *_carriers(totals),
        *_water(totals, it_energy),
        _metric("heat_rejected", "", totals["heat_rejected"], "kWh"),
        _metric("scope2_location", "", carbon - burnt, "kg"),
    ]
    metrics += [
        _metric(name, "", totals[quantity], unit)
        for name, quantity, unit in _AS_METERED
        if quantity in totals
    ]
    return [*metrics, *_renewables(totals, energy, certificates)] if truth.is_year else metrics


def _chain(totals: Totals, energy: Fraction) -> list[TrueMetric]:
    """Where the energy goes, and what each stage of the power chain keeps."""
    before, after = totals["ups_input"], totals["ups_output"]
    pdu, used = totals["pdu_output"], totals["it_input"]
    named = {
        "it": used,
        "ups_loss": before - after,
        "pdu_loss": after - pdu,
        "rack_loss": pdu - used,
        "cooling": totals["cooling_electricity"],
        "lighting": totals["lighting"],
        "other": totals["other_facility"],
    }
    named["remainder"] = energy - sum(named.values(), Fraction(0))
    return [_metric("energy_budget", stage, kwh, "kWh") for stage, kwh in named.items()] + [
        _metric("chain_loss", "ups", (before - after) / before * 100, "%"),
        _metric("chain_loss", "pdu", (after - pdu) / after * 100, "%"),
        _metric("chain_loss", "rack", (pdu - used) / pdu * 100, "%"),
    ]


def _carriers(totals: Totals) -> list[TrueMetric]:
    """Electricity by where it came from."""
    none = Fraction(0)
    own = totals["onsite_renewable"] + totals["generator_output"]
    bought, sold = totals["grid_import"], totals.get("grid_export", none)
    sources = {"onsite_renewable": totals["onsite_renewable"]}
    sources |= {"grid_import": bought, "generator_output": totals["generator_output"]}
    if "grid_export" in totals:
        sources["grid_export"] = -sold
    return [_metric("edc_carrier", name, kwh, "kWh") for name, kwh in sources.items()] + [
        _metric("electricity", "consumption", bought + own - sold, "kWh"),
        _metric("electricity", "purchased", bought, "kWh"),
        _metric("electricity", "own", own, "kWh"),
    ]


def _water(totals: Totals, it_energy: Fraction) -> list[TrueMetric]:
    """Of the simulated sources only the drinking water is fresh by the act of 2026."""
    fresh = totals["potable_water"]
    return [
        _metric("win_fre", "", fresh, "m3"),
        _metric("wue_fre", "", fresh * 1000 / it_energy, "L/kWh"),
        _metric("water_discharge", "", totals["water_discharge"], "m3"),
    ]


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
