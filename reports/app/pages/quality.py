"""Data quality: what to mend first, what the rules found, what was refused, and the raw lines."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipelines.stages.raw_lines import facilities_of, landed, raw_lines
from pipelines.storage.tables import Row
from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import Refused, needs
from reports.app.layout import Crumb, shown
from reports.app.paging import ROWS, page_of, table
from reports.app.published import Publication
from reports.charts import Table
from reports.numbers import DASH, number, share
from reports.sections.section import words_of
from schemas.rules import RULES, RuleId

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
Raw = Annotated[Person, needs(Right.RAW)]
PageNumber = Annotated[int, Query(ge=1, le=1_000_000)]
CHUNK = 256 * 1024


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
    found = publication.tables.rows("findings", {"facility_id": scope, "month": months})
    counted: dict[tuple[str, str, str], list[Row]] = {}
    for row in found:
        counted.setdefault((row["facility_id"], row["rule"], row["action"]), []).append(row)
    rows = [
        (
            Markup('<a href="/quality/{}/findings?rule={}&amp;year={}">{}</a>').format(
                facility, rule, year, rule.replace("_", " ")
            ),
            facility,
            action,
            number(len(rows)),
            number(len({row["meter_id"] for row in rows})),
            RULES[RuleId(rule)].meaning,
        )
        for (facility, rule, action), rows in sorted(counted.items(), key=lambda one: -len(one[1]))
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
    rows = []
    for facility in scope:
        counted: dict[str, int] = {}
        for row in publication.tables.rows("quarantine", {"facility_id": facility}):
            counted[row["reasons"]] = counted.get(row["reasons"], 0) + 1
        rows += [
            (
                Markup('<a href="/quality/{}/quarantine?reasons={}">{}</a>').format(
                    facility, reason, reason.replace("_", " ")
                ),
                facility,
                number(count),
            )
            for reason, count in sorted(counted.items(), key=lambda one: -one[1])
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
        page,
        count,
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
    return _listing(request, f"Findings of {facility}", listed, page, count)


def _listing(request: Request, title: str, listed: Table, page: int, count: int) -> Response:
    return shown(
        request,
        "listing.html.j2",
        title=title,
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"),),
        listed=listed,
        page=page_of(request, page, count),
    )


@router.get("/facility/{facility}/raw/{sha256}")
def raw(
    request: Request,
    person: Reader,
    facility: str,
    sha256: str,
    line: Annotated[int, Query(ge=1, le=10**9)] = 1,
) -> Response:
    """A line of a landed file, among those around it."""
    shop = desk_of(request).published.shop()
    found = raw_lines(shop, sha256, line)
    if found is None or facility not in found.facilities:
        raise HTTPException(404, f"No file of {facility} has this hash.")
    _whole_scope(person, Right.READ, found.facilities)
    return shown(
        request,
        "raw.html.j2",
        title=f"{found.path}, line {line}",
        place="quality",
        crumbs=(Crumb("Data quality", "/quality"),),
        found=found,
        line=line,
        facility=facility,
        may_fetch=person.may(Right.RAW, facility),
    )


@router.get("/facility/{facility}/raw/{sha256}/file")
def raw_file(request: Request, person: Raw, facility: str, sha256: str) -> Response:
    """A landed file, byte for byte."""
    shop = desk_of(request).published.shop()
    file = landed(shop, sha256)
    about = facilities_of(shop, file) if file else frozenset()
    if file is None or facility not in about:
        raise HTTPException(404, f"No file of {facility} has this hash.")
    _whole_scope(person, Right.RAW, about)
    desk = desk_of(request)
    desk.audit.write(desk.now(), person.name, "fetched", file.path, 200)

    def chunks() -> object:
        with shop.lake.landing.opened(sha256) as opened:
            while chunk := opened.read(CHUNK):
                yield chunk

    name = file.path.rsplit("/", 1)[-1].encode("ascii", "replace").decode().replace('"', "_")
    return StreamingResponse(
        chunks(),  # type: ignore[arg-type]
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _whole_scope(person: Person, right: Right, facilities: frozenset[str]) -> None:
    """A file may hold rows of several facilities: who may not see all of them sees none of it."""
    if not all(person.may(right, one) for one in facilities):
        raise Refused("This file also holds rows of facilities that you may not see.")
