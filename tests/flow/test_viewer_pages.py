"""What the viewer's pages say: the same as the command line, down to the raw line."""

import json
import re
import shutil

import pytest

from reports.app.access import Role
from reports.app.running import history
from tests.flow.small_estate import done, write_file
from tests.flow.viewer import PAGES, as_person, owner_named, person


@pytest.fixture(scope="module")
def client(undisturbed):
    return as_person(undisturbed, owner_named())


@pytest.mark.parametrize("address", PAGES)
def test_a_page_stands_and_carries_no_script_or_style_of_its_own(client, address):
    page = client.get(address)

    assert page.status_code == 200, page.text
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))", page.text) == []
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert not re.search(r"\son[a-z]+=", re.sub(r"<script.*?</script>", "", page.text, flags=re.S))
    assert len(re.findall(r"<h1", page.text)) == 1
    assert '<main id="content"' in page.text


def test_every_link_of_every_page_leads_somewhere(client):
    seen, todo, dead = set(), ["/estate/2025"], []
    while todo and len(seen) < 400:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if answer.status_code not in (200, 303):
            dead.append((address, answer.status_code))
        if "text/html" in answer.headers.get("content-type", ""):
            found = re.findall(r'(?:href|src|hx-get)="(/[^"#]*)', answer.text)
            todo += [
                one.replace("&amp;", "&") for one in found if not re.search("runs|language", one)
            ]

    assert dead == []
    assert len(seen) > 100


def test_the_root_leads_to_the_newest_year(client):
    assert client.get("/").headers["location"] == "/estate/2025"


def test_a_topic_or_year_that_is_not_there_is_told_as_such(client):
    for address in (
        "/facility/bln/2019",
        "/facility/bln/2025/topic/none",
        "/estate/2019",
        "/explain/bln/2025/metric/none",
        "/explain/bln/2025-13/metric/pue",
        "/facility/bln/2025/hours?show=none",
        "/facility/bln/2025/hours?days=3",
        "/filings/bln/2025/none",
    ):
        assert client.get(address).status_code == 404, address
    assert client.get("/facility/bln/2025/hours?start=yesterday").status_code == 422
    assert client.get("/facility/bln/year").status_code == 422


class TestFigures:
    def test_the_headline_is_what_the_command_line_says(self, client, undisturbed):
        energy = done(
            *("metrics", undisturbed, "--facility", "bln", "--year", 2025, "--month", 3, "--json")
        ).json["metrics"]
        edc = next(one for one in energy if one["metric"] == "edc")
        page = client.get("/explain/bln/2025-03/metric/edc").text

        assert f"<code>{edc['value']}</code>" in page

    def test_every_topic_of_the_report_is_on_one_page_of_the_viewer(self, client, undisturbed):
        from reports.app.pages.facility import TOPICS

        current = json.loads((undisturbed / "var/viewer/current.json").read_text())
        view = json.loads((undisturbed / "var/viewer" / current["views"]["bln-2025"]).read_text())
        shown = [section for _, sections in TOPICS.values() for section in sections]

        assert sorted(shown) == sorted(section["id"] for section in view["sections"])

    def test_a_gap_is_a_gap(self, client):
        page = client.get("/facility/bln/2025/hours?show=grid_import&days=31&start=2025-01-15").text

        assert 'class="missing"' in page
        assert "drawn hatched" in page
        assert "2025-01-20</th><td>—</td>" in page


