"""Filings: what must be filed and by when, each form with its holes, and the way to a seal."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from pipelines.stages.approvals import approve as write_step
from pipelines.stages.approvals import standing
from pipelines.stages.changes import reconfigured
from pipelines.stages.filings import filed
from pipelines.stages.filings import seal as sealed
from pipelines.stages.restatements import restatements as compared
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.forms import KINDS, form_article, form_document, form_path
from reports.app.guard import needs
from reports.app.layout import Crumb, shown
from reports.app.paging import table
from reports.app.published import Publication
from reports.charts import Table
from reports.numbers import DASH, number
from reports.readiness import Readiness
from reports.readiness_page import SCOPE_WORDS
from reports.regimes import REGIMES
from reports.seal.approvals import NEEDED, Filing, Step
from reports.seal.signing import read_key
from schemas.errors import UsageError

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
Approver = Annotated[Person, needs(Right.APPROVE)]
Sealer = Annotated[Person, needs(Right.SEAL)]
Field = Annotated[str, Form(max_length=2000)]
#: What each step says that its person has done.
STEP_WORDS = {
    Step.PREPARE: "says that the figures are complete",
    Step.REVIEW: "has looked at them; not who prepared them",
    Step.SIGN: "answers for them; not who prepared them",
    Step.SUBMIT: "has handed the sealed pack over",
    Step.RECEIPT: "has the authority's reference",
}


@router.get("/filings")
def filings(request: Request, person: Reader) -> Response:
    """The readiness board, and every form there is."""
    desk = desk_of(request)
    publication = desk.published.now()
    scope = person.scope(Right.READ, publication.years)
    rows = [one for one in publication.readiness(desk.now().date()) if one.facility in scope]
    shop = desk.published.shop()
    return shown(
        request,
        "filings.html.j2",
        title="Filings",
        place="filings",
        board=_board(rows),
        forms=_forms(publication, scope),
        packs=[one for one in filed(shop) if one.filing.facility in scope],
        may_fetch=person.may(Right.PACKS),
    )


def _board(rows: Sequence[Readiness]) -> Table:
    return table(
        "Forms with a deadline, the next one first",
        ("Form", "Facility", "Year", "Due", "Days left", "Scope", "Done", "To mend", "Asked of"),
        [
            (
                Markup('<a href="/filings/{}/{}/{}">{}</a>').format(
                    one.facility, one.year, one.regime, one.title
                ),
                one.facility_name,
                str(one.year),
                Markup("<time>{}</time>").format(one.due.isoformat()) if one.due else DASH,
                DASH if one.days is None else number(one.days),
                SCOPE_WORDS[one.in_scope],
                number(one.done),
                number(len(one.holes)) if one.holes else "nothing",
                one.owner or DASH,
            )
            for one in rows
        ],
        (1, 3, 5, 8),
    )


def _forms(publication: Publication, scope: list[str]) -> Table:
    counted: dict[tuple[str, int, str], dict[str, int]] = {}
    by = ("facility_id", "year", "regime", "status")
    for *key, status, cells in publication.tables.counts("cells", by, {"facility_id": scope}):
        facility, year, regime = key
        counted.setdefault((facility, year, regime), {})[status] = cells
    rows = [
        (
            Markup('<a href="/filings/{}/{}/{}">{}</a>').format(
                facility, year, regime, REGIMES[regime].title
            ),
            facility,
            str(year),
            REGIMES[regime].state.replace("-", " "),
            number(held.get("filled", 0) + held.get("flagged", 0)),
            number(held.get("missing", 0) + held.get("blocked", 0)),
        )
        for (facility, year, regime), held in sorted(counted.items())
    ]
    return table(
        "Every form", ("Form", "Facility", "Year", "State", "Filled", "Holes"), rows, (1, 3)
    )


@router.get("/filings/{facility}/{year}/{regime}")
def filing(request: Request, person: Reader, facility: str, year: int, regime: str) -> Response:
    """One form: its holes, its cells, who approved it, and its packs."""
    desk = desk_of(request)
    desk.published.now()
    document = form_document(desk.folder, facility, year, regime) if regime in REGIMES else None
    if document is None:
        raise HTTPException(404, f"There is no form {regime} of {facility} for {year}.")
    shop = desk.published.shop()
    told = standing(shop, regime, shop.facilities[facility], year)
    this = Filing(regime=regime, facility=facility, year=year)
    packs = [one for one in filed(shop) if one.filing == this]
    return shown(
        request,
        "filing.html.j2",
        title=f"{document['title']}, {document['facility_name']}, {year}",
        place="filings",
        crumbs=(Crumb("Filings", "/filings"),),
        document=document,
        article=form_article(desk.folder, facility, year, regime),
        facility=facility,
        year=year,
        regime=regime,
        steps=_steps(told["journal"], told["lacking"], sealed=bool(packs)),
        lacking=told["lacking"],
        packs=packs,
        endings=list(KINDS),
        changed=reconfigured(shop),
        policies=shop.estate.policies,
        signs=desk.settings.signing_key_file is not None,
        may_approve=person.may(Right.APPROVE, facility),
        may_seal=person.may(Right.SEAL, facility),
        may_share=person.may(Right.SHARE, facility),
        may_fetch=person.may(Right.PACKS, facility),
        shares=[one for one in desk.shares.all() if one.pack in {pack.path.name for pack in packs}],
    )


def _steps(
    journal: list[dict[str, str]], lacking: list[str], *, sealed: bool
) -> list[dict[str, object]]:
    """The steps in their order: what was done of this very form, and whether one can be done."""
    rows: list[dict[str, object]] = []
    open_needed = True
    for step in Step:
        done = [one for one in journal if one["step"] == step.value]
        stale = any(f"{step} by" in words or f": {step}" in words for words in lacking)
        counts = bool(done) and not stale
        possible = open_needed if step in NEEDED else sealed
        rows.append(
            {
                "name": step.value,
                "words": STEP_WORDS[step],
                "done": done[-1] if counts else None,
                "stale": done[-1] if done and stale else None,
                "possible": possible and not counts,
                "note": "the authority's reference" if step is Step.RECEIPT else "a note",
            }
        )
        if step in NEEDED and not counts:
            open_needed = False
    return rows


@router.get("/filings/{facility}/{year}/{regime}/form.{ending}")
def form_file(
    request: Request, person: Reader, facility: str, year: int, regime: str, ending: str
) -> Response:
    """The published form in a format of its own."""
    path = form_path(desk_of(request).folder, facility, year, regime, ending)
    if regime not in REGIMES or ending not in KINDS or not path.is_file():
        raise HTTPException(404, "There is no such file.")
    return FileResponse(path, media_type=KINDS[ending], filename=path.name)


@router.post("/filings/{facility}/{year}/{regime}/approve")
def approve(
    request: Request,
    person: Approver,
    facility: str,
    year: int,
    regime: str,
    step: Field,
    note: Field = "",
    by: Field = "",
) -> Response:
    """One step of an approval, written into the journal."""
    desk = desk_of(request)
    if step not in list(Step) or regime not in REGIMES:
        raise HTTPException(404, f"There is no step {step} of {regime}.")
    shop = desk.published.fresh()
    write_step(
        shop,
        regime,
        shop.facilities[facility],
        year,
        step=step,
        by=desk.signer(person, by),
        note=note.strip(),
        now=desk.now(),
    )
    return RedirectResponse(f"/filings/{facility}/{year}/{regime}#approval", status_code=303)


@router.post("/filings/{facility}/{year}/{regime}/seal")
def seal(
    request: Request, person: Sealer, facility: str, year: int, regime: str, reason: Field = ""
) -> Response:
    """Seals the form with its evidence."""
    desk = desk_of(request)
    if regime not in REGIMES:
        raise HTTPException(404, f"There is no form {regime}.")
    shop = desk.published.fresh()
    path = desk.settings.signing_key_file
    key = None
    if path is not None:
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from error
        key = read_key(text, desk.key_password, path.name)
    sealed(
        shop,
        regime,
        shop.facilities[facility],
        year,
        now=desk.now(),
        key=key,
        reason=reason.strip(),
    )
    return RedirectResponse(f"/filings/{facility}/{year}/{regime}#packs", status_code=303)


@router.get("/restatements")
def restatements(request: Request, person: Reader) -> Response:
    """Filed figures that would be others today, and why."""
    desk = desk_of(request)
    publication = desk.published.now()
    scope = person.scope(Right.READ, publication.years)
    found = [one for one in compared(desk.published.shop()) if one.filing.facility in scope]
    tables = [
        (
            one,
            table(
                "Cells that would be others",
                ("Cell", "Filed", "Today", "Difference", "%", "Material", "Because of"),
                [
                    (
                        f"{cell.code} {cell.label}",
                        _text(cell.filed),
                        _text(cell.today),
                        _text(cell.delta),
                        DASH if cell.percent is None else number(cell.percent, 2),
                        "yes" if cell.is_material else "no",
                        "; ".join(cell.causes) or cell.reason,
                    )
                    for cell in one.moved
                ],
                (5, 6),
            ),
        )
        for one in found
    ]
    return shown(
        request,
        "restatements.html.j2",
        title="Restatements",
        place="filings",
        crumbs=(Crumb("Filings", "/filings"),),
        tables=tables,
    )


def _text(value: object) -> str:
    return DASH if value is None else str(value)
