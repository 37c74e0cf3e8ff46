"""Renewables and emissions of a year, computed a second time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil

from reports.verify.energy import Categories, edc, electricity, first_eit
from reports.verify.equipment import embodied, waste_emissions
from reports.verify.evidence import Row, fraction, instant
from reports.verify.number import NOTHING, Number, exactly, total
from reports.verify.registers import (
    certified,
    counts,
    covers,
    deliverable,
    energy_of,
    factor_for,
    factors_touching,
    litres_logged,
    lost_on_site,
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


def on_site(site: Site) -> Number:
    """Generation that serves the site and whose certificates are its own."""
    if not site.has("onsite_renewable"):
        return exactly(0)
    found = site.total("onsite_renewable")
    if site.has("grid_export"):
        found = found - site.total("grid_export")
    return (found - exactly(lost_on_site(site.evidence))).within(0)


def owned(site: Site) -> Number:
    """Renewable energy of all three kinds [kWh]."""
    return certified(site.evidence, "go") + certified(site.evidence, "ppa") + on_site(site)


def ref(site: Site) -> Number:
    """Renewable energy ÷ energy entering, at most 1."""
    return (owned(site) / edc(site)).within(0, 1)


def renewable_electricity(site: Site) -> Number:
    """Renewable share of the electricity used [%], at most 100."""
    return (owned(site) / electricity(site) * Fraction(100)).within(0, 100)


def certificate_gap(site: Site) -> Categories:
    """Certificates that would close the gap, in whole MWh [kWh]."""
    used = _clean_and_missing(site)
    gaps = {
        "annual": edc(site) - owned(site),
        "electricity": electricity(site) - owned(site),
        "hourly": NOTHING if used is None else Number(used[1], None, None),
    }
    return [(name, Number(_whole(gap.value), None, None)) for name, gap in gaps.items()]


def _whole(energy: Fraction | None) -> Fraction | None:
    return None if energy is None else Fraction(ceil(max(Fraction(0), energy) / 1000) * 1000)


def cfe_hourly(site: Site) -> Number:
    """Clean electricity matched by the hour ÷ electricity used; never more than over the year."""
    used = _clean_and_missing(site)
    if used is None:
        return NOTHING
    load = electricity(site)
    shares = [(exactly(energy) / load).within(0, 1).value for energy in (used[0], _clean(site))]
    known = [share for share in shares if share is not None]
    return Number(min(known), None, None) if len(known) == len(shares) else NOTHING


def _clean(site: Site) -> Fraction:
    """Certificates that count, and what the site keeps of its own [kWh]."""
    bought = sum((energy_of(site.evidence, row) for row in _bought(site)), Fraction(0))
    return bought + (on_site(site).value or Fraction(0))


def _bought(site: Site) -> list[Row]:
    evidence = site.evidence
    lines = evidence.register("certificates") or ()
    return [row for row in lines if row["kind"] != "onsite" and counts(evidence, row)]


def _clean_and_missing(site: Site) -> tuple[Fraction, Fraction] | None:
    """Σ min(clean, used) and Σ of what is missing, hour by hour; None where an hour is unknown."""
    if site.evidence.register("certificates") is None or not site.has("grid_import"):
        return None
    names = [n for n in ("grid_import", "onsite_renewable", "generator_output") if site.has(n)]
    loads = _by_hour(site, *names)
    fed = _by_hour(site, "grid_export") if site.has("grid_export") else {}
    made = _by_hour(site, "onsite_renewable") if site.has("onsite_renewable") else {}
    kept, certificates = _kept(site), _certificate_hours(site)
    clean = missing = Fraction(0)
    for start, used in loads.items():
        back = fed.get(start, Fraction(0) if not fed else None)
        own = made.get(start, Fraction(0) if not made else None)
        if used is None or back is None or own is None:
            return None
        load = max(Fraction(0), used - back)
        there = _ticks(certificates, start) + _floor(max(Fraction(0), own - back) * kept)
        clean += min(load, there)
        missing += load - min(load, there)
    return clean, missing


def _by_hour(site: Site, *names: str) -> dict[datetime, Fraction | None]:
    """Sums of several quantities' hours; None where one is missing."""
    found: dict[datetime, Fraction | None] = {}
    for place, name in enumerate(names):
        hours = {hour.start: hour.number.value for hour in site.together(name)}
        for start in {*found, *hours}:
            before = Fraction(0) if place == 0 else found.get(start)
            value = hours.get(start)
            found[start] = None if before is None or value is None else before + value
    return found


def _kept(site: Site) -> Fraction:
    """The share of what was made and used on site whose certificates are the site's own."""
    lost = lost_on_site(site.evidence)
    made, kept = site.total("onsite_renewable").value, on_site(site).value
    if not lost or made is None or kept is None:
        return Fraction(1)
    used = made - ((site.total("grid_export").value or 0) if site.has("grid_export") else 0)
    return min(Fraction(1), kept / used) if used > 0 else Fraction(0)


def _certificate_hours(site: Site) -> dict[datetime, Fraction]:
    usable = {r["certificate_id"] for r in _bought(site) if deliverable(site.evidence, r)}
    found: dict[datetime, Fraction] = {}
    for row in site.evidence.register("certificate_hours") or ():
        if row["certificate_id"] in usable:
            start = instant(row["hour"])
            found[start] = found.get(start, Fraction(0)) + fraction(row, "energy_kwh")
    return found


def _ticks(hours: dict[datetime, Fraction], start: datetime) -> Fraction:
    """Certificates of an hour, of the parts of both that it lies in, in whole trillionths."""
    whole = start.replace(minute=0, second=0, microsecond=0)
    late = Fraction(int((start - whole).total_seconds()), 3600)
    now, then = (hours.get(one, Fraction(0)) for one in (whole, whole + _HOUR))
    return _floor(now * (1 - late) + then * late)


def _floor(energy: Fraction) -> Fraction:
    return Fraction(energy * 10**12 // 1, 10**12)
