"""Data quality: what to mend first, what the rules found, what was refused, and the raw lines."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from pipelines.storage.tables import Row
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import Crumb, shown
from reports.app.paging import ROWS, page_of, table
from reports.app.published import Publication
from reports.charts import Table
from reports.numbers import DASH, number, share
from reports.sections.section import words_of
from schemas.rules import RULES, RuleId

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]


@router.get("/quality")
def quality(request: Request, person: Reader, year: int = 0) -> Response:
    """All facilities: what to mend first and how much it would narrow the bounds."""
    publication = desk_of(request).published.now()
    scope = person.scope(Right.READ, publication.years)
    years = publication.all_years
    chosen = year if year in years else (years[-1] if years else 0)
    where = {"facility_id": scope}
    fixes = publication.tables.rows("fixes", where | {"year": chosen})
    return shown(
        request,
        "quality.html.j2",
        title=f"Data quality {chosen}",
        place="quality",
        year=chosen,
        years=years,
        fixes=_fixes(publication, fixes, person),
        rules=_rules(publication, scope, chosen),
        balances=_balances(publication.tables.rows("balances", where | {"year": chosen})),
        refused=_refused(publication, scope),
        facilities=[(one, f"/facility/{one}/{chosen}/topic/quality") for one in scope],
    )


def _fixes(publication: Publication, fixes: list[Row], person: Person) -> Table:
    zones = {row["facility_id"]: row["timezone"] for row in publication.tables.rows("facilities")}
    rows = []
    for row in sorted(fixes, key=lambda row: -(row["effect"] or 0)):
        begins, ends = (f"{row[end]:%Y-%m-%d %H:%M}" for end in ("first", "last"))
        remedy = RULES[RuleId(row["cause"])].remedy
        words = Markup("{}").format(remedy)
        if person.may(Right.PROPOSE, row["facility_id"]):
            asked = urlencode(
                {
                    "meter": row["meter_id"],
                    "start": row["first"].isoformat(),
                    "end": row["last"].isoformat(),
                }
            )
            href = f"/facility/{row['facility_id']}/edits/new?{asked}"
            words = Markup('{} <a href="{}">Propose an edit</a>').format(remedy, href)
        rows.append(
            (
                row["meter_id"],
                row["facility_id"],
                row["cause"].replace("_", " "),
                f"{begins} to {ends} {zones.get(row['facility_id'], '')}",
                number(row["hours"]),
                number(row["effect"], 4) if row["effect"] is not None else DASH,
                words,
            )
        )
    return table(
        "What to mend first: how much wider it makes the bounds of the year's PUE",
        ("Meter", "Facility", "Cause", "From, to", "Hours", "PUE bounds", "What to do"),
        rows,
        (1, 2, 3, 6),
    )


def _rules(publication: Publication, scope: list[str], year: int) -> Table:
    months = [f"{year}-{month:02d}" for month in range(1, 13)]
    found = publication.tables.counts(
        "findings",
        ("facility_id", "rule", "action"),
        {"facility_id": scope, "month": months},
        distinct="meter_id",
    )
    rows = [
        (
            Markup('<a href="/quality/{}/findings?rule={}&amp;year={}">{}</a>').format(
                facility, rule, year, rule.replace("_", " ")
            ),
            facility,
            action,
            number(count),
            number(meters),
            RULES[RuleId(rule)].meaning,
        )
        for facility, rule, action, count, meters in found
    ]
    return table(
        f"Rules that found something, {year}",
        ("Rule", "Facility", "Action", "Findings", "Meters", "What it looks at"),
        rows,
        (1, 2, 5),
    )


def _balances(found: list[Row]) -> Table:
    rows = [
        (
            row["meter_id"],
            row["facility_id"],
            words_of(row["quantity"]),
            f"{number(row['through'])} {row['unit']}",
            f"{number(row['shown_below'])} {row['unit']}",
            f"{number(row['residual'])} {row['unit']}",
            share(row["share"]),
            number(row["hours"]),
        )
        for row in sorted(found, key=lambda row: -abs(row["share"] or 0))
    ]
    return table(
        "Balances: what passes a meter and is not shown by the meters below it",
        ("Meter", "Facility", "Quantity", "Through", "Below", "Left over", "Share", "Hours"),
        rows,
        (1, 2),
    )


def _refused(publication: Publication, scope: list[str]) -> Table:
    by = ("facility_id", "reasons")
    rows = [
        (
            Markup('<a href="/quality/{}/quarantine?reasons={}">{}</a>').format(
                facility, reason, reason.replace("_", " ")
            ),
            facility,
            number(count),
        )
        for facility, reason, count in publication.tables.counts(
            "quarantine", by, {"facility_id": scope}
        )
    ]
    return table(
        "Quarantine: rows that were refused, with their reason; none is lost",
        ("Reason", "Facility", "Rows"),
        rows,
        (1,),
    )


@router.get("/quality/{facility}/quarantine")
def quarantine(
    request: Request, person: Reader, facility: str, reasons: str = "", page: PageNumber = 1
) -> Response:
    """Refused rows of a facility, each with its file and line."""
    publication = desk_of(request).published.now()
    where = {"facility_id": facility} | ({"reasons": reasons} if reasons else {})
    count = publication.tables.count("quarantine", where)
    found = publication.tables.rows("quarantine", where, limit=ROWS, offset=(page - 1) * ROWS)
    rows = [
        (
            Markup('<a href="/facility/{}/raw/{}?line={}">{}:{}</a>').format(
                facility, row["file"], row["line"], row["path"], row["line"]
            ),
            row["meter_id"] or DASH,
            row["timestamp"] or DASH,
            row["value"] or DASH,
            row["reasons"].replace("_", " "),
            row["detail"] or "",
        )
        for row in found
    ]
    return _listing(
        request,
        f"Quarantine of {facility}",
        table(
            "Refused rows",
            ("File and line", "Meter", "Time", "Value", "Reasons", "Detail"),
            rows,
            (1, 2, 4, 5),
        ),
        page=page,
        count=count,
        csv=f"quarantine?facility={facility}",
    )


@router.get("/quality/{facility}/findings")
def findings(
    request: Request,
    person: Reader,
    facility: str,
    rule: str = "",
    year: int = 0,
    page: PageNumber = 1,
) -> Response:
    """What the rules found at a facility."""
    publication = desk_of(request).published.now()
    where: dict[str, object] = {"facility_id": facility}
    if rule:
        where["rule"] = rule
    if year:
        where["month"] = [f"{year}-{month:02d}" for month in range(1, 13)]
    count = publication.tables.count("findings", where)
    found = publication.tables.rows("findings", where, limit=ROWS, offset=(page - 1) * ROWS)
    rows = [
        (
            row["meter_id"] or DASH,
            row["rule"].replace("_", " "),
            row["severity"],
            row["action"],
            f"{row['start']:%Y-%m-%d %H:%M}",
            f"{row['end']:%Y-%m-%d %H:%M}",
            row["detail"],
            row["proposal"] or "",
        )
        for row in found
    ]
    head = ("Meter", "Rule", "Severity", "Action", "From (UTC)", "To (UTC)", "Detail", "Proposal")
    listed = table("What the rules found", head, rows, (1, 2, 3, 4, 5, 6, 7))
    return _listing(
        request,
        f"Findings of {facility}",
        listed,
        page=page,
        count=count,
        csv=f"findings?facility={facility}",
    )


def _listing(
    request: Request, title: str, listed: Table, *, page: int, count: int, csv: str
) -> Response:
    return shown(
        request,
        "listing.html.j2",
        title=title,
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"),),
        listed=listed,
        page=page_of(request, page, count),
        csv=f"/api/v1/tables/{csv}&format=csv&limit=5000",
    )
