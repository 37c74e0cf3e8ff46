"""Cells about the practices of the European Code of Conduct, and the refrigerants on site."""

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from reports.content.cells import Inputs, empty, number, text
from reports.content.declarations import refrigerants_on_site
from reports.content.kinds import FromHighestPotential, FromPractices, Practices
from reports.cross_checks import flagged
from reports.form import FilledCell
from reports.regime import Cell
from schemas.estate.registers.practices import Practice
from schemas.gwp import gas_of, potential

_REGISTER = "registers/practices.csv"
#: Practices that the Code expects of every participant, of 163 (a weak source).
EXPECTED = 106
#: The taxonomy asks for an audit at least every so many years.
AUDITED_WITHIN = 3


def practices_cell(cell: Cell, content: FromPractices, inputs: Inputs) -> FilledCell:
    """One look at the facility's register of practices, as they stood on the period's last day."""
    if inputs.practices is None:
        return empty(cell, f"the file {_REGISTER} is absent")
    mine = [one for one in inputs.practices if one.facility_id == inputs.facility.id]
    expected = [one for one in mine if one.expected and one.status != "not_applicable"]
    if not expected:
        return empty(cell, f"{_REGISTER} has no expected practice of {inputs.facility.id}")
    return _LOOKS[content.what](cell, mine, expected, date(inputs.year, 12, 31))


def _count(
    cell: Cell, mine: Sequence[Practice], expected: Sequence[Practice], _: date
) -> FilledCell:
    filled = number(cell, float(len(expected)), _REGISTER)
    listed = sum(one.expected for one in mine)
    if listed < EXPECTED:
        return flagged(filled, f"the register lists {listed} of the {EXPECTED} expected practices")
    return filled


def _implemented(
    cell: Cell, _: Sequence[Practice], expected: Sequence[Practice], last: date
) -> FilledCell:
    return number(cell, float(sum(one.implemented_by(last) for one in expected)), _REGISTER)


def _all(
    cell: Cell, mine: Sequence[Practice], expected: Sequence[Practice], last: date
) -> FilledCell:
    lacking = [one.practice for one in expected if not one.implemented_by(last)]
    listed = sum(one.expected for one in mine)
    filled = text(cell, "no" if lacking or listed < EXPECTED else "yes", _REGISTER)
    if lacking:
        more = f" and {len(lacking) - 3} more" if len(lacking) > 3 else ""
        filled = flagged(filled, f"not in place: {', '.join(lacking[:3])}{more}")
    if listed < EXPECTED:
        words = f"the register lists {listed} of the {EXPECTED} expected practices"
        filled = flagged(filled, words)
    return filled


def _verified(
    cell: Cell, _: Sequence[Practice], expected: Sequence[Practice], last: date
) -> FilledCell:
    """The earliest day on which a third party saw one of those in place."""
    there = [one for one in expected if one.implemented_by(last)]
    unseen = [one.practice for one in there if one.verified_on is None or not one.verified_by]
    if unseen or not there:
        some = f": {', '.join(unseen[:3])}{' …' if len(unseen) > 3 else ''}" if unseen else ""
        return empty(cell, f"not every practice in place was verified by a third party{some}")
    earliest = min(one.verified_on for one in there if one.verified_on is not None)
    filled = text(cell, earliest.isoformat(), _REGISTER)
    if earliest.year + AUDITED_WITHIN < last.year:
        return flagged(filled, f"longer ago than {AUDITED_WITHIN} years: audit again")
    return filled


_Look = Callable[[Cell, Sequence[Practice], Sequence[Practice], date], FilledCell]
_LOOKS: dict[Practices, _Look] = {
    Practices.EXPECTED: _count,
    Practices.IMPLEMENTED: _implemented,
    Practices.ALL: _all,
    Practices.VERIFIED: _verified,
}


def potential_cell(cell: Cell, content: FromHighestPotential, inputs: Inputs) -> FilledCell:
    """Whether every refrigerant on site stays at or below a warming potential."""
    names = refrigerants_on_site(inputs)
    if isinstance(names, str):
        return empty(cell, names)
    gwp_set = inputs.policies.gwp_set
    found = {name: potential(gas_of(name), gwp_set) for name in names if name != "none"}
    unknown = [name for name, one in found.items() if one is None]
    if unknown:
        return empty(cell, f"no potential of {', '.join(unknown)} in {gwp_set} is known")
    highest = {name: one.high for name, one in found.items() if one is not None}
    above = [name for name, high in highest.items() if high > content.at_most]
    filled = text(cell, "not kept" if above else "kept", "registers/refrigerants.csv")
    if highest:
        name = max(highest, key=lambda one: (highest[one], one))
        told = float(Fraction(highest[name]))
        return flagged(filled, f"highest: {name} with {told:.6g} in {gwp_set}")
    return filled
