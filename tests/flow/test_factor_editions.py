"""Factor editions: accepted once, never changed; what another edition would move is seen first."""

import shutil

import pytest

from tests.flow.small_estate import (
    done,
    drop,
    hashes,
    instants,
    meter,
    metrics,
    run,
    write_estate,
    write_rows,
)

NOW = ("--now", "2025-02-01T00:00Z")
ACCEPT = ("--accept", "--by", "R. Vogt", *NOW)
LOCK = "registers/factors.lock.csv"
#: 8 784 hours of 2024, 10 kWh each.
IMPORT = 87_840


def location(value, edition, **facts):
    return {
        "kind": "location",
        "key": "DE",
        "valid_from": "2024-01-01",
        "valid_to": "2024-12-31",
        "value": value,
        "unit": "kg/kWh",
        "edition": edition,
        **facts,
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """One site and year, and the factor of its grid zone in its first edition: 0.3 kg/kWh."""
    estate = write_estate(
        tmp_path_factory.mktemp("factors") / "estate",
        facilities=[{"id": "a", "grid_zone": "DE"}],
        meters=[meter("a.grid", "grid_import", "interval", "kWh", max_rate=100)],
    )
    write_rows(estate / "registers" / "factors" / "grid.csv", [location("0.3", "1")])
    hours = instants("2024-01-01", "2025-01-01")
    drop(estate, "a/2024.csv", [("a.grid", at, 10) for at in hours])
    done("backfill", estate, *NOW)
    return estate


@pytest.fixture
def estate(built, tmp_path):
    return shutil.copytree(built, tmp_path / "estate", copy_function=shutil.copy2)


def grid(estate):
    return estate / "registers" / "factors" / "grid.csv"


def corrected(folder, value="0.4", edition="2", name="grid-2.csv"):
    write_rows(folder / name, [location(value, edition)])
    return folder


def listed(estate):
    rows = done("factors", estate, "--json").json["factors"]
    return {row["file"]: row for row in rows}


def test_without_a_lock_nothing_is_asked(estate):
    done("check", estate)

    [row] = listed(estate).values()
    assert (row["state"], row["kinds"], row["keys"], row["editions"]) == (
        "not accepted",
        ["location"],
        ["DE"],
        ["1"],
    )
    assert (row["valid_from"], row["valid_to"]) == ("2024-01-01", "2024-12-31")
    assert "not accepted" in done("factors", estate).out


def test_what_is_accepted_stands_in_the_lock(estate):
    told = done("factors", estate, *ACCEPT)

    assert "accepted: registers/factors/grid.csv, edition 1" in told.out
    [row] = listed(estate).values()
    assert (row["state"], row["accepted_on"], row["accepted_by"]) == (
        "accepted",
        "2025-02-01",
        "R. Vogt",
    )
    assert f"grid.csv,{row['sha256']},1,2025-02-01,R. Vogt\n" in (estate / LOCK).read_text()
    done("check", estate)
    assert "accepted already" in done("factors", estate, *ACCEPT).err


def test_an_accepted_file_with_other_bytes_is_a_problem_whose_effect_can_be_seen(estate):
    done("factors", estate, *ACCEPT)
    write_rows(grid(estate), [location("0.4", "1")])

    refused = run("check", estate)
    effect = done("factors", estate, "--try", grid(estate).parent)

    assert refused.code == 2
    assert "registers/factors/grid.csv: same edition, other bytes: edition 1 was" in refused.err
    assert "a new edition in a new file" in refused.err
    assert f"wattledger factors {estate} --try {grid(estate).parent}" in refused.err
    assert "co2_location" in effect.out
    assert listed(estate)["grid.csv"]["state"] == "changed"
    assert run("factors", estate, *ACCEPT).code == 2


def test_a_file_that_nobody_accepted_and_one_that_is_gone_are_problems(estate):
    done("factors", estate, *ACCEPT)
    grid(estate).rename(grid(estate).with_name("other.csv"))

    refused = run("check", estate)

    assert refused.code == 2
    assert f"{LOCK}:2: registers/factors/grid.csv, accepted on 2025-02-01, is gone" in refused.err
    assert "registers/factors/other.csv: nobody has accepted it" in refused.err
    assert f"wattledger factors {estate} --accept --by NAME" in refused.err
    assert {name: row["state"] for name, row in listed(estate).items()} == {
        "grid.csv": "gone",
        "other.csv": "not accepted",
    }


def test_another_edition_is_tried_on_every_figure_and_nothing_is_written(estate, tmp_path):
    done("factors", estate, *ACCEPT)
    before = hashes(estate)

    changes = done("factors", estate, "--try", corrected(tmp_path / "new"), "--json").json

    year = {
        one["name"]: one
        for one in changes["changes"]
        if (one["facility_id"], one["period"]) == ("a", "2024")
    }
    moved = year["co2_location"]
    assert (moved["before"]["value"], moved["after"]["value"]) == (IMPORT * 0.3, IMPORT * 0.4)
    assert moved["difference"] == pytest.approx(IMPORT * 0.1)
    assert {"co2_location", "scope2_location"} <= year.keys()
    assert "edc" not in year
    periods = {one["period"] for one in changes["changes"] if one["name"] == "co2_location"}
    assert periods == {"2024", *(f"2024-{month:02d}" for month in range(1, 13))}
    assert hashes(estate) == before


def test_the_same_factors_move_no_figure(estate, tmp_path):
    shutil.copytree(grid(estate).parent, tmp_path / "same")

    told = done("factors", estate, "--try", tmp_path / "same")

    assert "no figure of a built year would change" in told.out


def test_an_edition_that_was_tried_and_accepted_counts_from_then_on(estate, tmp_path):
    done("factors", estate, *ACCEPT)
    new = corrected(tmp_path / "new")
    [tried] = [
        one["after"]["value"]
        for one in done("factors", estate, "--try", new, "--json").json["changes"]
        if (one["name"], one["period"]) == ("co2_location", "2024")
    ]

    done("factors", estate, *ACCEPT, "--from", new)
    done("backfill", estate, *NOW)

    assert listed(estate).keys() == {"grid.csv", "grid-2.csv"}
    assert metrics(estate, "a", 2024)["co2_location", ""]["value"] == tried == IMPORT * 0.4


@pytest.mark.parametrize(
    ("name", "edition", "words"),
    [
        pytest.param("grid.csv", "2", "is never overwritten", id="an-accepted-file"),
        pytest.param("new.csv", "1", "edition '1' of location DE stands already", id="an-edition"),
    ],
)
def test_what_is_accepted_is_never_replaced(estate, tmp_path, name, edition, words):
    done("factors", estate, *ACCEPT)
    before = hashes(estate / "registers")
    new = corrected(tmp_path / "new", edition=edition, name=name)

    refused = run("factors", estate, *ACCEPT, "--from", new)

    assert refused.code == 2
    assert words in refused.err
    assert hashes(estate / "registers") == before


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        pytest.param(("--accept",), "Add --by NAME", id="by-nobody"),
        pytest.param(("--try", ".", "--accept", "--by", "me"), "--try writes nothing", id="both"),
        pytest.param(("--from", "."), "Say both", id="from-and-not-accepted"),
        pytest.param(("--try", "nowhere"), "is not a folder", id="no-folder"),
    ],
)
def test_what_does_not_go_together_is_refused(estate, asked, words):
    refused = run("factors", estate, *asked)

    assert refused.code == 2
    assert words in refused.err
