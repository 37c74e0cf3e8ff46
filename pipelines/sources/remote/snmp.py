"""SNMP: what the counters of power strips, UPSs and sensors show at the moment."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from pysnmp.error import PySnmpError
from pysnmp.hlapi.v3arch import asyncio as snmp
from pysnmp.proto.errind import RequestTimedOut

from pipelines.sources.remote.client import Client, NotNow
from pipelines.sources.remote.problem import FetchProblem
from pipelines.sources.remote.secret import secret
from schemas.estate.remote import DIGESTS, Remote

_PORT = 161
#: Objects of one question: the smallest message that every device takes holds so many.
_AT_ONCE = 10
#: Who asks where nothing is said, as devices are delivered.
_COMMUNITY = "public"


def fetch(client: Client, remote: Remote, at: datetime) -> bytes:
    """Every object of ``series`` as a walk below its time, to be read by the format ``snmp``.

    Version 2c asks by a community, version 3 by a user. Texts stand as hexadecimal, so that a line
    is an object whatever a device writes.

    Raises:
        FetchProblem: nobody answers, or an object is not there.
    """
    objects = [name for name, _ in remote.series]
    lines = [f"# {at.isoformat()}"]
    for first in range(0, len(objects), _AT_ONCE):
        some = objects[first : first + _AT_ONCE]
        lines += client.again(partial(_ask, client, remote, some))
    return ("\n".join(lines) + "\n").encode()


def _ask(client: Client, remote: Remote, objects: Sequence[str]) -> list[str]:
    return asyncio.run(_asked(client, remote, objects))


async def _asked(client: Client, remote: Remote, objects: Sequence[str]) -> list[str]:
    place = urlsplit(remote.url)
    try:
        asked = [snmp.ObjectType(snmp.ObjectIdentity(name)) for name in objects]
        target = await snmp.UdpTransportTarget.create(
            (str(place.hostname), place.port or _PORT), timeout=remote.timeout_s, retries=0
        )
        engine = snmp.SnmpEngine()
        try:
            problem, status, place_of, found = await snmp.get_cmd(
                engine,
                _who(client, remote),
                target,
                snmp.ContextData(),
                *asked,
                lookupMib=False,
            )
        finally:
            engine.close_dispatcher()
    except PySnmpError as error:
        raise FetchProblem(f"cannot be asked: {error}", is_unreachable=True) from error
    if isinstance(problem, RequestTimedOut):
        raise NotNow(f"did not answer within {remote.timeout_s} s")
    if problem is not None:
        raise FetchProblem(f"cannot be asked: {problem}", is_unreachable=True)
    if status:
        number = int(place_of) - 1
        name = objects[number] if 0 <= number < len(objects) else ", ".join(objects)
        raise FetchProblem(f"{name}: {status.prettyPrint()}")
    return [_line(name, one) for name, one in zip(objects, found, strict=True)]


def _who(client: Client, remote: Remote) -> snmp.CommunityData | snmp.UsmUserData:
    if not remote.user:
        return snmp.CommunityData(client.secret or _COMMUNITY, mpModel=1)
    digests = (
        snmp.USM_AUTH_HMAC96_SHA,
        snmp.USM_AUTH_HMAC192_SHA256,
        snmp.USM_AUTH_HMAC384_SHA512,
    )
    known = dict(zip(DIGESTS, digests, strict=True))
    return snmp.UsmUserData(
        remote.user,
        authKey=client.secret,
        authProtocol=known[remote.authentication or DIGESTS[0]],
        privKey=secret(remote.privacy_env) if remote.privacy_env else None,
        privProtocol=snmp.USM_PRIV_CFB128_AES if remote.privacy_env else snmp.USM_PRIV_NONE,
    )


def _line(name: str, found: snmp.ObjectType) -> str:
    """An object as the format reads it: its number, its type by number, and its value."""
    told, value = found
    if str(told) != name.lstrip("."):
        raise FetchProblem(f"asked for {name}, and got {told}")
    kind = type(value).__name__
    if kind in ("NoSuchObject", "NoSuchInstance", "EndOfMibView", "Null"):
        raise FetchProblem(f"{name}: the device has no such object")
    outer = value.tagSet.superTags[-1]
    tag = outer.tagClass | outer.tagId
    if hasattr(value, "asOctets"):
        return f"{name}|{tag}x|{value.asOctets().hex()}"
    return f"{name}|{tag}|{value.prettyPrint()}"
