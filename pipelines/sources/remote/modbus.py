"""Modbus over TCP: what the registers of meters hold at the moment, whole blocks at a time."""

import json
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException

from pipelines.sources.modbus import Point, Registers, asked_for
from pipelines.sources.remote.client import Client, NotNow
from pipelines.sources.remote.problem import FetchProblem
from pipelines.sources.sunspec import HEAD
from schemas.estate.remote import Remote

# What goes wrong is told by whoever asked; the library would print it, too.
logging.getLogger("pymodbus").addHandler(logging.NullHandler())

_PORT = 502
#: Registers that one answer holds at most, by the protocol's own limit.
_MOST = 125
#: Where SunSpec's blocks may begin, and the mark that stands there.
_BASES, _MARK = (40000, 50000, 0), [0x5375, 0x6E53]
_END = 0xFFFF
_BLOCKS = 200
#: Exceptions by number, in the protocol's words; those after which a device may answer later.
_WORDS = {
    1: "illegal function", 2: "illegal data address", 3: "illegal data value",
    4: "device failure", 5: "acknowledge", 6: "device busy", 10: "gateway path unavailable",
    11: "gateway target failed to respond",
}  # fmt: skip
_LATER = (5, 6, 11)


def fetch(client: Client, remote: Remote, at: datetime) -> bytes:
    """The registers that ``series`` names, as they are: those of a map of one's own as they are
    named, and of SunSpec every block of a model that is asked for.

    Raises:
        FetchProblem: nobody answers, or a register or model is not there.
    """
    answers = client.again(partial(_all, remote))
    return b'{"remote": %b, "at": %b, "answers": [\n%b\n]}\n' % (
        json.dumps(remote.name).encode(),
        json.dumps(at.isoformat()).encode(),
        b",\n".join(json.dumps(one).encode() for one in answers),
    )


def _all(remote: Remote) -> list[dict[str, object]]:
    place = urlsplit(remote.url)
    client = ModbusTcpClient(
        str(place.hostname), port=place.port or _PORT, timeout=remote.timeout_s, retries=0
    )
    try:
        if not client.connect():
            raise NotNow(f"does not take a connection within {remote.timeout_s} s")
        return list(_answers(client, remote))
    except (ModbusException, OSError) as error:
        raise NotNow(f"did not answer: {error}") from error
    finally:
        client.close()


def _answers(client: ModbusTcpClient, remote: Remote) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    models: dict[int, set[int]] = {}
    for series, _ in remote.series:
        wanted = asked_for(series)
        match wanted:
            case Registers():
                words = _read(client, wanted.device, wanted.table, wanted.address, wanted.count)
                key = f"{wanted.device} {wanted.table} {wanted.address} {wanted.count}"
                found[key] = {
                    "device": wanted.device,
                    "table": wanted.table,
                    "address": wanted.address,
                    "registers": words,
                }
            case Point():
                models.setdefault(wanted.device, set()).add(wanted.model)
    blocks = [block for device, some in models.items() for block in _blocks(client, device, some)]
    return [*found.values(), *blocks]


def _blocks(client: ModbusTcpClient, device: int, models: set[int]) -> list[dict[str, object]]:
    """The blocks of the models asked for, found from one to the next as SunSpec says."""
    found: list[dict[str, object]] = []
    address = _base(client, device) + len(_MARK)
    for _ in range(_BLOCKS):
        model, length = _read(client, device, "holding", address, HEAD)
        if model == _END:
            break
        if model in models:
            words = _read(client, device, "holding", address, HEAD + length)
            found.append({"device": device, "model": model, "address": address, "registers": words})
        address += HEAD + length
    absent = models - {block["model"] for block in found}
    if absent:
        raise FetchProblem(f"device {device} has no SunSpec model {min(absent)}")
    return found


def _base(client: ModbusTcpClient, device: int) -> int:
    for base in _BASES:
        try:
            if _read(client, device, "holding", base, len(_MARK)) == _MARK:
                return base
        except FetchProblem:
            # Another base may be the device's: an address that it does not have is an answer.
            continue
    raise FetchProblem(f"device {device} does not speak SunSpec: no mark at {_BASES}")


def _read(client: ModbusTcpClient, device: int, table: str, address: int, count: int) -> list[int]:
    ask: Callable[..., object] = (
        client.read_holding_registers if table == "holding" else client.read_input_registers
    )
    words: list[int] = []
    while len(words) < count:
        some = min(_MOST, count - len(words))
        answer = ask(address + len(words), count=some, device_id=device)
        code = getattr(answer, "exception_code", 0)
        told = getattr(answer, "registers", [])
        if code:
            reason = f"device {device}, {table} {address}: {_WORDS.get(code, f'exception {code}')}"
            raise NotNow(reason) if code in _LATER else FetchProblem(reason)
        if len(told) != some:
            raise FetchProblem(
                f"device {device}, {table} {address}: {some} registers asked for, {len(told)} sent"
            )
        words += told
    return words
