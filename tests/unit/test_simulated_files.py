"""What the simulator writes: the same bytes each time, times as sites tell them, the kept sample.
And what it refuses to write."""

from collections import defaultdict
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

import pytest
import yaml
from perfect_reader import (
    meters_and_serials,
    register_amounts,
    truth_of,
)

from sample_data.errors import SimulationError
from sample_data.simulate import simulate
from sample_data.simulate_sample import ESTATE, sample_estate
from schemas.estate.read import read_estate


def tree(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def close(found, expected):
    return abs(found - expected) <= abs(expected) * Decimal("1e-9") + Decimal("1e-12")


def test_same_arguments_write_the_same_bytes(tmp_path):
    wish = {"facilities": 2, "years": 1, "interval": "1h", "first_year": 2025, "faults": True}

    simulate(tmp_path / "one", seed=5, shape="site", **wish)
    simulate(tmp_path / "two", seed=5, shape="site", **wish)
    simulate(tmp_path / "other", seed=6, shape="site", **wish)

    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert tree(tmp_path / "one") != tree(tmp_path / "other")


def test_local_time_without_offset_tells_the_double_hour_twice_in_order(tmp_path):
    simulate(
        tmp_path / "estate",
        facilities=1,
        years=1,
        interval="30min",
        first_year=2025,
        seed=5,
        faults=False,
        shape="site",
    )

    text = (tmp_path / "estate/inbox/fra1/bms_2025-10.csv").read_text(encoding="utf-8-sig")
    rows = [line.split(";") for line in text.splitlines()]
    grid = rows[0].index("Zähler A [kWh]")
    double = [row[0][11:] for row in rows if row[0].startswith("26.10.2025 0")]
    counts = [Decimal(row[grid].replace(",", ".")) for row in rows[1:-1]]

    assert double[4:9] == ["02:00", "02:30", "02:00", "02:30", "03:00"]
    assert counts == sorted(counts)


def test_the_kept_sample_is_what_the_simulator_writes(tmp_path):
    sample_estate(tmp_path / "estate")

    written, kept = tree(tmp_path / "estate"), tree(ESTATE)

    assert written.keys() == {name for name in kept if not name.startswith("var/")}
    assert [name for name in written if written[name] != kept[name]] == []
    assert sum(len(content) for content in written.values()) < 3_200_000


def sample_registers():
    """(meter, serial) → readings in time order, read through the mappings of estate.yaml."""
    sources = yaml.safe_load((ESTATE / "estate.yaml").read_text(encoding="utf-8"))["sources"]
    found = defaultdict(dict)
    for source in sources:
        columns, wide = source["columns"], source.get("wide", {})
        zone = ZoneInfo(source["timezone"])
        for path in (ESTATE / "inbox").glob(source["match"]):
            text = path.read_text(encoding="utf-8-sig").splitlines()
            header = text[0].split(source.get("separator", ","))
            for line in text[1:]:
                cells = line.split(source.get("separator", ","))
                if len(cells) != len(header):
                    continue
                row = dict(zip(header, cells, strict=True))
                serial = row.get(columns.get("serial", ""), "")
                told = (
                    {meter: row[name] for name, meter in wide.items()}
                    if wide
                    else {row[columns["meter"]]: row[columns["value"]]}
                )
                try:
                    stamp = row[columns["timestamp"]]
                    at = (
                        datetime.strptime(stamp, source["time_format"]).replace(tzinfo=zone)
                        if "time_format" in source
                        else datetime.fromisoformat(stamp)
                    )
                except ValueError:
                    continue
                for meter, cell in told.items():
                    try:
                        value = Decimal(cell.replace(",", ".") if "decimal" in source else cell)
                    except InvalidOperation:
                        continue
                    found[meter, serial][at.astimezone(UTC)] = value
    return found


def test_the_sample_read_through_its_mappings_gives_the_truth():
    truth = truth_of(ESTATE)
    readings = sample_registers()
    checked = 0

    for quantity in ("grid_import", "ups_output", "cooling_electricity", "heat_removed"):
        found = defaultdict(Decimal)
        for meter, serials in meters_and_serials(ESTATE):
            if meter["quantity"] == quantity and not meter["meter_id"].endswith("chillers"):
                for serial in serials:
                    for _, _, amount in register_amounts(
                        meter, readings.get((meter["meter_id"], serial), {})
                    ):
                        found[meter["facility_id"]] += amount
        for facility, amount in found.items():
            assert close(amount, truth[facility, quantity, "2025-01"])
            checked += 1

    assert checked == 12


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param({"interval": "7min"}, id="does-not-divide-an-hour"),
        pytest.param({"interval": "2h"}, id="longer-than-an-hour"),
        pytest.param({"interval": "soon"}, id="no-interval"),
        pytest.param({"facilities": 0}, id="no-facility"),
        pytest.param({"years": 0}, id="no-year"),
        pytest.param({"first_year": 1970}, id="before-the-clocks-are-known"),
        pytest.param({"shape": "round"}, id="unknown-shape"),
    ],
)
def test_refuses_what_it_cannot_simulate(tmp_path, wish):
    usual = {"facilities": 1, "years": 1, "interval": "1h", "first_year": 2025}

    with pytest.raises(SimulationError):
        simulate(tmp_path / "estate", seed=1, faults=False, **(usual | wish))

    assert not (tmp_path / "estate").exists()


def test_refuses_a_folder_that_is_not_empty(tmp_path):
    (tmp_path / "mine.txt").write_text("keep me")

    with pytest.raises(ValueError, match="not an empty folder"):
        simulate(
            tmp_path, facilities=1, years=1, interval="1h", first_year=2025, seed=1, faults=False
        )

    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_refuses_a_file(tmp_path):
    target = tmp_path / "estate"
    target.write_text("a file")

    with pytest.raises(SimulationError, match="is a file"):
        simulate(
            target, facilities=1, years=1, interval="1h", first_year=2025, seed=1, faults=False
        )


def test_a_history_before_any_site_was_built_is_of_sites_that_were(tmp_path):
    """Commissioned before its first year, with equipment that was there before it left."""
    simulate(
        tmp_path / "early",
        facilities=3,
        years=1,
        interval="1h",
        first_year=2012,
        seed=7,
        faults=False,
    )

    estate = read_estate(tmp_path / "early")

    assert {one.id: one.commissioned for one in estate.facilities} == {
        "fra1": "2011-04",
        "sto1": "2011-09",
        "sin1": "2011-11",
    }
    left = [one for one in estate.registers.equipment or () if one.decommissioned_on]
    assert left
    assert all(one.installed_on < one.decommissioned_on for one in left)
