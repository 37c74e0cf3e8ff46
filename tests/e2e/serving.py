"""The viewer served for real, and a real Chromium in front of it."""

import socket
import threading
from contextlib import contextmanager
from dataclasses import replace

import uvicorn

from reports.app.application import application
from tests.e2e.browser import CHROMIUM, FLAGS
from tests.flow.viewer import desk_over


@contextmanager
def served(folder, *, settings=None, **more):
    """The address of a server over an estate, while it is open."""
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    told = replace(settings, address=address) if settings else None
    desk = desk_over(folder, settings=told, **more)
    config = uvicorn.Config(application(desk), log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.should_exit = True
        thread.join(timeout=20)


@contextmanager
def chromium():
    """A browser; pages are opened in contexts of their own."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()