class TestExplained:
    def test_a_figure_leads_to_the_lines_that_the_command_line_quotes(self, client, undisturbed):
        told = done(
            *("explain", undisturbed, "--facility", "bln", "--year", 2025),
            *("--metric", "edc", "--month", 3, "--json"),
        ).json["explanations"][0]
        page = client.get("/explain/bln/2025-03/metric/edc").text

        quotes = [
            quote
            for total in told["totals"]
            for meter in total["meters"]
            for quote in meter["quotes"]
        ]
        assert quotes
        for quote in quotes:
            assert f"{quote['path']}:{quote['line']}" in page
            assert quote["value"] in page

    def test_the_raw_line_is_the_line_of_the_file(self, client, undisturbed):
        page = client.get("/explain/bln/2025-03/total/grid_import").text
        address = re.search(r'href="(/facility/bln/raw/[0-9a-f]{64}\?line=\d+)"', page)[1]
        path, line = re.search(r">([^<>]+):(\d+)</a></th>", page).groups()

        shown = client.get(address).text

        text = (undisturbed / "inbox" / path).read_text().splitlines()[int(line) - 1]
        asked = re.search(
            r'<li class="asked"[^>]*><span class="number">(\d+)</span><span>(.*?)<', shown
        )
        assert (int(asked[1]), asked[2]) == (int(line), text)

    def test_the_whole_file_is_what_was_landed(self, client, undisturbed):
        page = client.get("/explain/bln/2025-03/total/grid_import").text
        sha256, path = re.search(r"raw/([0-9a-f]{64})\?line=\d+\">([^<>]+):\d+<", page).groups()

        got = client.get(f"/facility/bln/raw/{sha256}/file")

        assert got.content == (undisturbed / "inbox" / path).read_bytes()
        assert "attachment" in got.headers["content-disposition"]

    def test_a_file_of_two_facilities_is_shown_to_nobody_who_may_see_one(
        self, undisturbed, tmp_path
    ):
        estate = tmp_path / "estate"
        shutil.copytree(undisturbed, estate)
        write_file(
            estate / "inbox" / "both.csv",
            "meter_id,timestamp,value\nbln.cpu,2025-03-03T12:30:00Z,50\n"
            "ccu.grid,2025-05-02T00:00:00Z,900000\n",
        )
        done("backfill", estate, "--now", "2025-06-01T00:00Z")
        everything = json.dumps(done("status", estate, "--json").json["files"])
        sha256 = re.search(r'"both.csv", "sha256": "([0-9a-f]{64})"', everything)[1]
        address = f"/facility/bln/raw/{sha256}?line=2"

        assert as_person(estate, person(Role.VIEWER)).get(address).status_code == 200
        scoped = as_person(estate, person(Role.VIEWER, facilities=["bln"])).get(address)
        assert scoped.status_code == 403
        assert "ccu.grid" not in scoped.text

    def test_while_a_backfill_has_gone_on_no_trail_of_other_figures_is_told(
        self, undisturbed, tmp_path
    ):
        estate = tmp_path / "estate"
        shutil.copytree(undisturbed, estate)
        manifest = estate / "var/lake/years/bln/2025/metrics.json"
        text = json.loads(manifest.read_text())
        manifest.write_text(json.dumps({**text, "inputs": "0" * 64}))

        answer = as_person(estate, owner_named()).get("/explain/bln/2025/metric/pue")

        assert answer.status_code == 409
        assert "being built anew" in answer.text


def test_before_anything_is_published_the_viewer_says_what_to_do(tmp_path):
    done("init", tmp_path / "estate")
    client = as_person(tmp_path / "estate", owner_named())

    answer = client.get("/")

    assert answer.status_code == 503
    assert "wattledger backfill" in answer.text
    assert client.get("/engineering").status_code == 200


def test_a_publication_is_seen_at_once_and_whole(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    client = as_person(estate, owner_named())
    before = client.get("/api/v1/").json()["published"]

    write_file(
        estate / "inbox/bln/more.csv",
        "meter_id,timestamp,value\nbln.cpu,2025-04-02T12:30:00Z,50\n",
    )
    done("backfill", estate, "--now", "2025-06-01T00:00Z")

    assert client.get("/api/v1/").json()["published"] != before
    assert client.get("/facility/bln/2025").status_code == 200


def test_a_second_backfill_of_the_same_publishes_nothing_else(undisturbed, tmp_path):
    estate = tmp_path / "estate"
    shutil.copytree(undisturbed, estate)
    before = {p.name: p.stat().st_mtime_ns for p in (estate / "var/viewer").iterdir()}

    done("backfill", estate, "--now", "2025-06-01T00:00Z")

    assert {p.name: p.stat().st_mtime_ns for p in (estate / "var/viewer").iterdir()} == before


def test_dagsters_history_is_read_from_its_own_memory(undisturbed):
    runs = history(undisturbed)

    assert {run["job"] for run in runs} >= {"landing", "months", "years", "publish"}
    assert {run["status"] for run in runs} == {"success"}
    months = [run["partitions"] for run in runs if run["job"] == "months"]
    assert any(one.startswith("bln|2025-02") for one in months), months
