"""A killed backfill leaves nothing wrong behind, and the next one ends as if undisturbed."""

import shutil
import signal

import pytest

from tests.flow.small_estate import (
    alone,
    done,
    drop,
    hashes,
    instants,
    meter,
    sql,
    write_estate,
)

pytestmark = pytest.mark.slow

NOW = ("--now", "2025-06-01T00:00Z")
#: The program, killed in place of its n-th rename of a finished file over the one before it.
KILLED = """
import os, signal, sys
from itertools import count
from pipelines.cli.main import main
left, nth, rename = count(1), int(sys.argv.pop(1)), os.replace
def replace(*paths):
    if next(left) == nth:
        os.kill(os.getpid(), signal.SIGKILL)
    rename(*paths)
os.replace = replace
sys.exit(main())
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two months built, and then a newer version of the file lies in the inbox."""
    folder = write_estate(
        tmp_path_factory.mktemp("killed") / "estate",
        facilities=[{"id": "a"}],
        meters=[
            meter("a.grid", "grid_import", "register", "kWh", max_rate=100),
            meter("a.water", "potable_water", "register", "L", max_rate=5),
        ],
    )
    stamps = list(enumerate(instants("2025-01-15", "2025-02-15")))
    for factor in (10, 20):
        rows = [(name, at, factor * n) for n, at in stamps for name in ("a.grid", "a.water")]
        rows.insert(30, ("a.grid", "2025-01-15T10:30:00Z", "n/a"))
        drop(folder, "a/all.csv", rows)
        if factor == 10:
            done("backfill", folder, *NOW)
    return folder


@pytest.fixture(scope="module")
def undisturbed_end(built, tmp_path_factory):
    """The built estate after a backfill of the newer version that nobody killed."""
    folder = tmp_path_factory.mktemp("undisturbed") / "estate"
    shutil.copytree(built, folder)
    done("backfill", folder, *NOW)
    return folder


@pytest.mark.parametrize("nth", [1, 4, 8, 14, 19, 33])
def test_killed_at_a_write_and_run_again(built, undisturbed_end, tmp_path, nth):
    estate = tmp_path / "estate"
    shutil.copytree(built, estate)

    killed = alone(nth, "backfill", estate, *NOW, program=KILLED)
    question = "SELECT count(*) AS n FROM totals"
    between = sql(estate, question)
    done("backfill", estate, *NOW)

    assert killed.code == -signal.SIGKILL, killed.err
    assert between == sql(estate, question)
    for folder, suffixes in (("var/lake", (".parquet", ".json")), ("var/reports", ())):
        found, expected = (
            hashes(estate / folder, *suffixes),
            hashes(undisturbed_end / folder, *suffixes),
        )
        assert found == expected
    question = "SELECT * FROM totals ORDER BY ALL"
    assert sql(estate, question) == sql(undisturbed_end, question)
