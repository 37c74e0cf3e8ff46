"""Files of an S3-compatible bucket and of an SFTP folder: each whole, or not at all."""

import asyncio
import threading
from contextlib import contextmanager

import asyncssh
import obstore
import pytest
from obstore.store import S3Store

from pipelines.sources.remote.shelf import Listed
from pipelines.stages import drops
from tests.flow.bucket import KEY, SECRET
from tests.flow.bucket import bucket as served
from tests.flow.servers import Misbehaving, answering
from tests.flow.small_estate import done, meter, run, sql, write_estate, write_file

HEADER = "meter_id,timestamp,value\n"
JANUARY = HEADER + "a.grid,2025-01-01T00:00:00Z,1\na.grid,2025-01-01T01:00:00Z,2\n"
LATER = HEADER + "a.grid,2025-01-01T02:00:00Z,3\n"
NOW = ("--now", "2025-02-01T00:00Z")


def estate_of(folder, **drop):
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[meter("a.grid", "grid_import", "interval", "kWh", max_rate=50)],
        drops=[{"name": "bms", "into": "a/bms", "match": "*.csv", "timeout_s": 5, **drop}],
    )


class Place:
    """Files elsewhere: how a test puts one there, and how an estate finds it."""

    def __init__(self, put, keys):
        self.put, self.keys = put, keys


@contextmanager
def bucket(tmp_path):
    with served("telemetry") as endpoint:
        store = S3Store(
            "telemetry",
            config={
                "endpoint": endpoint, "region": "us-east-1", "access_key_id": KEY,
                "secret_access_key": SECRET, "virtual_hosted_style_request": False,
            },
            client_options={"allow_http": True},
        )  # fmt: skip
        yield Place(
            lambda name, text: obstore.put(store, f"fra1/{name}", text.encode()),
            {"url": "s3://telemetry/fra1", "endpoint": endpoint, "key_env": "DROP_KEY",
             "secret_env": "DROP_SECRET"},
        )  # fmt: skip


class _Server(asyncssh.SSHServer):
    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("wattledger", SECRET)


@contextmanager
def folder(tmp_path):
    root = tmp_path / "sftp"
    (root / "fra1").mkdir(parents=True)
    key = asyncssh.generate_private_key("ssh-ed25519")
    ready, ports, stops = threading.Event(), [], []

    def there(channel):
        return asyncssh.SFTPServer(channel, chroot=str(root).encode())

    async def serve():
        stop = asyncio.Event()
        server = await asyncssh.create_server(
            _Server, "127.0.0.1", 0, server_host_keys=[key], sftp_factory=there
        )
        ports.append(server.sockets[0].getsockname()[1])
        loop = asyncio.get_running_loop()
        stops.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await stop.wait()
        server.close()
        await server.wait_closed()
        await asyncio.sleep(0.2)  # what clients have hung up is let go

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    ready.wait(20)
    try:
        yield Place(
            lambda name, text: write_file(root / "fra1" / name, text),
            {"url": f"sftp://127.0.0.1:{ports[0]}/fra1", "user": "wattledger",
             "password_env": "DROP_SECRET",
             "host_key": key.export_public_key().decode().strip()},
        )  # fmt: skip
    finally:
        stops[0]()
        thread.join(20)


@pytest.fixture(params=[bucket, folder], ids=["s3", "sftp"])
def place(request, tmp_path, monkeypatch):
    monkeypatch.setenv("DROP_KEY", "key")
    monkeypatch.setenv("DROP_SECRET", SECRET)
    with request.param(tmp_path) as found:
        yield found


def fetched(estate):
    answer = run("fetch", estate, *NOW, "--json")
    [told] = answer.json["drops"]
    return answer, told


def inbox(estate):
    root = estate / "inbox"
    return {p.relative_to(root).as_posix(): p.read_text() for p in root.rglob("*") if p.is_file()}


def test_new_files_are_taken_once_and_changed_ones_again(place, tmp_path):
    place.put("2025/january.csv", JANUARY)
    place.put("notes.txt", "not mapped")
    estate = estate_of(tmp_path / "estate", **place.keys)

    first, told = fetched(estate)
    assert (first.code, first.err) == (0, "")
    assert (told["there"], told["files"]) == (1, 1)
    assert inbox(estate) == {"a/bms/2025/january.csv": JANUARY}

    assert fetched(estate)[1]["files"] == 0

    place.put("later.csv", LATER)
    place.put("2025/january.csv", JANUARY + "a.grid,2025-01-01T03:00:00Z,4\n")
    assert fetched(estate)[1]["files"] == 2

    done("backfill", estate, *NOW)
    assert sql(estate, "SELECT sum(value) AS kwh FROM readings") == [{"kwh": 10}]
    assert sql(estate, "SELECT state, count(*) AS n FROM files GROUP BY 1") == [
        {"state": "current", "n": 2}
    ]


def test_probe_reads_the_first_file_of_a_drop_and_takes_none(place, tmp_path):
    estate = estate_of(tmp_path / "estate", **place.keys)
    empty = run("probe", estate, "bms", *NOW)
    place.put("2025/january.csv", JANUARY + "a.grid,nonsense,1\n")
    place.put("later.csv", LATER)

    told = done("probe", estate, "bms", *NOW, "--json").json

    assert (empty.code, empty.err) == (1, "bms: no file there matches '*.csv'\n")
    assert (told["asked"], told["file"]) == ("bms", "a/bms/2025/january.csv")
    assert (told["rows"], told["kept"]) == (3, 2)
    assert told["quarantined"] == {"unparsable_time": 1}
    assert not inbox(estate)


