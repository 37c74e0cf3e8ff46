"""Work put together, and work done by a crew."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.stages.side_by_side import Crew, crew_of, each, together
from schemas.errors import AccountingError, WattledgerError


@example([5, 6, 5, 5], 10)
@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 60))
def test_together_keeps_the_order_and_the_limit(sizes, most):
    named = dict(enumerate(sizes))

    lists = together(named, most)

    assert [one for some in lists for one in some] == list(named)
    assert all(len(some) == 1 or sum(named[one] for one in some) <= most for some in lists)
    joined = (a + b for a, b in pairwise(lists))
    assert all(sum(named[one] for one in both) > most for both in joined)


def square(number):
    return number * number


def process(_number):
    return os.getpid()


def fails(number):
    if number == 3:
        raise AccountingError("the third")
    return number


def is_ended(number):
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.fixture(scope="module")
def crew():
    return Crew(2)


def test_a_crew_answers_in_the_order_of_the_items(crew):
    assert crew.each(range(20), square) == [one * one for one in range(20)]
    assert crew.each([], square) == []


def test_a_crew_is_of_other_processes(crew):
    found = set(crew.each(range(20), process))

    assert 1 <= len(found) <= 2
    assert os.getpid() not in found


def test_a_mistake_comes_back_as_it_is(crew):
    with pytest.raises(AccountingError, match="the third"):
        crew.each(range(6), fails)


def test_a_process_that_is_ended_is_told_in_words():
    with pytest.raises(WattledgerError, match=r"(?s)was ended before.*Run the same again"):
        Crew(2).each(range(6), is_ended)


def test_one_worker_is_no_crew():
    assert crew_of(1) is None


def test_threads_answer_in_the_order_of_the_items():
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(each, range(5), square).result() == [0, 1, 4, 9, 16]
