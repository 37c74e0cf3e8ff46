"""Edits: those that are signed, those that wait for a review, and the form for another one."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipelines.stages.edit_register import add_edit, edit_problems
from pipelines.stages.workshop import Workshop
from reports.app.access import Person, Right
from reports.app.desk import Desk, desk_of
from reports.app.guard import Refused, needs
from reports.app.layout import Crumb, shown
from reports.app.paging import table
from reports.app.proposals import Proposal
from reports.charts import Table
from schemas.estate.edit import RULE_FORMS

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
Proposer = Annotated[Person, needs(Right.PROPOSE)]
Reviewer = Annotated[Person, needs(Right.REVIEW)]
Field = Annotated[str, Form(max_length=2000)]


@router.get("/edits")
def edits(request: Request, person: Reader) -> Response:
    """Every edit, and every proposal."""
    desk = desk_of(request)
    publication = desk.published.now()
    scope = person.scope(Right.READ, publication.years)
    signed = publication.tables.rows("edits", {"facility_id": scope})
    return shown(
        request,
        "edits.html.j2",
        title="Edits",
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"),),
        signed=_signed(signed),
        proposals=[
            (one, person.may(Right.REVIEW, one.facility) and _is_other(desk, one, person))
            for one in desk.proposals.all()
            if one.facility in scope
        ],
        facilities=person.scope(Right.PROPOSE, publication.years),
    )


def _signed(rows: list[dict[str, object]]) -> Table:
    return table(
        "Signed edits, and whether the published figures hold them",
        ("Edit", "State", "Meter", "From", "To", "Does", "Author", "Reviewed by", "Reason"),
        [
            (
                str(row["edit_id"]),
                str(row["state"]),
                str(row["meter_id"]),
                str(row["start"]),
                str(row["end"]),
                str(row["rule"] or row["value"]),
                str(row["author"]),
                str(row["reviewed_by"] or "nobody"),
                str(row["reason"]),
            )
            for row in rows
        ],
        (1, 2, 3, 4, 5, 6, 7, 8),
    )


@router.get("/facility/{facility}/edits/new")
def new(
    request: Request,
    person: Proposer,
    facility: str,
    meter: str = "",
    start: str = "",
    end: str = "",
) -> Response:
    """The form for an edit."""
    row = {"meter_id": meter, "start": start, "end": end}
    return _form(request, facility, row, [])


@router.post("/facility/{facility}/edits/new")
def propose(
    request: Request,
    person: Proposer,
    facility: str,
    meter_id: Field,
    start: Field,
    end: Field,
    reason: Field,
    value: Field = "",
    rule: Field = "",
    evidence: Field = "",
    author: Field = "",
) -> Response:
    """Puts an edit up for review. It changes no figure."""
    desk = desk_of(request)
    shop = desk.published.fresh()
    now = desk.now()
    row = {
        "edit_id": _next_id(shop, desk, now),
        "meter_id": meter_id.strip(),
        "start": start.strip(),
        "end": end.strip(),
        "value": value.strip(),
        "rule": rule.strip(),
        "author": desk.signer(person, author),
        "reason": reason.strip(),
        "evidence": evidence.strip(),
    }
    problems = edit_problems(shop, row, now.date())
    own = {one.meter_id for one in shop.estate.meters if one.facility_id == facility}
    if row["meter_id"] not in own:
        problems.append(f"meter '{row['meter_id']}' is not one of {facility}.")
    if problems:
        return _form(request, facility, row, problems, status=422)
    proposal = Proposal(
        id=row["edit_id"], facility=facility, row=row, at=now.isoformat(timespec="seconds")
    )
    with desk.proposals.turn() as held:
        held.append(proposal)
    return RedirectResponse("/edits", status_code=303)


@router.post("/facility/{facility}/edits/{proposal}/accept")
def accept(
    request: Request, person: Reviewer, facility: str, proposal: str, reviewer: Field = ""
) -> Response:
    """Signs a proposal as its reviewer; it becomes a line of the register."""
    desk = desk_of(request)
    by = desk.signer(person, reviewer)
    shop = desk.published.fresh()
    with desk.proposals.turn() as held:
        found = _found(held, facility, proposal)
        if by == found.author:
            raise Refused(f"{by} proposed this edit and cannot review it too.")
        add_edit(shop, {**found.row, "reviewed_by": by}, desk.now().date())
        held.remove(found)
    desk.published.fresh()
    return RedirectResponse("/edits", status_code=303)


@router.post("/facility/{facility}/edits/{proposal}/refuse")
def refuse(request: Request, person: Reviewer, facility: str, proposal: str) -> Response:
    """Takes a proposal off the list; the audit log keeps who did."""
    desk = desk_of(request)
    with desk.proposals.turn() as held:
        held.remove(_found(held, facility, proposal))
    return RedirectResponse("/edits", status_code=303)


def _found(held: list[Proposal], facility: str, id: str) -> Proposal:
    found = next((one for one in held if one.id == id and one.facility == facility), None)
    if found is None:
        raise HTTPException(404, f"No proposal {id} waits at {facility}.")
    return found


def _is_other(desk: Desk, proposal: Proposal, person: Person) -> bool:
    """Who proposed an edit does not review it. Where nobody logs in, the form asks for a name."""
    return desk.local is not None or proposal.author != person.name


def _next_id(shop: Workshop, desk: Desk, now: datetime) -> str:
    taken = {one.edit_id for one in shop.estate.registers.edits or ()}
    taken |= {one.id for one in desk.proposals.all()}
    number = 1
    while (name := f"P{now:%Y%m%d}-{number}") in taken:
        number += 1
    return name


def _form(
    request: Request, facility: str, row: dict[str, str], problems: list[str], status: int = 200
) -> Response:
    shop = desk_of(request).published.shop()
    meters = [one for one in shop.estate.meters if one.facility_id == facility]
    return shown(
        request,
        "edit_new.html.j2",
        title=f"Propose an edit at {facility}",
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"), Crumb("Edits", "/edits")),
        status=status,
        facility=facility,
        row=row,
        problems=problems,
        meters=sorted({(one.meter_id, one.label) for one in meters}),
        rules=RULE_FORMS,
    )
