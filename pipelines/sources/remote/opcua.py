"""OPC UA: what a server's historian has of some nodes, raw values of one day (HistoryRead)."""

import asyncio
import json
import logging
from datetime import UTC, datetime, timedelta
from datetime import date as Day
from functools import partial

import numpy as np
from asyncua.client.client import Client as OpcUa
from asyncua.ua import AccessLevel, DataValue
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.uaerrors import UaError

from pipelines.sources.remote.client import Client, NotNow
from pipelines.sources.remote.days import bounds
from pipelines.sources.remote.problem import FetchProblem
from schemas.estate.remote import Remote

# What goes wrong is told by whoever asked; the library would print it, too.
logging.getLogger("asyncua").addHandler(logging.NullHandler())

_MICRO = timedelta(microseconds=1)
_HISTORY = AccessLevel.HistoryRead.mask


def fetch(client: Client, remote: Remote, day: Day, until: datetime) -> bytes:
    """The raw values of a day of UTC, or of its part before ``until``, of every node of ``series``,
    each with its time and status.

    Raises:
        FetchProblem: nobody answers; a node that is not there or has no history; a value that is no
            number, has no time, or is of another time than was asked for.
    """
    start, end = bounds(day, until)
    answers = client.again(partial(_in_time, client, remote, start, end))
    told = (json.dumps(text).encode() for text in (remote.name, start.isoformat(), end.isoformat()))
    return b'{"remote": %b, "from": %b, "to": %b, "answers": [\n%b\n]}\n' % (
        *told,
        b",\n".join(answers),
    )


def _in_time(client: Client, remote: Remote, start: datetime, end: datetime) -> list[bytes]:
    try:
        return asyncio.run(_asked(client, remote, start, end))
    except TimeoutError as error:
        raise NotNow(f"did not answer within {remote.timeout_s} s") from error
    except OSError as error:
        raise NotNow(f"cannot be reached: {error.strerror or error}") from error


async def _asked(client: Client, remote: Remote, start: datetime, end: datetime) -> list[bytes]:
    patience = float(remote.timeout_s)
    server = OpcUa(remote.url, timeout=patience)
    if remote.user:
        server.set_user(remote.user)
        server.set_password(client.secret)
    node = ""
    try:
        await asyncio.wait_for(server.connect(), patience)
        found = []
        for node, _ in remote.series:
            found.append(await asyncio.wait_for(_history(server, node, start, end), patience))
        await asyncio.wait_for(server.disconnect(), patience)
    except UaError as error:
        where = f"{node}: " if node else ""
        raise FetchProblem(f"{where}{type(error).__name__}: {error}") from error
    finally:
        # Whoever does not answer is not said goodbye to: that would be waited for, too.
        server.disconnect_socket()
        await asyncio.sleep(0)
    return found


async def _history(server: OpcUa, node: str, start: datetime, end: datetime) -> bytes:
    asked = server.get_node(node)
    # A server may have nothing to say of any name at all, which would look whole.
    told = await asked.read_attribute(AttributeIds.AccessLevel)
    if told.Value is None or not told.Value.Value & _HISTORY:
        raise FetchProblem(f"{node}: the server keeps no history of it for us")
    values = await asked.read_raw_history(start, end - _MICRO, return_bounds=False)
    return _answer(node, values, start, end)


def _answer(node: str, values: list[DataValue], start: datetime, end: datetime) -> bytes:
    """The values of a node, each one line."""
    lines = []
    for one in values:
        at = one.SourceTimestamp or one.ServerTimestamp
        if at is None:
            raise FetchProblem(f"{node}: a value without a time")
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if not start <= at < end:
            raise FetchProblem(
                f"{node}: asked for {start.isoformat()} to {end.isoformat()}, and got a value of "
                f"{at.isoformat()}"
            )
        status = one.StatusCode.value if one.StatusCode is not None else 0
        lines.append(f'["{at.isoformat()}", {_number(node, one)}, {status}]')
    return b'{"node": %b, "values": [\n%b\n]}' % (
        json.dumps(node).encode(),
        ",\n".join(lines).encode(),
    )


def _number(node: str, told: DataValue) -> str:
    """A value as JSON, to the last digit of the type that it has."""
    value = told.Value.Value if told.Value is not None else None
    if value is None:
        return "null"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FetchProblem(f"{node}: {value!r} is no number")
    if not np.isfinite(value):
        return "null"
    is_short = told.Value is not None and told.Value.VariantType.name == "Float"
    return str(np.float32(value) if is_short else value)
