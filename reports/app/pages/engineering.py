"""For engineers: what ran, what is stale, how far each source tells, and another backfill."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.stages.waiting import waiting
from pipelines.steps.calendar import months_between
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import Refused, needs
from reports.app.layout import Crumb, shown
from reports.app.paging import table
from reports.app.running import history
from reports.charts import Table
from reports.numbers import DASH, number

router = APIRouter()
Operator = Annotated[Person, needs(Right.OPERATE)]
Backfiller = Annotated[Person, needs(Right.BACKFILL)]
Auditor = Annotated[Person, needs(Right.AUDIT)]
Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


class Order(BaseModel):
    """A backfill as it is asked for; empty months mean as far as files reach, no facility all."""

    facility: Annotated[str, Field(max_length=80)] = ""
    first: Month = ""
    last: Month = ""
    #: More processes than sixteen one machine hardly has cores for.
    workers: Annotated[int, Field(ge=1, le=16)] = 1


@router.get("/engineering")
def engineering(request: Request, person: Operator) -> Response:
    """How backfills stand."""
    desk = desk_of(request)
    shop = desk.published.shop_or_fresh()
    publication = desk.published.if_any()
    current = publication.current if publication else {}
    return shown(
        request,
        "engineering.html.j2",
        title="Engineering",
        place="engineering",
        sources=_sources(current.get("sources", []), desk.now())
        if person.everywhere(Right.OPERATE)
        else None,
        running=desk.running,
        facilities=person.scope(Right.BACKFILL, shop.facilities),
        dagster=desk.settings.dagster,
        published=current,
    )


@router.get("/engineering/partitions")
def partitions(request: Request, person: Operator) -> Response:
    """Months that are built and stale, and files that wait."""
    desk = desk_of(request)
    told = [one for one in desk.partitions.now() if person.may(Right.OPERATE, one["facility"])]
    scope = {one["facility"] for one in told}
    return shown(
        request,
        "partitions.html.j2",
        title="Partitions",
        place="engineering",
        crumbs=(Crumb("Engineering", "/engineering"),),
        months=_months(told),
        waiting=[
            one
            for one in waiting(desk.published.fresh())
            if person.everywhere(Right.OPERATE) or one.path.partition("/")[0] in scope
        ],
        part=request.headers.get("hx-request") == "true",
    )


def _months(told: list[dict[str, Any]]) -> Table:
    return table(
        "Partitions: months that are built, and those whose files have changed since",
        ("Facility", "First", "Last", "Months", "Stale"),
        [
            (
                one["facility"],
                one["built"][0] if one["built"] else DASH,
                one["built"][-1] if one["built"] else DASH,
                number(len(one["built"])),
                ", ".join(one["stale"]) or "none",
            )
            for one in told
        ],
        (1, 2, 4),
    )


def _sources(sources: list[dict[str, Any]], now: datetime) -> Table:
    rows = []
    for one in sources:
        until = datetime.fromisoformat(one["until"]) if one["until"] else None
        age = (now - until).total_seconds() if until else None
        late = one["every"] is not None and (age is None or age > one["every"] + 86_400)
        rows.append(
            (
                one["match"] or "files of the plain form",
                until.strftime("%Y-%m-%d %H:%M") if until else "nothing yet",
                DASH if one["every"] is None else f"{number(one['every'] / 3600)} h",
                "overdue" if late else "as expected" if one["every"] else "nobody waits for it",
            )
        )
    return table(
        "Sources: the last complete interval of each",
        ("Source", "Tells until (UTC)", "Expected every", "State"),
        rows,
        (1, 3),
    )


@router.get("/engineering/runs")
def runs(request: Request, person: Operator) -> Response:
    """What ran, from Dagster's own memory."""
    found = history(desk_of(request).folder)
    rows = [
        (
            one["job"],
            one["status"],
            one["partitions"].replace("|", " ") or DASH,
            one["started_at"] or DASH,
            one["ended_at"] or DASH,
            "; ".join(one["failed"]),
        )
        for one in found
    ]
    listed = table(
        "The newest runs",
        ("Job", "Status", "Partitions", "Started (UTC)", "Ended (UTC)", "What failed"),
        rows,
        (1, 2, 3, 4, 5),
    )
    return shown(
        request,
        "runs.html.j2",
        title="Runs",
        place="engineering",
        crumbs=(Crumb("Engineering", "/engineering"),),
        listed=listed,
        part=request.headers.get("hx-request") == "true",
    )


