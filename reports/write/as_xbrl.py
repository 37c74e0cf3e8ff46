"""A form as inline XBRL 1.1: one page that people read and machines take the same figures from."""

from lxml import etree

from reports.form import STATUS_WORDS, FilledCell, Form
from reports.write.xbrl_facts import (
    UTR,
    XBRLI,
    Fact,
    days_of,
    entity_of,
    facts_of,
    taxonomy_of,
)

_HTML = "http://www.w3.org/1999/xhtml"
_IX = "http://www.xbrl.org/2013/inlineXBRL"
_LINK = "http://www.xbrl.org/2003/linkbase"
_XLINK = "http://www.w3.org/1999/xlink"
#: The registry of how figures are written: commas between thousands, a point before decimals.
_IXT = "http://www.xbrl.org/inlineXBRL/transformation/2022-02-16"
_PERIOD, _DAY = "period", "day"
_STYLE = """
body { font: 10pt/1.45 system-ui, sans-serif; color: #1b232c; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
th { width: 46%; overflow-wrap: anywhere; } td.figure { width: 18%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .5rem; border-bottom: 1px solid #d9dee4; }
th { font-weight: 600; } td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
small { color: #46505c; display: block; }
@page { size: A4; margin: 16mm 14mm; }
@media print { tr { break-inside: avoid; } body { margin: 0; padding: 0; } }
"""  # noqa: E501


def xbrl_bytes(form: Form) -> bytes:
    """The page as XHTML in UTF-8; the same form gives the same bytes.

    Raises:
        UsageError: the regime has no taxonomy.
    """
    taxonomy = taxonomy_of(form)
    facts = list(facts_of(form))
    spaces: dict[str | None, str] = {
        None: _HTML,
        "ix": _IX,
        "link": _LINK,
        "xlink": _XLINK,
        "xbrli": XBRLI,
        "utr": UTR,
        "ixt": _IXT,
        taxonomy.prefix: taxonomy.namespace,
    }
    page = etree.Element(f"{{{_HTML}}}html", nsmap=spaces)  # type: ignore[arg-type]  # the stubs forget the default
    page.set("{http://www.w3.org/XML/1998/namespace}lang", "en")
    head = _html(page, "head")
    kind = {"http-equiv": "Content-Type", "content": "application/xhtml+xml; charset=UTF-8"}
    _html(head, "meta", **kind)
    _html(head, "title", f"{form.title}: {form.facility_name}, {form.year}")
    _html(head, "style", _STYLE, type="text/css")
    body = _html(page, "body")
    _hidden(_html(body, "div", style="display:none"), form, facts)
    _visible(body, form, {fact.name: (n, fact) for n, fact in enumerate(facts, start=1)})
    etree.indent(page, space=" ")
    return etree.tostring(page, xml_declaration=True, encoding="UTF-8") + b"\n"


def _hidden(parent: etree._Element, form: Form, facts: list[Fact]) -> None:
    """What readers need not see: the taxonomy, who reports, when, and in which units."""
    header = etree.SubElement(parent, f"{{{_IX}}}header")
    references = etree.SubElement(header, f"{{{_IX}}}references")
    schema = etree.SubElement(references, f"{{{_LINK}}}schemaRef")
    schema.set(f"{{{_XLINK}}}type", "simple")
    schema.set(f"{{{_XLINK}}}href", taxonomy_of(form).entry_point)
    resources = etree.SubElement(header, f"{{{_IX}}}resources")
    first, last = days_of(form)
    for name, told in ((_PERIOD, False), (_DAY, True)):
        if any(fact.instant is told for fact in facts):
            period = _context(resources, form, name)
            if told:
                _xbrli(period, "instant", last.isoformat())
            else:
                _xbrli(period, "startDate", first.isoformat())
                _xbrli(period, "endDate", last.isoformat())
    for unit in dict.fromkeys(fact.unit for fact in facts):
        _xbrli(_xbrli(resources, "unit", id=_id(unit)), "measure", unit)


def _context(parent: etree._Element, form: Form, name: str) -> etree._Element:
    scheme, identifier = entity_of(form)
    context = _xbrli(parent, "context", id=name)
    _xbrli(_xbrli(context, "entity"), "identifier", identifier, scheme=scheme)
    return _xbrli(context, "period")


def _visible(body: etree._Element, form: Form, facts: dict[str, tuple[int, Fact]]) -> None:
    _html(body, "h1", form.title)
    first, last = days_of(form)
    lines = (
        f"{form.operator}: {form.facility_name} ({form.facility}), {first} to {last}",
        f"{form.edition}; {form.source}. Prepared by the operator, not official.",
    )
    for line in lines:
        _html(body, "p", line)
    section, table = "", None
    for cell in form.cells:
        if cell.section != section or table is None:
            section = cell.section
            _html(body, "h2", section)
            table = _html(_html(body, "table"), "tbody")
        row = _html(table, "tr")
        label = _html(row, "th", cell.label, scope="row")
        _html(label, "small", cell.code)
        if told := facts.get(cell.code):
            _figure(_html(row, "td", **{"class": "figure"}), told, taxonomy_of(form).prefix)
        else:
            _html(row, "td", cell.value or "—")
        _html(row, "td", "; ".join(part for part in (_status(cell), cell.note) if part))
    for note in form.notes:
        _html(body, "p", note)


def _figure(parent: etree._Element, told: tuple[int, Fact], prefix: str) -> None:
    number, fact = told
    tag = etree.SubElement(parent, f"{{{_IX}}}nonFraction")
    tag.set("id", f"f{number}")
    tag.set("name", f"{prefix}:{fact.name}")
    tag.set("contextRef", _DAY if fact.instant else _PERIOD)
    tag.set("unitRef", _id(fact.unit))
    tag.set("decimals", str(fact.decimals))
    if fact.scale:
        tag.set("scale", str(fact.scale))
    tag.set("format", "ixt:num-dot-decimal")
    tag.text = f"{abs(fact.shown):,f}"
    if fact.shown < 0:
        # The minus stands before the tag for readers, and as an attribute for machines.
        tag.set("sign", "-")
        parent.text = "−"
    tag.tail = f" {fact.cell.unit}"


def _status(cell: FilledCell) -> str:
    words = STATUS_WORDS[cell.status]
    if cell.reason.startswith(words):
        return cell.reason
    return f"{words}: {cell.reason}" if cell.reason else ("" if cell.value else words)


def _html(parent: etree._Element, name: str, text: str = "", **more: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{_HTML}}}{name}", more)
    if text:
        made.text = text
    return made


def _xbrli(parent: etree._Element, name: str, text: str = "", **more: str) -> etree._Element:
    made = etree.SubElement(parent, f"{{{XBRLI}}}{name}", more)
    if text:
        made.text = text
    return made


def _id(unit: str) -> str:
    return unit.partition(":")[2]
