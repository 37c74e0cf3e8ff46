"""The equipment register of a year, added up a second time."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from reports.verify.evidence import Evidence, Row, day, fraction
from reports.verify.number import NOTHING, Number, exactly, total
from reports.verify.registers import factor_for

_DAY = timedelta(days=1)
_IT = ("server", "storage", "network")
_NO_WASTE = ("internal_reuse", "resale")
_NOT_STATED = "not stated"
_ROUTES = (
    *("internal_reuse", "resale", "preparation_for_reuse", "recycling", "recovery", "disposal"),
    _NOT_STATED,
)
#: Since then new equipment must declare its capacity, by the act's entry into force.
_DECLARED_SINCE = date(2024, 6, 6)


def _lines(evidence: Evidence) -> list[Row] | None:
    return evidence.register("equipment")


def _stands(row: Row, on: date) -> bool:
    came, left = day(row, "installed_on"), day(row, "decommissioned_on")
    return (came is None or came <= on) and (left is None or left > on)


def _within(evidence: Evidence, row: Row, column: str) -> bool:
    when = day(row, column)
    return when is not None and evidence.first_day <= when <= evidence.last_day


def _days(evidence: Evidence, row: Row) -> int:
    end = evidence.last_day + _DAY
    start = max(day(row, "installed_on") or evidence.first_day, evidence.first_day)
    return max(0, (min(day(row, "decommissioned_on") or end, end) - start).days)


def _sum(lines: Iterable[Row], column: str) -> Fraction:
    """Σ count × what a piece states."""
    stated = (int(row["count"]) * fraction(row, column) for row in lines if row[column])
    return sum(stated, Fraction(0))


def _silent(lines: Iterable[Row], column: str) -> list[Row]:
    return [row for row in lines if int(row["count"]) and not row[column]]


def _mass(lines: list[Row]) -> Number:
    mass = _sum(lines, "mass_kg")
    return Number(None, mass, None) if _silent(lines, "mass_kg") else exactly(mass)


def installed_power(evidence: Evidence) -> Iterable[tuple[str, Number]]:
    """Σ count × rated power × days in place ÷ days of the year, else by the operator's word."""
    lines = [
        row for row in _lines(evidence) or () if row["category"] in _IT and _days(evidence, row)
    ]
    if lines and not any(not row["rated_power_kw"] for row in lines):
        days = (evidence.last_day - evidence.first_day).days + 1
        power = sum(
            (
                int(row["count"]) * fraction(row, "rated_power_kw") * _days(evidence, row)
                for row in lines
            ),
            Fraction(0),
        )
        return [("installed", exactly(power / days))]
    for method in ("installed", "rated"):
        stated = evidence.facility[f"{method}_it_kw"]
        if stated is not None:
            return [(method, exactly(Fraction(str(stated))))]
    return []


def server_capacity(evidence: Evidence) -> Number:
    """Declared performance of the servers at the end of the year."""
    lines = _at_the_end(evidence)
    return NOTHING if lines is None else _capacity(evidence, lines, "sert_performance")


def storage_capacity(evidence: Evidence) -> Number:
    """Raw capacity at the end of the year [PB]."""
    lines = _lines(evidence)
    if lines is None:
        return NOTHING
    drives = [
        row
        for row in lines
        if _stands(row, evidence.last_day) and (row["storage_tb"] or row["category"] == "storage")
    ]
    return _capacity(evidence, drives, "storage_tb") * Fraction(1, 1000)


def _at_the_end(evidence: Evidence) -> list[Row] | None:
    lines = _lines(evidence)
    if lines is None:
        return None
    return [r for r in lines if r["category"] == "server" and _stands(r, evidence.last_day)]


