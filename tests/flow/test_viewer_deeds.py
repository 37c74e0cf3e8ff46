"""What people do in the viewer: edits signed by two, a form on its way to a pack, backfills."""

import re
import shutil
from datetime import timedelta

import pytest

from reports.app.access import Role
from tests.flow.sealed import filed_estate
from tests.flow.small_estate import alone, done
from tests.flow.viewer import (
    Clock,
    as_person,
    browser,
    csrf_of,
    desk_over,
    logged_in,
    person,
    words,
)


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

        assert "to build:" in client.get("/engineering/progress").text
        assert desk.running.ended_with == 0
