"""Factors, certificates, fuels and refrigerants, as the registers in the evidence tell them."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from reports.verify.evidence import Evidence, Row, day, decimal, fraction, instant, needed, rows
from reports.verify.number import NOTHING, Number, exactly, total

_DAY = timedelta(days=1)
FACTORS, SERIES = "evidence/factors.csv", "evidence/hourly_factors.csv"
POTENTIALS = "evidence/potentials.csv"


def factors_touching(evidence: Evidence, kind: str, key: str) -> list[Row]:
    """The factors of a kind and key whose validity touches the year, sorted by its beginning."""
    found = [
        row
        for row in rows(evidence.pack, FACTORS)
        if (row["kind"], row["key"]) == (kind, key)
        and row["valid_from"] <= str(evidence.last_day)
        and row["valid_to"] >= str(evidence.first_day)
    ]
    return sorted(found, key=lambda row: (row["valid_from"], row["where"]))


def covers(evidence: Evidence, row: Row) -> bool:
    """Whether a factor holds on every day of the year."""
    return (
        row["valid_from"] <= str(evidence.first_day) and str(evidence.last_day) <= row["valid_to"]
    )


def factor_for(evidence: Evidence, kind: str, key: str, *units: str) -> Fraction | None:
    """The last factor that holds for all of the year; None without one."""
    found = [
        row
        for row in factors_touching(evidence, kind, key)
        if covers(evidence, row) and (not units or row["unit"] in units)
    ]
    return fraction(found[-1], "value") if found else None


def series(evidence: Evidence, kind: str, key: str) -> Iterator[dict[str, Fraction]]:
    """Every hourly series of a kind and key: factor by the hour, as UTC text."""
    found: dict[str, dict[str, Fraction]] = {}
    if SERIES in evidence.pack:
        for row in rows(evidence.pack, SERIES):
            if (row["kind"], row["key"]) == (kind, key):
                hours = found.setdefault(row["where"], {})
                hours[instant(row["hour"]).isoformat()] = fraction(row, "value")
    yield from found.values()


def certified(evidence: Evidence, kind: str) -> Number:
    """Certificates of a kind that count, in whole MWh."""
    lines = evidence.register("certificates")
    if lines is None:
        return NOTHING
    energy = sum(
        (
            energy_of(evidence, row)
            for row in lines
            if row["kind"] == kind and counts(evidence, row)
        ),
        Fraction(0),
    )
    return exactly(energy // 1000 * 1000)


def lost_on_site(evidence: Evidence) -> Fraction:
    """What was generated on site and whose certificates are not the site's own [kWh]."""
    return sum(
        (
            energy_of(evidence, row)
            for row in evidence.register("certificates") or ()
            if row["kind"] == "onsite" and not counts(evidence, row)
        ),
        Fraction(0),
    )


def energy_of(evidence: Evidence, row: Row) -> Fraction:
    """What of a certificate was produced in the year: by its hours, else by days."""
    hours = [
        one
        for one in evidence.register("certificate_hours") or ()
        if one["certificate_id"] == row["certificate_id"]
    ]
    if hours:
        ends = evidence.months
        first, last = min(ends.values())[0], max(ends.values())[1]
        found = Fraction(0)
        for hour in hours:
            start = instant(hour["hour"])
            inside = min(start + timedelta(hours=1), last) - max(start, first)
            part = Fraction(max(0, round(inside.total_seconds())), 3600)
            found += fraction(hour, "energy_kwh") * part
        return found
    begins, ends_on = _days(row)
    days = (min(ends_on, evidence.last_day) - max(begins, evidence.first_day)).days + 1
    share = Fraction(max(0, days), (ends_on - begins).days + 1)
    return share * fraction(row, "energy_kwh")


def counts(evidence: Evidence, row: Row) -> bool:
    """Whether a certificate counts by the edition of rules that the pack states."""
    start, end = _days(row)
    cancelled = day(row, "cancelled_on")
    if row["status"] != "cancelled" or cancelled is None or cancelled < start:
        return False
    rules, site = evidence.site["certificate_rules"], evidence.facility
    months = rules["retired_within_months"]
    if months is not None and cancelled > _later(end, months):
        return False
    if rules["same_zone"] and not deliverable(evidence, row):
        return False
    if rules["plant_age_years"] is not None:
        began = day(row, "commissioned")
        if began is None or began.year + rules["plant_age_years"] < evidence.first_day.year:
            return False
    ours = {site["id"], site["name"], site["owner"], evidence.site["operator"]["name"]}
    named = row["beneficiary"].strip().casefold()
    return not named or named in {one.strip().casefold() for one in ours}


