"""Landing: every byte once, names that point at the newest, knowledge as of a time."""

from datetime import UTC, datetime, timedelta

import pytest

from pipelines.sources import lines_of
from pipelines.steps.land import Arrival, landed_files
from pipelines.storage.landing import Landing

NOW = datetime(2025, 3, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


def arrival(path, sha256, hours):
    return Arrival(path=path, sha256=sha256, size=1, arrived_at=NOW + HOUR * hours)


def states(arrivals, as_of=None):
    return {file.sha256: file.superseded for file in landed_files(arrivals, as_of)}


def test_newer_bytes_under_a_name_supersede_the_older():
    assert states([arrival("a", "1", 0), arrival("a", "2", 1)]) == {"1": True, "2": False}


def test_old_bytes_that_come_again_are_current_again():
    again = [arrival("a", "1", 0), arrival("a", "2", 1), arrival("a", "1", 2)]

    assert states(again) == {"1": False, "2": True}


def test_the_same_bytes_under_two_names_are_one_file():
    [file] = landed_files([arrival("b", "1", 0), arrival("a", "1", 1)])

    assert (file.path, file.names, file.superseded) == ("a", ("a", "b"), False)
    assert file.arrived_at == NOW


def test_bytes_superseded_under_one_name_only_stay():
    arrivals = [arrival("a", "1", 0), arrival("b", "1", 1), arrival("a", "2", 2)]

    assert states(arrivals) == {"1": False, "2": False}


def test_what_was_known_at_a_time():
    arrivals = [arrival("a", "1", 0), arrival("a", "2", 1)]

    assert states(arrivals, NOW) == {"1": False}
    assert states(arrivals, NOW - HOUR) == {}
    assert states(arrivals, NOW + HOUR) == {"1": True, "2": False}


def test_the_order_of_the_log_does_not_matter():
    arrivals = [
        arrival("a", "1", 0),
        arrival("b", "1", 1),
        arrival("a", "2", 2),
        arrival("c", "3", 3),
    ]

    assert landed_files(arrivals) == landed_files(reversed(arrivals))


@pytest.fixture
def inbox(tmp_path):
    folder = tmp_path / "inbox" / "fra1"
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"one\ntwo\r\nthree")
    return tmp_path / "inbox"


def test_bytes_are_kept_as_they_came_and_once(inbox, tmp_path):
    landing = Landing(tmp_path / "var")

    [first] = landing.land(inbox, NOW)
    (inbox / "copy.csv").write_bytes(b"one\ntwo\r\nthree")
    [copy] = landing.land(inbox, NOW + HOUR)

    assert (first.path, first.size) == ("fra1/a.csv", 14)
    assert copy.sha256 == first.sha256
    assert landing.path_of(first.sha256).read_bytes() == b"one\ntwo\r\nthree"
    assert landing.land(inbox, NOW + 2 * HOUR) == []
    assert len(list((landing.folder / "files").rglob("*"))) == 2
    assert landing.arrivals() == [first, copy]


def test_what_is_gone_from_the_inbox_stays_landed(inbox, tmp_path):
    landing = Landing(tmp_path / "var")
    landing.land(inbox, NOW)
    (inbox / "fra1" / "a.csv").unlink()

    assert landing.land(inbox, NOW + HOUR) == []
    assert [file.path for file in landing.files()] == ["fra1/a.csv"]


def test_hidden_files_locks_and_links_are_left_alone(inbox, tmp_path):
    for name in (".hidden.csv", "~$open.xlsx"):
        (inbox / name).write_text("x")
    (inbox / ".git").mkdir()
    (inbox / ".git" / "x.csv").write_text("x")
    (inbox / "link.csv").symlink_to(inbox / "fra1" / "a.csv")

    assert [one.path for one in Landing(tmp_path / "var").land(inbox, NOW)] == ["fra1/a.csv"]


def test_lines_of_a_landed_file(inbox, tmp_path):
    landing = Landing(tmp_path / "var")
    [one] = landing.land(inbox, NOW)

    with landing.opened(one.sha256) as file:
        assert lines_of(file, [2, 3, 9]) == {2: "two", 3: "three"}


def test_a_log_line_torn_by_a_crash_is_as_if_it_had_not_been_written(inbox, tmp_path):
    landing = Landing(tmp_path / "var")
    landing.land(inbox, NOW)
    (inbox / "b.csv").write_text("later")
    landing.land(inbox, NOW + HOUR)
    whole = landing.log.read_bytes()
    landing.log.write_bytes(whole[:-20])

    assert [one.path for one in landing.arrivals()] == ["fra1/a.csv"]
    assert [one.path for one in landing.land(inbox, NOW + 2 * HOUR)] == ["b.csv"]
    assert [one.path for one in landing.arrivals()] == ["fra1/a.csv", "b.csv"]
