"""``factor_sets`` of ``estate.yaml``."""

from dataclasses import fields
from decimal import Decimal, InvalidOperation
from zoneinfo import available_timezones

import yaml

from schemas.errors import Problem
from schemas.estate.record import Record
from schemas.estate.source import FACTOR_FORMATS, FactorSet
from schemas.estate.yaml_nodes import pairs, records

FACTOR_SET = tuple(field.name for field in fields(FactorSet))


def factor_set_part(node: yaml.Node, name: str, problems: list[Problem]) -> FactorSet:
    """One entry of ``factor_sets``: factors in a file of another layout."""
    [record] = records([node], FACTOR_SET, name, problems) or [
        Record(values={}, place=lambda _key: name, line=0)
    ]
    one = FactorSet(
        match=record.required("match"),
        kind=record.choice("kind", ("location", "residual"), "location"),
        key=record.text("key"),
        unit=record.required("unit"),
        format=record.choice("format", FACTOR_FORMATS, FACTOR_FORMATS[0]),
        timestamp=record.text("timestamp"),
        value=record.text("value"),
        estimated=record.text("estimated"),
        keys=record.text("keys"),
        year=record.text("year"),
        gases=record.choice("gases", ("co2", "co2e"), "co2e"),
        timezone=record.text("timezone", "UTC"),
        source=record.text("source"),
        edition=record.text("edition"),
        valid_from=record.day("valid_from"),
        valid_to=record.day("valid_to"),
        types=_types(node, record, name, problems),
    )
    if one.timezone not in available_timezones():
        record.refuse("timezone", f"time zone '{one.timezone}' is not known.")
    _columns(record, one)
    if (one.valid_from is None) != (one.valid_to is None):
        record.refuse("valid_to", "valid_from and valid_to belong together.", "Write both.")
    elif one.valid_from and one.valid_to and one.valid_from > one.valid_to:
        record.refuse("valid_to", "valid_to is before valid_from.")
    problems += record.problems
    return one


def _columns(record: Record, one: FactorSet) -> None:
    """What a set needs by its format, and what it cannot have."""
    if bool(one.key) == bool(one.keys):
        record.refuse("key", "the factors are of one key, or of those in a column.", "key or keys.")
    is_table = one.format == FACTOR_FORMATS[0]
    for title in ("timestamp", "value", "estimated", "keys", "year"):
        if getattr(one, title) and not is_table:
            record.refuse(title, f"{one.format} has no columns.", "Leave it out.")
    is_of_days = bool(one.keys and one.valid_from)
    if is_table and (bool(one.timestamp) + bool(one.year) + is_of_days != 1):
        what = "factors are by the hour, by the year, or of keys and the days they hold for."
        record.refuse("timestamp", what, "timestamp, year, or keys with valid_from and valid_to.")
    if is_table and not one.value:
        record.required("value")
    if one.keys and one.timestamp:
        record.refuse("keys", "a series by the hour is of one key.", "Write: key: …")
    if one.estimated and not one.timestamp:
        record.refuse("estimated", "only a series by the hour marks estimates.", "Leave it out.")
    if bool(one.types) != (one.format == "entsoe"):
        record.refuse("types", "types belong to generation by type (entsoe), and it to them.")


def _types(
    node: yaml.Node, record: Record, name: str, problems: list[Problem]
) -> tuple[tuple[str, Decimal], ...]:
    found = []
    for kind, text in pairs(node, "types", (), name, problems):
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal(-1)
        if value.is_finite() and value >= 0:
            found.append((kind, value))
        else:
            record.refuse("types", f"'{kind}: {text}' is no factor.", "A number, 0 or more.")
    return tuple(found)
