"""Places of files elsewhere: what lies there, and the bytes of one file."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from pipelines.sources.remote.problem import FetchProblem
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
    try:
        module = import_module(f"pipelines.sources.remote.{drop.kind}")
    except ModuleNotFoundError as error:
        raise FetchProblem(
            f"{drop.kind} needs an extra; install it with: pip install 'wattledger[{drop.kind}]'",
            is_unreachable=True,
        ) from error
    return cast("Opens", module.opened)


def secret(variable: str) -> str:
    """A secret where the configuration says that it stands.

    Raises:
        FetchProblem: it does not stand there.
    """
    found = os.environ.get(variable, "")
    if not found:
        raise FetchProblem(
            f"the environment has no {variable}; set it and run again", is_unreachable=True
        )
    return found
