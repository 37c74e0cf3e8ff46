"""Customers' parts from the meters' files to a page on paper: nothing lost, nothing spread."""

import csv
import io
import re
from decimal import Decimal

import pytest

from tests.flow.small_estate import done, drop, run, sql, write_estate
from tests.flow.tenanted import NOW, backfilled, tenanted_estate

OF_A = ("--facility", "a", "--year", 2025)


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    return backfilled(tmp_path_factory.mktemp("tenants") / "estate")


def statement(estate, written_as, *more):
    return done("tenants", estate, *OF_A, "--format", written_as, *more).out


def test_the_table_of_the_warehouse(estate):
    """Hanse 20 160 + 12 240; Kiefer a quarter of 29 640 read and 120 estimated."""
    rows = sql(
        estate,
        "SELECT tenant_id, name, value, low, high, basis, status FROM tenants "
        "WHERE period = '2025' AND quantity = 'it_energy'",
    )

    assert [tuple(row.values()) for row in rows] == [
        ("hanse", "=Hanse Analytik", 32_400, 32_400, 32_400, "metered", "clean"),
        ("kiefer", "Kiefer & <Söhne>", 7440, 7410, 7485, "metered", "clean"),
        ("", "unallocated", 34_560, 34_470, 34_695, "metered", "clean"),
    ]


@pytest.mark.parametrize(
    ("quantity", "metric", "categories"),
    [
        ("it_energy", "eit", ("3",)),
        ("facility_energy", "edc", ("",)),
        ("water", "win", ("2",)),
    ],
)
def test_tenants_and_what_is_left_are_the_published_figure(estate, quantity, metric, categories):
    sums = sql(
        estate,
        f"SELECT period, sum(value) AS parts FROM tenants WHERE quantity = '{quantity}' "
        "GROUP BY period ORDER BY period",
    )
    metrics = sql(
        estate,
        f"SELECT period, value, category FROM metrics WHERE metric = '{metric}' "
        "AND value IS NOT NULL ORDER BY period",
    )

    whole = {row["period"]: row["value"] for row in metrics if row["category"] in categories}
    assert {row["period"]: row["parts"] for row in sums} == whole
    assert whole.keys() == {"2025", "2025-12"}


def test_months_in_which_no_meter_stands_have_no_rows(estate):
    rows = sql(estate, "SELECT DISTINCT period FROM tenants ORDER BY period")

    assert [row["period"] for row in rows] == ["2025", "2025-12"]


def test_the_statement_of_one_customer_says_who_what_and_how(estate):
    page = statement(estate, "html", "--tenant", "kiefer")

    text = re.sub(r"[ \n]+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
    for words in (
        "Kiefer &amp; &lt;Söhne&gt; (kiefer)",
        "Alpha (a), DE",
        "1 January to 31 December 2025, UTC",
        "dc@alpha.example",
        "7\u202f440\u202fkWh",
        "7\u202f410\u00a0– 7\u202f485\u202fkWh",
        "25.0\u202f% of meter a.hall.b",
        "EnEfG § 15",
        "allocated by IT energy, not measured",
        "facility a has no grid_zone",
    ):
        assert words in text
    assert "hanse" not in page.lower()
    assert page.count("<article") == 1
    assert not re.search(r"(?:src|href)=\"http", page)


def test_every_customer_has_a_page_and_the_bytes_repeat(estate):
    page = statement(estate, "html")

    assert page.count("<article") == 2
    assert page == statement(estate, "html")
    assert "50.0\u202f% of meter a.hall.a from 2025-12-15" in page
    assert "100.0\u202f% of meter a.hall.a until before 2025-12-15" in page


def test_as_csv_no_name_is_a_formula(estate):
    rows = list(csv.DictReader(io.StringIO(statement(estate, "csv"))))

    assert {row["name"] for row in rows} == {"'=Hanse Analytik", "Kiefer & <Söhne>"}
    [year] = [
        row for row in rows
        if (row["tenant_id"], row["period"], row["quantity"]) == ("kiefer", "2025", "it_energy")
    ]  # fmt: skip
    assert [year[name] for name in ("value", "low", "high")] == ["7440", "7410", "7485"]
    [unknown] = [r for r in rows if r["quantity"] == "co2_location" and r["tenant_id"] == "hanse"]
    assert unknown["value"] == ""


def test_as_json(estate):
    [one] = done("tenants", estate, *OF_A, "--format", "json", "--tenant", "hanse").json[
        "statements"
    ]

    used = {(a["period"], a["quantity"]): a["value"] for a in one["amounts"]}
    assert Decimal(used["2025-12", "it_energy"]) == 32_400
    assert one["shares"][0]["valid_to"] == "2025-12-15"


def test_the_name_of_the_file_says_the_format(estate, tmp_path):
    path = tmp_path / "kiefer.html"

    answer = done("tenants", estate, *OF_A, "--tenant", "kiefer", "--out", path)

    assert path.read_text().startswith("<!doctype html>")
    assert (answer.out, answer.err) == ("", f"written: {path}\n")


def test_on_a_terminal(estate):
    told = done("tenants", estate, *OF_A).out

    assert "Alpha (a), 2025, UTC" in told
    assert re.search(r"kiefer +Kiefer & <Söhne> +it_energy +7 440 +7 410 +7 485 +kWh", told)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(("--facility", "a"), "of which facility and year?", id="no-year"),
        pytest.param(("--facility", "b", "--year", 2025), "facility 'b' is not in", id="facility"),
        pytest.param((*OF_A, "--tenant", "hansa"), "Did you mean 'hanse'?", id="tenant"),
        pytest.param(("--facility", "a", "--year", 2024), "2024 has not been backfilled",
                     id="year"),
        pytest.param((*OF_A, "--out", "x.pdf"), "'pdf' is no format of a statement", id="format"),
        pytest.param((*OF_A, "--by", "R. Vogt"), "--by says who takes a workbook", id="by"),
        pytest.param(("--take", "x.xlsx"), "--take does not say who takes it", id="nobody"),
        pytest.param(("--take", "x.csv", "--by", "R. Vogt"), "x.csv is no workbook", id="ending"),
        pytest.param(("--take", "x.xlsx", "--template", "y.xlsx", "--by", "R"), "Say one",
                     id="both"),
        pytest.param((*OF_A, "--template", "x.xlsx", "--out", "y.html"), "are of a statement",
                     id="template-and-out"),
        pytest.param(("--take", "gone.xlsx", "--by", "R. Vogt"), "gone.xlsx cannot be read",
                     id="gone"),
    ],
)  # fmt: skip
def test_what_is_refused(estate, asked, words):
    answer = run("tenants", estate, *asked)

    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""


