"""Emissions of a year, computed a second time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from reports.verify.energy import Categories, first_eit
from reports.verify.equipment import embodied, waste_emissions
from reports.verify.evidence import Row, fraction
from reports.verify.number import NOTHING, Number, exactly, total
from reports.verify.registers import (
    certified,
    covers,
    factor_for,
    factors_touching,
    litres_logged,
    refrigerant_emissions,
    series,
)
from reports.verify.site import Site
from reports.verify.totals import Hour

_HOUR = timedelta(hours=1)
_UNITS = {
    "diesel": ("kg/L", "kgCO2/L"),
    "gas": ("kg/kWh",),
    "district_cooling": ("kg/kWh",),
}
Span = tuple[Fraction, Fraction, Fraction]


def by_factor(site: Site, quantity: str, kind: str, key: str) -> Number:
    """An amount × its factor: hour by hour where a series covers it, else of the year, else by
    validities."""
    evidence, hours = site.evidence, site.together(quantity)
    for one in series(evidence, kind, key):
        if (found := _weighted([(hour, _at(one, hour.start)) for hour in hours])) is not None:
            return found
    touching = factors_touching(evidence, kind, key)
    covering = [row for row in touching if covers(evidence, row)]
    if covering:
        return site.total(quantity) * fraction(covering[-1], "value")
    if not touching:
        return NOTHING
    found = _weighted([(hour, _on(touching, hour.local[:10])) for hour in hours])
    return found or NOTHING


def _at(factors: dict[str, Fraction], start: datetime) -> Span | None:
    """The factor of an hour: of both that it lies in, by their share, where it begins late."""
    utc = start.astimezone(UTC)
    whole = utc.replace(minute=0, second=0, microsecond=0)
    part = Fraction(int((utc - whole).total_seconds()), 3600)
    now = factors.get(whole.isoformat())
    then = factors.get((whole + _HOUR).isoformat()) if part else now
    if now is None or then is None:
        return None
    return now * (1 - part) + then * part, min(now, then), max(now, then)


def _on(touching: Iterable[Row], local: str) -> Span | None:
    for row in touching:
        if row["valid_from"] <= local <= row["valid_to"]:
            value = fraction(row, "value")
            return value, value, value
    return None


def _weighted(pairs: list[tuple[Hour, Span | None]]) -> Number | None:
    """Σ amount × factor; None where an hour has no factor."""
    value: Fraction | None = Fraction(0)
    low: Fraction | None = Fraction(0)
    high: Fraction | None = Fraction(0)
    for hour, span in pairs:
        if span is None:
            return None
        number = hour.number
        value = _more(value, number.value, span[0])
        low = _more(low, number.low if span[1] >= 0 else number.high, span[1])
        high = _more(high, number.high if span[2] >= 0 else number.low, span[2])
    return Number(value, low, high) if pairs else None


def _more(sum_: Fraction | None, amount: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if sum_ is None or amount is None else sum_ + amount * factor


def burnt(site: Site) -> dict[str, Number]:
    """Diesel in litres and gas in kWh; only what there is."""
    found: dict[str, Number] = {}
    if site.has("fuel_diesel"):
        found["diesel"] = site.total("fuel_diesel")
    elif (logged := litres_logged(site.evidence)) is not None:
        found["diesel"] = logged
    elif site.evidence.without("fuel_diesel"):
        found["diesel"] = exactly(0)
    elif site.has("generator_output") and site.total("generator_output").high != 0:
        found["diesel"] = NOTHING
    if site.has("fuel_gas"):
        found["gas"] = site.total("fuel_gas")
    return found


def bought_cold(site: Site) -> dict[str, Number]:
    """Cold from a network [kWh], unless a plant inside the boundary makes it."""
    inside = site.evidence.facility["boundary"]["district_cooling"] == "internal"
    name = "district_cooling"
    return {name: site.total(name)} if site.has(name) and not inside else {}


def emitted(site: Site, key: str, amount: Number, kind: str = "fuel") -> Number:
    """Amount × the one factor that holds all year; nothing needs none."""
    if amount.low == amount.high == 0:
        return amount
    factor = factor_for(site.evidence, kind, key, *_UNITS[key])
    return NOTHING if factor is None else amount * factor


def _cold(site: Site) -> Number:
    return total(emitted(site, name, amount) for name, amount in bought_cold(site).items())


def scope2_location(site: Site) -> Number:
    """What is bought, by the mean emissions of the zone [kg]."""
    zone = site.evidence.facility["grid_zone"]
    return by_factor(site, "grid_import", "location", zone) + _cold(site) if zone else NOTHING


def scope2_market(site: Site) -> Number:
    """What is bought and has no certificate, by the residual mix."""
    zone = site.evidence.facility["grid_zone"]
    residual = factor_for(site.evidence, "residual", zone) if zone else None
    if not residual:
        return NOTHING
    bought = site.total("grid_import")
    covered = certified(site.evidence, "go") + certified(site.evidence, "ppa")
    rest = (bought - covered).within(0)
    if covered.value is None:
        rest = Number(rest.value, Fraction(0), bought.high)
    return rest * residual + _cold(site)


def scope1(site: Site) -> Categories:
    """Fuels and refrigerants [kg CO2e], the sum first."""
    fuels = {name: emitted(site, name, amount) for name, amount in burnt(site).items()}
    if "diesel" not in fuels:
        still = site.has("generator_output")
        fuels = {
            "diesel": site.total("generator_output") * Fraction(0) if still else NOTHING
        } | fuels
    parts = {**fuels, "refrigerants": refrigerant_emissions(site.evidence)}
    whole = total(parts.values())
    if whole.low is None:
        lows = [one.low for one in parts.values() if one.low is not None]
        whole = Number(whole.value, sum(lows, Fraction(0)) if lows else None, whole.high)
    return [("", whole), *parts.items()]


def scope3(site: Site) -> Categories:
    """Purchases, capital goods, fuel and energy upstream, waste [kg CO2e]."""
    zone = site.evidence.facility["grid_zone"]
    bought = by_factor(site, "grid_import", "upstream", zone) if zone else NOTHING
    used = {**burnt(site), **bought_cold(site)}
    upstream = total([bought, *(emitted(site, *one, kind="upstream") for one in used.items())])
    return [
        ("1", embodied(site.evidence, "expense")),
        ("2", embodied(site.evidence, "capital")),
        ("3", upstream),
        ("5", waste_emissions(site.evidence)),
    ]


def cue(site: Site) -> Categories:
    """Emissions of the energy that enters ÷ IT energy [kg/kWh]."""
    fuels = total(emitted(site, name, amount) for name, amount in burnt(site).items())
    it = first_eit(site)
    return [
        ("location", (scope2_location(site) + fuels) / it),
        ("market", (scope2_market(site) + fuels) / it),
    ]
