"""The simulator's promises, checked by a reader that shares none of its code for reading."""

import filecmp
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from perfect_reader import (
    amounts,
    factor_of,
    instant,
    meters_and_serials,
    plain_rows,
    register_amounts,
    table,
    totals_by_month,
    truth_of,
)

from sample_data.clock import HOUR, MINUTE, months_of
from sample_data.facilities import facilities_of
from sample_data.layouts import feeds_of
from sample_data.meter_fleet import meters_of
from sample_data.meters import Paces
from sample_data.simulate import simulate
from sample_data.site import site_of
from sample_data.true_metrics import metrics_of
from sample_data.truth import PeriodTruth


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    target = tmp_path_factory.mktemp("clean") / "estate"
    simulate(target, facilities=3, years=1, interval="1h", first_year=2024, seed=7, faults=False)
    return target


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    target = tmp_path_factory.mktemp("faulty") / "estate"
    simulate(target, facilities=3, years=1, interval="1h", first_year=2024, seed=7, faults=True)
    return target


def close(found, expected):
    return abs(found - expected) <= abs(expected) * Decimal("1e-9") + Decimal("1e-12")


def test_totals_are_what_a_perfect_reader_finds(clean):
    truth = truth_of(clean)

    found = totals_by_month(clean, 2024)

    monthly = {key: value for key, value in truth.items() if len(key[2]) == 7}
    assert found.keys() == monthly.keys()
    assert [key for key in found if not close(found[key], monthly[key])] == []


def test_a_year_of_an_amount_is_the_sum_of_its_months(clean):
    truth = truth_of(clean)

    for facility in ("fra1", "sto1", "sin1"):
        months = [truth[facility, "grid_import", f"2024-{month:02d}"] for month in range(1, 13)]
        assert sum(months) == truth[facility, "grid_import", "2024"]


def test_energy_balances_in_every_hour(clean):
    rows = plain_rows(clean)
    meters = {meter["meter_id"]: meter for meter, _ in meters_and_serials(clean)}
    balance = defaultdict(Counter)
    signs = {"grid_import": 1, "onsite_renewable": 1, "generator_output": 1}
    signs |= dict.fromkeys(("grid_export", "ups_input", "lighting", "other_facility"), -1)

    for (name, _), readings in rows.items():
        meter = meters[name]
        sign = -1 if name.endswith("cool.main") else signs.get(meter["quantity"], 0)
        if sign:
            for start, _, amount in amounts(meter, readings):
                balance[meter["facility_id"]][start] += sign * amount

    assert {facility: len(hours) for facility, hours in balance.items()} == {
        "fra1": 8784,
        "sto1": 8784,
        "sin1": 8784,
    }
    assert all(not any(hours.values()) for hours in balance.values())


def test_faults_do_not_change_the_truth(clean, faulty):
    for name in ("totals.csv", "metrics.csv"):
        assert filecmp.cmp(clean / "truth" / name, faulty / "truth" / name, shallow=False)


def test_registers_carry_the_true_year_through_every_fault(faulty):
    rows = plain_rows(faulty)
    truth = truth_of(faulty)
    quantities = {row["meter_id"]: row["quantity"] for row in table(faulty / "meters.csv")}
    found = defaultdict(Decimal)

    for meter, serials in meters_and_serials(faulty):
        nested = quantities.get(meter["parent"]) == meter["quantity"]
        if meter["kind"] == "register" and not nested:
            for serial in serials:
                for _, _, amount in register_amounts(
                    meter, rows.get((meter["meter_id"], serial), {})
                ):
                    found[meter["facility_id"], meter["quantity"], "2024"] += amount

    assert len(found) > 30
    assert [key for key in found if not close(found[key], truth[key])] == []


def test_every_fault_occurs_at_every_facility(faulty):
    told = defaultdict(set)

    for row in table(faulty / "truth" / "faults.csv"):
        told[row["facility_id"]].add(row["fault"])

    expected = {
        "gap",
        "outage",
        "exchange",
        "rollover",
        "overlap",
        "late",
        "duplicates",
        "malformed",
    }
    assert told == dict.fromkeys(("fra1", "sto1", "sin1"), expected)


def test_exchanged_meters_have_adjoining_rows_of_different_serials(faulty):
    rows = Counter(row["meter_id"] for row in table(faulty / "meters.csv"))
    twice = [meter for meter, count in rows.items() if count == 2]

    for meter in twice:
        old, new = (row for row in table(faulty / "meters.csv") if row["meter_id"] == meter)
        assert old["valid_to"] == new["valid_from"] != ""
        assert old["serial"] != new["serial"]

    assert len(twice) == 3


def test_no_rollover_can_hide_in_a_gap(faulty):
    longest_gap_hours = 96
    for row in table(faulty / "meters.csv"):
        if row["modulus"]:
            count = Decimal(row["modulus"]) * factor_of(row)
            assert Decimal(row["max_rate"]) * longest_gap_hours < count


