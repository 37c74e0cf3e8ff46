"""What IT equipment can do, does and moves: the vectors, the 90 % rule, several links."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from given import ALPHA, START, equipment, inputs, metric, nearest, place, total
from hypothesis import given
from hypothesis import strategies as st
from spine import Spine, drop, meter, site

from pipelines.steps.meters import exact
from schemas.estate.model import Registers
from schemas.metrics import Metric, Status
from schemas.quantities import Kind
from schemas.tables import INTERVALS

COLOCATION = replace(ALPHA, type="colocation")
NEW, OLD = date(2024, 6, 6), date(2024, 6, 5)


def fleet(*assets, facility=ALPHA):
    return inputs(facility=facility, registers=Registers(equipment=assets))


def new_server(asset_id, score, kilowatts, **facts):
    told = {"sert_performance": score, "rated_power_kw": kilowatts}
    exactly = {name: None if text is None else Decimal(text) for name, text in told.items()}
    return equipment(asset_id, "server", **{"installed_on": NEW, **exactly, **facts})


def daily(meter_id, quantity, unit, levels):
    """A gauge that tells one level a day of 2025, and its rows."""
    facts = {
        "facility_id": "site",
        "quantity": quantity,
        "kind": Kind.GAUGE,
        "unit": unit,
        "interval": timedelta(days=1),
    }
    days = [f"{date(2025, 1, 1) + timedelta(days=number)}T00:00:00" for number in range(365)]
    return meter(meter_id, **facts), list(zip([meter_id] * 365, days, levels, strict=True))


@pytest.mark.parametrize(
    ("zone", "bytes_per_second"),
    [
        pytest.param("UTC", Fraction(4570, 73), id="days-of-24-hours"),
        pytest.param("Europe/Berlin", Fraction(50 * 4343 + 75 * 4417, 8760), id="a-day-of-23"),
    ],
)
def test_A4_bandwidth_over_time_in_bytes(zone, bytes_per_second):
    """400 Gbit/s for 181 days, 600 for 184: 4570/73 GB/s where days are alike."""
    link, rows = daily("in", "bandwidth_in", "Gbit/s", [400] * 181 + [600] * 184)
    found = Spine([link], [drop(rows)], facility=site(zone)).year(2025)["bandwidth_in"]

    figure = metric(inputs(bandwidth_in=replace(found, facility_id="alpha")), Metric.BIN)

    assert found.value == exact(bytes_per_second)
    assert figure.value == figure.low == figure.high == float(exact(bytes_per_second))


def test_A5_traffic_in_decimal_exabytes():
    """1 234 567 TB are 1.234567 EB; binary EiB would be 1.070816."""
    facts = {"quantity": "traffic_in", "kind": Kind.REGISTER, "unit": "TB"}
    rows = [("t", "2025-01-01T00:00:00Z", 0), ("t", "2026-01-01T00:00:00Z", 1_234_567)]
    counter = meter("t", facility_id="site", **facts)
    found = Spine([counter], [drop(rows)], facility=site("UTC")).year(2025)["traffic_in"]

    assert found.value == Decimal("1.234567")
    assert metric(inputs(traffic_in=found), Metric.TRAFFIC_IN).value == 1.234567


def test_A6_drives_in_decimal_petabytes():
    drives = equipment("d", "storage", count=1_200, storage_tb=Decimal("15.36"))

    figure = metric(fleet(drives), Metric.CSTOR)

    assert (figure.value, figure.low, figure.high) == (18.432, 18.432, 18.432)
    assert (figure.unit, figure.status) == ("PB", Status.CLEAN)


def test_A7_a_colocation_extrapolates_from_what_it_knows():
    """1 800 000 at 92 % of the installed power of new servers: 45000000/23."""
    assets = (new_server("a", "18000", "0.92", count=100), new_server("b", None, "0.5", count=16))

    figure = metric(fleet(*assets, facility=COLOCATION), Metric.CSERV)

    assert figure.value == nearest(Fraction(45_000_000, 23))
    assert (figure.low, figure.high, figure.status) == (1_800_000, None, Status.FLAGGED)
    assert figure.estimated_share == pytest.approx(0.08)
    assert "for b" in figure.reason
    assert "known of 92 %" in figure.reason


def test_A7_at_89_percent_nothing_may_be_extrapolated():
    assets = (new_server("a", "18000", "0.89", count=100), new_server("b", None, "0.5", count=22))

    figure = metric(fleet(*assets, facility=COLOCATION), Metric.CSERV)

    assert (figure.value, figure.low, figure.high) == (None, 1_800_000, None)
    assert figure.status is Status.WITHHELD
    assert "known of 89 %" in figure.reason


@pytest.mark.parametrize(
    ("facility", "kilowatts", "value"),
    [
        pytest.param(COLOCATION, "9", 1000, id="exactly-90-percent"),
        pytest.param(COLOCATION, "8.99", None, id="a-little-less"),
        pytest.param(replace(ALPHA, type="co-hosting", also="colocation"), "9", 1000, id="also"),
        pytest.param(ALPHA, "9", None, id="no-colocation"),
        pytest.param(replace(ALPHA, type="enterprise"), "9", None, id="enterprise"),
    ],
)
def test_only_a_colocation_extrapolates_and_from_90_percent_on(facility, kilowatts, value):
    rest = str(10 - Decimal(kilowatts))
    assets = (new_server("a", "900", kilowatts), new_server("b", None, rest))

    assert metric(fleet(*assets, facility=facility), Metric.CSERV).value == value


def test_the_90_percent_are_of_new_servers_and_what_is_old_is_added():
    """900 at 90 % are 1 000; an old server that states 50 is beside them, at any power."""
    assets = (
        new_server("a", "900", "9"),
        new_server("b", None, "1"),
        new_server("old", "50", "500", installed_on=OLD),
    )

    assert metric(fleet(*assets, facility=COLOCATION), Metric.CSERV).value == 1050


def test_without_the_power_of_every_new_server_there_is_no_share():
    assets = (new_server("a", "900", "9"), new_server("b", None, None))

    figure = metric(fleet(*assets, facility=COLOCATION), Metric.CSERV)

    assert figure.value is None
    assert "rated_power_kw for b" in figure.reason


def test_storage_is_extrapolated_by_the_same_rule():
    """Ten drives of 18 TB are 90 % of the power: 200 TB."""
    drives = {"installed_on": NEW, "rated_power_kw": Decimal("0.9")}
    assets = (
        equipment("d", "storage", count=10, storage_tb=Decimal(18), **drives),
        equipment("x", "storage", **{**drives, "rated_power_kw": Decimal(1)}),
    )

    figure = metric(fleet(*assets, facility=COLOCATION), Metric.CSTOR)

    assert (figure.value, figure.low, figure.high) == (0.2, 0.18, None)
    assert metric(fleet(*assets), Metric.CSTOR).value is None


@pytest.mark.parametrize(
    ("wanted", "category", "column"),
    [(Metric.CSERV, "server", "sert_performance"), (Metric.CSTOR, "storage", "storage_tb")],
)
def test_older_equipment_may_be_left_out_with_a_remark(wanted, category, column):
    older = equipment("old", category, installed_on=OLD)
    stated = equipment("s", category, count=2, **{column: Decimal(1000)})

    figure = metric(fleet(older, stated), wanted)

    assert figure.value == figure.low > 0
    assert (figure.high, figure.status) == (None, Status.FLAGGED)
    assert f"{column} for old" in figure.reason
    assert metric(fleet(older), wanted).value is None, "nothing stated is not zero"
    assert metric(fleet(), wanted).value == 0


def test_E2_utilisation_over_time_then_over_servers():
    """Means over time of 32, 45, 18 and 5 %: 25 %, however each came to its mean."""
    means = {"a": (64, 0), "b": (45, 45), "c": (12, 24), "d": (0, 10)}
    meters, rows = [], []
    for name, (odd, even) in means.items():
        # The last day has the mean, so that odd and even days weigh alike.
        levels = [odd if number % 2 else even for number in range(364)] + [sum((odd, even)) / 2]
        one, told = daily(name, "server_utilisation", "%", levels)
        meters.append(one)
        rows += told

    found = Spine(meters, [drop(rows)], facility=site("UTC")).year(2025)["server_utilisation"]

    assert found.value == 25
    assert metric(inputs(server_utilisation=found), Metric.ITEUSV).value == 25


def benchmarked(asset_id, count, score, kilowatts):
    exactly = [None if text is None else Decimal(text) for text in (score, kilowatts)]
    return equipment(
        asset_id, "server", count=count, max_performance=exactly[0], max_power_kw=exactly[1]
    )


def test_E3_performance_per_power():
    """(500 + 750 + 800) ÷ (20 + 15 + 40) = 82/3, not the mean of three ratios."""
    servers = (
        benchmarked("a", 40, "12.5", "0.5"),
        benchmarked("b", 25, "30", "0.6"),
        benchmarked("c", 100, "8", "0.4"),
    )

    figure = metric(fleet(*servers, equipment("ups", "ups")), Metric.ITEESV)

    assert figure.value == nearest(Fraction(82, 3))
    assert figure.unit == "score/kW"


@pytest.mark.parametrize(
    ("servers", "words"),
    [
        pytest.param([("a", 1, "8", "0.4"), ("b", 1, None, None)], "for b", id="one"),
        pytest.param([("a", 1, "8", "0.4"), ("b", 1, "8", None)], "for b", id="half-a-benchmark"),
        pytest.param([("a", 1, None, None)], "no server of", id="none-at-all"),
        pytest.param([], "zero_denominator", id="no-servers"),
        pytest.param([("a", 1, "8", "0")], "zero_denominator", id="no-power"),
    ],
)
def test_servers_without_a_benchmark_withhold_the_ratio(servers, words):
    figure = metric(fleet(*(benchmarked(*one) for one in servers)), Metric.ITEESV)

    assert figure.value is None
    assert words in figure.reason


def links(*names, hours=None, **facts):
    """Links of 10 GB/s each, with the seconds that their meters were in place."""
    told = {} if hours is None else {"meter_hours": hours}
    totals = {name: total("bandwidth_in", 10) for name in names}
    meters = tuple(place(name, "bandwidth_in", **facts.get(name, {})) for name in names)
    return inputs(bandwidth_in=10, given={"meters": meters, "meter_totals": totals, **told})


def test_links_add_up_where_levels_else_are_averaged():
    assert metric(links("a", "b", "c"), Metric.BIN).value == 30
    assert metric(links("a"), Metric.BIN).value == 10
    assert metric(inputs(bandwidth_in=10), Metric.BIN).value == 10
    assert metric(inputs(), Metric.BIN).value is None


def test_a_link_s_check_and_sub_meters_do_not_count():
    found = links("a", "b", "check", "below", check={"tags": "checks:a"}, below={"parent": "b"})

    assert metric(found, Metric.BIN).value == 20


def test_a_link_that_came_in_the_middle_counts_for_its_time():
    """One of 10 GB/s all year, one for a quarter of it: 12.5."""
    rows = [
        {"meter_id": name, "start": START + timedelta(hours=hour), "seconds": 3600}
        for name, hours in (("a", 8760), ("b", 2190))
        for hour in range(hours)
    ]
    blank = pl.DataFrame(rows).with_columns(pl.col("seconds").cast(pl.Int32))
    hours = pl.concat([pl.DataFrame(schema=INTERVALS), blank], how="diagonal_relaxed")

    figure = metric(links("a", "b", hours=hours), Metric.BIN)

    assert (figure.value, figure.low, figure.high) == (12.5, 12.5, 12.5)


SERVERS = st.lists(
    st.tuples(
        st.none() | st.integers(1, 900),
        st.integers(1, 900),
        st.integers(0, 40),
        st.sampled_from((None, OLD, NEW)),
    ),
    max_size=6,
)


@given(SERVERS, st.data(), st.sampled_from((ALPHA, COLOCATION)))
def test_capacity_is_never_below_what_is_stated_nor_its_bounds_wrong(servers, data, facility):
    """Whatever the silent servers turn out to do, it lies within the bounds."""
    assets = [
        new_server(f"s{number}", score and str(score), str(power), count=count, installed_on=day)
        for number, (score, power, count, day) in enumerate(servers)
    ]
    told = [
        replace(
            one, sert_performance=one.sert_performance or Decimal(data.draw(st.integers(1, 99)))
        )
        for one in assets
    ]

    before = metric(fleet(*assets, facility=facility), Metric.CSERV)
    after = metric(fleet(*told, facility=facility), Metric.CSERV).value

    assert before.low <= after
    assert before.high is None or before.high == after
    assert before.value is None or before.value >= before.low
