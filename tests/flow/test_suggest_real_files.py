"""Proposals for tables that others made: what each file shows is proposed, untouched; what it does
not show is asked."""

import pytest
import yaml

from pipelines.suggest import suggest
from tests.flow.small_estate import SHARED_DATA, done, run, write_file

pytestmark = [
    pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="../shared/data is not there"),
]

PM = {"timestamp": "Start Date", "until": "End Date", "unit": "Usage Units"}
ENTRIES = {**PM, "meter": "Portfolio Manager Meter ID", "value": "Usage/Quantity"}


def proposed(path, **more):
    found = suggest(SHARED_DATA / path, **more)
    told = vars(found.source)
    usual = {"separator": ",", "decimal": ".", "encoding": "utf-8", "header_lines": 1,
             "until": "exclusive", "format": "csv"}  # fmt: skip
    said = {name: dict(value) if isinstance(value, tuple) else value
            for name, value in told.items() if value and value != usual.get(name)}  # fmt: skip
    said.pop("match")
    return found, said


@pytest.mark.parametrize("host", ["05", "06"])
def test_a_server_s_log_newest_first_by_a_clock_that_changes(host):
    found, said = proposed(f"cornell-biohpc/cbsugpu{host}_usage_stats.txt")

    assert (said["separator"], said["columns"]) == ("\t", {"timestamp": "timestamp"})
    assert said["timezone"] == "America/New_York"
    assert "rows affected" in said["footer"]
    assert "Completion time" in said["footer"]
    assert list(said["wide"])[:2] == ["powerave", "powermin"]
    assert {one.interval for one in found.meters} == {"60min"}
    assert any("In which unit" in question for question in found.questions)


@pytest.mark.parametrize("name", ["GB_2024", "KR_2021", "SG_2024", "US-CAL-CISO_2024"])
def test_grid_intensity_by_the_hour_in_utc(name):
    found, said = proposed(f"sustain-cluster/{name}_hourly.csv")

    assert (said["timezone"], said["columns"]) == ("UTC", {"timestamp": "Datetime (UTC)"})
    assert "Carbon Intensity gCO₂eq/kWh (direct)" in said["wide"]
    assert {one.interval for one in found.meters} == {"60min"}
    assert not {"separator", "decimal", "unit", "skip_lines"} & set(said)


def test_sensors_with_offsets_need_no_zone():
    found, said = proposed("seed-platform/example-sensor-readings.csv")

    assert said == {
        "columns": {"timestamp": "timestamp"},
        "wide": {one.title: one.meter_id for one in found.meters},
    }
    assert len(found.meters) == 5
    assert not any("time zone" in question for question in found.questions)


@pytest.mark.parametrize(
    ("name", "said", "kept", "meters"),
    [
        ("ESPM_BPS_Sample_Meter_Readings", {"until": "inclusive"}, 579, 17),
        ("portfolio-manager-single-22482007",
         {"until": "inclusive", "sheet": "Meter Entries"}, 72, 2),
        ("example-pm-monthly-meter-usage", {"sheet": "Meter Entries"}, 8, 4),
    ],
)  # fmt: skip
def test_portfolio_manager_s_ends_are_told_apart(name, said, kept, meters):
    found, told = proposed(f"seed-platform/{name}.xlsx", timezone="America/New_York")

    assert told == {
        "format": "xlsx", "skip_lines": 5, "columns": ENTRIES,
        "timezone": "America/New_York", **said,
    }  # fmt: skip
    assert (found.kept, found.refused, len(found.meters)) == (kept, 0, meters)
    assert {(one.kind, one.unit, one.interval) for one in found.meters} == {
        ("interval", "kBtu (thousand Btu)", "P1M")
    }


def test_one_meter_s_bills():
    found, said = proposed("seed-platform/system_meter_readings.xlsx")

    assert said == {"format": "xlsx", "columns": PM, "wide": {"Reading": "reading"}}
    assert (found.kept, found.refused) == (35, 0)


def test_a_typical_year_with_hours_up_to_24():
    found, said = proposed("weather-tmy/723170TYA.CSV")

    assert (said["skip_lines"], said["time_format"]) == (1, "%m/%d/%Y %H:%M")
    assert said["columns"] == {"timestamp": "Date (MM/DD/YYYY)", "time": "Time (HH:MM)"}
    [dry] = [one for one in found.meters if one.title == "Dry-bulb (C)"]
    assert (dry.kind, dry.unit, dry.interval) == ("gauge", "C", "60min")
    assert "hours are labelled up to 24:00" in found.evidence


def test_the_command_prints_what_can_be_pasted(tmp_path):
    path = write_file(
        tmp_path / "büro.csv",
        "Bericht\nZeit;USV A Ausgang [kWh]\n"
        + "".join(f"{day:02d}.01.2025 00:00;{day * 1000},5\n" for day in range(1, 31))
        + "Summe;1\n",
    )

    out = done("suggest", path, "--timezone", "Europe/Berlin").out
    entry = out.split("For estate.yaml\n")[1].split("\n\n")[0]
    [source] = yaml.safe_load(entry)["sources"]

    assert source == {
        "match": "*büro.csv", "separator": ";", "decimal": ",", "timezone": "Europe/Berlin",
        "time_format": "%d.%m.%Y %H:%M", "skip_lines": 1, "footer": '^"?(Summe)',
        "columns": {"timestamp": "Zeit"}, "wide": {"USV A Ausgang [kWh]": "usv_a_ausgang"},
    }  # fmt: skip
    assert "usv_a_ausgang,ups_output,interval,kWh,P1D,start" in out
    assert "Rows: 30 would be kept, 0 refused." in out


def test_json_says_the_same(tmp_path):
    path = write_file(
        tmp_path / "a.csv", "at,A kWh\n2025-01-01T00:00:00Z,1\n2025-01-01T01:00:00Z,2\n"
    )

    told = done("suggest", path, "--json").json

    assert told["source"]["wide"] == {"A kWh": "a_kwh"}
    assert (told["kept"], told["refused"]) == (2, 0)
    assert [one["meter_id"] for one in told["meters"]] == ["a_kwh"]


def test_a_file_that_is_not_there_is_told(tmp_path):
    answer = run("suggest", tmp_path / "none.csv")

    assert answer.code == 2
    assert "is no file" in answer.err
