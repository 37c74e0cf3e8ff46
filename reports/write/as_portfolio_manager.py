"""ENERGY STAR Portfolio Manager's XML: the property use, and each meter's months.

Each child of the root is what one request of the web services takes: ``dataCenter`` once, and
``meterData`` for each meter. Numbers of accounts, properties and meters are Portfolio Manager's.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

from lxml import etree

from reports.form import Form
from schemas.errors import UsageError
from schemas.metrics import MetricValue

_KEY = "energy-star"
_PLACES = Decimal("0.001")


def portfolio_manager_bytes(form: Form) -> bytes:
    """The XML in UTF-8; the same form, the same bytes.

    Raises:
        UsageError: the form is of another regime.
    """
    if form.regime != _KEY:
        raise UsageError(f"{form.regime} is not handed over as XML; {_KEY} is.")
    root = etree.Element("portfolioManager")
    _property_use(root, form)
    for (metric, category), months in groupby(form.months, lambda one: (one.metric, one.category)):
        known = [one for one in months if one.value is not None]
        if known:
            name = "IT energy at the UPS output" if metric == "eit" else category
            root.append(etree.Comment(f" meter: {name}, kWh "))
            data = etree.SubElement(root, "meterData")
            for month in known:
                _consumption(data, month)
    etree.indent(root, space=" ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _property_use(root: etree._Element, form: Form) -> None:
    """Details with a value, each as of the period's first day."""
    use = etree.SubElement(root, "dataCenter")
    etree.SubElement(use, "name").text = form.facility_name
    details = etree.SubElement(use, "useDetails")
    since = form.period_start.date().isoformat()
    for code, text in _details(form):
        units = {"units": "Square Meters"} if code == "totalGrossFloorArea" else {}
        detail = etree.SubElement(
            details, code, {"currentAsOf": since, "temporary": "false", **units}
        )
        etree.SubElement(detail, "value").text = text


def _details(form: Form) -> Iterator[tuple[str, str]]:
    for cell in form.cells:
        if cell.annex == "dataCenter" and cell.value is not None:
            yield cell.code, cell.value


def _consumption(data: etree._Element, month: MetricValue) -> None:
    """One month, from its first to its last day, both included."""
    estimated = "true" if month.estimated_share else "false"
    entry = etree.SubElement(data, "meterConsumption", {"estimatedValue": estimated})
    usage = Decimal(repr(month.value)).quantize(_PLACES, ROUND_HALF_UP)
    first = date.fromisoformat(f"{month.period}-01")
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    etree.SubElement(entry, "usage").text = f"{usage:f}"
    etree.SubElement(entry, "startDate").text = first.isoformat()
    etree.SubElement(entry, "endDate").text = last.isoformat()
