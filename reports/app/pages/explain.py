"""A figure back to formula, totals, meters, files and lines."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import Crumb, shown
from reports.app.trails import trail
from reports.numbers import Scale, coverage_text, scale
from reports.sections.section import in_words, words_of
from schemas.domains import QUANTITIES
from schemas.metrics import FACTS, Metric
from schemas.units import Unit

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
_PERIOD = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")
ESTATE = "estate"


@router.get("/explain/estate/{period}/metric/{name}")
def explain_estate(request: Request, person: Reader, period: str, name: str) -> Response:
    """A figure of the estate: the facilities' figures that it was made from."""
    metric = asked(period, "metric", name)
    publication = desk_of(request).published.now()
    rows = []
    scope = person.scope(Right.READ, publication.years)
    for value in publication.metrics(scope, [period], Metric(name)):
        chosen = _scale(value.unit, value.value)
        rows.append(
            {
                "facility": value.facility_id,
                "category": value.category,
                "value": chosen.text(value.value),
                "bounds": chosen.range(value.low, value.high),
                "coverage": coverage_text(value.coverage),
                "status": value.status.value,
                "href": f"/explain/{value.facility_id}/{period}/metric/{name}",
            }
        )
    return shown(
        request,
        "explain_estate.html.j2",
        title=f"{FACTS[Metric(metric)].name}, {period}, all facilities",
        place="estate",
        crumbs=(Crumb("Estate", f"/estate/{period[:4]}"),),
        facts=FACTS[Metric(metric)],
        rows=rows,
        period=period,
    )


@router.get("/explain/{facility}/{period}/{kind}/{name}")
def explain(
    request: Request, person: Reader, facility: str, period: str, kind: str, name: str
) -> Response:
    """The same as ``wattledger explain``."""
    asked(period, kind, name)
    desk = desk_of(request)
    publication = desk.published.now()
    if int(period[:4]) not in publication.years.get(facility, []):
        raise HTTPException(404, f"Nothing is published of {facility} in {period[:4]}.")
    shop = desk.published.shop()
    found = trail(publication, shop, facility, period, kind=kind, name=name)
    is_metric = kind == "metric"
    title = FACTS[Metric(name)].name if is_metric else words_of(name)
    return shown(
        request,
        "explain.html.j2",
        title=f"{title}, {period}",
        place="estate",
        crumbs=(
            Crumb("Estate", f"/estate/{period[:4]}"),
            Crumb(shop.facilities[facility].name, f"/facility/{facility}/{period[:4]}"),
        ),
        name=title,
        meaning=FACTS[Metric(name)].meaning if is_metric else QUANTITIES[name].meaning,
        figures=[_figure(one) for one in found["explanations"]],
        total=_total(found["total"]) if found["total"] else None,
        facility=facility,
        period=period,
        command=f"wattledger explain ESTATE --facility {facility} --year {period[:4]}"
        + (f" --month {period[5:]}" if "-" in period else "")
        + f" --metric {name}"
        if is_metric
        else "",
    )


def asked(period: str, kind: str, name: str) -> str:
    """The name of a figure that there is. 404 where there is none."""
    known = {one.value for one in Metric} if kind == "metric" else set(QUANTITIES)
    if kind not in ("metric", "total") or name not in known or not _PERIOD.fullmatch(period):
        raise HTTPException(404, f"There is no figure {kind} {name} of {period}.")
    return name


def _scale(unit: Unit, value: float | None) -> Scale:
    """How a total is written: small ones with their places."""
    return scale(unit, value, 0 if value is not None and abs(value) >= 100 else 3)


def _figure(row: dict[str, Any]) -> dict[str, Any]:
    facts = FACTS[Metric(row["metric"])]
    chosen = scale(Unit(row["unit"]), row["value"], facts.decimals)
    return {
        **row,
        "text": chosen.text(row["value"]),
        "bounds": chosen.range(row["low"], row["high"]),
        "exact": row["value"],
        "reason": in_words(row["reason"]),
        "totals": [_total(one) for one in row["totals"]],
    }


def _total(row: dict[str, Any]) -> dict[str, Any]:
    chosen = _scale(Unit(row["unit"]), row["value"])
    return {
        **row,
        "name": words_of(row["quantity"]),
        "text": chosen.text(row["value"]),
        "bounds": chosen.range(row["low"], row["high"]),
        "coverage": coverage_text(row["coverage"]),
        "registers": row.get("registers", []),
        "reason": in_words(row.get("reason", "")),
    }
