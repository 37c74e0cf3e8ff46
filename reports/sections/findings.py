"""What to mend first, what the rules found, and what upper meters leave over."""

import polars as pl
from markupsafe import Markup

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number, scale, share
from reports.sections.incidents import during
from reports.sections.section import Block, Text, words_of
from schemas.metrics import Metric
from schemas.rules import RULES, RuleId, Severity
from schemas.units import Unit

_FIRST = 5
_LISTED = 60
_PLACES = 4
_WHEN = "%Y-%m-%d %H:%M"


def first_to_mend(facts: FacilityYear) -> Block:
    """The five causes of doubt that widen the bounds of the year's PUE most."""
    if facts.fixes.is_empty():
        pue = next((m for m in facts.year_metrics if m.metric is Metric.PUE), None)
        if pue is None or pue.low is None:
            return Text(words=f"There is no PUE of {facts.year} whose bounds could be narrowed.")
        return Text(words=f"Nothing widens the bounds of the PUE of {facts.year}.")
    rows = []
    for row in facts.fixes.head(_FIRST).iter_rows(named=True):
        rule = RULES[RuleId(row["cause"])]
        rows.append(
            (
                row["meter_id"],
                words_of(row["cause"]),
                number(row["hours"]),
                _span(facts, row["first"], row["last"])
                + during(facts, row["first"], row["last"], silent=row["meter_id"]),
                "no upper bound" if row["effect"] is None else number(row["effect"], _PLACES),
                rule.remedy
                if row["effect"] is not None
                else f"Give max_rate in meters.csv. {rule.remedy}",
            )
        )
    rest = facts.fixes.height - len(rows)
    more = f" {number(rest)} more causes widen it less." if rest else ""
    return Table(
        caption=f"Fix first: what widens the bounds of the PUE of {facts.year} most.{more}",
        head=("Meter", "Cause", "Hours", "From, to", "Width of PUE", "What to do"),
        rows=tuple(rows),
        text=(1, 3, 5),
        style="words",
    )


def _span(facts: FacilityYear, first: object, last: object) -> str:
    frame = pl.DataFrame({"at": [first, last]}, schema={"at": pl.Datetime("us", "UTC")})
    local = frame["at"].dt.convert_time_zone(facts.facility.timezone).dt.strftime(_WHEN)
    return f"{local[0]} to {local[1]}"


def rules_fired(facts: FacilityYear) -> list[Block]:
    """Findings counted by rule, and each with its evidence; what is only told comes last."""
    if facts.findings.is_empty():
        return [Text(words=f"No rule of validation found anything in {facts.year}.")]
    hours = (pl.col("end") - pl.col("start")).dt.total_hours()
    about_meters = pl.col("meter_id") != ""
    tally = (
        facts.findings.group_by("rule", "action", "severity")
        .agg(
            found=pl.len(),
            meters=pl.col("meter_id").filter(about_meters).n_unique(),
            hours=hours.filter(about_meters).sum(),
        )
        .with_columns(loud=_loudness())
        .sort(["loud", "hours", "rule"], descending=[True, True, False])
    )
    counted = Table(
        caption=f"Rules that found something in {facts.year}. A note is only told; a flag asks a "
        "person to look; withheld hours are estimated anew, with bounds",
        head=("Rule", "Severity", "Does", "Found", "Meters", "Hours", "Meaning", "What to do"),
        rows=tuple(
            (
                words_of(row["rule"]),
                row["severity"],
                row["action"],
                number(row["found"]),
                number(row["meters"]) if row["meters"] else DASH,
                number(row["hours"]) if row["meters"] else DASH,
                RULES[RuleId(row["rule"])].meaning,
                RULES[RuleId(row["rule"])].remedy,
            )
            for row in tally.iter_rows(named=True)
        ),
        text=(1, 2, 6, 7),
        style="words",
    )
    loud = facts.findings.filter(pl.col("severity") != Severity.NOTE)
    return [counted, *([] if loud.is_empty() else [_evidence(facts, loud)])]


def _loudness() -> pl.Expr:
    order = {"note": 0, "warning": 1, "blocking": 2}
    return pl.col("severity").replace_strict(order, return_dtype=pl.Int8)


def _evidence(facts: FacilityYear, findings: pl.DataFrame) -> Table:
    """Each finding that is more than a note; a file by its name."""
    paths = dict(facts.files.select("sha256", "path").iter_rows())
    found = findings.with_columns(loud=_loudness()).sort(
        ["loud", "start", "meter_id", "rule"], descending=[True, False, False, False]
    )
    rows = [
        (
            words_of(row["rule"]),
            " and ".join(paths.get(part, part) for part in (row["meter_id"], row["other"]) if part)
            or DASH,
            _span(facts, row["start"], row["end"]),
            row["detail"] + during(facts, row["start"], row["end"]),
            row["proposal"] or DASH,
        )
        for row in found.head(_LISTED).iter_rows(named=True)
    ]
    rest = found.height - len(rows)
    more = f"; {number(rest)} more are in the warehouse, table findings" if rest else ""
    return Table(
        caption=f"Findings with their evidence, the loudest first{more}. A proposed repair counts "
        "once a person has signed it in registers/edits.csv",
        head=("Rule", "Meter", "From, to", "Evidence", "Proposed repair"),
        rows=tuple(rows),
        text=(1, 2, 3, 4),
        style="words",
        folded=True,
    )


def left_over(facts: FacilityYear) -> list[Block]:
    """The residual of each balance."""
    if facts.balances.is_empty():
        return []
    rows = []
    for row in facts.balances.iter_rows(named=True):
        chosen = scale(Unit(row["unit"]), row["through"])
        rows.append(
            (
                row["meter_id"],
                Markup(", ").join(row["below"]),
                number(row["hours"]),
                chosen.text(row["through"]),
                chosen.text(row["shown_below"]),
                chosen.text(row["residual"]),
                share(row["share"]),
            )
        )
    return [
        Table(
            caption=f"Balances of {facts.year}: what goes through an upper meter, what the meters "
            "below it show, and what is left over, in hours in which all were read",
            head=("Upper meter", "Below it", "Hours", "Through", "Below", "Left over", "Share"),
            rows=tuple(rows),
            text=(1,),
        )
    ]
