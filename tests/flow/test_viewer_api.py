"""The JSON API: pages of tables, CSV, marks, scope; and whatever schemathesis thinks of."""

import csv
import io

import hypothesis
import pytest
import schemathesis

from reports.app.access import Role
from reports.app.answers import _cell
from tests.flow.small_estate import done
from tests.flow.viewer import as_person, browser, desk_over, owner_named, person


@pytest.fixture(scope="module")
def client(undisturbed):
    return as_person(undisturbed, owner_named())


def rows(client, table, **asked):
    return client.get(f"/api/v1/tables/{table}", params=asked).json()


def test_the_index_names_facilities_years_and_tables(client):
    index = client.get("/api/v1/").json()

    assert index["facilities"] == {"bln": [2025], "ccu": [2025]}
    assert {"metrics", "totals", "cells", "quarantine", "files"} <= set(index["tables"])
    assert "facility_id" in index["tables"]["metrics"]


def test_a_table_is_the_warehouses_own(client, undisturbed):
    sql = "SELECT metric, value FROM metrics WHERE facility_id = 'bln' AND period = '2025-03'"
    expected = done("sql", undisturbed, sql, "--json").json

    told = rows(client, "metrics", facility="bln", period="2025-03")

    assert [{"metric": row["metric"], "value": row["value"]} for row in told["rows"]] == expected
    assert told["count"] == len(expected)


def test_pages_laid_one_after_another_are_the_table(client):
    whole = rows(client, "metrics", limit=5000)
    pages = []
    for offset in range(0, whole["count"], 97):
        pages += rows(client, "metrics", limit=97, offset=offset)["rows"]

    assert pages == whole["rows"]
    assert len(whole["rows"]) == whole["count"]


def test_a_table_as_csv_has_the_same_cells(client):
    told = rows(client, "quarantine", limit=20)
    text = client.get("/api/v1/tables/quarantine", params={"limit": 20, "format": "csv"})

    read = list(csv.DictReader(io.StringIO(text.text)))
    assert [row["path"] for row in read] == [row["path"] for row in told["rows"]]
    assert list(read[0]) == told["columns"]
    assert "attachment" in text.headers["content-disposition"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1"])
def test_a_text_that_a_spreadsheet_would_compute_is_kept_a_text(text):
    assert _cell(text) == f"'{text}"
    assert _cell("a=1") == "a=1"
    assert _cell(-1.5) == -1.5


def test_hours_are_those_of_the_sites_calendar(client, undisturbed):
    day = client.get(
        "/api/v1/hours/bln/2025",
        params={"quantity": "ups_output", "start": "2025-03-30", "end": "2025-03-31"},
    ).json()

    assert day["count"] == 23  # summer time begins
    assert {row["local_date"] for row in day["rows"]} == {"2025-03-30"}
    assert {"value", "low", "high", "status"} <= set(day["columns"])


def test_what_has_not_changed_is_not_sent_again(client):
    first = client.get("/api/v1/tables/metrics?limit=5")
    mark = first.headers["etag"]

    again = client.get("/api/v1/tables/metrics?limit=5", headers={"If-None-Match": mark})
    other = client.get("/api/v1/tables/metrics?limit=6", headers={"If-None-Match": mark})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == mark
    assert other.status_code == 200


def test_a_mark_of_who_may_see_all_is_no_mark_of_who_may_see_some(undisturbed, client):
    mark = client.get("/api/v1/tables/metrics?limit=5").headers["etag"]
    scoped = as_person(undisturbed, person(Role.VIEWER, facilities=["bln"]))

    answer = scoped.get("/api/v1/tables/metrics?limit=5", headers={"If-None-Match": mark})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "table", ["metrics", "totals", "cells", "quarantine", "meters", "findings"]
)
def test_who_may_see_one_facility_gets_its_rows_and_no_other(undisturbed, table):
    scoped = as_person(undisturbed, person(Role.VIEWER, facilities=["bln"]))

    told = rows(scoped, table, limit=5000)

    assert told["rows"]
    assert {row["facility_id"] for row in told["rows"]} == {"bln"}
    assert scoped.get(f"/api/v1/tables/{table}?facility=ccu").status_code == 403


def test_tables_of_the_whole_estate_are_for_those_who_may_see_it(undisturbed):
    scoped = as_person(undisturbed, person(Role.VIEWER, facilities=["bln"]))

    assert scoped.get("/api/v1/tables/files").status_code == 403
    assert "ccu" not in str(scoped.get("/api/v1/").json()["facilities"])
    assert "ccu" not in scoped.get("/api/v1/readiness").text


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/api/v1/tables/none", 404, "There is no table 'none'"),
        ("/api/v1/tables/metrics?facility=none", 404, "no facility 'none'"),
        ("/api/v1/tables/files?facility=bln", 422, "not by facility"),
        ("/api/v1/tables/metrics?regime=x", 422, "no column regime"),
        ("/api/v1/tables/metrics?limit=0", 422, "limit"),
        ("/api/v1/hours/bln/2019", 404, "Nothing is published"),
        ("/api/v1/explain/bln/2025/metric/none", 404, "no figure"),
        ("/api/v1/forms/bln/2025/none", 404, "no form"),
        ("/api/v1/none", 404, "Not Found"),
    ],
)
def test_what_cannot_be_answered_says_why_in_json(client, address, status, words):
    answer = client.get(address)

    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_explain_is_what_the_command_line_says(client, undisturbed):
    told = done(
        *("explain", undisturbed, "--facility", "bln", "--year", 2025, "--month", 3),
        *("--metric", "edc", "--json"),
    ).json["explanations"]

    assert client.get("/api/v1/explain/bln/2025-03/metric/edc").json()["explanations"] == told


HERE = {"Host": "localhost"}


def test_nothing_that_can_be_asked_breaks_the_server(undisturbed):
    app = browser(desk_over(undisturbed, local=owner_named())).app
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app, headers=HERE)
    operations = [one.ok() for one in described.get_all_operations()]

    for operation in operations:

        @hypothesis.settings(max_examples=30, deadline=None, derandomize=True, database=None)
        @hypothesis.given(case=operation.as_strategy())
        def ask(case):
            # No answer of 5xx; statuses, types and documents as the description says.
            case.call_and_validate(headers=HERE)

        ask()

    assert len(operations) == 9