@router.get("/engineering/progress")
def progress(request: Request, person: Operator) -> Response:
    """What the backfill that was started here says."""
    return shown(
        request,
        "progress.html.j2",
        title="Progress",
        place="engineering",
        crumbs=(Crumb("Engineering", "/engineering"),),
        running=desk_of(request).running,
        part=request.headers.get("hx-request") == "true",
    )


@router.post("/engineering/plan")
def planned(request: Request, person: Backfiller, order: Annotated[Order, Form()]) -> Response:
    """What a backfill would touch. Starts nothing."""
    desk = desk_of(request)
    shop = desk.published.fresh()
    wanted = _wanted(person, list(shop.facilities), order)
    plans = [_plan(one, order) for one in desk.partitions.now() if one["facility"] in wanted]
    return shown(
        request,
        "plan.html.j2",
        title="A backfill, before it starts",
        place="engineering",
        crumbs=(Crumb("Engineering", "/engineering"),),
        plans=_plans(plans),
        waiting=waiting(shop),
        order=order,
        months=sum(months for *_, months, _ in plans),
    )


def _plan(told: dict[str, Any], order: Order) -> tuple[str, str, str, int, int]:
    """A facility, the first and last month that are looked at, how many, how many are built."""
    reach = told["reach"]
    begins = order.first or (reach[0] if reach else "")
    ends = order.last or (reach[-1] if reach else "")
    months = list(months_between(begins, ends)) if begins and begins <= ends else []
    built = len(set(months) & set(told["built"]))
    return told["facility"], begins or DASH, ends or DASH, len(months), built


def _plans(plans: list[tuple[str, str, str, int, int]]) -> Table:
    return table(
        "Months it looks at; those on which nothing has changed are left as they are",
        ("Facility", "From", "To", "Months", "Built already"),
        [
            (facility, begins, ends, number(months), number(built))
            for facility, begins, ends, months, built in plans
        ],
        (1, 2),
    )


@router.post("/engineering/backfill")
def backfill(request: Request, person: Backfiller, order: Annotated[Order, Form()]) -> Response:
    """Starts it."""
    desk = desk_of(request)
    shop = desk.published.fresh()
    wanted = _wanted(person, list(shop.facilities), order)
    everything = len(wanted) == len(shop.facilities)
    desk.running.start([] if everything else wanted, order.first, order.last, order.workers)
    return RedirectResponse("/engineering#running", status_code=303)


def _wanted(person: Person, known: list[str], order: Order) -> list[str]:
    """The facilities that are ordered, where they and the months are sound and allowed."""
    if order.first and order.last and order.first > order.last:
        raise HTTPException(422, f"{order.first} is after {order.last}.")
    if order.facility and order.facility not in known:
        raise HTTPException(422, f"There is no facility '{order.facility}'.")
    wanted = [order.facility] if order.facility else known
    if not all(person.may(Right.BACKFILL, one) for one in wanted):
        raise Refused("You may not start a backfill of these facilities. Choose one of yours.")
    return wanted


@router.get("/audit")
def audit(request: Request, person: Auditor) -> Response:
    """Who did what here."""
    rows = [
        (str(one["at"]), str(one["who"]), str(one["did"]), str(one["on"]), str(one["status"]))
        for one in desk_of(request).audit.last(500)
    ]
    listed = table("The newest first", ("At", "Who", "Did", "On", "Status"), rows, (1, 2, 3))
    return shown(request, "audit.html.j2", title="Audit log", place="audit", listed=listed)
