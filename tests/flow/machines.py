"""A cluster on this machine: PostgreSQL, Redis, S3 and workers, all real, all on loopback."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psycopg2
import redis

from tests.flow.bucket import bucket, environment
from tests.flow.servers import free_port

BUCKET = "estate"
_POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
MISSING = [
    name
    for name, there in (("redis-server", shutil.which("redis-server")), ("postgresql", _POSTGRES))
    if not there
]


def _until(ready, what):
    """Waits until it does not raise what it raises before it is ready."""
    for _ in range(300):
        try:
            return ready()
        except (OSError, psycopg2.OperationalError, redis.exceptions.ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"{what} did not start within half a minute")


@contextmanager
def _process(command, folder, **more):
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log, **more)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def postgres(folder):
    """A new PostgreSQL; yields the URL of an empty database. It will not run as root."""
    port = free_port()
    user = {}
    # Of its own, for others may not pass through the folders of tests.
    with TemporaryDirectory(prefix="postgres-") as data:
        if os.geteuid() == 0:
            shutil.chown(data, "nobody", "nogroup")
            user = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        subprocess.run(
            [_POSTGRES[0] / "initdb", "-D", data, "-U", "wattledger", "-A", "trust", "--no-sync"],
            check=True, capture_output=True, cwd=data, **user,
        )  # fmt: skip
        command = [
            _POSTGRES[0] / "postgres", "-D", data, "-p", port, "-k", data, "-h", "127.0.0.1", "-F",
        ]  # fmt: skip
        url = f"postgresql+psycopg2://wattledger@127.0.0.1:{port}/postgres"
        with _process(command, folder, cwd=data, **user):
            _until(lambda: psycopg2.connect(url.replace("+psycopg2", "")).close(), "postgres")
            yield url


@contextmanager
def broker(folder):
    """A Redis of its own; yields its URL."""
    port = free_port()
    command = ["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with _process(command, folder):
        _until(redis.Redis(port=port).ping, "redis")
        yield f"redis://127.0.0.1:{port}/0"


@dataclass
class Cluster:
    """What its machines share, and the workers that run."""

    folder: Path
    environment: dict[str, str]
    url: str = f"s3://{BUCKET}/ours"
    workers: dict[str, subprocess.Popen] = field(default_factory=dict)

    def wattledger(self, *arguments, check=True):
        """A command on the machine that has the inbox."""
        answer = subprocess.run(
            [sys.executable, "-m", "pipelines.cli.start", *map(str, arguments)],
            env=self.environment, capture_output=True, text=True, check=False, timeout=900,
        )  # fmt: skip
        assert not check or answer.returncode == 0, answer.stderr
        return answer

    def start_worker(self, name):
        """A machine of its own: a folder, a process group, and the storage's address."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.workers[name] = subprocess.Popen(
                [
                    sys.executable, "-m", "pipelines.cli.start", "worker", str(self.folder / name),
                    "--storage", self.url,
                ],
                env={**self.environment, "POLARS_MAX_THREADS": "1"},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def kill_worker(self, name):
        """As if its machine had lost its power."""
        process = self.workers.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop_worker(self, name):
        process = self.workers.pop(name)
        process.terminate()
        process.wait(60)

    def listening(self):
        """How many workers answer."""
        from pipelines.defs.cluster import app

        with patch.dict(os.environ, self.environment):
            return len(app().control.ping(timeout=1))

    def wait_for(self, workers):
        for _ in range(60):
            if self.listening() >= workers:
                return
        raise RuntimeError("the workers did not start")


@contextmanager
def cluster(folder):
    """The services of a cluster, without workers yet."""
    with ExitStack() as stack:
        database = stack.enter_context(postgres(folder))
        queue = stack.enter_context(broker(folder))
        endpoint = stack.enter_context(bucket(BUCKET))
        told = {
            **os.environ,
            **environment(endpoint),
            "WATTLEDGER_POSTGRES": database,
            "WATTLEDGER_BROKER": queue,
            "WATTLEDGER_RESULTS": queue,
        }
        machines = Cluster(folder, told)
        try:
            yield machines
        finally:
            for name in list(machines.workers):
                machines.kill_worker(name)
