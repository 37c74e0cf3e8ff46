"""Histories and files of remote systems, fetched into the inbox."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TypeVar

from pipelines.cli import asked
from pipelines.cli.show import document, table
from pipelines.stages.drops import Taken, take
from pipelines.stages.fetch import Fetched
from pipelines.stages.fetch import fetch as fetched
from pipelines.stages.workshop import estate_of
from schemas.errors import UsageError, nearest
from schemas.estate.drop import Drop
from schemas.estate.model import Estate
from schemas.estate.remote import Remote

T = TypeVar("T", Remote, Drop)


def fetch(options: argparse.Namespace) -> int:
    """Every remote and drop, or those named; 1 where something could not be had."""
    estate = estate_of(options.estate)
    remotes = _named(estate.remotes, estate, options.remote)
    drops = _named(estate.drops, estate, options.remote)
    if not remotes and not drops:
        raise UsageError("estate.yaml names neither remotes nor drops; there is nothing to fetch.")
    histories, files = [], []
    first, last = _day(options.first, "--from"), _day(options.last, "--to")
    for history in fetched(estate, remotes, asked.now(options.now), first=first, last=last):
        histories.append(history)
        _tell(history.problems)
    for taken in take(estate, drops):
        files.append(taken)
        _tell(taken.problems)
    if options.json:
        document(
            {
                "remotes": [asdict(one) for one in histories],
                "drops": [asdict(one) for one in files],
            }
        )
    else:
        _print(histories, files)
    failed = any(one.problems for one in histories) or any(one.problems for one in files)
    return 1 if failed else 0


def _print(histories: Sequence[Fetched], files: Sequence[Taken]) -> None:
    if histories:
        titles = ("remote", "fetched now", "whole days", "days still missing")
        table(titles, [(one.name, one.days, one.whole, one.holes) for one in histories])
    if files:
        table(
            ("drop", "taken now", "files there"),
            [(one.name, one.files, one.there) for one in files],
        )


def _tell(problems: Sequence[str]) -> None:
    for problem in problems:
        print(problem, file=sys.stderr)


def _named(ones: Sequence[T], estate: Estate, names: Sequence[str]) -> list[T]:
    """Those that were asked for; all where nobody asked."""
    known = [*(one.name for one in estate.remotes), *(one.name for one in estate.drops)]
    for name in names:
        if name not in known:
            raise UsageError(
                f"'{name}' is neither a remote nor a drop of estate.yaml.\n  {nearest(name, known)}"
            )
    return [one for one in ones if not names or one.name in names]


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is no day.\n  Write YYYY-MM-DD.") from error
