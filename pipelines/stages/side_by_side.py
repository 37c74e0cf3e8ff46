"""Independent work on all cores: in threads of this process, or by a crew of several."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from multiprocessing import get_context
from typing import TypeVar

import polars as pl

from schemas.errors import WattledgerError

Item = TypeVar("Item")
Result = TypeVar("Result")
#: How many threads Polars takes in a process that starts with it set.
_THREADS = "POLARS_MAX_THREADS"


def nobody(_result: object) -> None:
    """Listens to nothing."""


def each(
    items: Iterable[Item],
    work: Callable[[Item], Result],
    heard: Callable[[Result], None] = nobody,
) -> list[Result]:
    """The results in the order of the items, each told to ``heard`` as it comes; the first error in
    that order is raised.

    The items must not depend on each other. Threads, since Polars leaves Python's lock while it
    computes, and so that they share what is cached; as many as Polars itself has, so that memory
    stays bounded.
    """
    with ThreadPoolExecutor(max_workers=pl.thread_pool_size()) as pool:
        return _gathered(pool.map(work, items), heard)


class Crew:
    """Processes beside this one that do the work of a backfill.

    They share the cores: each has its part of them for threads. Threads alone leave half of two
    cores idle, for what Polars does not compute holds Python's lock.
    """

    def __init__(self, workers: int) -> None:
        share = max(1, pl.thread_pool_size() // workers)
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        with _environment(_THREADS, str(share)):
            # They start while this process goes on; nothing waits for it.
            self._ready: list[Future[None]] = [
                self._pool.submit(_make_ready) for _ in range(workers)
            ]

    def each(
        self,
        items: Iterable[Item],
        work: Callable[[Item], Result],
        heard: Callable[[Result], None] = nobody,
    ) -> list[Result]:
        """As ``each``; ``work`` and items must be such as can be sent to another process.

        Raises:
            WattledgerError: a process ended before its work was done.
        """
        tasks = list(items)
        # Some in a row go to the same process, which has their neighbours at hand.
        in_a_row = max(1, len(tasks) // (3 * len(self._ready)))
        try:
            return _gathered(self._pool.map(work, tasks, chunksize=in_a_row), heard)
        except BrokenProcessPool:
            raise WattledgerError(
                "one of the processes that do the work was ended before it was done, by somebody "
                "or for want of memory.\n"
                "  What is built stands. Run the same again: it goes on where it was; fewer "
                "--workers take less memory."
            ) from None


def _gathered(results: Iterable[Result], heard: Callable[[Result], None]) -> list[Result]:
    found = []
    for result in results:
        heard(result)
        found.append(result)
    return found


@lru_cache(maxsize=1)
def crew_of(workers: int) -> Crew | None:
    """This process's crew; None where one worker is to do: that is this process itself.

    It stays until this process ends, so that one range after another need not start it anew.
    """
    return Crew(workers) if workers > 1 else None


def _make_ready() -> None:
    """Loads what every task needs, which takes longer than many of them."""
    for name in ("pandera.polars", "pyarrow.parquet", "pipelines.stages.build_year"):
        import_module(name)


def together(sizes: Mapping[Item, int], most: int) -> list[list[Item]]:
    """The items in their order, in lists whose sizes add up to at most ``most``; one that is larger
    is alone."""
    lists: list[list[Item]] = []
    room = 0
    for item, size in sizes.items():
        if not lists or size > room:
            lists.append([])
            room = most
        lists[-1].append(item)
        room -= size
    return lists


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
