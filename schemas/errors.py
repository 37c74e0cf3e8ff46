"""Errors for people: where, what, what is allowed, what to do next. All problems at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong, worded for the person who can mend it.

    Args:
        where: file, and line if there is one, as ``meters.csv:12``.
        what: what is wrong, in one sentence.
        remedy: what is allowed, or what to do next. May be empty.
    """

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}"
        return f"{text}\n  {self.remedy}" if self.remedy else text


class WattledgerError(Exception):
    """A mistake that a person can mend. Shown without a traceback."""

    exit_code = 1


class UsageError(WattledgerError):
    """The command line asks for something that does not exist."""

    exit_code = 2


class ConfigurationError(WattledgerError):
    """The estate's configuration cannot be used. Carries every problem, not only the first."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class AccountingError(WattledgerError):
    """A row was lost: landed is not kept + quarantined + duplicate. Always a defect of ours."""


#: More names than this nobody reads.
_GLANCE = 30


def nearest(word: str, known: Sequence[str]) -> str:
    """``Did you mean 'x'?`` for a misspelt word, and the list of known ones, if they can be read at
    a glance."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    more = f" and {len(known) - _GLANCE} more" if len(known) > _GLANCE else ""
    listed = f"Known: {', '.join(known[:_GLANCE])}{more}."
    return f"Did you mean '{close[0]}'? {listed}" if close else listed
