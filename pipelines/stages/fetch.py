"""What remote systems tell into the inbox: of a history one file for each day, of counters one for
each time they are asked.

What is in the inbox is all that is remembered: a day whose file tells of the whole of it is done,
an open day is fetched again under its name, and any other day since the first one wanted is a hole.
"""

import os
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipelines.sources.remote import REMOTES, Counters, FetchProblem, History
from pipelines.sources.remote.client import Client
from pipelines.sources.remote.days import is_whole
from pipelines.sources.remote.secret import secret_of
from schemas.estate.model import Estate
from schemas.estate.remote import Remote

#: A system may take so long to show what it took in: of an open day the last moments are left out.
SETTLED = timedelta(minutes=5)
_DAY = timedelta(days=1)
Open = Callable[[Remote, str], Client]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What became of one remote.

    Args:
        name: the remote's.
        whole: days whose files tell of the whole day; of counters the times they were asked.
        days: days, or times, that were asked for in this run and are there now.
        holes: days that are over and whose files are not whole.
        problems: each with its day, in the order in which they came up.
    """

    name: str
    whole: int
    days: int
    holes: int
    problems: tuple[str, ...]


def usual_client(remote: Remote, secret: str) -> Client:
    """A client by the clock of this machine; pauses differ from run to run."""
    return Client(remote=remote, secret=secret, pause=time.sleep, chance=random.Random())


def fetch(
    estate: Estate,
    remotes: Iterable[Remote],
    now: datetime,
    *,
    first: date | None = None,
    last: date | None = None,
    client: Open = usual_client,
) -> Iterator[Fetched]:
    """Fetches every day that is not there whole, remote by remote.

    Args:
        now: nothing after it is asked for.
        first, last: days outside are left as they are.
        client: who asks; a test may give another.
    """
    inbox = estate.folder / "inbox"
    for remote in remotes:
        match REMOTES[remote.kind]:
            case History() as kind:
                until = now.astimezone(UTC) - SETTLED
                limits = (first or date.min, last or date.max)
                yield _history(inbox, remote, kind, until, limits=limits, client=client)
            case Counters() as kind:
                yield _counters(inbox, remote, kind, now.astimezone(UTC), client=client)


def one_file(remote: Remote, now: datetime, *, client: Open = usual_client) -> tuple[str, bytes]:
    """A file as it would be fetched now, with its path in the inbox: of counters what they show, of
    a history the last day that is over, or the open one where no other is wanted.

    Raises:
        FetchProblem: it cannot be had.
    """
    with client(remote, secret_of(remote)) as asking:
        match REMOTES[remote.kind]:
            case History() as kind:
                until = now.astimezone(UTC) - SETTLED
                day = max(until.date() - _DAY, remote.since or date.min)
                if day > until.date():
                    raise FetchProblem(f"no day before {day} is wanted")
                return remote.path_of(day, kind.suffix), kind.day(asking, remote, day, until)
            case Counters() as kind:
                at = now.astimezone(UTC)
                return remote.path_at(at, kind.suffix), kind.now(asking, remote, at)


def _history(
    inbox: Path,
    remote: Remote,
    kind: History,
    until: datetime,
    *,
    limits: tuple[date, date],
    client: Open,
) -> Fetched:
    begun = _days(remote.since or until.date(), until)
    missing = [day for day in begun if not _is_whole(inbox, remote, kind, day)]
    problems: list[str] = []
    done = 0
    try:
        with client(remote, secret_of(remote)) as asking:
            for day in missing:
                if not limits[0] <= day <= limits[1]:
                    continue
                try:
                    content = kind.day(asking, remote, day, until)
                except FetchProblem as problem:
                    problems.append(f"{remote.name}, {day}: {problem.reason}")
                    if problem.is_unreachable:
                        break
                else:
                    _write(inbox / remote.path_of(day, kind.suffix), content)
                    done += 1
    except FetchProblem as problem:
        problems.append(f"{remote.name}: {problem.reason}")
    over = [day for day in begun if _end(day) <= until]
    whole = sum(_is_whole(inbox, remote, kind, day) for day in over)
    return Fetched(
        name=remote.name,
        whole=whole,
        days=done,
        holes=len(over) - whole,
        problems=tuple(problems),
    )


def _counters(inbox: Path, remote: Remote, kind: Counters, now: datetime, client: Open) -> Fetched:
    problems = []
    try:
        with client(remote, secret_of(remote)) as asking:
            content = kind.now(asking, remote, now)
            _write(inbox / remote.path_at(now, kind.suffix), content)
    except FetchProblem as problem:
        problems.append(f"{remote.name}: {problem.reason}")
    there = len(list(inbox.glob(remote.match)))
    return Fetched(
        name=remote.name,
        whole=there,
        days=1 - len(problems),
        holes=0,
        problems=tuple(problems),
    )


def _days(since: date, until: datetime) -> list[date]:
    """Days of UTC that have begun."""
    count = (until.date() - since).days + 1
    return [since + _DAY * number for number in range(count)]


def _end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + _DAY


def _is_whole(inbox: Path, remote: Remote, kind: History, day: date) -> bool:
    path = inbox / remote.path_of(day, kind.suffix)
    return path.is_file() and is_whole(path.read_bytes(), day)


def _write(path: Path, content: bytes) -> None:
    """The file under its name at once, or not at all; the landing leaves hidden files alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
