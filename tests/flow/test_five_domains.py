"""One good and one refused row of each domain, from the file's line to the regulator's cell.

All figures are worked by hand. The meters stand since 1 December, so December is their year:
744 hours.

    power        grid 150 kWh/h, UPS 100 kWh/h   111 600 and 74 400 kWh
    renewables   PV 10 kW                          7 440 kWh; of it 920 kWh sold, 53 520 kWh bought
                 EDC = 111 600 + 7 440 = 119 040   PUE = 119 040 / 74 400 = 1.6
                 ERES-OS = 7 440 − 920 = 6 520     REF = (53 000 + 6 520) / 119 040 = 0.5
    water        200 L/h                           148.8 m3, WUE = 148.8 / 74.4 = 2
    cooling      heat 20 kWh/h                     14 880 kWh, ERF = 14 880 / 119 040 = 0.125
    equipment    5 TB/h                            0.00372 EB
                 100 × 2 kW + 50 × 1 kW × 73/365   PDIT = 210 kW
"""

import pytest

from tests.flow.small_estate import (
    PLAIN,
    done,
    drop,
    form,
    instants,
    meter,
    metrics,
    sql,
    totals,
    write_estate,
    write_rows,
)

HOURS = list(instants("2025-12-01", "2026-01-01"))
NOON = "2025-12-10T12:00:00Z"
SINCE = {"valid_from": "2025-12-01"}

# domain: meter, its quantity, value at noon's reading, reading and hour in canonical units,
# the refused line, and why it is refused
FOLLOWED = {
    "power": ("a.ups", "ups_output", "100", 100, 100, f"a.ups,{NOON},-5", "negative_amount"),
    "water": ("a.water", "potable_water", "45600", 45.6, 0.2, "a.water,2025-12-10T12:30:00Z,n/a",
              "unparsable_value"),
    "cooling": ("a.heat", "heat_reused", "0.02", 20, 20, f"a.heat,{NOON},9", "impossible_rate"),
    "renewables": ("a.sun", "onsite_renewable", "10", 10, 10, "a.sun,2025-11-30T23:00:00Z,10",
                   "outside_validity"),
    "equipment": ("a.in", "traffic_in", "5", 0.000005, 0.000005, f"a.in,{NOON},5,kVA",
                  "unknown_unit"),
}  # fmt: skip


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = write_estate(
        tmp_path_factory.mktemp("five") / "estate",
        facilities=[{"id": "a", "name": "Alpha", "commissioned": "2019-04"}],
        meters=[
            meter("a.grid", "grid_import", "register", "kWh", max_rate=300, **SINCE),
            meter("a.ups", "ups_output", "interval", "kWh", max_rate=200, **SINCE),
            meter("a.water", "potable_water", "register", "L", max_rate=2, **SINCE),
            meter("a.heat", "heat_reused", "interval", "MWh", max_rate=50, **SINCE),
            meter("a.sun", "onsite_renewable", "average", "kW", max_rate=40, **SINCE),
            meter("a.in", "traffic_in", "interval", "TB", max_rate=0.001, **SINCE),
        ],
    )
    grid = [("a.grid", stamp, 150 * n) for n, stamp in enumerate([*HOURS, "2026-01-01T00:00:00Z"])]
    water = [
        ("a.water", stamp, 200 * n) for n, stamp in enumerate([*HOURS, "2026-01-01T00:00:00Z"])
    ]
    good = {
        "power": [*grid, *(("a.ups", stamp, 100) for stamp in HOURS)],
        "water": water,
        "cooling": [("a.heat", stamp, "0.02") for stamp in HOURS],
        "renewables": [("a.sun", stamp, 10) for stamp in HOURS],
        "equipment": [("a.in", stamp, 5, "") for stamp in HOURS],
    }
    for domain, rows in good.items():
        header = f"{PLAIN},unit" if domain == "equipment" else PLAIN
        refused = tuple(FOLLOWED[domain][5].split(","))
        drop(folder, f"a/{domain}.csv", [*rows, refused], header)
    write_rows(
        folder / "registers" / "certificates.csv",
        [
            _certificate("GO-1", "go", "cancelled", 53_520),
            _certificate("PV-1", "onsite", "sold", 920),
        ],
    )
    write_rows(
        folder / "registers" / "equipment.csv",
        [_servers("old", 100, 2, "2020-01-01"), _servers("new", 50, 1, "2025-10-20")],
    )
    done("backfill", folder, "--now", "2026-01-02T00:00Z")
    return folder


def _certificate(identity, kind, status, energy):
    return {
        "certificate_id": identity,
        "facility_id": "a",
        "kind": kind,
        "energy_kwh": energy,
        "production_start": "2025-12-01",
        "production_end": "2025-12-31",
        "zone": "DE",
        "status": status,
        "cancelled_on": "2026-01-05" if status == "cancelled" else "",
        "beneficiary": "Alpha",
    }


def _servers(identity, count, rated, installed_on):
    return {
        "asset_id": identity,
        "facility_id": "a",
        "category": "server",
        "model": "1U",
        "count": count,
        "rated_power_kw": rated,
        "installed_on": installed_on,
    }


