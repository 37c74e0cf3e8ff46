"""A real S3 server on loopback, and a bucket in it."""

import logging
import urllib.request
from contextlib import contextmanager

from moto.server import ThreadedMotoServer

from tests.flow.servers import free_port

KEY, SECRET = "key", "s3cret-of-the-bucket"


@contextmanager
def bucket(name):
    """Its endpoint; every bucket that was there is gone."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=free_port(), verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    try:
        for path, method in (("moto-api/reset", "POST"), (name, "PUT")):
            request = urllib.request.Request(f"{endpoint}/{path}", method=method)
            urllib.request.urlopen(request, timeout=10).close()
        yield endpoint
    finally:
        server.stop()


def environment(endpoint):
    """How a program finds the server, and may use it."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }
