"""The viewer over an estate of a test: a server's desk, persons, a browser without a window."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from starlette.testclient import TestClient

from reports.app.access import Grant, Person, Role
from reports.app.application import application
from reports.app.desk import Desk
from reports.app.server import LOOPBACK
from reports.app.settings import Entry, Settings

TODAY = datetime(2025, 6, 2, 9, tzinfo=UTC)
HOST = "http://localhost"
EVERYWHERE = None
#: Every kind of page, over the eventful estate.
PAGES = (
    "/estate/2025",
    "/facility/bln/2025",
    *(
        f"/facility/bln/2025/topic/{topic}"
        for topic in "energy water carbon equipment outlook incidents quality".split()
    ),
    "/facility/bln/2025/hours",
    "/facility/bln/2025/compare",
    "/explain/bln/2025/metric/pue",
    "/explain/estate/2025/metric/pue",
    "/explain/bln/2025-03/total/grid_import",
    "/quality",
    "/quality/bln/quarantine",
    "/quality/bln/findings",
    "/edits",
    "/facility/bln/edits/new",
    "/filings",
    "/filings/bln/2025/iso-30134",
    "/restatements",
    "/verify",
    "/equipment",
    "/engineering",
    "/engineering/partitions",
    "/engineering/progress",
    "/audit",
)


@dataclass
class Clock:
    """A time that a test moves."""

    now: datetime = TODAY

    def __call__(self):
        return self.now


def person(*roles, facilities=EVERYWHERE, name="ada@example.org"):
    """Somebody with some roles, at some facilities or at all."""
    scope = None if facilities is None else frozenset(facilities)
    return Person(name=name, grants=tuple(Grant(role=role, facilities=scope) for role in roles))


def owner_named(name="root"):
    return person(*(role for role in Role if role is not Role.REGULATOR), name=name)


def desk_over(folder, *, local=None, settings=None, clock=None, **more):
    """A desk whose limits do not stand in a test's way."""
    desk = Desk(
        folder=folder,
        settings=settings or Settings(),
        hosts=LOOPBACK,
        local=local,
        now=clock or Clock(),
        **more,
    )
    desk.reading.burst = desk.acting.burst = 10**9
    return desk


def browser(desk, **more):
    """A browser that keeps cookies and does not follow redirects by itself."""
    return TestClient(
        application(desk),
        base_url=HOST,
        follow_redirects=False,
        raise_server_exceptions=False,
        **more,
    )


def as_person(folder, who, **more):
    """A browser of somebody who sits at the machine with just these grants."""
    return browser(desk_over(folder, local=who, **more))


def logged_in(desk, who):
    """A browser of somebody who has logged in at a server."""
    client = browser(desk)
    client.cookies.set("wattledger", desk.sessions.begin(who, desk.now()))
    return client


def csrf_of(client, path="/verify"):
    """The mark that the forms of this login carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found, path
    return found[1]


def entry(role, *, user="", group="", facilities=None):
    """A line of ``people`` in viewer.yaml."""
    scope = None if facilities is None else frozenset(facilities)
    return Entry(user=user, group=group, grant=Grant(role=role, facilities=scope))


def settings(**more):
    return replace(Settings(), **more)


def words(html):
    """A page's words, without scripts, styles and marks."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))
