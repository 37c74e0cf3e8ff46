"""A regime as a pack carries it: how each cell comes from figures and master data."""

from reports.content.kinds import (
    Content,
    FromBand,
    FromCategory,
    FromClass,
    FromHighestPotential,
    FromLimit,
    FromMaster,
    FromMetric,
    FromMonth,
    FromPeriod,
    FromPractices,
    FromRefrigerants,
    FromSum,
    FromYesNo,
    NotComputed,
)
from reports.form import JsonValue
from reports.regime import Cell, Regime
from schemas.limits import LIMITS

_LIMITS = {limit.key: limit for limit in LIMITS}


def rules_of(regime: Regime) -> dict[str, JsonValue]:
    """The regime's cells in its order, each with what its value is made of."""
    return {
        "regime": regime.key,
        "edition": regime.edition,
        "source": regime.source,
        "state": regime.state.value,
        "cells": [_rule(cell) for cell in regime.cells],
    }


def metrics_of(regime: Regime) -> set[str]:
    """The metrics that its cells rest on."""
    return {name for cell in regime.cells for name in metrics_of_cell(cell)}


def metrics_of_cell(cell: Cell) -> list[str]:
    """The metrics that one cell rests on."""
    content = cell.content
    match content:
        case FromMetric() | FromCategory() | FromClass():
            return [content.metric.value]
        case FromSum():
            return [part.metric.value for part in (*content.parts, *content.perhaps)]
        case FromLimit():
            return [_LIMITS[content.key].metric.value]
    return []


def _rule(cell: Cell) -> JsonValue:
    return {
        "code": cell.code,
        "annex": cell.annex,
        "required": cell.required,
        "unit": "" if cell.unit is None else cell.unit.value,
        "decimals": cell.decimals,
        **_of_figures(cell.content),
        **_of_estate(cell.content),
        **_of_people(cell.content),
    }


def _of_figures(content: Content) -> dict[str, JsonValue]:
    match content:
        case FromMetric():
            return {"kind": "metric", **_chosen(content)}
        case FromCategory():
            return {"kind": "category", **_chosen(content)}
        case FromClass():
            return {"kind": "class", **_chosen(content)}
        case FromSum():
            return {"kind": "sum", "parts": [_chosen(part) for part in content.parts]}
        case FromLimit():
            limit = _LIMITS[content.key]
            return {
                "kind": "limit",
                "metric": limit.metric.value,
                "categories": [],
                "at_most": None if limit.at_most is None else str(limit.at_most),
                "at_least": None if limit.at_least is None else str(limit.at_least),
            }
    return {}


def _chosen(content: FromMetric | FromCategory | FromClass) -> dict[str, JsonValue]:
    return {"metric": content.metric.value, "categories": list(content.categories)}


def _of_people(content: Content) -> dict[str, JsonValue]:
    match content:
        case FromPractices():
            return {"kind": "practices", "what": content.what.value}
        case FromHighestPotential():
            return {"kind": "highest_potential", "at_most": content.at_most}
    return {}


def _of_estate(content: Content) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {}
    match content:
        case FromBand():
            sizes = content.sizes
            found = {
                "kind": "band",
                "fields": list(content.fields),
                "below": sizes.below,
                "classes": [list(one) for one in sizes.classes],
                "above": None if sizes.above is None else list(sizes.above),
            }
        case FromMaster():
            parts: list[JsonValue] = [
                {"fields": list(part.fields), "label": part.label} for part in content.parts
            ]
            found = {"kind": "master", "parts": parts}
        case FromMonth():
            found = {"kind": "month", "field": content.field}
        case FromYesNo():
            found = {"kind": "yes_no", "field": content.field}
        case FromRefrigerants():
            found = {"kind": "refrigerants"}
        case FromPeriod():
            found = {"kind": "period"}
        case NotComputed():
            found = {"kind": "not_computed", "because": content.because}
    return found
