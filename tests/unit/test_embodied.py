"""Embodied carbon: added, allocated over life, unknown; and estimated from a server's parts."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from footprints_recorded import PARTS, recorded, servers
from given import equipment, inputs, metric, nearest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.embodied import embodied_allocated
from pipelines.metrics.server_footprint import embodied_server
from schemas.battery_passport import FIELDS, passport_asked, passport_gaps
from schemas.estate.model import Registers
from schemas.metrics import Metric, Status

NEW_YEAR = date(2025, 1, 1)
#: Two 24-core CPUs, 384 GB, one 400 GB drive.
SERVER = {
    "cpu_count": Decimal(2),
    "cpu_cores": Decimal(24),
    "ram_gb": Decimal(384),
    "ssd_gb": Decimal(400),
    "hdd_count": Decimal(0),
}


def fleet(*assets):
    return inputs(registers=Registers(equipment=assets))


def server(asset_id="s", kilograms="1000", life="4", **facts):
    told = {"embodied_kgco2e": kilograms, "life_years": life}
    given_facts = {name: None if text is None else Decimal(text) for name, text in told.items()}
    return equipment(asset_id, "server", **{"installed_on": NEW_YEAR, **given_facts, **facts})


def test_added_is_what_was_installed_in_the_period():
    figure = metric(
        fleet(
            server("came", "1320", count=3, installed_on=date(2025, 12, 31)),
            server("before", installed_on=date(2024, 12, 31)),
            server("after", installed_on=date(2026, 1, 1)),
            server("always", None, installed_on=None),
        ),
        Metric.EMBODIED_ADDED,
    )

    assert (figure.value, figure.low, figure.high) == (3960, 3960, 3960)
    assert figure.status is Status.CLEAN


def test_what_is_not_stated_flags_the_value_and_opens_it_upwards():
    figure = metric(fleet(server("a", "700"), server("b", None)), Metric.EMBODIED_ADDED)

    assert (figure.value, figure.low, figure.high) == (700, 700, None)
    assert figure.status is Status.FLAGGED
    assert "embodied_kgco2e for b" in figure.reason


def test_where_nothing_is_stated_there_is_no_value_and_no_zero():
    figure = metric(fleet(server("b", None)), Metric.EMBODIED_ADDED)

    assert (figure.value, figure.low, figure.high) == (None, 0, None)
    assert metric(fleet(), Metric.EMBODIED_ADDED).value == 0


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        pytest.param({}, 365, id="all-year"),
        pytest.param({"installed_on": date(2025, 12, 31)}, 1, id="its-first-day"),
        pytest.param({"decommissioned_on": date(2025, 1, 2)}, 1, id="left-early"),
        # Four years are 1 461 days: of them 1 460 were lived when the year began.
        pytest.param({"installed_on": date(2021, 1, 2)}, 1, id="its-last-day"),
        pytest.param({"installed_on": date(2021, 1, 1)}, 0, id="life-is-over"),
        pytest.param({"installed_on": date(2026, 1, 1)}, 0, id="not-yet-here"),
    ],
)
def test_allocated_by_days_in_place_within_life(facts, days):
    figure = metric(fleet(server(count=2, **facts)), Metric.EMBODIED_ALLOCATED)

    assert figure.value == nearest(2 * 1000 * Fraction(days, 1461))
    assert figure.high == figure.value


@pytest.mark.parametrize("lacks", [{"life": None}, {"installed_on": None}, {"kilograms": None}])
def test_without_a_life_nothing_is_allocated_by_default(lacks):
    figure = metric(fleet(server("a"), server("b", **lacks)), Metric.EMBODIED_ALLOCATED)

    assert figure.value == figure.low == nearest(1000 * Fraction(365, 1461))
    assert (figure.high, figure.status) == (None, Status.FLAGGED)
    assert "for b" in figure.reason


@given(
    st.dates(date(2015, 1, 1), date(2030, 1, 1)),
    st.decimals("0.1", 12, places=2),
    st.lists(st.integers(1, 700), min_size=1, max_size=12),
)
def test_the_periods_of_a_life_add_up_to_the_whole(installed, life, lengths):
    """Periods of any length, one after the other, from before it came until its life is over."""
    asset = server(installed_on=installed, life=str(life))
    first, total = installed - timedelta(days=100), Fraction(0)
    end = installed + timedelta(days=int(life * 366) + 2)
    while first < end:
        length = lengths[first.toordinal() % len(lengths)]
        last = first + timedelta(days=length - 1)
        period = replace(fleet(asset), first_day=first, last_day=last)
        total += embodied_allocated([asset], period).value
        first = last + timedelta(days=1)

    assert total == 1000


def test_unknown_is_a_share_of_rated_power_or_else_of_pieces():
    known = server("a", count=3, rated_power_kw=Decimal("0.5"))
    silent = server("b", None, rated_power_kw=Decimal("0.5"))
    lifeless = equipment(
        "c", "network", embodied_kgco2e=Decimal(1), rated_power_kw=Decimal(1), installed_on=NEW_YEAR
    )
    ups = equipment("u", "ups")

    by_power = metric(fleet(known, silent, lifeless, ups), Metric.EMBODIED_UNKNOWN)
    unpowered = replace(lifeless, rated_power_kw=None)
    by_pieces = metric(fleet(known, silent, unpowered, ups), Metric.EMBODIED_UNKNOWN)

    assert by_power.value == 0.5
    assert "for b, c" in by_power.reason
    assert by_pieces.value == 0.4
    assert metric(fleet(known), Metric.EMBODIED_UNKNOWN).value == 0
    assert metric(fleet(ups), Metric.EMBODIED_UNKNOWN).reason == "zero_denominator"


def test_a_server_from_its_parts():
    """Board 66.1, case 150, assembly 6.68, supplies 2 × 2.99 × 24.3; two CPUs of 5.88 cm2; twelve
    modules and 307.2 cm2 of memory; a drive and 400 ÷ 48.5 cm2 of flash."""
    frame = Fraction("222.78") + Fraction("145.314")
    cpus = 2 * (Fraction("9.14") + Fraction("1.97") * Fraction("5.88"))
    memory = 12 * Fraction("5.22") + Fraction("2.20") * Fraction("307.2")
    flash = Fraction("6.34") + Fraction("2.20") * 400 / Fraction("48.5")

    assert embodied_server(**SERVER) == frame + cpus + memory + flash
    more = embodied_server(**{**SERVER, "hdd_count": Decimal(3)})
    assert more - embodied_server(**SERVER) == Fraction("93.30")


def test_an_estimate_is_in_the_value_and_not_in_what_is_certain():
    stated, estimated = server("a", "700"), server("b", None, count=10, **SERVER)
    figure = metric(fleet(stated, estimated), Metric.EMBODIED_ADDED)
    guess = 10 * embodied_server(**SERVER)

    assert figure.value == nearest(700 + guess)
    assert (figure.low, figure.high, figure.status) == (700, None, Status.FLAGGED)
    assert figure.estimated_share == pytest.approx(float(guess / (700 + guess)))
    assert "for b: estimated from the parts" in figure.reason


@pytest.mark.parametrize("part", SERVER)
def test_a_server_with_a_part_that_is_not_stated_is_not_estimated(part):
    lacking = server("b", None, **{**SERVER, part: None})

    assert metric(fleet(lacking), Metric.EMBODIED_ADDED).value is None


def estimate(row):
    return embodied_server(
        cpu_count=Decimal(row["cpu_count"]),
        cpu_cores=Decimal(row["cpu_cores"]),
        ram_gb=Decimal(row["modules"]) * Decimal(row["module_gb"]),
        ssd_gb=Decimal(row["ssds"]) * Decimal(row["each_ssd_gb"]),
        hdd_count=Decimal(row["hdd_count"]),
    )


def test_a_hundred_servers_lie_within_what_boaviztapi_says():
    rows = recorded()

    assert len(rows) == 100
    outside = [row for row in rows if not row["low"] <= estimate(row) <= row["high"]]
    assert outside == []


def test_the_record_is_of_the_servers_that_are_drawn():
    """``python tests/unit/footprints_recorded.py`` asks boaviztapi anew, where it is installed."""
    for row, parts in zip(recorded(), servers(), strict=True):
        assert [row[name] for name in PARTS] == list(parts.values())


@given(st.sampled_from(sorted(SERVER)), st.integers(1, 500))
def test_more_of_a_part_is_never_less_carbon(part, more):
    larger = {**SERVER, part: SERVER[part] + more}

    assert embodied_server(**larger) > embodied_server(**SERVER)


BATTERY = {
    "chemistry": "lead",
    "capacity_kwh": Decimal("4.8"),
    "mass_kg": Decimal(1180),
    "model": "VRLA string",
    "installed_on": date(2027, 2, 18),
    "passport_id": "urn:battery:1",
}
DAY = date(2027, 12, 31)


@pytest.mark.parametrize("field", FIELDS)
def test_a_passport_lacks_what_is_empty(field):
    empty = "" if isinstance(BATTERY[field], str) else None

    assert passport_gaps(equipment("b", "battery", **BATTERY), DAY) == ()
    assert passport_gaps(equipment("b", "battery", **{**BATTERY, field: empty}), DAY) == (field,)


def test_only_batteries_above_2_kwh_that_stand_have_a_passport():
    assert passport_gaps(equipment("b", "battery"), DAY) == FIELDS
    assert passport_gaps(equipment("b", "battery", capacity_kwh=Decimal(2)), DAY) == ()
    assert passport_gaps(equipment("u", "ups"), DAY) == ()
    assert passport_gaps(equipment("b", "battery", decommissioned_on=DAY), DAY) == ()
    assert passport_gaps(equipment("b", "battery", installed_on=date(2028, 1, 1)), DAY) == ()


def test_a_passport_is_asked_since_18_february_2027():
    days = (date(2027, 2, 18), date(2027, 2, 17), None)
    asked = [passport_asked(equipment("b", "battery", installed_on=day)) for day in days]

    assert asked == [True, False, None]
