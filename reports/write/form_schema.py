"""The published shape of a form's JSON, made of the catalogue of statuses and states itself."""

from reports.form import CellStatus, JsonValue
from reports.regime import RuleState
from reports.regimes import REGIMES

_BOUND: JsonValue = {"type": ["number", "null"]}
_SHARE: JsonValue = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
_TEXT: JsonValue = {"type": "string"}
_FLAG: JsonValue = {"type": "boolean"}


def form_schema() -> dict[str, JsonValue]:
    """JSON Schema (2020-12) of ``report --format json``. A filled cell has a value, a hole has a
    reason, and nothing is official."""
    cell: dict[str, JsonValue] = {
        "code": {"type": "string", "minLength": 1},
        "label": _TEXT,
        "value": {"type": ["string", "number", "null"]},
        "unit": _TEXT,
        "status": {"enum": [status.value for status in CellStatus]},
        "reason": _TEXT,
        "low": _BOUND,
        "high": _BOUND,
        "coverage": _SHARE,
        "estimated_share": _SHARE,
        "category": _TEXT,
        "required": _FLAG,
        "section": _TEXT,
        "annex": _TEXT,
        "source": _TEXT,
        "note": _TEXT,
    }
    form: dict[str, JsonValue] = {
        "regime": {"enum": list(REGIMES)},
        "title": _TEXT,
        "edition": _TEXT,
        "jurisdiction": _TEXT,
        "source": _TEXT,
        "operator": _TEXT,
        "facility": {"type": "string", "minLength": 1},
        "facility_name": _TEXT,
        "year": {"type": "integer"},
        "period_start": {"type": "string", "format": "date-time"},
        "period_end": {"type": "string", "format": "date-time"},
        "state": {"enum": [state.value for state in RuleState]},
        "official": {"const": False},
        "complete": _FLAG,
        "holes": {"type": "array", "items": _TEXT, "uniqueItems": True},
        "policies": _object({"coverage_clean": _SHARE, "coverage_minimum": _SHARE}),
        "cells": {"type": "array", "minItems": 1, "items": {**_object(cell), "allOf": _rules()}},
        "notes": {"type": "array", "items": _TEXT},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:wattledger:form:1",
        "title": "A regime's form, as wattledger fills it",
        **_object(form),
        # Complete and without a hole are one thing.
        "if": {"properties": {"complete": {"const": True}}},
        "then": {"properties": {"holes": {"maxItems": 0}}},
        "else": {"properties": {"holes": {"minItems": 1}}},
    }


def _object(properties: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _rules() -> list[JsonValue]:
    """What a status says of value and reason."""
    with_value: list[JsonValue] = [CellStatus.FILLED.value, CellStatus.FLAGGED.value]
    with_reason: list[JsonValue] = [
        status.value for status in CellStatus if status is not CellStatus.FILLED
    ]
    return [
        {
            "if": {"properties": {"status": {"enum": with_value}}},
            "then": {"properties": {"value": {"type": ["string", "number"]}}},
            "else": {"properties": {"value": {"type": "null"}}},
        },
        {
            "if": {"properties": {"status": {"enum": with_reason}}},
            "then": {"properties": {"reason": {"minLength": 1}}},
        },
    ]
