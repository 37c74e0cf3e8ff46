"""An authority's workbook filled in: each figure into the range that bears its element's name.

Only the cells are written. Everything else of the workbook, its pictures, rules and macros, stays
the bytes it was; what is computed from the cells is computed anew when it is opened.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from reports.form import Form
from schemas.errors import UsageError

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
#: A name that stands for one cell: 'Sheet one'!$C$5.
_ONE_CELL = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>\d+)"
)
_SAFE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
#: A workbook that unpacks to more is no form to be filled in.
_MOST_BYTES = 256 * 1024**2


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A filled workbook, and what did not come together.

    Args:
        written: codes whose range was filled.
        without_range: codes with a figure for which the workbook has no range of one cell.
        computed: codes whose range holds a formula, which is left as it is.
        without_figure: codes whose range stays as it was, for the form has no figure.
    """

    content: bytes
    written: tuple[str, ...]
    without_range: tuple[str, ...]
    computed: tuple[str, ...]
    without_figure: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Place:
    member: str
    column: str
    row: int


def fill_template(form: Form, template: bytes) -> Filled:
    """The workbook with the form's figures in its named ranges; the same inputs, the same bytes.

    Raises:
        UsageError: it is no workbook of Excel's newer kind, or has none of the form's names.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                raise UsageError(f"the template unpacks to more than {_MOST_BYTES} bytes.")
            members = [(one, archive.read(one)) for one in archive.infolist()]
        places = dict(_places({one.filename: content for one, content in members}))
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, EOFError) as error:
        raise UsageError(f"the template is no workbook (.xlsx): {error}.") from error
    known = [cell for cell in form.cells if cell.code in places]
    if not known:
        raise UsageError(
            f"the template has no named range of {form.regime}.\n"
            "  Ranges must bear the codes of its lines: wattledger regimes " + form.regime
        )
    sheets: dict[str, etree._Element] = {}
    content_of = {one.filename: content for one, content in members}
    written, computed = [], []
    for cell in known:
        place = places[cell.code]
        if cell.number is None:
            continue
        if place.member not in sheets:
            sheets[place.member] = _parsed(content_of[place.member])
        target = _cell(sheets[place.member], place)
        if target.find(f"{{{_MAIN}}}f") is not None:
            computed.append(cell.code)
            continue
        _write(target, f"{cell.number:f}")
        written.append(cell.code)
    changed = {name: _bytes(sheet) for name, sheet in sheets.items()}
    changed[_BOOK] = _bytes(_computed_anew(_parsed(content_of[_BOOK])))
    return Filled(
        content=_packed(members, changed),
        written=tuple(written),
        without_range=tuple(
            c.code for c in form.cells if c.number is not None and c.code not in places
        ),
        computed=tuple(computed),
        without_figure=tuple(cell.code for cell in known if cell.number is None),
    )


def _parsed(content: bytes) -> etree._Element:
    """A part of the workbook; one that declares entities is none."""
    root = etree.fromstring(content, _SAFE)
    if root.getroottree().docinfo.internalDTD is not None:
        raise UsageError("the template declares entities, which no workbook does.")
    return root


def _places(members: dict[str, bytes]) -> Iterator[tuple[str, _Place]]:
    """The workbook's names that stand for one cell each, and where that is."""
    book = _parsed(members[_BOOK])
    targets = {
        one.get("Id"): str(one.get("Target"))
        for one in _parsed(members[_RELATIONS]).iter(f"{{{_PACKAGE}}}Relationship")
    }
    sheets = {
        one.get("name"): targets[one.get(f"{{{_REL}}}id")] for one in book.iter(f"{{{_MAIN}}}sheet")
    }
    for name in book.iter(f"{{{_MAIN}}}definedName"):
        match = _ONE_CELL.fullmatch((name.text or "").strip())
        if match is None:
            continue
        sheet = sheets.get((match["quoted"] or match["plain"]).replace("''", "'"))
        if sheet is not None:
            member = sheet.lstrip("/") if sheet.startswith("/") else f"xl/{sheet}"
            place = _Place(member=member, column=match["column"], row=int(match["row"]))
            yield str(name.get("name")), place


def _cell(sheet: etree._Element, place: _Place) -> etree._Element:
    """The element of a cell, put in where the sheet does not have it yet; rows and cells stand in
    their order."""
    data = sheet.find(f"{{{_MAIN}}}sheetData")
    if data is None:
        raise UsageError(f"the template's {place.member} holds no cells.")
    row = _ordered(data, "row", place.row, _row_of, str(place.row))
    reference = f"{place.column}{place.row}"
    return _ordered(row, "c", _number(place.column), _column_of, reference)


def _ordered(
    parent: etree._Element,
    name: str,
    key: int,
    key_of: Callable[[etree._Element], int],
    reference: str,
) -> etree._Element:
    """The child with a key; made in its place among the others where there is none."""
    for index, one in enumerate(parent):
        if key_of(one) == key:
            return one
        if key_of(one) > key:
            made = etree.Element(f"{{{_MAIN}}}{name}", {"r": reference})
            parent.insert(index, made)
            return made
    return etree.SubElement(parent, f"{{{_MAIN}}}{name}", {"r": reference})


def _row_of(row: etree._Element) -> int:
    return int(str(row.get("r")))


def _column_of(cell: etree._Element) -> int:
    return _number(re.sub(r"\d", "", str(cell.get("r"))))


def _number(column: str) -> int:
    found = 0
    for letter in column:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found


def _write(cell: etree._Element, number: str) -> None:
    """A number in place of what the cell holds; its style stays."""
    for child in list(cell):
        cell.remove(child)
    if "t" in cell.attrib:
        del cell.attrib["t"]
    etree.SubElement(cell, f"{{{_MAIN}}}v").text = number


def _computed_anew(book: etree._Element) -> etree._Element:
    """Whoever opens the workbook computes its formulas once more."""
    settings = book.find(f"{{{_MAIN}}}calcPr")
    if settings is None:
        settings = etree.Element(f"{{{_MAIN}}}calcPr")
        names = book.find(f"{{{_MAIN}}}definedNames")
        (names if names is not None else book[-1]).addnext(settings)
    settings.set("fullCalcOnLoad", "1")
    return book


def _bytes(element: etree._Element) -> bytes:
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8", standalone=True)


def _packed(members: list[tuple[zipfile.ZipInfo, bytes]], changed: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in members:
            archive.writestr(info, changed.get(info.filename, content), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