@pytest.mark.parametrize(
    ("step", "years", "months"),
    [
        pytest.param(MINUTE, 1, (1, 7), id="every-minute"),
        pytest.param(HOUR, 12, range(1, 145, 5), id="twelve-years-of-growth"),
    ],
)
def test_no_meter_exceeds_its_highest_rate(step, years, months):
    for facility in facilities_of(count=6, seed=3):
        meters = meters_of(facility, Paces(main=step, slow=step))
        calendar = months_of(first_year=2020, months=12 * years, timezone=facility.timezone)
        feeds = feeds_of(facility, meters, "plain")
        site = site_of(facility, meters, calendar, feeds, with_faults=False)
        for number in months:
            month = calendar[number - 1]
            _, channels = site.life(month.start, month.end, step)
            for meter in meters:
                if meter.highest_rate is not None:
                    highest = meter.canonical(int(channels[meter.name].max()))
                    highest *= 1 if meter.is_level else Fraction(HOUR, step)
                    assert int(channels[meter.name].min()) >= 0
                    assert highest <= Fraction(meter.highest_rate), meter.id


def metric(estate, facility, name, category=""):
    return next(
        Decimal(row["value"])
        for row in table(estate / "truth" / "metrics.csv")
        if (row["facility_id"], row["metric"], row["category"], row["period"])
        == (facility, name, category, "2024")
    )


def test_true_carbon_pairs_each_hour_of_import_with_its_factor(clean):
    rows, truth = plain_rows(clean), truth_of(clean)
    factors = {
        instant(row["timestamp"]): Decimal(row["value"]) / 1000
        for row in table(clean / "registers/factors/location_DE_hourly.csv")
    }

    carbon = truth["fra1", "fuel_diesel", "2024"] * Decimal("2.676")
    for meter, _ in meters_and_serials(clean):
        if meter["facility_id"] == "fra1" and meter["quantity"] == "grid_import":
            for start, _, energy in amounts(meter, rows[meter["meter_id"], ""]):
                carbon += energy * factors[start]

    assert close(
        carbon / truth["fra1", "ups_output", "2024"], metric(clean, "fra1", "cue", "location")
    )


def test_true_renewable_share_follows_from_the_certificate_register(clean):
    truth = truth_of(clean)
    for facility in ("fra1", "sto1", "sin1"):
        bought = {"go": Decimal(0), "ppa": Decimal(0), "onsite": Decimal(0)}
        for row in table(clean / "registers/certificates.csv"):
            counts = (row["status"] == "cancelled") == (row["kind"] != "onsite")
            if row["facility_id"] == facility and row["production_start"] >= "2024" and counts:
                bought[row["kind"]] += Decimal(row["energy_kwh"])
        whole = sum(bought[kind] // 1000 * 1000 for kind in ("go", "ppa"))
        exported = truth.get((facility, "grid_export", "2024"), Decimal(0))
        own = max(0, truth[facility, "onsite_renewable", "2024"] - exported - bought["onsite"])

        share = min(Decimal(1), (whole + own) / metric(clean, facility, "edc"))

        assert close(share, metric(clean, facility, "ref"))


def test_true_ratios_are_the_year_s_sums_divided_once():
    totals = {
        "grid_import": Fraction(21_900_000),
        "grid_export": Fraction(100_000),
        "onsite_renewable": Fraction(450_000),
        "generator_output": Fraction(24_000),
        "ups_input": Fraction(18_000_000),
        "ups_output": Fraction(17_520_000),
        "pdu_output": Fraction(17_000_000),
        "it_input": Fraction(16_900_000),
        "cooling_electricity": Fraction(3_400_000),
        "lighting": Fraction(80_000),
        "other_facility": Fraction(300_000),
        "heat_rejected": Fraction(16_500_000),
        "water_discharge": Fraction(9_000),
        "heat_removed": Fraction(17_000_000),
        "heat_reused": Fraction(3_898_000),
        "heat_reused_internal": Fraction(556_900),
        "fuel_diesel": Fraction(6_400),
        "potable_water": Fraction(9_811),
        "rain_water": Fraction(4_205),
    }
    year = PeriodTruth(facility_id="x", period="2025", totals=totals, grid_carbon_g=None)

    found = {
        (one.metric, one.category): one.value
        for one in metrics_of(
            year,
            location_factor=Fraction("0.35"),
            diesel_factor=Fraction("2.676"),
            certificates={
                "go": Fraction(10_000_999),
                "ppa": Fraction(8_000_000),
                "onsite": Fraction(100_000),
            },
        )
    }

    assert found["edc", ""] == 22_274_000
    assert found["pue", "1"] == Fraction(11137, 8760)
    assert found["wue", "2"] == Fraction(4, 5)
    assert found["wue", "1"] == Fraction(9811, 17520)
    assert found["erf", ""] == Fraction(3, 20)
    assert found["ereuse", ""] == 3_341_100
    assert found["win", "2"] == 14_016
    assert found["eres_tot", ""] == 18_250_000
    assert found["cer", ""] == 5
    assert found["energy_budget", "ups_loss"] == 480_000
    assert found["energy_budget", "remainder"] == 22_274_000 - 18_000_000 - 3_780_000
    assert found["chain_loss", "ups"] == Fraction(8, 3)
    assert found["electricity", "own"] == 474_000
    assert found["edc_carrier", "grid_export"] == -100_000
    assert found["wue_fre", ""] == found["wue", "1"]
    assert found["cue", "location"] == Fraction("7682126.4") / 17_520_000
    assert found["ref", ""] == Fraction(18_250_000, 22_274_000)
