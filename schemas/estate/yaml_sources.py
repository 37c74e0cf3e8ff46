"""``sources`` of ``estate.yaml``."""

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from zoneinfo import available_timezones

import yaml

from schemas.errors import Problem
from schemas.estate.record import Interval, Record
from schemas.estate.source import GROUPINGS, Source
from schemas.estate.yaml_nodes import pairs, records
from schemas.tables import QUALITIES

SOURCE = tuple(field.name for field in fields(Source))
_NEVER = Interval(length=timedelta(0))
COLUMNS = ("timestamp", "time", "until", "meter", "value", "unit", "serial", "quality")


def source_part(
    node: yaml.Node, formats: Sequence[str], name: str, problems: list[Problem]
) -> Source:
    """One entry of ``sources``: which files, and how they are read."""
    [record] = records([node], SOURCE, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    zone = record.text("timezone")
    if zone and zone not in available_timezones():
        record.refuse("timezone", f"time zone '{zone}' is not known.", "Use an IANA name.")
        zone = ""
    columns = pairs(node, "columns", COLUMNS, name, problems)
    wide = pairs(node, "wide", (), name, problems)
    quality = pairs(node, "quality", (), name, problems)
    given = dict(columns)
    source = Source(
        match=record.required("match"),
        format=record.choice("format", formats, formats[0]),
        separator=_separator(record),
        decimal=record.choice("decimal", (".", ","), "."),
        grouping=record.choice("grouping", GROUPINGS, ""),
        encoding=record.text("encoding", "utf-8"),
        timezone=zone,
        time_format=record.text("time_format"),
        sheet=record.text("sheet"),
        skip_lines=record.whole("skip_lines", 0),
        header_lines=record.whole("header_lines", 1),
        footer=_pattern(record),
        until=record.choice("until", ("exclusive", "inclusive"), "exclusive"),
        columns=columns,
        wide=wide,
        quality=quality,
        every=record.interval("every", _NEVER).length or None,
    )
    if wide and ("meter" in given or "value" in given):
        record.refuse("wide", "a wide file has no meter or value column.", "Keep one of the ways.")
    if source.header_lines < 1:
        record.refuse("header_lines", "a table has at least one row of titles.", "Leave it out.")
    if source.until == "inclusive" and "until" not in given:
        record.refuse("until", "no column is mapped as the end of rows.", "Map columns: until.")
    if "quality" in given and not quality:
        record.refuse(
            "columns",
            "nothing says what the words of the quality column mean.",
            "Add: quality: {WORD: good, WORD: estimated, WORD: bad}.",
        )
    for word, meaning in quality:
        if meaning not in QUALITIES:
            record.refuse(
                "quality", f"'{word}' cannot mean '{meaning}'.", f"Use one of {QUALITIES}."
            )
    if source.grouping == source.decimal:
        record.refuse("grouping", "thousands and decimals have the same mark.", "Change one.")
    if source.separator == source.decimal:
        record.refuse("separator", "separator and decimal mark are the same.", "Change one.")
    problems += record.problems
    return source


def _separator(record: Record) -> str:
    text = record.values.get("separator", ",")
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1:
        record.refuse("separator", f"separator '{text}' is not one character.", "Or: tab.")
        return ","
    return text


def _pattern(record: Record) -> str:
    text = record.text("footer")
    try:
        re.compile(text)
    except re.error as error:
        record.refuse("footer", f"footer is not a regular expression: {error}.")
        return ""
    return text
