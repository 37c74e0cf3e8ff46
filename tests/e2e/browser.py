"""A headless Chromium that tells what a page did: its DOM, its console, what it asked for."""

import re
import shutil
import socketserver
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_QUIET = ("--headless", *FLAGS, "--enable-logging=stderr", "--virtual-time-budget=20000")


#: Chromium asks its maker for the time, for updates and for accounts, and warms up a connection to
#: its search engine, whatever page is shown. A page of ours must not name any of these.
OWN_ERRANDS = (
    "accounts.google.com",
    "clients2.google.com",
    "edgedl.me.gvt1.com",
    "optimizationguide-pa.googleapis.com",
    "update.googleapis.com",
    "www.google.com",
)


@dataclass(frozen=True)
class Visit:
    """What was left of a visit to a page."""

    dom: str
    console: list[str]
    requested: list[str]

    @property
    def text(self) -> str:
        """The words of the page, without markup, scripts and styles."""
        bare = re.sub(r"<(script|style)\b.*?</\1>", " ", self.dom, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))


class _Recorder(socketserver.StreamRequestHandler):
    """A proxy that answers nothing and remembers what it was asked for."""

    def handle(self) -> None:
        line = self.rfile.readline().decode(errors="replace").strip()
        self.server.requested.append(line)  # type: ignore[attr-defined]


def visit(page: Path, profile: Path) -> Visit:
    """Opens a page from disk; everything it wants from any network goes to a proxy of ours."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Recorder) as proxy:
        proxy.requested = []  # type: ignore[attr-defined]
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        options = (
            f"--proxy-server=http://127.0.0.1:{proxy.server_address[1]}",
            "--proxy-bypass-list=<-loopback>",
            "--dump-dom",
        )
        done = _chromium(profile, *options, page.as_uri())
        proxy.shutdown()
        requested = [line for line in proxy.requested if line and not _own(line)]  # type: ignore[attr-defined]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Visit(done.stdout, console, requested)


def _own(line: str) -> bool:
    target = line.split(" ")[1].removeprefix("http://")
    return re.split("[:/]", target)[0] in OWN_ERRANDS


def print_to_pdf(page: Path, pdf: Path, profile: Path) -> None:
    """The page as the browser prints it."""
    _chromium(profile, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())


def _chromium(profile: Path, *options: str) -> subprocess.CompletedProcess[str]:
    assert CHROMIUM is not None
    return subprocess.run(
        [CHROMIUM, *_QUIET, f"--user-data-dir={profile}", *options],
        capture_output=True,
        text=True,
        timeout=180,
        check=True,
    )
