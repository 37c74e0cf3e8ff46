"""Time stamps: a local authority made of OpenSSL, and OpenSSL alone to check its word."""

import shutil
import subprocess
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from reports.seal.stamp import stamp_of
from reports.verify.integrity import SUMS, sums_text
from schemas.errors import UsageError
from tests.flow.sealed import NOW, OF_HELSINKI, members_of, packed, small_estate
from tests.flow.small_estate import done, run

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not there")
CONFIGURATION = """
[tsa]
default_tsa = local
[local]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
MANIFEST = b'{"format":1}'


def openssl(*arguments, **more):
    return subprocess.run(
        ["openssl", *map(str, arguments)], check=True, capture_output=True, **more
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "serial").write_text("01\n")
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=local TSA"),
        *("-addext", "extendedKeyUsage=critical,timeStamping"),
        *("-keyout", folder / "tsa.key", "-out", folder / "tsa.pem"),
    )
    return folder


@pytest.fixture
def served(authority):
    """An address that answers requests; ``answers`` may be changed by a test."""
    answers = {"bytes": None, "status": 200}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (authority / "query.tsq").write_bytes(query)
            asked = ("ts", "-reply", "-config", authority / "tsa.cnf", "-queryfile")
            openssl(*asked, authority / "query.tsq", "-out", authority / "reply.tsr")
            content = answers["bytes"] or (authority / "reply.tsr").read_bytes()
            self.send_response(answers["status"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_stamp_is_what_openssl_verifies(served, authority, tmp_path):
    (tmp_path / "manifest.json").write_bytes(MANIFEST)
    (tmp_path / "manifest.json.tsr").write_bytes(stamp_of(MANIFEST, served[0]))

    told = openssl(
        *("ts", "-verify", "-data", tmp_path / "manifest.json"),
        *("-in", tmp_path / "manifest.json.tsr", "-CAfile", authority / "tsa.pem"),
    )

    assert b"Verification: OK" in told.stdout + told.stderr


def test_a_stamp_of_something_else_is_refused(served):
    address, answers = served
    answers["bytes"] = stamp_of(b"something else", address)

    with pytest.raises(UsageError, match="stamped something else"):
        stamp_of(MANIFEST, address)


@pytest.mark.parametrize(("status", "content"), [(500, b"no"), (200, b"no stamp")])
def test_an_authority_that_fails_is_named(served, status, content):
    address, answers = served
    answers.update(status=status, bytes=content)

    with pytest.raises(UsageError, match=f"{address} gave no time stamp"):
        stamp_of(MANIFEST, address)


def test_an_authority_that_is_not_there_is_named():
    with pytest.raises(UsageError, match="gave no time stamp"):
        stamp_of(MANIFEST, "http://127.0.0.1:9/")


def test_a_filing_carries_its_stamp_and_another_one_is_named(served, authority, tmp_path):
    address, _ = served
    estate = small_estate(tmp_path / "estate", policies={"timestamp_authority": address})
    pack = done("seal", estate, *OF_HELSINKI, *NOW).out.strip()
    members = members_of(pack)
    (tmp_path / "manifest.json").write_bytes(members["manifest.json"])
    (tmp_path / "manifest.json.tsr").write_bytes(members["manifest.json.tsr"])

    told = done("verify", pack).out
    openssl(
        *("ts", "-verify", "-data", tmp_path / "manifest.json"),
        *("-in", tmp_path / "manifest.json.tsr", "-CAfile", authority / "tsa.pem"),
    )
    other = {**members, "manifest.json.tsr": stamp_of(MANIFEST, address)}
    sums = {name: sha256(content).hexdigest() for name, content in other.items() if name != SUMS}
    spoilt = packed(tmp_path / "spoilt.zip", {**other, SUMS: sums_text(sums).encode()})

    assert "a time stamp lies in it" in told
    assert "manifest.json.tsr: is not a stamp of this manifest" in run("verify", spoilt).out
