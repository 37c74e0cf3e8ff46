"""Real servers on loopback, started and stopped by tests; and one that misbehaves on order."""

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: Samples: (labels as they stand in braces, [(milliseconds since 1970, value)]) by metric.
Samples = dict[str, tuple[str, list[tuple[int, str]]]]
VICTORIA, PROMETHEUS, PROMTOOL = map(shutil.which, ("victoria-metrics", "prometheus", "promtool"))


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(command: Sequence[object], url: str, folder: Path) -> Iterator[str]:
    """A process until it answers at ``url``, and its end at the end."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, cwd=folder)
        try:
            for _ in range(300):
                if process.poll() is not None:
                    raise RuntimeError((folder / "server.log").read_text(errors="replace"))
                try:
                    urllib.request.urlopen(url, timeout=1).close()
                except OSError:
                    time.sleep(0.1)
                else:
                    break
            else:
                raise RuntimeError(f"{url} did not answer within half a minute")
            yield url
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def victoria_metrics(folder: Path, samples: Samples) -> Iterator[str]:
    """VictoriaMetrics with these samples; yields its address."""
    base = f"http://127.0.0.1:{free_port()}"
    command = [
        VICTORIA, f"-storageDataPath={folder / 'data'}", "-retentionPeriod=50y",
        f"-httpListenAddr={base.removeprefix('http://')}", "-search.latencyOffset=0s",
    ]  # fmt: skip
    lines = [
        f"{name}{labels} {value} {at}"
        for name, (labels, told) in samples.items()
        for at, value in told
    ]
    with running(command, f"{base}/health", folder):
        body = "\n".join(lines).encode()
        urllib.request.urlopen(f"{base}/api/v1/import/prometheus", data=body, timeout=30).close()
        urllib.request.urlopen(f"{base}/internal/force_flush", timeout=30).close()
        yield base


@contextmanager
def prometheus(folder: Path, samples: Samples) -> Iterator[str]:
    """Prometheus with these samples; yields its address."""
    lines = []
    for name, (labels, told) in samples.items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{labels} {value} {at / 1000:.3f}" for at, value in told]
    (folder / "samples.txt").write_text("\n".join([*lines, "# EOF", ""]))
    (folder / "prometheus.yml").write_text("global: {scrape_interval: 1h}\n")
    subprocess.run(
        [str(PROMTOOL), "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data"],
        cwd=folder, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    address = f"127.0.0.1:{free_port()}"
    command = [
        PROMETHEUS, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
        "--storage.tsdb.retention.time=50y", f"--web.listen-address={address}",
    ]  # fmt: skip
    # Until its samples can be asked for, it answers 503.
    with running(command, f"http://{address}/api/v1/status/buildinfo", folder):
        yield f"http://{address}"


@contextmanager
def redfish(folder: Path) -> Iterator[str]:
    """A mockup's resources, each the ``index.json`` of its folder, below ``/redfish/v1``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            resource = folder / self.path.removeprefix("/redfish/v1/").split("?")[0] / "index.json"
            content = resource.read_bytes() if resource.is_file() else b""
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@dataclass
class Misbehaving:
    """A server that answers as it is told: each answer a function of the request's handler."""

    answers: list[Callable[[BaseHTTPRequestHandler], None]]
    asked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    address: str = ""

    @contextmanager
    def running(self) -> Iterator[str]:
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked.append(self.path)
                told.seen.append(self.headers.get("Authorization", ""))
                answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
                answer(self)

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.address = f"http://127.0.0.1:{server.server_address[1]}"
            yield self.address
            server.shutdown()


def answering(
    body: object, status: int = 200, *, promised: int = 0, slowly: float = 0.0, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer of one body; with more bytes promised than sent it ends too early, and ``slowly``
    it comes byte by byte, with so many seconds between them."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(promised or len(content)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        try:
            for part in (
                [content] if not slowly else [content[n : n + 1] for n in range(len(content))]
            ):
                handler.wfile.write(part)
                if slowly:
                    threading.Event().wait(slowly)
        except OSError:
            pass
        handler.close_connection = True

    return answer
