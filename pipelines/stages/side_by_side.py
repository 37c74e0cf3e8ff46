"""Independent work on all cores: months in threads, facilities in processes."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TypeVar

import polars as pl

Item = TypeVar("Item")
Result = TypeVar("Result")
#: How many threads Polars takes in a process that starts with it set.
_THREADS = "POLARS_MAX_THREADS"


def each(items: Iterable[Item], work: Callable[[Item], Result]) -> list[Result]:
    """The results in the order of the items; the first error in that order is raised.

    The items must not depend on each other. Threads, since Polars leaves Python's lock while it
    computes, and so that they share what is cached; as many as Polars itself has, so that memory
    stays bounded.
    """
    with ThreadPoolExecutor(max_workers=pl.thread_pool_size()) as pool:
        return list(pool.map(work, items))


def in_processes(
    items: Sequence[Item], work: Callable[[Item], Result], workers: int
) -> Iterator[Result]:
    """The results in the order of the items, as they come; each in a process of its own.

    The processes share the cores: each has its part of them for threads.
    """
    workers = min(workers, len(items))
    share = max(1, pl.thread_pool_size() // workers)
    with (
        _environment(_THREADS, str(share)),
        ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool,
    ):
        yield from pool.map(work, items)


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
