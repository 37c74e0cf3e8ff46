"""How an estate stands, as the last backfill published it: every file's account, quarantine by
reason, open figures, deadlines."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from pipelines.stages.edits_told import edits_in_brief
from pipelines.stages.published import published_readiness
from pipelines.stages.workshop import Workshop
from pipelines.storage.console import query
from pipelines.storage.warehouse import NAME
from reports.readiness import Readiness
from schemas.metrics import Status
from schemas.rules import RULES, RuleId, Severity

Row = dict[str, Any]
#: So many causes are named first.
FIRST = 5
_FILES = """
    SELECT path, sha256, names, size, strftime(arrived_at AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ')
        AS arrived_at, state, landed, kept, quarantined, duplicate, pending
    FROM files"""
_QUARANTINE = """
    SELECT reasons, count(*) AS rows,
        first(path || ':' || line ORDER BY path, line NULLS FIRST, meter_id NULLS FIRST) AS first_at
    FROM quarantine GROUP BY reasons ORDER BY rows DESC, reasons"""
#: What the rules found, the loudest and longest first.
_RULES = f"""
    SELECT rule, severity, action, count(*) AS found, count(DISTINCT meter_id) AS meters,
        sum(floor(epoch("end" - start) / 3600))::BIGINT AS hours
    FROM findings GROUP BY rule, severity, action
    ORDER BY list_position({[one.value for one in Severity]}, severity) DESC, hours DESC, rule"""
#: The least covered total of each year, and how many of its metrics are withheld.
_YEARS = f"""
    SELECT facility_id AS facility, period::INTEGER AS year, coverage, quantity, metrics, withheld
    FROM (
        SELECT facility_id, period,
            first(coverage ORDER BY coalesce(coverage, 0), quantity) AS coverage,
            first(quantity ORDER BY coalesce(coverage, 0), quantity) AS quantity
        FROM totals WHERE length(period) = 4 GROUP BY facility_id, period
    ) LEFT JOIN (
        SELECT facility_id, period, count(*) AS metrics,
            count(*) FILTER (status = '{Status.WITHHELD.value}') AS withheld
        FROM metrics GROUP BY facility_id, period
    ) USING (facility_id, period)"""
#: The few causes that widen the bounds of a year's PUE most.
_FIXES = f"""
    SELECT facility_id AS facility, year, place, meter_id, cause, hours, effect, first, last
    FROM fixes WHERE place <= {FIRST}"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What ``wattledger status`` shows."""

    operator: str
    as_of: str
    files: list[Row]
    quarantine: list[Row]
    years: list[Row]
    rules: list[Row]
    fixes: list[Row]
    edits: list[Row]
    deadlines: list[Row]

    def document(self) -> dict[str, Any]:
        return asdict(self)


def standing(shop: Workshop, today: date) -> Standing:
    """The estate as the last backfill left it; before the first one nothing is told but edits.

    ``today`` is the day deadlines count from.
    """
    return Standing(
        operator=shop.estate.operator.name,
        as_of=shop.as_of.isoformat() if shop.as_of else "",
        files=_rows(shop, _FILES),
        quarantine=_rows(shop, _QUARANTINE),
        years=_in_order(shop, _rows(shop, _YEARS)),
        rules=_rows(shop, _RULES),
        fixes=[_fix(shop, row) for row in _in_order(shop, _rows(shop, _FIXES))],
        edits=edits_in_brief(shop, today),
        deadlines=_deadlines(shop, today),
    )


def _rows(shop: Workshop, sql: str) -> list[Row]:
    """Rows of the warehouse: what is published is told in a moment, however much the lake holds."""
    if not (shop.var / NAME).exists():
        return []
    names, rows = query(shop.var, sql)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _in_order(shop: Workshop, rows: list[Row]) -> list[Row]:
    """Facilities as estate.yaml has them, years, and places within a year."""
    place = {name: number for number, name in enumerate(shop.facilities)}
    return sorted(
        rows,
        key=lambda row: (place.get(row["facility"], len(place)), row["year"], row.get("place", 0)),
    )


def _fix(shop: Workshop, row: Row) -> Row:
    """A cause, when it began and ended at the site, and what to do about it."""
    facility = shop.facilities.get(row["facility"])

    def local(at: datetime) -> str:
        return at.astimezone(facility.zone if facility else None).isoformat()

    ends = {name: local(row[name]) for name in ("first", "last")}
    told = {name: value for name, value in row.items() if name != "place"}
    return {**told, **ends, "remedy": RULES[RuleId(row["cause"])].remedy}


def _deadlines(shop: Workshop, today: date) -> list[Row]:
    return [
        {
            "due": one.due.isoformat(),
            "days": one.days,
            "regime": one.regime,
            "facility": one.facility,
            "year": one.year,
            "state": _state(one),
        }
        for one in published_readiness(shop, today)
        if one.due is not None and one.in_scope is not False
    ]


def _state(one: Readiness) -> str:
    count = len(one.holes)
    return f"{count} hole{'s' * (count > 1)}" if count else "ready"
