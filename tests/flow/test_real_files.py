"""Files that others measured, against figures worked out from them independently.

The estate is the example in ``examples/real_files``.
"""

import csv
import json
import re
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal

import pytest

from tests.flow.small_estate import ROOT, SHARED_DATA, done, form, metrics, sql, totals

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (SHARED_DATA / "cornell-biohpc").is_dir(),
        reason="the real files are not at ../shared/data",
    ),
]

ROWS = {"05": 23_371, "06": 23_304, "07": 15_493, "09": 8_497, "10": 8_694}


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real") / "estate"
    script = ROOT / "examples" / "real_files" / "make_estate.py"
    subprocess.run([sys.executable, script, SHARED_DATA, folder], check=True, capture_output=True)
    done("check", folder)
    done("backfill", folder, "--workers", "2", "--now", "2025-11-01")
    return folder


@pytest.mark.parametrize("host", ROWS)
def test_the_footer_of_each_file_counts_its_rows(host):
    text = (SHARED_DATA / "cornell-biohpc" / f"cbsugpu{host}_usage_stats.txt").read_text(
        "utf-8-sig"
    )

    [count] = re.findall(r"^\((\d+) rows affected\)", text, re.MULTILINE)
    assert int(count) == ROWS[host]


def test_every_row_of_the_hosts_is_kept(estate):
    files = done("status", estate, "--json").json["files"]
    readings = sql(estate, "SELECT meter_id, count(*) AS n FROM readings GROUP BY ALL")

    found = {
        file["path"].removeprefix("cornell-biohpc/cbsugpu")[:2]: file
        for file in files
        if file["path"].startswith("cornell-biohpc/")
    }
    assert {host: file["landed"] for host, file in found.items()} == ROWS
    assert {host: file["kept"] for host, file in found.items()} == ROWS
    assert {
        row["meter_id"].removeprefix("cbsugpu"): row["n"]
        for row in readings
        if row["meter_id"].startswith("cbsugpu")
    } == ROWS


def test_a_gap_of_half_a_year_stays_a_gap(estate):
    """Nothing is measured in months without a row, and no value is made up for them."""
    empty = sql(
        estate,
        "SELECT period, value, low, high, measured, coverage FROM totals "
        "WHERE facility_id = 'gpu09' AND length(period) = 7 AND coverage = 0 ORDER BY period",
    )

    assert len(empty) >= 5
    for month in empty:
        assert (month["value"], month["measured"], month["low"]) == (None, None, 0)
        assert month["high"] >= 28 * 24 * 10  # the meter's maximum rate, 10 kW


def test_the_energy_of_a_host_in_2024(estate):
    found = totals(estate, "gpu05", 2024)["it_input"]

    assert found["measured"] == pytest.approx(610.836988, abs=1e-6)
    assert found["coverage"] == pytest.approx(0.998975, abs=1e-6)
    assert found["low"] <= found["measured"] <= found["value"] <= found["high"]


def test_the_same_energy_by_hand(estate):
    """Mean watts × 1 h, row by row of the local year, straight from the file."""
    path = SHARED_DATA / "cornell-biohpc" / "cbsugpu05_usage_stats.txt"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["powerave"]]
    watt_hours = sum(Decimal(r["powerave"]) for r in rows if r["timestamp"].startswith("2024-"))

    measured = totals(estate, "gpu05", 2024)["it_input"]["measured"]
    assert measured == pytest.approx(float(watt_hours / 1000), abs=1e-11)  # 12 places in the lake


def test_pue_is_not_stated_without_a_boundary_meter(estate):
    found = metrics(estate, "gpu05", 2024)["pue", "3"]

    assert (found["value"], found["status"]) == (None, "withheld")
    assert "no boundary meter" in found["reason"]


def test_the_form_is_refused_and_says_why(estate):
    answer, cells = form(estate, "gpu05", 2024)

    assert answer.code == 1
    assert cells["EIT"]["value"] == pytest.approx(611, abs=1)
    assert cells["EDC"]["value"] is None
    assert "no boundary meter" in cells["EDC"]["reason"]
    assert "eu-eed-2024: the form of gpu05 for 2024 is not complete" in answer.err
    assert re.search(r"EDC \(Total energy consumption\): .*no boundary meter", answer.err)


def test_the_weather_of_singapore(estate):
    document = json.loads((SHARED_DATA / "sustain-cluster" / "open-meteo_SG_2024.json").read_text())
    days = defaultdict(list)
    for time, celsius in zip(
        document["hourly"]["time"], document["hourly"]["temperature_2m"], strict=True
    ):
        days[time[:10]].append(Decimal(str(celsius)))
    means = [sum(day) / len(day) for name, day in days.items() if name.startswith("2024-")]
    degree_days = sum(mean - 21 for mean in means if mean >= 24)

    outdoor = totals(estate, "sin", 2024)["outdoor_temperature"]
    found = metrics(estate, "sin", 2024)["cdd", ""]

    assert len(means) == 366
    assert (outdoor["coverage"], outdoor["status"]) == (1, "clean")
    assert outdoor["value"] == pytest.approx(float(sum(means) / 366), abs=1e-9)
    assert degree_days > 1000
    assert found["value"] == pytest.approx(float(degree_days), rel=1e-12)
    assert found["low"] <= found["value"] <= found["high"]
    assert metrics(estate, "sin", 2024)["hdd", ""]["value"] == 0
    assert min(means) > 15


def test_a_flat_megawatt_on_the_british_grid(estate):
    """Each hour's energy by that hour's factor: 928.85377 t in 8784 hours."""
    path = SHARED_DATA / "sustain-cluster" / "GB_2024_hourly.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        grams = [
            Decimal(row["Carbon Intensity gCO₂eq/kWh (direct)"]) for row in csv.DictReader(file)
        ]

    found = metrics(estate, "lon", 2024)["co2_location", ""]

    assert len(grams) == 8784
    assert found["value"] / 1000 == pytest.approx(928.85377, abs=1e-5)
    assert found["value"] == pytest.approx(float(sum(grams)), rel=1e-12)
    assert (found["coverage"], found["status"]) == (1, "clean")
    # 22 hours' intensities are marked as estimates where they are published; the load is flat.
    assert found["estimated_share"] == pytest.approx(22 / 8784, rel=1e-12)