def _capacity(evidence: Evidence, lines: list[Row], column: str) -> Number:
    """Σ count × capacity; what is silent and new must be extrapolated, by a colocation alone."""
    whole, silent = _sum(lines, column), _silent(lines, column)
    if not silent:
        return exactly(whole)
    new = [row for row in lines if _is_new(row)]
    if not any(map(_is_new, silent)):
        return Number(whole or None, whole, None)
    power = _sum(new, "rated_power_kw")
    kinds = (evidence.facility["type"], evidence.facility["also"])
    if "colocation" not in kinds or not power or _silent(new, "rated_power_kw"):
        return Number(None, whole, None)
    covered = 1 - _sum(_silent(new, column), "rated_power_kw") / power
    if covered < Fraction(9, 10):
        return Number(None, whole, None)
    return Number(whole + _sum(new, column) * (1 / covered - 1), whole, None)


def _is_new(row: Row) -> bool:
    came = day(row, "installed_on")
    return came is None or came >= _DECLARED_SINCE


def server_efficiency(evidence: Evidence) -> Number:
    """Σ count × performance ÷ Σ count × power of the benchmark, of servers that all state both."""
    lines = _at_the_end(evidence) or []
    columns = ("max_performance", "max_power_kw")
    if any(_silent(lines, column) for column in columns):
        return NOTHING
    performance, power = (exactly(_sum(lines, column)) for column in columns)
    return performance / power


def retired_mass(evidence: Evidence) -> Iterable[tuple[str, Number]]:
    """Mass that left [kg], by the route it took."""
    lines = _lines(evidence)
    if lines is None:
        return []
    gone = [row for row in lines if _within(evidence, row, "decommissioned_on")]
    return [
        (route, _mass([row for row in gone if (row["route"] or _NOT_STATED) == route]))
        for route in _ROUTES
    ]


def hazardous_mass(evidence: Evidence) -> Number:
    """Waste with a star in its code [kg]; without a code it may be."""
    lines = _lines(evidence)
    if lines is None:
        return NOTHING
    waste = _waste(evidence, lines)
    known = _mass([row for row in waste if row["waste_code"].endswith("*")])
    uncoded = [row for row in waste if int(row["count"]) and not row["waste_code"]]
    if not uncoded:
        return known
    return Number(None, known.low, (known + _mass(uncoded)).high)


def _waste(evidence: Evidence, lines: Iterable[Row]) -> list[Row]:
    gone = (row for row in lines if _within(evidence, row, "decommissioned_on"))
    return [row for row in gone if row["route"] not in _NO_WASTE]


def waste_emissions(evidence: Evidence) -> Number:
    """Σ over routes of mass × factor of kind waste."""
    lines = _lines(evidence)
    if lines is None:
        return NOTHING
    by_route: dict[str, list[Row]] = {}
    for row in _waste(evidence, lines):
        by_route.setdefault(row["route"], []).append(row)
    return total(_of_route(evidence, route, some) for route, some in by_route.items())


def _of_route(evidence: Evidence, route: str, lines: list[Row]) -> Number:
    factor = factor_for(evidence, "waste", route) if route else None
    return NOTHING if factor is None else _mass(lines) * factor


def embodied(evidence: Evidence, accounting: str) -> Number:
    """Embodied carbon of what was installed in the year, stated or estimated from its parts."""
    lines = _lines(evidence)
    if lines is None:
        return NOTHING
    came = [
        row
        for row in lines
        if row["accounting"] == accounting and _within(evidence, row, "installed_on")
    ]
    stated, guessed = (
        [r for r in came if r["embodied_kgco2e"]],
        [r for r in came if not r["embodied_kgco2e"] and r["embodied_of_parts"]],
    )
    declared = _sum(stated, "embodied_kgco2e")
    whole = declared + _sum(guessed, "embodied_of_parts")
    silent = [r for r in _silent(came, "embodied_kgco2e") if not r["embodied_of_parts"]]
    if not silent and not [r for r in guessed if int(r["count"])]:
        return exactly(whole)
    return Number(None if silent and not whole else whole, declared, None)