def test_what_was_taken_may_be_forgotten_and_is_the_same_to_the_landing(place, tmp_path):
    place.put("january.csv", JANUARY)
    estate = estate_of(tmp_path / "estate", **place.keys)
    fetched(estate)
    done("backfill", estate, *NOW)
    (estate / "var" / "drops" / "bms.json").unlink()

    assert fetched(estate)[1]["files"] == 1
    done("backfill", estate, *NOW)
    assert sql(estate, "SELECT count(*) AS n FROM files") == [{"n": 1}]


def test_a_wrong_secret_is_told_and_shown_nowhere(place, tmp_path, monkeypatch):
    place.put("january.csv", JANUARY)
    estate = estate_of(tmp_path / "estate", **place.keys)
    monkeypatch.delenv("DROP_SECRET")
    answer, _ = fetched(estate)
    assert answer.code == 1
    assert "the environment has no DROP_SECRET" in answer.err

    monkeypatch.setenv("DROP_SECRET", SECRET)
    answer, told = fetched(estate)
    assert told["files"] == 1
    assert SECRET not in answer.out + answer.err
    assert not [p for p in estate.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]


def test_a_server_with_another_key_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("DROP_SECRET", SECRET)
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    with folder(tmp_path) as place:
        place.put("january.csv", JANUARY)
        estate = estate_of(tmp_path / "estate", **{**place.keys, "host_key": other})
        answer, told = fetched(estate)

    assert (answer.code, told["files"]) == (1, 0)
    assert "BadHostKeyException" in answer.err
    assert inbox(estate) == {}


def test_nobody_there_is_told(place, tmp_path):
    keys = {
        key: value.replace(str(_port(value)), "1") if _port(value) else value
        for key, value in place.keys.items()
    }
    estate = estate_of(tmp_path / "estate", **keys)

    answer, told = fetched(estate)

    assert (answer.code, told["files"]) == (1, 0)
    assert len(told["problems"]) == 1


def _port(text):
    head = text.split("127.0.0.1:")
    return int(head[1].split("/")[0]) if len(head) > 1 else 0


LISTING = b"""<?xml version="1.0"?>
<ListBucketResult><Name>telemetry</Name><IsTruncated>false</IsTruncated><KeyCount>1</KeyCount>
<Contents><Key>fra1/a.csv</Key><LastModified>2025-01-01T00:00:00.000Z</LastModified>
<ETag>"1"</ETag><Size>70</Size></Contents></ListBucketResult>"""
MODIFIED = "Wed, 01 Jan 2025 00:00:00 GMT"


def test_a_bucket_that_dies_mid_file_leaves_no_part_of_it(tmp_path):
    half = answering(
        JANUARY[:40].encode(), promised=70, Last_Modified="Wed, 01 Jan 2025 00:00:00 GMT"
    )
    with Misbehaving([answering(LISTING, Content_Type="application/xml"), half]).running() as url:
        estate = estate_of(tmp_path / "estate", url="s3://telemetry/fra1", endpoint=url)
        answer, told = fetched(estate)

    assert (answer.code, told["files"], told["there"]) == (1, 0, 1)
    assert answer.err.startswith("bms, a.csv: ")
    assert not [path for path in (estate / "inbox").rglob("*") if path.is_file()]


class Shelf:
    """A place that lists one thing and gives another."""

    def __init__(self, path="a.csv", size=3, content=b"abc"):
        self.listed, self.bytes = Listed(path=path, size=size, mark="1"), content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def files(self):
        yield self.listed

    def content(self, _):
        yield self.bytes


@pytest.mark.parametrize(
    ("shelf", "why"),
    [
        (Shelf(size=4), "4 bytes were listed, and 3 came"),
        (Shelf(size=2), "2 bytes were listed, and 3 came"),
        (Shelf(path="../a.csv"), "leads out"),
        (Shelf(path="/etc/a.csv"), "leads out"),
        (Shelf(path="b/.hidden.csv"), "hidden"),
    ],
)
def test_a_file_of_another_length_or_place_is_not_taken(tmp_path, monkeypatch, shelf, why):
    monkeypatch.setattr(drops, "shelf_of", lambda _: lambda _: shelf)
    estate = estate_of(tmp_path / "estate", url="s3://b/p")

    answer, told = fetched(estate)
    probed = run("probe", estate, "bms", *NOW)

    assert (answer.code, told["files"], probed.code) == (1, 0, 1)
    assert why in answer.err
    assert why in probed.err
    assert not [path for path in tmp_path.rglob("*.csv") if path.name != "meters.csv"]


def test_without_its_extra_the_message_says_what_to_install(tmp_path, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("pipelines.sources.remote.shelf.import_module", missing)
    estate = estate_of(tmp_path / "estate", url="s3://b/p")

    assert "pip install 'wattledger[s3]'" in fetched(estate)[0].err


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"url": "ftp://host/x"}, "no address"),
        ({"url": "s3://key:secret@bucket/x"}, "no user, secret"),
        ({"url": "s3://b/x", "secret": "abc"}, "a secret does not stand"),
        ({"url": "s3://b/x", "key_env": "A"}, "belong together"),
        ({"url": "s3://b/x", "user": "me"}, "user is for sftp"),
        ({"url": "sftp://h/x", "user": "me", "password_env": "P"}, "no server is trusted"),
        ({"url": "sftp://h/x", "host_key": "ssh-ed25519 A"}, "who logs in"),
        ({"url": "s3://b/x", "into": "/x"}, "no folder of the inbox"),
        ({"url": "s3://b/x", "mach": "*"}, "match"),
    ],
)
def test_a_drop_that_cannot_be_is_refused_by_check(tmp_path, more, why):
    answer = run("check", estate_of(tmp_path / "estate", **more))

    assert answer.code == 2
    assert why in answer.out + answer.err
