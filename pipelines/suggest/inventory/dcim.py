"""Meters from a table: the export of a DCIM, a spreadsheet of electricians."""

import csv
import io
from collections.abc import Mapping, Sequence

from pipelines.suggest.inventory.point import Point, is_quantity, words_in
from schemas.errors import UsageError, nearest
from schemas.estate.meters_file import COLUMNS
from schemas.quantities import Kind

#: Titles of others by our columns; a title that means two things is not here.
_TITLES: Mapping[str, Sequence[str]] = {
    "meter_id": ("meter id", "meter", "point id", "asset tag", "asset id", "tag", "zählernummer",
                 "zähler", "messstelle", "compteur", "mätare"),
    "facility_id": ("site", "facility", "data center", "data centre", "standort", "site id"),
    "label": ("name", "label", "description", "bezeichnung", "désignation", "beteckning"),
    "unit": ("unit", "units", "uom", "einheit", "unité", "enhet"),
    "serial": ("serial", "serial number", "serial no", "s/n", "seriennummer", "numéro de série"),
    "room": ("room", "hall", "raum", "salle"),
    "rack": ("rack", "cabinet", "schrank"),
    "multiplier": ("multiplier", "factor", "faktor", "wandlerfaktor", "ct ratio"),
    "interval": ("interval", "intervall", "intervalle"),
    "quantity": ("quantity", "measures", "messgröße", "measurement"),
    "kind": ("kind", "type", "meter type", "typ"),
    "tenant": ("tenant", "customer", "mieter"),
    "parent": ("parent", "fed from", "upstream", "gespeist von"),
}  # fmt: skip
_MARKS = (";", "\t", ",")


def dcim_points(content: bytes, titles: Mapping[str, str]) -> list[Point]:
    """Every row of a table.

    Args:
        titles: our columns by the table's titles, where it calls them as nobody would guess.

    Raises:
        ValueError: no table with a column of meters.
        UsageError: a title that is not in it, or a column that is none of ours.
    """
    text = content.decode("utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    mark = max(_MARKS, key=first.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark)
    named = [title for title in rows.fieldnames or () if title]
    places = _places(named, titles)
    if "meter_id" not in places:
        raise ValueError(
            f"no column of meters among '{', '.join(named)}'; say which: --column meter_id=TITLE"
        )
    return [_point(row, places) for row in rows]


def _places(named: Sequence[str], titles: Mapping[str, str]) -> dict[str, str]:
    for column, title in titles.items():
        if column not in COLUMNS:
            raise UsageError(f"meters.csv has no column '{column}'.\n  {nearest(column, COLUMNS)}")
        if title not in named:
            raise UsageError(f"the table has no column '{title}'.\n  {nearest(title, named)}")
    found = {}
    for column in COLUMNS:
        known = (column, *_TITLES.get(column, ()))
        found[column] = next((one for one in named if one.strip().casefold() in known), "")
    return {column: title for column, title in {**found, **titles}.items() if title}


def _point(row: Mapping[str, str | None], places: Mapping[str, str]) -> Point:
    cells = {column: (row.get(title) or "").strip() for column, title in places.items()}
    told = [value for value in row.values() if isinstance(value, str)]
    if not is_quantity(cells.get("quantity", "")):
        cells.pop("quantity", None)
    if cells.get("kind") not in tuple(Kind):
        cells.pop("kind", None)
    site = cells.pop("facility_id", "")
    unit = cells.pop("unit", "")
    return Point(
        id="",
        label=cells.pop("label", "") or cells["meter_id"],
        words=words_in(told),
        unit=unit,
        sites=(site,) if site else (),
        stated=cells,
    )
