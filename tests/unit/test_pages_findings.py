"""The data-quality section: what to mend first, what the rules found, what is left over."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from reports.charts import day_strip
from reports.numbers import THIN
from reports.sections.findings import first_to_mend, left_over, rules_fired
from schemas.quality import BALANCES, FIXES
from schemas.rules import RULES, RuleId
from schemas.tables import FINDINGS
from tests.unit.synthetic_year import YEAR, facility_year

NOON = datetime(2025, 6, 1, 10, tzinfo=UTC)  # 12:00 in Berlin
EVENING = datetime(2025, 6, 1, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def facts():
    return facility_year()


def fix(place, effect, cause="missing"):
    width = None if effect is None else Decimal(1)
    return (
        "fra1",
        YEAR,
        place,
        f"m{place}",
        "grid_import",
        cause,
        10,
        NOON,
        EVENING,
        width,
        effect,
    )


def with_fixes(facts, *rows):
    return replace(facts, fixes=pl.DataFrame(rows, schema=FIXES, orient="row"))


def test_five_causes_are_named_with_their_effect_and_what_to_do(facts):
    table = first_to_mend(
        with_fixes(facts, fix(1, None, "stuck"), *(fix(n, 0.01 / n) for n in range(2, 8)))
    )

    assert [row[0] for row in table.rows] == ["m1", "m2", "m3", "m4", "m5"]
    assert "2 more causes" in table.caption
    first, second = table.rows[:2]
    assert first[1:5] == ("Stuck", "10", "2025-06-01 12:00 to 2025-06-01 22:00", "no upper bound")
    assert first[5].startswith("Give max_rate in meters.csv. ")
    assert second[4] == "0.0050"
    assert second[5] == RULES[RuleId.MISSING].remedy


def test_nothing_to_mend_is_said_in_words(facts):
    clean = replace(facts, fixes=FIXES.to_frame())

    assert "Nothing widens" in first_to_mend(clean).words
    assert "no PUE of 2025" in first_to_mend(replace(clean, year_metrics=())).words


def finding(rule, meter="m", detail="evidence", proposal="", other=""):
    facts = RULES[rule]
    return (
        "fra1",
        "2025-06",
        rule.value,
        facts.severity.value,
        facts.action.value,
        meter,
        other,
        NOON,
        EVENING,
        detail,
        proposal,
    )


def test_rules_are_counted_the_loudest_first_and_each_finding_shows_its_evidence(facts):
    rows = [
        finding(RuleId.MISSING),
        finding(RuleId.MISSING, meter="n"),
        finding(RuleId.SCALE_CHANGE, detail="a thousand times", proposal="scale 0.001"),
        finding(RuleId.SWAPPED, meter="a", other="b"),
    ]
    counted, evidence = rules_fired(
        replace(facts, findings=pl.DataFrame(rows, schema=FINDINGS, orient="row"))
    )

    assert [row[0] for row in counted.rows] == ["Scale change", "Swapped", "Missing"]
    assert counted.rows[2][1:6] == ("note", "accept", "2", "2", "20")
    assert counted.rows[0][6] == RULES[RuleId.SCALE_CHANGE].meaning
    assert evidence.rows[0][1:] == (
        "a and b",
        "2025-06-01 12:00 to 2025-06-01 22:00",
        "evidence",
        "—",
    )
    assert evidence.rows[1][3:] == ("a thousand times", "scale 0.001")


def test_notes_are_counted_and_a_file_s_hours_and_meters_are_no_number(facts):
    rows = [finding(RuleId.DUPLICATE, meter="", other="0" * 64)]

    [counted] = rules_fired(
        replace(facts, findings=pl.DataFrame(rows, schema=FINDINGS, orient="row"))
    )

    assert counted.rows[0][:6] == ("Duplicate", "note", "accept", "1", "—", "—")


def test_a_finding_about_a_file_names_it_by_its_path(facts):
    path, sha = facts.files.select("path", "sha256").row(0)
    late = finding(RuleId.STALE_METER, meter="", other=sha)

    _, evidence = rules_fired(
        replace(facts, findings=pl.DataFrame([late], schema=FINDINGS, orient="row"))
    )

    assert evidence.rows[0][1] == path


def test_a_year_without_findings_says_so(facts):
    [words] = rules_fired(replace(facts, findings=FINDINGS.to_frame()))

    assert "No rule" in words.words


def test_what_is_left_over_stands_with_its_share_and_hours(facts):
    row = (
        "fra1",
        YEAR,
        "grid",
        "grid_import",
        "kWh",
        ["a", "b"],
        71,
        Decimal(20_000),
        Decimal(15_000),
        Decimal(5_000),
        0.25,
    )
    [table] = left_over(replace(facts, balances=pl.DataFrame([row], schema=BALANCES, orient="row")))

    [shown] = [tuple(cell.replace(THIN, " ") for cell in row) for row in table.rows]
    assert shown == ("grid", "a, b", "71", "20.00 MWh", "15.00 MWh", "5.00 MWh", "25.0 %")


def test_a_balance_without_a_common_hour_shows_dashes(facts):
    row = ("fra1", YEAR, "grid", "grid_import", "kWh", ["a"], 0, None, None, None, None)
    [table] = left_over(replace(facts, balances=pl.DataFrame([row], schema=BALANCES, orient="row")))

    assert table.rows[0][3:] == ("—", "—", "—", "—")


def test_a_strip_stands_estimates_on_what_was_measured_and_hatches_the_rest():
    day = date(2025, 1, 1)

    drawing = str(day_strip({day: 0.5}, id="s", year=2025, label="x", estimated={day: 0.25}))

    assert '<rect x="0" y="8" width="1" height="8"' in drawing  # measured: the lower half
    assert '<rect x="0" y="4" width="1" height="4"' in drawing  # estimated, on top of it
    assert 'class="missing"' in drawing
