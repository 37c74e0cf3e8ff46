"""Points of Project Haystack: records with tags, as Trio, Zinc or JSON."""

import json
import re
from collections.abc import Iterator, Mapping

from pipelines.sources.haystack import cells_of
from pipelines.suggest.inventory.point import Point, words_in

#: A record's tags as text: of a marker ``M``, of a reference its id.
Record = Mapping[str, str]
_REF = re.compile(r'@([\w:.~-]+)(?: "?(.*?)"?)?')
_MARKER = "M"
#: Tags of our own export, and the cells that they are.
OWN = "wattledger"


def haystack_points(content: bytes) -> list[Point]:
    """Every point of a model that has a number.

    Raises:
        ValueError: neither Trio nor Zinc nor JSON of records.
    """
    records = list(_records(content.decode("utf-8-sig")))
    by_id = {one["id"]: one for one in records if "id" in one}
    return [
        _point(one, by_id)
        for one in records
        if one.get("point") == _MARKER and one.get("kind", "Number") in ("Number", "")
    ]


def _point(record: Record, by_id: Mapping[str, Record]) -> Point:
    equip = by_id.get(record.get("equipRef", ""), {})
    site = by_id.get(record.get("siteRef", ""), {})
    label = record.get("dis") or record.get("id dis") or " ".join(
        filter(None, (equip.get("navName") or equip.get("dis"), record.get("navName")))
    )  # fmt: skip
    markers = [name for one in (record, equip) for name, value in one.items() if value == _MARKER]
    stated = {
        name.removeprefix(OWN)[:1].lower() + name.removeprefix(OWN)[1:]: value
        for name, value in record.items()
        if name.startswith(OWN)
    }
    return Point(
        id=record.get("id", ""),
        on=record.get("equipRef", ""),
        label=label,
        words=words_in([*markers, record.get("hisMode", "")]),
        unit=record.get("unit", ""),
        sites=tuple(filter(None, (record.get("siteRef"), site.get("dis"), site.get("id dis")))),
        stated={
            **({"interval": _interval(record)} if _interval(record) else {}),
            **({"serial": record["serial"]} if record.get("serial") else {}),
            **{_snake(name): value for name, value in stated.items()},
        },
    )


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _interval(record: Record) -> str:
    """``15min`` and the like, as the register writes intervals."""
    text = record.get("hisInterval") or record.get("hisCollectInterval") or ""
    return text.replace("hr", "h").replace("day", "d") if text[:1].isdigit() else ""


def _records(text: str) -> Iterator[Record]:
    start = text.lstrip()
    if start.startswith("{"):
        yield from _of_json(text)
    elif start.startswith("ver:"):
        yield from _of_zinc(text)
    else:
        yield from _of_trio(text)


def _of_json(text: str) -> Iterator[Record]:
    try:
        rows = [dict(row) for row in json.loads(text, parse_float=str, parse_int=str)["rows"]]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"the JSON is no grid of Haystack ({error!r})") from error
    for row in rows:
        record = {}
        for name, value in row.items():
            record[name] = _json(value)
            if name == "id":
                record["id dis"] = _shown(value)
        yield record


def _shown(ref: object) -> str:
    """What a reference is called: beside its id, in Haystack 3 behind it."""
    if isinstance(ref, dict):
        return str(ref.get("dis", ""))
    return str(ref).partition(" ")[2]


def _json(value: object) -> str:
    if isinstance(value, dict):
        is_marker = str(value.get("_kind", "")).lower() == "marker"
        return _MARKER if is_marker else str(value.get("val", ""))
    text = str(value)
    match text[:2]:
        case "m:":
            return _MARKER
        case "r:":
            return text[2:].partition(" ")[0]
        case "n:":
            return text[2:].partition(" ")[0]
        case "s:" | "t:" | "h:" | "u:":
            return text[2:]
    return text


def _of_zinc(text: str) -> Iterator[Record]:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise ValueError("the Zinc holds no columns")
    names = [cell.strip().partition(" ")[0] for cell in cells_of(lines[1])]
    for line in lines[2:]:
        cells = cells_of(line)
        if len(cells) == len(names):
            yield _named(dict(zip(names, map(str.strip, cells), strict=True)))


def _of_trio(text: str) -> Iterator[Record]:
    record: dict[str, str] = {}
    for line in [*text.splitlines(), "---"]:
        if line.startswith("-"):
            if record:
                yield _named(record)
            record = {}
        elif line[:1].isalpha():
            name, mark, value = line.partition(":")
            record[name.strip()] = value.strip() if mark else _MARKER
    if not record and ":" not in text:
        raise ValueError("the text holds no records of Haystack")


def _named(cells: Mapping[str, str]) -> Record:
    """Cells as they are written, as plain text."""
    record = {}
    for name, text in cells.items():
        if not text or text == "N":
            continue
        ref = _REF.fullmatch(text)
        if ref:
            record[name] = ref[1]
            if name == "id" and ref[2]:
                record["id dis"] = ref[2]
        elif text == "✓":
            record[name] = _MARKER
        elif len(text) > 1 and text[0] == text[-1] == '"':
            record[name] = str(json.loads(text.replace("\\$", "$")))
        else:
            record[name] = text
    return record
