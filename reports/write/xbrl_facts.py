"""The facts of a form as XBRL has them: element, period, unit, value and precision.

Only figures are tagged. What a form leaves empty is no fact: nil would say that it is known to be
nothing to report.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

from reports.form import FilledCell, Form
from reports.regime import Taxonomy
from schemas.errors import UsageError
from schemas.units import Unit

UTR = "http://www.xbrl.org/2009/utr"
XBRLI = "http://www.xbrl.org/2003/instance"
LEI = "http://standards.iso.org/iso/17442"
#: For an operator that states no LEI: its name, by a scheme of our own.
OWN = "urn:wattledger:operator"

#: Units of the registry by the unit of a cell. A percentage is a pure number in XBRL.
_UNITS = {
    Unit.MEGAWATT_HOUR.value: "utr:MWh",
    Unit.TONNE_CO2E.value: "utr:tCO2e",
    Unit.CUBIC_METRE.value: "utr:m3",
    Unit.TONNE.value: "utr:t",
    Unit.PERCENT.value: "xbrli:pure",
}


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One figure of a form.

    Args:
        name: the element's local name.
        value: as XBRL has it: a percentage as a ratio.
        decimals: to how many places ``value`` is right.
        shown, scale: what people read, and its power of ten: 45.2 and −2 for 0.452.
        instant: whether the element tells the last day, and not the period.
    """

    name: str
    unit: str
    value: Decimal
    decimals: int
    shown: Decimal
    scale: int
    instant: bool
    cell: FilledCell


def facts_of(form: Form) -> Iterator[Fact]:
    """Every cell with a figure, in the form's order.

    Raises:
        UsageError: the regime has no taxonomy.
        ValueError: a cell has a unit that the registry of units does not have here.
    """
    taxonomy = taxonomy_of(form)
    for cell in form.cells:
        if cell.number is None:
            continue
        if cell.unit not in _UNITS:
            unit = cell.unit or "a bare number"
            raise ValueError(f"{form.regime} {cell.code}: {unit} has no unit in XBRL")
        scale = -2 if cell.unit == Unit.PERCENT.value else 0
        yield Fact(
            name=cell.code,
            unit=_UNITS[cell.unit],
            value=cell.number.scaleb(scale),
            decimals=(cell.decimals or 0) - scale,
            shown=cell.number,
            scale=scale,
            instant=cell.code in taxonomy.instants,
            cell=cell,
        )


def taxonomy_of(form: Form) -> Taxonomy:
    """The form's taxonomy; ``UsageError`` where it has none."""
    if form.taxonomy is None:
        raise UsageError(
            f"{form.regime} has no XBRL taxonomy.\n  ESRS and VSME have: esrs-set1, esrs-2026, "
            "vsme-2026."
        )
    return form.taxonomy


def entity_of(form: Form) -> tuple[str, str]:
    """Scheme and identifier of who reports."""
    return (LEI, form.lei) if form.lei else (OWN, quote(form.operator, safe=""))


def days_of(form: Form) -> tuple[date, date]:
    """First and last day of the period."""
    return form.period_start.date(), (form.period_end - timedelta(days=1)).date()
