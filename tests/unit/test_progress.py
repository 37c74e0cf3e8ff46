"""What whoever started a backfill is told of it."""

import pytest

from pipelines.stages.progress import Pace, Progress, done, duration, watching


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def test_tells_share_rate_and_what_is_left():
    clock, said = Clock(), []
    progress = Progress(say=said.append, total=40, clock=clock)

    for _ in range(10):
        clock.now += 1
        progress.done("fra1: readings")

    assert said == [
        "   12%  fra1: readings, 1 steps a second, 35 s left",
        "   25%  fra1: readings, 1 steps a second, 30 s left",
    ]


def test_is_never_more_than_all():
    clock, said = Clock(), []
    progress = Progress(say=said.append, total=1, clock=clock)

    for _ in range(3):
        clock.now += 10
        progress.done("a")

    assert [line.split()[0] for line in said] == ["100%", "100%", "100%"]
    assert all("0 s left" in line for line in said)


def test_only_who_watches_is_told():
    clock, said = Clock(), []
    progress = Progress(say=said.append, total=10, clock=clock)
    clock.now += 60

    done("unheard")
    with watching(progress):
        done("heard")
    done("unheard")

    assert progress.finished == 1
    assert [line.split()[1] for line in said] == ["heard,"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.4, "0 s"), (59.4, "59 s"), (185, "3 min 5 s"), (7800, "2 h 10 min")],
)
def test_a_duration_is_told_as_exactly_as_one_wants_to_know(seconds, told):
    assert duration(seconds) == told


def test_the_pace_is_that_of_the_last_backfill_that_had_anything_to_do(tmp_path):
    assert Pace.kept(tmp_path) is None
    clock = Clock()
    progress = Progress(say=print, total=10, clock=clock)
    clock.now += 30

    Pace.of(progress, months=12).keep(tmp_path)
    Pace.of(progress, months=0).keep(tmp_path)

    pace = Pace.kept(tmp_path)
    assert pace is not None
    assert pace.seconds_of(24) == pytest.approx(60)
