"""Files of other places into the inbox: new ones, and those that are others under their name."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from pipelines.sources.remote import FetchProblem
from pipelines.sources.remote.shelf import Listed, Shelf, shelf_of
from pipelines.storage.files import read_json, write_json
from schemas.estate.drop import Drop
from schemas.estate.model import Estate


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of one drop.

    Args:
        name: the drop's.
        there: files that match and lie there.
        files: those that were taken in this run.
        problems: each with its file, in the order in which they came up.
    """

    name: str
    there: int
    files: int
    problems: tuple[str, ...]


def take(estate: Estate, drops: Iterable[Drop]) -> Iterator[Taken]:
    """Takes what is new, drop by drop. What was taken is remembered by size and mark under
    ``var/drops``; if that is lost, files are taken again and are the same to the landing. A file
    stands in the inbox under its name at once, or not at all; none is ever removed."""
    for drop in drops:
        yield _one(estate.folder, drop)


def _one(estate: Path, drop: Drop) -> Taken:
    memory = estate / "var" / "drops" / f"{drop.name}.json"
    known: dict[str, Any] = dict(read_json(memory) or {})
    problems: list[str] = []
    there = files = 0
    try:
        with shelf_of(drop)(drop) as shelf:
            for one in _matching(shelf, drop):
                there += 1
                target = estate / "inbox" / drop.into / one.path
                if known.get(one.path) == [one.size, one.mark] and target.is_file():
                    continue
                try:
                    _write(target, shelf, one)
                except FetchProblem as problem:
                    problems.append(f"{drop.name}, {one.path}: {problem.reason}")
                    if problem.is_unreachable:
                        break
                else:
                    files += 1
                    known[one.path] = [one.size, one.mark]
                    write_json(memory, known)
    except FetchProblem as problem:
        problems.append(f"{drop.name}: {problem.reason}")
    return Taken(name=drop.name, there=there, files=files, problems=tuple(problems))


def first_file(drop: Drop, file: BinaryIO) -> str:
    """Takes the first file of a drop into an open one, and tells its path in the inbox.

    Raises:
        FetchProblem: there is none, or it cannot be had.
    """
    with shelf_of(drop)(drop) as shelf:
        one = next(_matching(shelf, drop), None)
        if one is None:
            raise FetchProblem(f"no file there matches '{drop.match}'")
        _check(one)
        _copy(shelf, one, file)
    return f"{drop.into}/{one.path}"


def _matching(shelf: Shelf, drop: Drop) -> Iterator[Listed]:
    for one in sorted(shelf.files(), key=lambda one: one.path):
        if fnmatchcase(one.path, drop.match) and not one.path.endswith("/"):
            yield one


def _write(target: Path, shelf: Shelf, one: Listed) -> None:
    """The whole file under its name, or none."""
    _check(one)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.part")
    try:
        with beside.open("wb") as file:
            _copy(shelf, one, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _check(one: Listed) -> None:
    parts = PurePosixPath(one.path).parts
    if not parts or any(part.startswith(".") or part == "/" for part in parts):
        raise FetchProblem("a hidden file, or a path that leads out of its folder, is not taken")


def _copy(shelf: Shelf, one: Listed, file: BinaryIO) -> None:
    """What comes must be as long as what was listed."""
    size = 0
    for part in shelf.content(one.path):
        size += len(part)
        if size > one.size:
            break
        file.write(part)
    if size != one.size:
        raise FetchProblem(
            f"{one.size} bytes were listed, and {size} came; it may still be written there"
        )