def deliverable(evidence: Evidence, row: Row) -> bool:
    """Whether it was produced where the site can be supplied from."""
    site = evidence.facility
    return bool(row["zone"]) and row["zone"] in (site["grid_zone"], *site["deliverable_zones"])


def _days(row: Row) -> tuple[date, date]:
    start, end = day(row, "production_start"), day(row, "production_end")
    return start or date.min, end or date.max


def _later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for number in range(start.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, start.day)


def litres_logged(evidence: Evidence) -> Number | None:
    """Diesel by the fuel log; None without a word on it, unknown where it is told in kWh."""
    used = [
        row
        for row in evidence.register("fuel") or ()
        if row["fuel"] == "diesel" and row["event"] == "consumption"
    ]
    if not used:
        return None
    mine = [row for row in used if row["date"][:4] == str(evidence.first_day.year)]
    if any(not row["litres"] for row in mine):
        return NOTHING
    return exactly(sum((fraction(row, "litres") for row in mine), Fraction(0)))


def refrigerant_emissions(evidence: Evidence) -> Number:
    """Mass balance of each gas times its potential, in the set of the policy [kg CO2e]."""
    if evidence.without("refrigerants"):
        return exactly(0)
    lines = evidence.register("refrigerants")
    if lines is None:
        return NOTHING
    gases: dict[str, list[Row]] = {}
    for row in lines:
        if row["event"] in ("opening", "purchase", "charge_increase", "returned", "closing"):
            gases.setdefault(row["gas"], []).append(row)
    end = str(evidence.last_day + _DAY)
    begun = [gas for gas in sorted(gases) if min(row["date"] for row in gases[gas]) <= end]
    if gases and not begun:
        return NOTHING
    potentials = {row["gas"]: row for row in rows(evidence.pack, POTENTIALS)}
    return total(_emitted(_lost(evidence, gases[gas]), potentials.get(gas)) for gas in begun)


def _emitted(lost: Fraction | None, row: Row | None) -> Number:
    if lost is None or lost < 0:
        return NOTHING
    if lost == 0:
        return exactly(0)
    if row is None:
        return NOTHING
    value = decimal(row, "value")
    return Number(
        None if value is None else lost * Fraction(value),
        lost * fraction(row, "low"),
        lost * fraction(row, "high"),
    )


def _lost(evidence: Evidence, events: list[Row]) -> Fraction | None:
    """Opening + purchases − closing − returned − increase of charge; None without both stocks."""
    first, after = evidence.first_day, evidence.last_day + _DAY
    opening, closing = _stock(events, first), _stock(events, after)
    if opening is None or closing is None:
        empty = _gone(evidence, events) and not closing
        return Fraction(0) if empty else None
    within = [row for row in events if str(first) <= row["date"] < str(after)]

    def moved(*names: str) -> Fraction:
        kg = (fraction(row, "kg") for row in within if row["event"] in names)
        return sum(kg, Fraction(0))

    return opening + moved("purchase") - closing - moved("returned", "charge_increase")


def _stock(events: list[Row], first: date) -> Fraction | None:
    """What stood there as a day began, told as its opening or as the closing of the day before."""
    for event, when in (("opening", first), ("closing", first - _DAY)):
        found = [row for row in events if (row["event"], row["date"]) == (event, str(when))]
        if found:
            return sum((fraction(row, "kg") for row in found), Fraction(0))
    return None


def _gone(evidence: Evidence, events: list[Row]) -> bool:
    """Whether the last stock before the year was nothing, and nothing has come since."""
    earlier = [row for row in events if row["date"] <= str(evidence.last_day)]
    newest = max((row["date"] for row in earlier), default="")
    taken = [row for row in earlier if row["date"] == newest]
    empty = all(
        row["event"] in ("opening", "closing") and needed(row, "kg") == Decimal(0) for row in taken
    )
    return bool(taken) and newest <= str(evidence.first_day) and empty