def test_a_site_without_customers_says_so(tmp_path):
    estate = write_estate(
        tmp_path / "estate",
        facilities=[{"id": "a"}],
        meters=[{"meter_id": "a.it", "facility_id": "a", "quantity": "it_input",
                 "kind": "interval", "unit": "kWh", "interval": "1h"}],
    )  # fmt: skip
    drop(estate, "a/it.csv", [("a.it", "2025-12-01T00:00:00Z", 1)])
    done("backfill", estate, *NOW)

    for more in ((), ("--template", tmp_path / "x.xlsx")):
        answer = run("tenants", estate, *OF_A, *more)
        assert answer.code == 2
        assert "nobody has a share of a meter of a in 2025" in answer.err
    assert sql(estate, "SELECT * FROM tenants") == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("kiefer,Kiefer,a,a.water,1,,", "meter 'a.water' measures potable_water",
                     id="no-it-energy"),
        pytest.param("kiefer,Kiefer,a,a.rack,1,,",
                     "hold meter 'a.rack' and 'a.hall.a' above it (line 2)", id="given-out-twice"),
    ],
)  # fmt: skip
def test_shares_that_are_refused(tmp_path, row, words):
    estate = tenanted_estate(tmp_path / "estate")
    meters = (estate / "meters.csv").read_text().splitlines()
    parent = "parent" in meters[0]
    extra = "a.rack,a,it_input,interval,kWh,1h,100,2025-12-01"
    titles = f"{meters[0]}{'' if parent else ',parent'}"
    (estate / "meters.csv").write_text("\n".join([titles, *meters[1:], f"{extra},a.hall.a"]) + "\n")
    (estate / "registers" / "tenants.csv").write_text(
        "tenant_id,name,facility_id,meter_id,share,valid_from,valid_to\n"
        f"hanse,Hanse,a,a.hall.a,1,,\n{row}\n"
    )

    answer = run("check", estate)

    assert answer.code == 2
    assert f"registers/tenants.csv:3: {'tenants ' if 'hold' in words else ''}{words}" in answer.err


def test_one_meter_after_the_other_is_no_double_share(tmp_path):
    estate = tenanted_estate(tmp_path / "estate")
    (estate / "registers" / "tenants.csv").write_text(
        "tenant_id,name,facility_id,meter_id,share,valid_from,valid_to\n"
        "hanse,Hanse,a,a.hall.a,1,,2025-12-10\nkiefer,Kiefer,a,a.hall.a,1,2025-12-10,\n"
    )

    done("check", estate)


def test_the_incident_of_the_silent_hall(estate):
    """Three hours: 90 kWh less from the grid, 0.3 m3 more water, hall b unread: 0 to 100 each."""
    [row] = sql(estate, "SELECT * FROM incidents")

    assert (row["incident_id"], row["hours"], row["meters"]) == ("I-7", 3, ["a.hall.b"])
    assert row["missing_meter_hours"] == 3
    assert row["energy_difference_kwh"] == row["energy_low"] == row["energy_high"] == -90
    assert (row["it_difference_kwh"], row["it_low"], row["it_high"]) == (0, -120, 180)
    assert row["water_difference_m3"] == pytest.approx(0.3)


def test_the_page_names_the_incident_where_it_explains_something(estate):
    page = (estate / "var" / "reports" / "a-2025.html").read_text()

    assert 'id="incidents"' in page
    assert "=UPS b on bypass" in page
    assert "2025-12-10 12:00, during incident I-7, battery failure" in page


def test_a_withheld_total_says_during_which_incident_its_gap_is(tmp_path):
    """Of a month only 12 hours are lacking, but the policy asks for all of it."""
    estate = tenanted_estate(tmp_path / "estate")
    text = (estate / "estate.yaml").read_text()
    (estate / "estate.yaml").write_text(
        f"{text}policies:\n  coverage_clean: 1.0\n  coverage_minimum: 0.999\n"
    )
    done("backfill", estate, *NOW)

    [row] = sql(
        estate, "SELECT reason FROM totals WHERE quantity = 'it_input' AND period = '2025-12'"
    )

    assert (
        "a.hall.b 2025-12-10T09:00Z to 2025-12-10T12:00Z (during incident I-7, battery failure)"
        in row["reason"]
    )
    page = statement(estate, "html", "--tenant", "kiefer")
    assert "99.59 % of the time was measured" in page
    assert "released by" not in page  # how to mend it is for the operator
    assert "released by" in statement(estate, "csv", "--tenant", "kiefer")
