"""Edits from the register to the figures: with, without, expired, unreviewed, taken back."""

import shutil
from itertools import pairwise

import pytest

from tests.flow.small_estate import (
    done,
    drop,
    hashes,
    instants,
    meter,
    metrics,
    run,
    sql,
    totals,
    write_estate,
    write_file,
)

NOW = ("--now", "2025-06-01T00:00Z")
EDGES = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01")
MONTHS = ("2025-01", "2025-02", "2025-03", "2025-04")
HEADER = "edit_id,meter_id,start,end,value,rule,author,reason,evidence,expires,reviewed_by"
#: A day of the UPS meter in watt-hours, which its maximum rate refuses, and ten silent days.
WRONG_DAY, SILENT = "2025-01-15", ("2025-04-11", "2025-04-21")
SCALE = f"e1,one.ups,{WRONG_DAY},2025-01-16,,scale 0.001,Ada,sent in Wh,mail 7,2025-12-31,Bob"
#: Of the two rows that contradict each other the one of the month's own file is right.
DECIDED = "e3,one.ups,2025-03-09T09:00,2025-03-09T10:00,109,,Ada,2025-03 is right,,,"
UNSENT = "e4,one.grid,2025-05-01,2025-06-01,150000,,Ada,no export,invoice 5,,"
VALUE = f"e2,one.grid,{SILENT[0]},{SILENT[1]},48000,,Ada,outage,invoice 12,,"


def kwh(stamp):
    return 100 + int(stamp[11:13])


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Four months without any edit, backfilled."""
    folder = write_estate(
        tmp_path_factory.mktemp("plain") / "estate",
        facilities=[{"id": "one"}],
        meters=[
            meter("one.grid", "grid_import", "interval", "kWh", max_rate=400),
            meter("one.ups", "ups_output", "interval", "kWh", max_rate=300),
        ],
    )
    for month, (first, last) in zip(MONTHS, pairwise(EDGES), strict=True):
        stamps = list(instants(first, last))
        drop(
            folder,
            f"{month}.csv",
            [
                *(
                    ("one.grid", stamp, 200)
                    for stamp in stamps
                    if not SILENT[0] <= stamp[:10] < SILENT[1]
                ),
                *(
                    ("one.ups", stamp, kwh(stamp) * (1000 if stamp[:10] == WRONG_DAY else 1))
                    for stamp in stamps
                ),
            ],
        )
    drop(folder, "other.csv", [("one.ups", "2025-03-09T09:00:00Z", 77)])
    done("backfill", folder, *NOW)
    return folder


@pytest.fixture(scope="module")
def scaled(plain, tmp_path_factory):
    """With the wrong day's edit alone."""
    return sign(copied(plain, tmp_path_factory.mktemp("scaled")), SCALE)


@pytest.fixture(scope="module")
def signed(plain, tmp_path_factory):
    """With edits of every month, and of one that nobody sent."""
    return sign(copied(plain, tmp_path_factory.mktemp("signed")), SCALE, VALUE, DECIDED, UNSENT)


def copied(estate, folder):
    shutil.copytree(estate, folder / "estate")
    return folder / "estate"


def sign(estate, *lines, now=NOW):
    write_file(estate / "registers" / "edits.csv", "\n".join([HEADER, *lines]) + "\n")
    done("backfill", estate, *now)
    return estate


def everything(estate):
    tables = ("totals", "metrics", "cells", "findings", "quarantine", "files")
    return (
        hashes(estate / "var" / "lake"),
        hashes(estate / "var" / "reports"),
        {name: sql(estate, f"SELECT * FROM {name}") for name in tables},
    )


def written(estate, *tables):
    """When each file of some tables was last written."""
    return {
        path.relative_to(estate).as_posix(): path.stat().st_mtime_ns
        for table in tables
        for path in (estate / "var" / "lake" / table).rglob("*.parquet")
    }


def month(estate, month, *more):
    return totals(estate, "one", 2025, "--month", month, *more)


def told(estate, *more):
    return {row["edit_id"]: row for row in done("edits", estate, "--json", *more).json["edits"]}


def test_the_warehouse_tells_every_edit(scaled):
    [found] = sql(scaled, "SELECT edit_id, state, rule, author, reviewed_by, line FROM edits")

    assert found == {
        "edit_id": "e1",
        "state": "active",
        "rule": "scale 0.001",
        "author": "Ada",
        "reviewed_by": "Bob",
        "line": 2,
    }


