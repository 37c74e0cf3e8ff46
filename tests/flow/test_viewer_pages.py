"""What the viewer's pages say: the same as the command line, down to the raw line."""

import json
import re
import shutil
from datetime import timedelta

import pytest

from reports.app.access import Role
from reports.app.running import history
from tests.flow.sealed import filed_estate
from tests.flow.small_estate import alone, done, write_file
from tests.flow.viewer import (
    Clock,
    as_person,
    browser,
    csrf_of,
    desk_over,
    logged_in,
    owner_named,
    person,
)

PAGES = (
    "/estate/2025",
    "/facility/bln/2025",
    *(
        f"/facility/bln/2025/topic/{topic}"
        for topic in "energy water carbon equipment outlook incidents quality".split()
    ),
    "/facility/bln/2025/hours",
    "/facility/bln/2025/compare",
    "/explain/bln/2025/metric/pue",
    "/explain/estate/2025/metric/pue",
    "/explain/bln/2025-03/total/grid_import",
    "/quality",
    "/quality/bln/quarantine",
    "/quality/bln/findings",
    "/edits",
    "/facility/bln/edits/new",
    "/filings",
    "/filings/bln/2025/iso-30134",
    "/restatements",
    "/verify",
    "/equipment",
    "/engineering",
    "/engineering/partitions",
    "/engineering/progress",
    "/audit",
)


@pytest.fixture(scope="module")
def client(undisturbed):
    return as_person(undisturbed, owner_named())


