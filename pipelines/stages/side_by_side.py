"""Independent work on all cores: Polars leaves Python's lock while it computes."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def each(items: Iterable[Item], work: Callable[[Item], Result]) -> list[Result]:
    """The results in the order of the items; the first error in that order is raised.

    The items must not depend on each other. Threads, so that they share what is cached; as many
    as there are cores, so that memory stays bounded.
    """
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        return list(pool.map(work, items))