def test_a_day_in_another_scale_is_restored_and_without_edits_it_is_not(plain, scaled):
    before = month(plain, "2025-01")["ups_output"]

    true = sum(kwh(stamp) for stamp in instants(*EDGES[:2]))
    with_edit = month(scaled, "2025-01")["ups_output"]
    assert (with_edit["value"], with_edit["low"], with_edit["high"]) == (true, true, true)
    assert with_edit["status"] == "flagged"
    assert "24 meter hours stand on signed edits" in with_edit["reason"]
    assert with_edit["coverage"] == pytest.approx(30 / 31)
    assert before["low"] < true < before["high"]
    assert month(scaled, "2025-01", "--without-edits")["ups_output"] == before
    ratios = [
        metrics(estate, "one", 2025, "--month", "2025-01", *more)["pue", "1"]
        for estate, more in ((plain, ()), (scaled, ("--without-edits",)), (scaled, ()))
    ]
    assert ratios[0] == ratios[1]
    assert ratios[2]["value"] == pytest.approx(744 * 200 / true)
    assert ratios[2]["low"] == ratios[2]["high"] == ratios[2]["value"]
    hours = sql(
        scaled,
        "SELECT DISTINCT status, method FROM intervals WHERE meter_id = 'one.ups' "
        f"AND start >= '{WRONG_DAY}' AND start < '2025-01-16'",
    )
    assert hours == [{"status": "estimated", "method": "operator_repair"}]


def test_a_signed_figure_releases_a_withheld_one(plain, signed):
    before = month(plain, "2025-04")["grid_import"]

    after = month(signed, "2025-04")["grid_import"]
    assert (before["value"], before["status"]) == (None, "withheld")
    assert (before["low"], before["high"]) == (20 * 24 * 200, 20 * 24 * 200 + 10 * 24 * 400)
    assert (after["value"], after["low"], after["high"]) == (144_000, 144_000, 144_000)
    assert (after["status"], after["measured"]) == ("flagged", 96_000)
    assert after["estimated_share"] == pytest.approx(1 / 3)


def test_readings_and_covered_hours_stay_and_only_months_in_reach_are_built_anew(plain, scaled):
    """The edit lies in January: January's hours and February's, which looks at January's. A copied
    file keeps the time it was written."""
    for table in ("readings", "covered", "findings"):
        assert written(scaled, table) == written(plain, table)
    before, after = written(plain, "intervals"), written(scaled, "intervals")
    assert {path.split("/")[4] for path in after if after[path] != before[path]} == {
        "2025-01",
        "2025-02",
    }
    assert {path.split("/")[4] for path in written(scaled, "unedited")} == {"2025-01", "2025-02"}


def test_an_edit_taken_back_leaves_every_byte_as_it_was(plain, signed, tmp_path):
    estate = copied(signed, tmp_path)
    assert everything(estate) != everything(plain)
    (estate / "registers" / "edits.csv").unlink()

    done("backfill", estate, *NOW)

    assert everything(estate) == everything(plain)


def test_other_words_of_an_edit_move_no_hour(scaled, tmp_path):
    estate = copied(scaled, tmp_path)
    hours = written(estate, "intervals", "unedited")

    sign(estate, SCALE.replace("sent in Wh", "watt-hours: see the contract"))

    assert written(estate, "intervals", "unedited") == hours


def test_an_expired_edit_gives_the_figures_without_it_and_is_told(plain, scaled, tmp_path):
    estate = copied(scaled, tmp_path)

    sign(estate, SCALE, now=("--now", "2026-01-01T08:00Z"))

    assert month(estate, "2025-01") == month(plain, "2025-01")
    [gone] = told(estate).values()
    assert (gone["state"], gone["hours"], gone["totals"]) == ("expired", [], [])
    assert gone["remark"] == "expired after 2025-12-31; it no longer counts"
    status = done("status", estate, "--now", "2026-01-02T00:00Z")
    assert "e1 expired: one.ups" in status.out
    assert "expired after 2025-12-31; it no longer counts" in status.out
    [row] = done("status", estate, "--json", "--now", "2026-01-02T00:00Z").json["edits"]
    assert (row["edit_id"], row["state"]) == ("e1", "expired")
    assert written(estate, "unedited") == {}
    # As of its last day it counts still.
    done("backfill", estate, "--as-of", "2025-12-31T23:00Z", "--now", "2026-01-01T08:00Z")
    assert month(estate, "2025-01") == month(scaled, "2025-01")
    assert told(estate)["e1"]["state"] == "active"


