"""One estate on several machines, with real services: the bytes are those of one machine, whatever
becomes of a worker."""

import shutil
import subprocess
import sys
import time
from contextlib import closing

import psycopg2
import pytest
from obstore.store import S3Store

from tests.flow import two_sites
from tests.flow.machines import BUCKET, MISSING, cluster
from tests.flow.small_estate import done, drop, run, write_file

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
NOW = ("--now", two_sites.NOW)
POSTGRES = "WATTLEDGER_POSTGRES"
LATE = ("a.ups", "2025-02-10T10:00:00Z", 81)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The estate on one machine."""
    folder = tmp_path_factory.mktemp("alone") / "estate"
    two_sites.two_sites(folder)
    drop(folder, "a/refused.csv", [("a.ups", "2025-01-10T10:00:00Z", "eighty")])
    described = (folder / "estate.yaml").read_text()
    bare = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done("backfill", folder, *NOW)
    return folder, described, bare


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module")
def home(alone, machines):
    """The same estate, never backfilled, with the profile of a cluster."""
    folder, described, bare = alone
    home = machines.folder / "home"
    for path, content in bare.items():
        write_file(home / path.relative_to(folder), content)
    done("init", machines.folder / "new", "--profile", "cluster")
    shutil.copytree(machines.folder / "new" / "cluster", home / "cluster")
    write_file(home / "estate.yaml", f"{described}\nstorage: {machines.url}\n")
    return home


def frames(folder):
    """All that the lake says, and the forms made of it."""
    var = folder / "var"
    found = [*(var / "lake").rglob("*.parquet"), *(var / "reports" / "forms").rglob("*.json")]
    return {path.relative_to(var).as_posix(): path.read_bytes() for path in found}


def same(one, other):
    """Equal, and if not, where not: bytes say nothing to a reader."""
    names = one.keys() ^ other.keys() | {name for name in one if one[name] != other.get(name)}
    return sorted(names)


def under_way(machines, job):
    """How many runs of a job are being done at this moment."""
    url = machines.environment["WATTLEDGER_POSTGRES"].replace("+psycopg2", "")
    with closing(psycopg2.connect(url)) as database, database.cursor() as cursor:
        asked = "SELECT count(*) FROM runs WHERE pipeline_name = %s AND status = 'STARTED'"
        cursor.execute(asked, (job,))
        return cursor.fetchone()[0]


def test_without_a_worker_nothing_is_begun(machines, home):
    answer = machines.wattledger("backfill", home, *NOW, check=False)
    assert answer.returncode == 1
    assert "no worker answers" in answer.stderr
    assert "wattledger worker" in answer.stderr
    assert not (home / "var" / "landing").exists()


def test_what_the_environment_lacks_is_named(machines, home):
    told = {name: value for name, value in machines.environment.items() if name != POSTGRES}
    answer = subprocess.run(
        [sys.executable, "-m", "pipelines.cli.start", "backfill", str(home)],
        env=told, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 2
    assert f"{POSTGRES} not in the environment" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_two_workers_one_of_them_killed_make_the_bytes_of_one_machine(alone, machines, home):
    for name in ("one", "two"):
        machines.start_worker(name)
    machines.wait_for(2)
    command = [sys.executable, "-m", "pipelines.cli.start", "backfill", str(home), *NOW]
    with subprocess.Popen(
        command, env=machines.environment, stderr=subprocess.PIPE, text=True
    ) as backfill:
        for _ in range(600):
            if under_way(machines, "months") == 2:
                break
            assert backfill.poll() is None
            time.sleep(0.1)
        machines.kill_worker("two")
        told = backfill.communicate(timeout=300)[1]

    assert backfill.returncode == 0, told
    assert "its worker was lost; begun again" in told
    assert same(frames(home), frames(alone[0])) == []


def test_a_second_backfill_finds_nothing_to_do(machines, home):
    answer = machines.wattledger("backfill", home, *NOW)
    assert "to build: 0 of" in answer.stderr
    assert "nothing changed" in answer.stderr


def test_a_late_file_and_another_register_reach_the_workers(alone, machines, home):
    for folder in (alone[0], home):
        drop(folder, "a/late.csv", [LATE])
        write_file(
            folder / "registers" / "edits.csv",
            "edit_id,meter_id,start,end,rule,author,reason\n"
            "e1,a.grid,2025-03-10T10:00:00Z,2025-03-10T12:00:00Z,withhold,Ada,doubtful\n",
        )
    done("backfill", alone[0], *NOW)
    answer = machines.wattledger("backfill", home, *NOW)
    assert "to build: 0 of" not in answer.stderr
    assert same(frames(home), frames(alone[0])) == []


def test_a_machine_without_anything_takes_all_of_it(machines, home):
    other = machines.folder / "other"
    answer = machines.wattledger("storage", other, "--from", machines.url)
    assert machines.url in answer.stdout
    assert same(frames(other), frames(home)) == []
    landed = sorted((home / "var" / "landing" / "files").rglob("*"))
    assert len(landed) == len(sorted((other / "var" / "landing" / "files").rglob("*")))
    asked = ("metrics", "--facility", "a", "--year", "2025", "--json")
    shown = [done(asked[0], folder, *asked[1:]).json for folder in (home, other)]
    assert shown[0] == shown[1]


def test_no_estate_is_lost_to_a_storage_that_is_not_its_own(alone, machines, tmp_path):
    theirs = tmp_path / "theirs"
    for path, content in alone[2].items():
        write_file(theirs / path.relative_to(alone[0]), content)
    write_file(theirs / "registers" / "fuel.csv", "facility_id,date,fuel,litres,event\n")
    before = sorted(path for path in theirs.rglob("*") if path.is_file())
    for command in (
        ("storage", theirs, "--from", machines.url),
        ("storage", theirs, "--from", f"{machines.url}-empty"),
        ("worker", theirs, "--storage", f"{machines.url}-empty"),
    ):
        answer = machines.wattledger(*command, check=False)
        assert answer.returncode == 1
        assert "it would be lost" in answer.stderr
        assert "Traceback" not in answer.stderr
    found = (path for path in theirs.rglob("*") if path.is_file() and path.suffix != ".db")
    assert sorted(found) == before
    nothing = machines.wattledger(
        "storage", tmp_path / "new", "--from", f"{machines.url}-empty", check=False
    )
    assert nothing.returncode == 2
    assert "holds no estate" in nothing.stderr


def test_the_way_back_builds_nothing_again(alone, machines, home):
    back = machines.folder / "back"
    shutil.copytree(home, back)
    shutil.rmtree(back / "cluster")
    shutil.rmtree(back / "var" / "dagster")
    write_file(back / "estate.yaml", alone[1])
    answer = run("backfill", back, *NOW)
    assert answer.code == 0, answer.err
    assert "to build: 0 of" in answer.err
    assert same(frames(back), frames(alone[0])) == []


def test_the_way_there_takes_what_was_built_along(alone, machines):
    moved = machines.folder / "moved"
    shutil.copytree(alone[0], moved)
    shutil.rmtree(moved / "var" / "dagster")
    shutil.copytree(machines.folder / "new" / "cluster", moved / "cluster")
    write_file(moved / "estate.yaml", f"{alone[1]}\nstorage: {machines.url}-moved\n")
    answer = machines.wattledger("backfill", moved, *NOW)
    assert "to build: 0 of" in answer.stderr
    assert same(frames(moved), frames(alone[0])) == []


def test_a_failure_on_a_worker_is_told_here(machines, home, monkeypatch):
    machines.kill_worker("one")
    machines.start_worker("three")
    machines.wait_for(1)
    for name, value in machines.environment.items():
        monkeypatch.setenv(name, value)
    lost = next(path for path in sorted((home / "var/landing/files").rglob("*")) if path.is_file())
    store = S3Store(BUCKET, prefix="ours", client_options={"allow_http": True})
    store.delete(f"var/landing/files/{lost.name[:2]}/{lost.name}")
    with (home / "meters.csv").open("a") as meters:
        meters.write("a.new,a,grid_import,interval,kWh,1h,200\n")
    answer = machines.wattledger("backfill", home, *NOW, check=False)
    assert answer.returncode == 1
    assert f"holds no {lost.name}" in answer.stderr
    assert "Run the same again" in answer.stderr
    assert "Traceback" not in answer.stderr