@pytest.mark.parametrize("domain", FOLLOWED)
def test_good_row_goes_from_its_line_to_reading_and_hour(estate, domain):
    meter_id, quantity, written, canonical, of_hour, _, _ = FOLLOWED[domain]

    [reading] = sql(
        estate,
        "SELECT r.quantity, r.value, r.line, f.path FROM readings r JOIN files f "
        f"ON f.sha256 = r.file WHERE r.meter_id = '{meter_id}' "
        f"AND r.measured_at = TIMESTAMPTZ '{NOON}'",
    )
    [hour] = sql(
        estate,
        "SELECT quantity, value, low, high, status, measured_seconds FROM intervals "
        f"WHERE meter_id = '{meter_id}' AND start = TIMESTAMPTZ '{NOON}'",
    )

    line = (estate / "inbox" / reading["path"]).read_text().splitlines()[reading["line"] - 1]
    assert line.rstrip(",") == f"{meter_id},{NOON},{written}"
    assert reading["path"] == f"a/{domain}.csv"
    assert (reading["quantity"], reading["value"]) == (quantity, canonical)
    assert (hour["quantity"], hour["status"], hour["measured_seconds"]) == (
        quantity,
        "measured",
        3600,
    )
    assert hour["value"] == hour["low"] == hour["high"] == of_hour


@pytest.mark.parametrize("domain", FOLLOWED)
def test_refused_row_stands_in_quarantine_with_line_and_reason(estate, domain):
    *_, refused, reason = FOLLOWED[domain]

    rows = sql(
        estate,
        "SELECT path, line, meter_id, timestamp, value, reasons FROM quarantine "
        f"WHERE path = 'a/{domain}.csv'",
    )

    lines = (estate / "inbox" / "a" / f"{domain}.csv").read_text().splitlines()
    meter_id, timestamp, value, *_ = refused.split(",")
    assert lines[-1] == refused
    assert rows == [
        {
            "path": f"a/{domain}.csv",
            "line": len(lines),
            "meter_id": meter_id,
            "timestamp": timestamp,
            "value": value,
            "reasons": reason,
        }
    ]


@pytest.mark.parametrize("period", ["year", "month"])
def test_totals_are_the_worked_sums(estate, period):
    asked = () if period == "year" else ("--month", "12")

    found = totals(estate, "a", 2025, *asked)

    expected = {
        "grid_import": 111_600,
        "ups_output": 74_400,
        "potable_water": 148.8,
        "heat_reused": 14_880,
        "onsite_renewable": 7_440,
        "traffic_in": 0.00372,
    }
    assert {name: row["value"] for name, row in found.items()} == expected
    for name, row in found.items():
        assert row["low"] == row["high"] == row["measured"] == expected[name]
        assert (row["coverage"], row["estimated_share"], row["status"]) == (1, 0, "clean")


def test_metrics_are_the_worked_figures(estate):
    found = metrics(estate, "a", 2025)

    expected = {
        ("edc", ""): 119_040,
        ("eit", "1"): 74_400,
        ("pue", "1"): 1.6,
        ("win_pot", "1"): 148.8,
        ("wue", "2"): 2.0,
        ("ereuse", ""): 14_880,
        ("erf", ""): 0.125,
        ("eres_goo", ""): 53_000,
        ("eres_os", ""): 6_520,
        ("eres_tot", ""): 59_520,
        ("ref", ""): 0.5,
        ("traffic_in", ""): 0.00372,
        ("pdit", "installed"): 210,
    }
    assert {key: found[key]["value"] for key in expected} == pytest.approx(expected, rel=1e-15)
    assert {key: found[key]["status"] for key in expected} == dict.fromkeys(expected, "clean")


def test_cells_of_the_form_are_the_worked_figures(estate):
    answer, cells = form(estate, "a", 2025)

    expected = {
        "EDC": 119_040,
        "EIT": 74_400,
        "EIT-category": "1",
        "PUE": 1.6,
        "WIN-POT": 149,
        "WUE": 2,
        "EREUSE": 14_880,
        "ERF": 0.125,
        "ERES-GOO": 53_000,
        "ERES-OS": 6_520,
        "ERES-TOT": 59_520,
        "REF": 0.5,
        "TIN-traffic": 0.00372,
        "PDIT": 210,
    }
    assert {code: cells[code]["value"] for code in expected} == expected
    published = sql(estate, "SELECT code, number FROM cells WHERE regime = 'eu-eed-2024'")
    numbers = {row["code"]: row["number"] for row in published}
    assert {code: numbers[code] for code in expected if code != "EIT-category"} == {
        code: value for code, value in expected.items() if code != "EIT-category"
    }
    # What this estate never said stays a hole, and the form says so.
    assert answer.code == 1
    assert cells["TWH"]["value"] is None
    assert "waste_heat_temperature" in cells["TWH"]["reason"]


def test_every_row_of_every_file_is_accounted_for(estate):
    files = done("status", estate, "--json").json["files"]

    assert len(files) == len(FOLLOWED)
    for file in files:
        lines = (estate / "inbox" / file["path"]).read_text().splitlines()
        assert file["landed"] == len(lines) - 1
        assert (file["kept"], file["quarantined"]) == (len(lines) - 2, 1)
        assert (file["duplicate"], file["pending"]) == (0, 0)