def words(html):
    """A page's words, without scripts, styles and marks."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


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
        page = as_person(estate, owner_named()).get("/quality/ccu/quarantine").text
        everything = json.dumps(done("status", estate, "--json").json["files"])
        sha256 = re.search(r'"both.csv", "sha256": "([0-9a-f]{64})"', everything)[1]
        address = f"/facility/bln/raw/{sha256}?line=2"

        assert page
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
    assert any("bln|2025-02-01 to" in run["partitions"] for run in runs) or runs


class TestEdits:
    @pytest.fixture
    def estate(self, undisturbed, tmp_path):
        estate = tmp_path / "estate"
        shutil.copytree(undisturbed, estate)
        return estate

    def propose(self, client, **more):
        asked = {
            "csrf": csrf_of(client),
            "meter_id": "bln.ups",
            "start": "2025-03-09T10:00+01:00",
            "end": "2025-03-09T12:00+01:00",
            "rule": "withhold",
            "reason": "the meter was being tested",
            **more,
        }
        return client.post("/facility/bln/edits/new", data=asked)

    def two(self, estate):
        """Two persons at one server."""
        desk = desk_over(estate)
        clients = []
        for name, role in (("ann", Role.ENGINEER), ("ben", Role.REVIEWER)):
            client = browser(desk)
            client.cookies.set(
                "wattledger", desk.sessions.begin(person(role, name=name), desk.now())
            )
            clients.append(client)
        return clients

    def test_what_one_person_proposes_another_signs_and_a_backfill_counts(self, estate):
        ann, ben = self.two(estate)

        assert self.propose(ann).status_code == 303
        [waits] = ben.get("/api/v1/proposals").json()["proposals"]
        assert (waits["facility"], waits["row"]["author"]) == ("bln", "ann")
        assert not (estate / "registers/edits.csv").exists()
        id = re.search(r"/edits/(P\d+-\d+)/accept", ben.get("/edits").text)[1]
        accepted = ben.post(f"/facility/bln/edits/{id}/accept", data={"csrf": csrf_of(ben)})

        assert accepted.status_code == 303, accepted.text
        lines = (estate / "registers/edits.csv").read_text().splitlines()
        assert lines[1].startswith(f"{id},bln.ups,2025-03-09T10:00+01:00,2025-03-09T12:00+01:00,")
        assert lines[1].endswith(",ben")
        assert "ann" in lines[1]
        assert "Nothing waits" in ben.get("/edits").text
        done("backfill", estate, "--now", "2025-06-01T00:00Z")
        [edit] = done("edits", estate, "--json").json["edits"]
        assert (edit["state"], edit["author"], edit["reviewed_by"]) == ("active", "ann", "ben")

    def test_who_proposed_it_cannot_sign_it(self, estate):
        desk = desk_over(estate)
        client = logged_in(desk, person(Role.ENGINEER, Role.REVIEWER, name="ann"))
        self.propose(client)
        page = client.get("/edits").text
        id = desk.proposals.all()[0].id

        answer = client.post(f"/facility/bln/edits/{id}/accept", data={"csrf": csrf_of(client)})

        assert "Another person must review it" in page
        assert answer.status_code == 403
        assert not (estate / "registers/edits.csv").exists()

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"rule": "witholt"}, "withhold"),
            ({"start": "2025-03-09T10:20+01:00"}, "hour"),
            ({"meter_id": "ccu.ups"}, "is not one of bln"),
            ({"rule": ""}, "value"),
        ],
    )
    def test_what_does_not_fit_is_told_and_kept_in_the_form(self, estate, more, said):
        ann, _ = self.two(estate)

        answer = self.propose(ann, **more)

        assert answer.status_code == 422
        assert said in answer.text
        assert "the meter was being tested" in answer.text

    def test_a_refused_proposal_is_gone(self, estate):
        ann, ben = self.two(estate)
        self.propose(ann)
        id = re.search(r"/edits/(P\d+-\d+)/refuse", ben.get("/edits").text)[1]

        ben.post(f"/facility/bln/edits/{id}/refuse", data={"csrf": csrf_of(ben)})

        assert "Nothing waits" in ben.get("/edits").text
        assert not (estate / "registers/edits.csv").exists()

    def test_other_lines_of_the_register_stay_as_they_are(self, estate):
        register = estate / "registers" / "edits.csv"
        text = (
            "edit_id,meter_id,start,end,rule,author,reason,reviewed_by\r\n"
            'E1,bln.ups,2025-03-01,2025-03-02,withhold,"x, y",why,z\r\n'
        )
        register.parent.mkdir(exist_ok=True)
        register.write_bytes(text.encode())
        ann, ben = self.two(estate)
        self.propose(ann)
        id = re.search(r"/edits/(P\d+-\d+)/accept", ben.get("/edits").text)[1]

        ben.post(f"/facility/bln/edits/{id}/accept", data={"csrf": csrf_of(ben)})

        assert register.read_bytes().startswith(text.encode())
        assert len(register.read_text().splitlines()) == 3


@pytest.fixture(scope="module")
def filed(tmp_path_factory):
    return filed_estate(tmp_path_factory.mktemp("viewer") / "estate")


@pytest.mark.slow
class TestFilings:
    @pytest.fixture
    def estate(self, filed):
        return filed

    def test_two_persons_take_a_form_to_its_pack_and_an_authority_fetches_it(
        self, estate, tmp_path
    ):
        clock = Clock()
        desk = desk_over(estate, clock=clock)

        def comes(name, role):
            client = browser(desk)
            client.cookies.set(
                "wattledger", desk.sessions.begin(person(role, name=name), desk.now())
            )
            return client

        ann, sue = comes("ann", Role.ENGINEER), comes("sue", Role.SIGNER)
        form = "/filings/fra1/2025/iso-30134"

        def step(client, name):
            answer = client.post(f"{form}/approve", data={"csrf": csrf_of(client), "step": name})
            clock.now += timedelta(minutes=1)
            return answer.status_code

        assert step(ann, "prepare") == 303
        assert step(ann, "sign") == 409  # nobody has reviewed it, and she prepared it
        assert step(sue, "review") == 303
        assert step(sue, "sign") == 303
        sealed = sue.post(f"{form}/seal", data={"csrf": csrf_of(sue)})
        assert sealed.status_code == 303, sealed.text
        name = "iso-30134_fra1_2025_v1.zip"
        pack = sue.get(f"/packs/fra1/{name}").content
        (tmp_path / name).write_bytes(pack)
        verdict = alone("verify", tmp_path / name, "--json").json
        assert (verdict["sound"], verdict["approved"]) == (True, True)

        shared = sue.post(
            f"/packs/fra1/{name}/share",
            data={"csrf": csrf_of(sue), "to": "BfEE", "days": "10"},
        ).text
        link = re.search(r"http://localhost(/shared/[\w-]+)", shared)[1]
        stranger = browser(desk)
        assert "sound" in stranger.get(link).text
        assert stranger.get(f"{link}/pack").content == pack
        assert stranger.get("/estate/2025").status_code == 401
        clock.now += timedelta(days=11)
        assert stranger.get(link).status_code == 404

    def test_a_dropped_pack_is_verified_and_a_spoiled_one_is_not(self, estate):
        client = as_person(estate, person(Role.VIEWER))
        content = next((estate / "var/filings").glob("*.zip")).read_bytes()
        spoiled = bytearray(content)
        spoiled[len(spoiled) // 2] ^= 1

        def verdict(body):
            return client.post(
                "/verify", data={"csrf": csrf_of(client)}, files={"pack": ("a.zip", bytes(body))}
            )

        assert "a.zip: sound" in words(verdict(content).text)
        [told] = client.get("/api/v1/restatements").json()["filings"]
        assert (told["regime"], told["version"], told["moved"]) == ("iso-30134", 1, [])
        assert "a.zip: not sound" in words(verdict(spoiled).text)
        assert "not sound" in words(verdict(b"no pack at all").text)

    def test_a_form_is_the_published_one_and_its_figures_lead_to_their_trail(self, estate):
        client = as_person(estate, person(Role.VIEWER))
        page = client.get("/filings/fra1/2025/eu-eed-2024").text

        assert 'href="/explain/fra1/2025/metric/edc"' in page
        published = estate / "var/reports/forms/fra1-2025-eu-eed-2024.json"
        got = client.get("/filings/fra1/2025/eu-eed-2024/form.json")
        assert got.content == published.read_bytes()
        assert client.get("/api/v1/forms/fra1/2025/eu-eed-2024").json() == got.json()

    def test_a_body_that_is_too_large_is_refused(self, estate):
        client = as_person(estate, person(Role.ENGINEER))
        asked = {"csrf": csrf_of(client), "first": "x" * 300_000}

        assert client.post("/engineering/plan", data=asked).status_code == 413

    def test_a_backfill_is_shown_before_it_starts_and_its_words_while_it_goes_on(self, estate):
        desk = desk_over(estate, local=person(Role.ENGINEER))
        client = browser(desk)
        csrf = csrf_of(client)

        plan = client.post("/engineering/plan", data={"csrf": csrf, "first": "2025-11"}).text
        assert "It looks at 2 months" in words(plan)
        assert (
            client.post("/engineering/plan", data={"csrf": csrf, "first": "soon"}).status_code
            == 422
        )
        started = client.post("/engineering/backfill", data={"csrf": csrf, "first": "2025-11"})
        assert started.status_code == 303
        assert client.post("/engineering/backfill", data={"csrf": csrf}).status_code == 409
        desk.running.process.wait(timeout=120)

        assert "publishing" in client.get("/engineering/progress").text
        assert desk.running.ended_with == 0