def test_figures_hold_an_edit_until_the_next_backfill_and_say_that_it_has_expired(scaled):
    [row] = told(scaled, "--now", "2026-03-01T00:00Z").values()

    assert row["state"] == "active"
    assert "since the last backfill; figures still hold it" in row["remark"]


def test_what_every_edit_touches_and_moves_is_told(signed):
    rows = told(signed)

    scale, value = rows["e1"], rows["e2"]
    assert (scale["state"], scale["does"], scale["line"]) == ("active", "scale 0.001", 2)
    assert (scale["author"], scale["reviewed_by"], scale["expires"]) == ("Ada", "Bob", "2025-12-31")
    [hours] = scale["hours"]
    assert (hours["meter_id"], hours["hours"], hours["value"]) == ("one.ups", 24, 2676)
    assert hours["without"] == pytest.approx(2676)  # alike days happen to be alike
    [hours] = value["hours"]
    assert (hours["hours"], hours["value"]) == (240, 48_000)
    [total] = value["totals"]
    assert (total["year"], total["quantity"], total["without"]) == (2025, "grid_import", None)
    text = done("edits", signed).out
    assert "e2 (line 3): outage" in text
    assert "evidence: invoice 12" in text
    assert "240 hours of one.grid: 48 000 kWh" in text


def test_an_estate_without_edits_says_so(plain):
    assert "no edit is signed" in done("edits", plain).out
    assert done("edits", plain, "--json").json["edits"] == []
    assert "\nEdits\n  none\n" in done("status", plain, *NOW).out


def test_an_edit_waits_for_a_second_person_where_policies_ask_for_one(plain, tmp_path):
    estate = copied(plain, tmp_path)
    text = (estate / "estate.yaml").read_text() + "policies: {edits_need_review: yes}\n"
    write_file(estate / "estate.yaml", text)

    sign(estate, SCALE, VALUE)

    assert {name: row["state"] for name, row in told(estate).items()} == {
        "e1": "active",
        "e2": "unreviewed",
    }
    assert month(estate, "2025-04")["grid_import"]["value"] is None
    assert "e2 unreviewed: one.grid" in done("status", estate, *NOW).out
    sign(estate, SCALE, VALUE + "Cem")
    assert month(estate, "2025-04")["grid_import"]["value"] == 144_000


def test_a_value_decides_between_two_readings_that_contradict_each_other(signed):
    [refused] = sql(signed, "SELECT count(*) AS n FROM quarantine WHERE reasons = 'conflict'")
    assert refused["n"] == 2

    [hour] = sql(
        signed,
        "SELECT value, low, high, status, method FROM intervals WHERE meter_id = 'one.ups' "
        "AND start = TIMESTAMPTZ '2025-03-09T09:00:00Z'",
    )
    assert [float(hour[name]) for name in ("value", "low", "high")] == [109, 109, 109]
    assert (hour["status"], hour["method"]) == ("estimated", "operator_value")
    ups = month(signed, "2025-03")["ups_output"]
    assert ups["value"] == sum(kwh(stamp) for stamp in instants("2025-03-01", "2025-04-01"))


def test_a_month_nobody_sent_is_built_where_a_figure_is_signed_for_it(signed):
    may = month(signed, "2025-05")

    assert (may["grid_import"]["value"], may["grid_import"]["coverage"]) == (150_000, 0)
    assert may["ups_output"]["value"] is None


def test_an_explanation_names_the_edits_a_figure_stands_on(scaled):
    asked = ("--facility", "one", "--year", 2025, "--metric", "pue", "--month", 1)

    [found] = [
        one
        for one in done("explain", scaled, *asked, "--json").json["explanations"]
        if one["category"] == "1"
    ]

    [line] = [line for line in found["registers"] if "edits.csv" in line]
    assert line.startswith("registers/edits.csv:2: edit e1, one.ups 2025-01-15T00:00:00+00:00 to ")
    assert "scale 0.001, signed by Ada, reviewed by Bob: sent in Wh" in line


def test_an_edit_that_cannot_be_stops_check_and_backfill(plain, tmp_path):
    estate = copied(plain, tmp_path)
    write_file(
        estate / "registers" / "edits.csv",
        f"{HEADER}\ne1,one.up,2025-01-15,2025-01-16,,zero,Ada,x,,,\n",
    )

    for command in ("check", "backfill"):
        answer = run(command, estate, *NOW)
        assert answer.code == 2
        assert "registers/edits.csv:2: meter 'one.up' is not in the meter register." in answer.err


def test_check_counts_the_edits(signed):
    assert "4 edits." in done("check", signed, *NOW).out
