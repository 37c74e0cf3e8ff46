"""Formulas at their edges. The vectors have tests of their own."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from given import ALPHA, certificate, equipment, inputs, metric, nearest, total
from hypothesis import given
from hypothesis import strategies as st

from pipelines.metrics.compute import metrics_of
from pipelines.metrics.energy import DIESEL_KWH_PER_LITRE, total_energy
from schemas.estate.model import Boundary, Registers
from schemas.metrics import FACTS, Metric, Status

HOUR = timedelta(hours=1)


def at(**sides):
    return replace(ALPHA, boundary=Boundary(**sides))


def test_nothing_metered_is_nothing_known():
    for one in metrics_of(inputs()):
        if one.metric is Metric.ERES_OS:
            assert one.value == 0
        else:
            assert (one.value, one.status) == (None, Status.WITHHELD)
            assert one.reason
        assert one.unit is FACTS[one.metric].unit


def test_without_it_energy_there_is_no_pue():
    figure = metric(inputs(grid_import=100, ups_output=0), Metric.PUE)

    assert (figure.value, figure.high, figure.status) == (None, None, Status.WITHHELD)
    assert "zero_denominator" in figure.reason


def test_a_withheld_total_withholds_the_metric_and_keeps_its_bounds():
    entering = total("grid_import", None, 90, 120, status=Status.WITHHELD, reason="too thin")
    figure = metric(inputs(grid_import=entering, ups_output=100), Metric.PUE)

    assert (figure.value, figure.low, figure.high) == (None, 0.9, 1.2)
    assert figure.reason == "grid_import: too thin"


def test_every_category_of_it_energy_that_is_metered():
    given = inputs(grid_import=120, ups_output=100, pdu_output=96, it_input=80)

    found = {one.category: one.value for one in metrics_of(given) if one.metric is Metric.PUE}

    assert found == {"1": 1.2, "2": 1.25, "3": 1.5}
    assert metric(inputs(grid_import=120, it_input=80), Metric.PUE).category == "3"


def test_a_pue_below_one_is_shown_as_it_is():
    assert metric(inputs(grid_import=80, ups_output=100), Metric.PUE).value == 0.8


@pytest.mark.parametrize(
    ("sides", "amounts", "entering"),
    [
        pytest.param({}, {"grid_import": 10}, 10, id="grid-only"),
        pytest.param({}, {"grid_import": 10, "fuel_gas": 5}, 15, id="gas-without-an-output-meter"),
        pytest.param(
            {},
            {"grid_import": 10, "fuel_gas": 5, "generator_output": 2},
            12,
            id="output-covers-gas",
        ),
        pytest.param(
            {}, {"grid_import": 10, "fuel_diesel": 9}, 10 + 9 * DIESEL_KWH_PER_LITRE, id="diesel"
        ),
        pytest.param(
            {},
            {"grid_import": 10, "fuel_diesel": 9, "generator_output": 2},
            12,
            id="output-covers-diesel",
        ),
        pytest.param({}, {"grid_import": 10, "district_cooling": 4}, 14, id="bought-cold"),
        pytest.param(
            {"district_cooling": "internal"},
            {"grid_import": 10, "district_cooling": 4},
            10,
            id="cold-made-inside",
        ),
        pytest.param(
            {"chp": "internal"},
            {"grid_import": 10, "fuel_gas": 5, "generator_output": 2, "fuel_diesel": 9},
            15 + 9 * DIESEL_KWH_PER_LITRE,
            id="diesel-beside-a-plant-counted-by-its-gas",
        ),
        pytest.param(
            {"chp": "internal", "district_cooling": "external"},
            {"grid_import": 10, "fuel_gas": 5, "district_cooling": 4},
            19,
            id="bought-cold-beside-a-plant-counted-by-its-gas",
        ),
    ],
)
def test_every_carrier_counts_once(sides, amounts, entering):
    assert total_energy(inputs(facility=at(**sides), **amounts)).value == entering


def test_without_a_boundary_meter_nothing_is_known_of_what_enters():
    figure = total_energy(inputs(onsite_renewable=5, ups_output=1))

    assert figure.value is None
    assert "grid_import" in figure.reason


def test_a_site_without_heat_reuse_reuses_none_by_its_word():
    stated = inputs(facility=replace(ALPHA, without=("heat_reused",)), grid_import=1000)
    reused, factor = metric(stated, Metric.EREUSE), metric(stated, Metric.ERF)

    assert (reused.value, reused.low, reused.high, reused.coverage) == (0, 0, 0, None)
    assert reused.reason == "estate.yaml says that alpha is without heat_reused"
    assert (factor.value, factor.low, factor.high) == (0, 0, 0)
    assert metric(inputs(grid_import=1000), Metric.EREUSE).value is None


def test_reused_heat_less_what_cools_the_site_itself():
    assert metric(inputs(heat_reused=70, heat_reused_internal=10), Metric.EREUSE).value == 60
    assert (
        metric(inputs(heat_removed=17_000_000, cooling_electricity=3_400_000), Metric.CER).value
        == 5
    )


def test_certificates_count_by_days_and_whole_megawatt_hours():
    """31 of 62 days lie in the year: 1 999.5 kWh of 3 999, which is one whole MWh."""
    half = certificate(
        "go", 3_999, production_start=date(2024, 12, 1), production_end=date(2025, 1, 31)
    )
    other = certificate("go", 9_000, facility_id="beta")
    later = certificate(
        "go", 9_000, production_start=date(2026, 1, 1), production_end=date(2026, 1, 31)
    )

    given = inputs(registers=Registers(certificates=(half, other, later)))

    assert metric(given, Metric.ERES_GOO).value == 1_000


def test_no_register_of_certificates_is_not_an_empty_one():
    assert metric(inputs(), Metric.ERES_GOO).value is None
    assert metric(inputs(registers=Registers(certificates=())), Metric.ERES_GOO).value == 0


def test_on_site_energy_less_export_and_never_below_zero():
    assert metric(inputs(onsite_renewable=50, grid_export=20), Metric.ERES_OS).value == 30
    none = metric(inputs(onsite_renewable=50, grid_export=70), Metric.ERES_OS)
    assert (none.value, none.raw) == (0, None)


def test_capacity_on_the_last_day():
    """A6: 1 200 drives of 15.36 TB are 18.432 PB; what left or has not come does not count."""
    assets = (
        equipment("d", "storage", count=1_200, storage_tb=Decimal("15.36")),
        equipment("gone", "storage", storage_tb=Decimal(99), decommissioned_on=date(2025, 12, 31)),
        equipment("s", "server", count=3, sert_performance=Decimal("12.5")),
        equipment("old", "server", installed_on=date(2020, 1, 1)),
        equipment("coming", "server", installed_on=date(2026, 1, 1)),
    )
    given = inputs(registers=Registers(equipment=assets))

    assert metric(given, Metric.CSTOR).value == 18.432
    assert metric(given, Metric.CSERV).value == 37.5


def test_a_server_that_must_declare_and_does_not_withholds_the_sum():
    assets = (equipment("new", "server", installed_on=date(2025, 1, 1)),)
    figure = metric(inputs(registers=Registers(equipment=assets)), Metric.CSERV)

    assert figure.value is None
    assert "new" in figure.reason


def test_an_asset_that_is_gone_has_no_say_in_installed_power():
    assets = (
        equipment("new", "server", count=100, rated_power_kw=Decimal("0.5")),
        equipment("old", "server", decommissioned_on=date(2018, 1, 1)),
    )
    site = replace(ALPHA, installed_it_kw=9999.0)

    figure = metric(inputs(facility=site, registers=Registers(equipment=assets)), Metric.PDIT)

    assert (figure.value, figure.status) == (50, Status.CLEAN)


def test_installed_power_without_an_asset_s_power_is_the_facility_s_with_a_remark():
    assets = (
        equipment("known", "server", rated_power_kw=Decimal(5)),
        equipment("unknown", "storage"),
    )
    site = replace(ALPHA, installed_it_kw=2400.0)

    figure = metric(inputs(facility=site, registers=Registers(equipment=assets)), Metric.PDIT)

    assert (figure.value, figure.status) == (2400, Status.FLAGGED)
    assert "rated_power_kw for unknown" in figure.reason
    assert "installed_it_kw in estate.yaml" in figure.reason


def test_installed_power_falls_back_to_the_facility():
    rated = replace(ALPHA, rated_it_kw=2600.0)

    assert metric(inputs(facility=rated), Metric.PDIT).category == "rated"
    assert (
        metric(inputs(facility=replace(rated, installed_it_kw=2400.0)), Metric.PDIT).value == 2400
    )


AMOUNT = st.integers(min_value=1, max_value=10**9)


@given(
    st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT),
    AMOUNT,
    st.fractions(min_value=Fraction(1, 1000), max_value=1000),
)
def test_scaling_energy_leaves_ratios_and_divides_wue(energies, water, k):
    grid, sun, it, heat = energies

    def found(factor):
        def energy(name, value):
            exact = Decimal((value * factor).numerator) / Decimal((value * factor).denominator)
            return total(name, exact)

        given = inputs(
            grid_import=energy("grid_import", grid),
            onsite_renewable=energy("onsite_renewable", sun),
            ups_output=energy("ups_output", it),
            heat_reused=energy("heat_reused", min(heat, grid)),
            potable_water=water,
            registers=Registers(certificates=()),
        )
        wanted = (Metric.PUE, Metric.ERF, Metric.REF, Metric.WUE)
        return [metric(given, one).value for one in wanted]

    pue, erf, ref, wue = found(Fraction(1))
    expected = [pue, erf, ref, wue / float(k)]
    assert found(k) == pytest.approx(expected, rel=1e-12)


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_a_ratio_of_sums_is_the_same_however_the_period_is_split(a, b, c, d):
    whole = metric(inputs(grid_import=a + b, ups_output=c + d), Metric.PUE).value
    parts = inputs(grid_import=a, ups_output=c), inputs(grid_import=b, ups_output=d)
    entering = sum(total_energy(part).value for part in parts)
    used = sum(part.total("ups_output").value for part in parts)

    assert whole == nearest(entering / used)
