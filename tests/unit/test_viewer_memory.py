"""What the viewer remembers: logins and their end, shares, who did what, how often one asked."""

import json
from datetime import timedelta

import pytest

from reports.app.ledgers import AuditLog, Shares
from reports.app.rate import RateLimit
from reports.app.sessions import MOST, Sessions
from tests.flow.viewer import TODAY, person


class TestSessions:
    def test_a_login_ends_after_its_hours(self):
        sessions = Sessions(hours=8)
        name = sessions.begin(person(), TODAY)

        assert sessions.find(name, TODAY + timedelta(hours=7, minutes=59)) is not None
        assert sessions.find(name, TODAY + timedelta(hours=8)) is None
        assert sessions.held == {}

    def test_a_login_ends_with_the_providers_own_end_if_that_is_before_ours(self):
        sessions = Sessions(hours=8)
        early = sessions.begin(person(), TODAY, ends=TODAY + timedelta(hours=1))
        late = sessions.begin(person(), TODAY, ends=TODAY + timedelta(days=9))

        assert sessions.find(early, TODAY + timedelta(hours=1)) is None
        assert sessions.find(late, TODAY + timedelta(hours=8)) is None

    def test_names_are_not_kept_and_no_two_are_alike(self):
        sessions = Sessions(hours=1)
        names = {sessions.begin(person(), TODAY) for _ in range(50)}

        assert len(names) == 50
        assert names.isdisjoint(sessions.held)
        assert len({session.csrf for session in sessions.held.values()}) == 50

    @pytest.mark.parametrize("name", ["", "unknown"])
    def test_an_unknown_name_is_nobody(self, name):
        assert Sessions(hours=1).find(name, TODAY) is None

    def test_logging_out_ends_it_at_once(self):
        sessions = Sessions(hours=1)
        name = sessions.begin(person(), TODAY)

        sessions.end(name)
        sessions.end(name)

        assert sessions.find(name, TODAY) is None

    def test_logins_do_not_grow_without_end(self):
        sessions = Sessions(hours=1)
        first = sessions.begin(person(), TODAY)
        for _ in range(MOST):
            sessions.begin(person(), TODAY)

        assert len(sessions.held) == MOST
        assert sessions.find(first, TODAY) is None


class TestShares:
    def test_a_link_opens_its_pack_until_its_time_is_over(self, tmp_path):
        shares = Shares(tmp_path / "shares.json")
        secret = shares.add("a.zip", "bfee", "ada", TODAY, 10)

        assert shares.by_link(secret, TODAY + timedelta(days=9)).pack == "a.zip"
        assert shares.by_link(secret, TODAY + timedelta(days=10)) is None
        assert shares.by_link(secret + "x", TODAY) is None

    def test_the_secret_is_not_kept(self, tmp_path):
        shares = Shares(tmp_path / "shares.json")
        secret = shares.add("a.zip", "bfee", "ada", TODAY, 10)

        assert secret not in shares.path.read_text(encoding="utf-8")

    def test_no_link_is_good_for_longer_than_ninety_days(self, tmp_path):
        shares = Shares(tmp_path / "shares.json")
        secret = shares.add("a.zip", "bfee", "ada", TODAY, 10_000)

        assert shares.by_link(secret, TODAY + timedelta(days=90)) is None

    def test_a_share_is_taken_back_alone(self, tmp_path):
        shares = Shares(tmp_path / "shares.json")
        first = shares.add("a.zip", "bfee", "ada", TODAY, 10)
        second = shares.add("b.zip", "bfee", "ada", TODAY, 10)

        shares.end(shares.by_link(first, TODAY).key)

        assert shares.by_link(first, TODAY) is None
        assert shares.by_link(second, TODAY).pack == "b.zip"

    def test_a_person_sees_what_is_shared_with_them(self, tmp_path):
        shares = Shares(tmp_path / "shares.json")
        shares.add("a.zip", "bfee", "ada", TODAY, 10)
        shares.add("b.zip", "other", "ada", TODAY, 10)

        assert [one.pack for one in shares.of("bfee", TODAY)] == ["a.zip"]
        assert shares.of("bfee", TODAY + timedelta(days=11)) == []


class TestAuditLog:
    def test_the_newest_lines_come_first(self, tmp_path):
        log = AuditLog(tmp_path / "audit.jsonl")
        for number in range(5):
            log.write(TODAY, "ada", "POST", f"/{number}", 303)

        assert [row["on"] for row in log.last(2)] == ["/4", "/3"]

    def test_a_name_with_line_ends_writes_one_line(self, tmp_path):
        log = AuditLog(tmp_path / "audit.jsonl")

        log.write(TODAY, 'ada\n{"who": "bob"}\u2028\x1b[31m', "GET", "/", 403)

        [line] = log.path.read_text(encoding="utf-8").splitlines()
        assert json.loads(line)["who"].startswith("ada\n")
        assert "\x1b" not in line

    def test_before_anything_was_done_it_is_empty(self, tmp_path):
        assert AuditLog(tmp_path / "none.jsonl").last(10) == []


class TestRateLimit:
    def test_after_a_burst_one_waits(self):
        limit = RateLimit(burst=3, per_second=2)

        assert [limit.allows("a", 0.0) for _ in range(4)] == [True, True, True, False]
        assert limit.allows("a", 0.5)
        assert not limit.allows("a", 0.5)

    def test_one_side_does_not_use_up_anothers(self):
        limit = RateLimit(burst=1, per_second=1)

        assert limit.allows("a", 0.0)
        assert limit.allows("b", 0.0)
        assert not limit.allows("a", 0.1)

    def test_a_long_silence_gives_no_more_than_a_burst(self):
        limit = RateLimit(burst=2, per_second=5)

        assert [limit.allows("a", at) for at in (0.0, 1000.0, 1000.0, 1000.0)] == [
            *(True, True, True),
            False,
        ]
