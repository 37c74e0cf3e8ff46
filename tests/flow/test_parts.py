"""Months of any size: worked on in parts of their meters, they come out as if at once."""

import shutil
from datetime import UTC, datetime

import polars as pl
import pytest

from pipelines.stages import readings as stage
from pipelines.stages.partitions import Partitions
from pipelines.stages.reading import land, read_files
from pipelines.stages.workshop import open_workshop

#: Tables of months; each of their frames must be the same, whatever groups its rows lie in.
TABLES = ("readings", "ends", "quarantine", "covered", "findings", "intervals", "totals")
LANDED = datetime(2025, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def in_parts(undisturbed, tmp_path_factory):
    """The eventful estate, built a few rows at a time."""
    folder = tmp_path_factory.mktemp("parts") / "estate"
    shutil.copytree(undisturbed, folder, ignore=shutil.ignore_patterns("var"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "MOST_ROWS", 500)
        patch.setattr("pipelines.stages.covered.MOST_ROWS", 500)
        shop = open_workshop(folder)
        land(shop, LANDED)
        read_files(shop)
        for facility in shop.facilities:
            partitions = Partitions(open_workshop(folder), facility)
            partitions.build(partitions.months())
    return folder


def frames(estate, table):
    folder = estate / "var" / "lake" / table
    paths = sorted(one for one in folder.rglob("*.parquet") if "files" not in one.parts)
    return {one.relative_to(folder).as_posix(): pl.read_parquet(one) for one in paths}


@pytest.mark.parametrize("table", TABLES)
def test_come_out_the_same(undisturbed, in_parts, table):
    expected, found = frames(undisturbed, table), frames(in_parts, table)

    assert found.keys() == expected.keys()
    assert [name for name in expected if not found[name].equals(expected[name])] == []


def test_were_worked_on_in_parts(undisturbed, in_parts):
    """What stands above would prove nothing otherwise."""
    import pyarrow.parquet as pq

    def groups(estate):
        paths = (estate / "var" / "lake" / "readings").rglob("*.parquet")
        return max(pq.read_metadata(one).num_row_groups for one in paths)

    assert groups(undisturbed) == 1
    assert groups(in_parts) > 1
