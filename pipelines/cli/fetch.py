"""Histories of remote systems, fetched into the inbox."""

import argparse
import sys
from dataclasses import asdict
from datetime import date

from pipelines.cli import asked
from pipelines.cli.show import document, table
from pipelines.stages.fetch import fetch as fetched
from pipelines.stages.workshop import estate_of
from schemas.errors import UsageError, nearest
from schemas.estate.model import Estate
from schemas.estate.remote import Remote


def fetch(options: argparse.Namespace) -> int:
    """Every remote, or those named; 1 where a day could not be had."""
    estate = estate_of(options.estate)
    remotes = [_remote(estate, name) for name in options.remote] or estate.remotes
    if not remotes:
        raise UsageError("estate.yaml names no remotes; there is nothing to fetch.")
    found = []
    for one in fetched(
        estate,
        remotes,
        asked.now(options.now),
        first=_day(options.first, "--from"),
        last=_day(options.last, "--to"),
    ):
        found.append(one)
        for problem in one.problems:
            print(problem, file=sys.stderr)
    if options.json:
        document({"remotes": [asdict(one) for one in found]})
    else:
        titles = ("remote", "fetched now", "whole days", "days still missing")
        table(titles, [(one.name, one.days, one.whole, one.holes) for one in found])
    return 1 if any(one.problems for one in found) else 0


def _remote(estate: Estate, name: str) -> Remote:
    known = {one.name: one for one in estate.remotes}
    if name not in known:
        raise UsageError(f"'{name}' is no remote of estate.yaml.\n  {nearest(name, list(known))}")
    return known[name]


def _day(text: str, option: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} '{text}' is no day.\n  Write YYYY-MM-DD.") from error
