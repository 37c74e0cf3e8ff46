"""Places of files elsewhere: what lies there, and the bytes of one file."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from pipelines.sources.remote.problem import needs
from schemas.estate.drop import Drop


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A file as its place lists it: its path below the folder, its size, and a mark that is another
    one when the file is another one."""

    path: str
    size: int
    mark: str


class Shelf(Protocol):
    """An open place. Both raise ``FetchProblem``."""

    def files(self) -> Iterator[Listed]:
        """Every file below the folder, in any order."""

    def content(self, path: str) -> Iterator[bytes]:
        """A file, part by part."""


Opens = Callable[[Drop], AbstractContextManager[Shelf]]


def shelf_of(drop: Drop) -> Opens:
    """How a drop's place is opened. What reads it is an extra: most estates need neither.

    Raises:
        FetchProblem: the extra is not installed.
    """
    with needs(drop.kind):
        module = import_module(f"pipelines.sources.remote.{drop.kind}")
    return cast("Opens", module.opened)
