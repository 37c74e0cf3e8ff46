"""Renewable energy of a year, by the year and by the hour, computed a second time."""

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil

from reports.verify.energy import Categories, edc, electricity
from reports.verify.evidence import Row, fraction, instant
from reports.verify.number import NOTHING, Number, exactly
from reports.verify.registers import certified, counts, deliverable, energy_of, lost_on_site
from reports.verify.site import Site

_HOUR = timedelta(hours=1)


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
