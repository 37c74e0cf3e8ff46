"""Devices on loopback, started and stopped by tests: SNMP, Modbus and OPC UA, each by the
simulator or server that its own library has."""

import asyncio
import contextlib
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from tests.flow.servers import free_port

Values = Sequence[tuple[datetime, object, int]]


@contextmanager
def snmp(folder: Path, walks: Mapping[str, bytes], *more: str) -> Iterator[str]:
    """An agent that answers each community with a recorded walk; yields its address."""
    data, log = folder / "walks", folder / "agent.log"
    data.mkdir(parents=True)
    for community, walk in walks.items():
        (data / f"{community}.snmprec").write_bytes(walk)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "snmpsim-command-responder"), f"--data-dir={data}",
        f"--cache-dir={folder / 'cache'}", f"--agent-udpv4-endpoint=127.0.0.1:{port}", *more,
    ]  # fmt: skip
    if os.getuid() == 0:
        command += ["--process-user=root", "--process-group=root"]
    with log.open("wb") as told:
        process = subprocess.Popen(command, stdout=told, stderr=told, cwd=folder)
        try:
            for _ in range(300):
                if "Listening at" in log.read_text(errors="replace"):
                    break
                if process.poll() is not None:
                    raise RuntimeError(log.read_text(errors="replace"))
                time.sleep(0.1)
            yield f"snmp://127.0.0.1:{port}"
        finally:
            process.kill()  # it has no handler of its own for a request to end
            process.wait(20)


@contextmanager
def modbus(devices: Mapping[int, Mapping[int, Sequence[int]]], port: int = 0) -> Iterator[str]:
    """A gateway with devices, each with blocks of registers by their first address."""
    from pymodbus.server import ModbusTcpServer
    from pymodbus.simulator import DataType, SimData, SimDevice

    port = port or free_port()
    told = [
        SimDevice(
            device,
            [
                SimData(address, values=list(words), datatype=DataType.REGISTERS)
                for address, words in sorted(blocks.items())
            ],
        )
        for device, blocks in devices.items()
    ]

    async def serve(is_up: Callable[[], None], ended: asyncio.Event) -> None:
        server = ModbusTcpServer(told, address=("127.0.0.1", port))
        await server.serve_forever(background=True)
        is_up()
        await ended.wait()
        await server.shutdown()

    with _in_a_thread(serve):
        yield f"modbus://127.0.0.1:{port}"


@contextmanager
def opcua(
    history: Mapping[str, Values],
    user: tuple[str, str] = ("", ""),
    port: int = 0,
    *,
    obeys: bool = True,
) -> Iterator[str]:
    """A server whose nodes (``Meter.Energy`` is ``ns=2;s=Meter.Energy``) have a history of values,
    each with its time and status; with a user, for that one only. One that does not obey answers
    with all of it whatever is asked."""
    from asyncua import Server, ua
    from asyncua.crypto.permission_rules import User, UserRole
    from asyncua.server.user_managers import UserManager

    class Known(UserManager):
        def get_user(self, iserver: Any, username: Any = None, password: Any = None,
                     certificate: Any = None) -> User | None:  # fmt: skip
            return User(role=UserRole.User) if (username, password) == user else None

    port = port or free_port()

    async def serve(is_up: Callable[[], None], ended: asyncio.Event) -> None:
        server = Server(user_manager=Known() if user[0] else None)
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{port}")
        server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        space = await server.register_namespace("urn:meters")
        async with server:
            for name, values in history.items():
                node = await server.nodes.objects.add_variable(ua.NodeId(name, space), name, 0.0)
                await server.historize_node_data_change(node, period=None, count=0)
                for at, value, status in values:
                    told = value if isinstance(value, ua.Variant) else ua.Variant(value)
                    await server.iserver.history_manager.storage.save_node_value(
                        node.nodeid,
                        ua.DataValue(told, ua.StatusCode(status), SourceTimestamp=at),
                    )
            if not obeys:
                storage = server.iserver.history_manager.storage
                storage.read_node_history = partial(_all, storage.read_node_history)
            is_up()
            await ended.wait()

    with _in_a_thread(serve):
        yield f"opc.tcp://127.0.0.1:{port}"


async def _all(read: Any, node: Any, start: Any, end: Any, count: Any) -> Any:
    always = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return await read(node, *always, count)


@contextmanager
def _in_a_thread(
    serve: Callable[[Callable[[], None], asyncio.Event], Coroutine[Any, Any, None]],
) -> Iterator[None]:
    """A server in a loop of its own until the end."""
    up = threading.Event()
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(loop.run_until_complete, serve(up.set, ended))
        running.add_done_callback(lambda _: up.set())
        up.wait(60)
        if running.done():
            running.result()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(ended.set)
            running.result(30)
            loop.close()


@contextmanager
def between(address: str, *, cut_after: int = 0, wait: float = 0.0) -> Iterator[str]:
    """The same over TCP, by way of somebody who ends it after so many bytes of answers, or waits
    before he passes each of them on."""
    scheme, _, place = address.partition("://")
    host, _, port = place.partition(":")
    server = socket.create_server(("127.0.0.1", 0))

    def pair(asker: socket.socket, device: socket.socket) -> None:
        answered = 0
        with asker, device, contextlib.suppress(OSError):
            while not cut_after or answered <= cut_after:
                for end in select.select([asker, device], [], [])[0]:
                    part = end.recv(4096)
                    if not part:
                        return
                    if end is device:
                        answered += len(part)
                        time.sleep(wait)
                    (asker if end is device else device).sendall(part)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                asker, _ = server.accept()
                device = socket.create_connection((host, int(port)))
                threading.Thread(target=pair, args=(asker, device), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.close()
