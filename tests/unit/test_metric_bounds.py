"""Of every metric: its bounds hold it, whatever its inputs are inside theirs; and invariants."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from given import ALPHA, certificate, equipment, factor, hours, total
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.metrics.compute import COMPUTED
from pipelines.metrics.inputs import Inputs
from pipelines.steps.total import Period
from schemas.domains import QUANTITIES
from schemas.estate.model import Registers
from schemas.estate.registers.certificates import CertificateHour, hours_table
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import Metric
from schemas.quantities import Nature

START = datetime(2025, 1, 14, 23, tzinfo=UTC)
DAY = date(2025, 1, 15)
LENGTH = 4
PERIOD = Period(name="2025", start=START, end=START + timedelta(hours=LENGTH), months=("2025-01",))
SITE = replace(
    ALPHA,
    nuts3="DE712",
    design_pue=1.3,
    rated_it_kw=1000,
    floor_area_m2=5000,
    computer_room_m2=2000,
    without=("water_stock", "refrigerants"),
)


def gas(event, kg, day):
    return RefrigerantEvent(
        facility_id="alpha", date=day, refrigerant="R-410A", event=event, kg=Decimal(kg), line=2
    )


REGISTERS = Registers(
    certificates=(
        certificate("go", 5000, production_start=DAY, production_end=DAY, certificate_id="GO-1"),
        certificate("ppa", 3000, production_start=DAY, production_end=DAY, certificate_id="P-1"),
    ),
    certificate_hours=hours_table(
        [
            CertificateHour(
                certificate_id="GO-1",
                start=START + timedelta(hours=number),
                energy_kwh=Decimal(kwh),
                line=2 + number,
            )
            for number, kwh in enumerate((500, 2500, 1500, 500))
        ]
    ),
    equipment=(
        equipment(
            "s1",
            "server",
            count=10,
            rated_power_kw=Decimal("0.5"),
            sert_performance=Decimal(30),
            installed_on=date(2024, 1, 1),
        ),
    ),
    factors=(
        factor("location", "DE", "0.35", "kg/kWh"),
        factor("residual", "DE", "0.62", "kg/kWh"),
        factor("upstream", "DE", "0.06", "kg/kWh"),
        factor("upstream", "diesel", "0.6", "kg/L"),
        factor("fuel", "diesel", "2.676", "kg/L"),
        factor("water", "DE", "1.4", "m3/MWh"),
        factor("water_stress", "DE", "3.5", "1"),
        factor("price", "grid_import", "0.2", "EUR/kWh"),
        factor("price", "grid_export", "0.05", "EUR/kWh"),
        factor("price", "potable_water", "2", "EUR/m3"),
    ),
)
#: What each example draws some of; grid and UPS are always there.
ALWAYS = ("grid_import", "ups_output")
OTHERS = (
    *("grid_export", "onsite_renewable", "generator_output", "ups_input", "pdu_output"),
    *("it_input", "cooling_electricity", "compressor_electricity", "lighting", "fuel_diesel"),
    *("potable_water", "rain_water", "surface_water", "water_discharge", "water_reused_outside"),
    *("heat_removed", "heat_reused", "heat_reused_internal", "heat_rejected"),
    *("heat_upgrade_electricity", "outdoor_temperature", "server_utilisation"),
    *("battery_grid_capacity", "heat_flow"),
)

hour = st.tuples(st.integers(0, 2000), st.integers(0, 2000), st.integers(0, 2000)).map(
    lambda three: (sorted(three)[1], sorted(three)[0], sorted(three)[2])
)
#: Most hours are measured: all three the same.
measured = st.integers(1, 2000).map(lambda one: (one, one, one))
series = st.lists(measured | hour, min_size=LENGTH, max_size=LENGTH)


@st.composite
def sites(draw):
    """Hours by quantity: value, low, high."""
    names = draw(st.lists(st.sampled_from(OTHERS), max_size=4, unique=True))
    drawn = {name: draw(series) for name in (*ALWAYS, *names)}
    # IT energy and what is fed back are parts of what enters.
    drawn["grid_import"] = [tuple(one + 5000 for one in three) for three in drawn["grid_import"]]
    for name in ("outdoor_temperature", "server_utilisation"):
        if name in drawn:
            drawn[name] = [tuple(Decimal(one) / 40 for one in three) for three in drawn[name]]
    return drawn


def inputs_of(site) -> Inputs:
    """A period of four hours; a level's total is the mean of its hours."""
    totals = {}
    for name, told in site.items():
        level = QUANTITIES[name].nature is Nature.LEVEL
        value, low, high = (
            sum((Decimal(str(three[place])) for three in told), Decimal(0))
            / (LENGTH if level else 1)
            for place in range(3)
        )
        totals[name] = replace(
            total(name, value, low, high), period_start=PERIOD.start, period_end=PERIOD.end
        )
    return Inputs(
        facility=SITE,
        period=PERIOD,
        totals=totals,
        registers=REGISTERS,
        first_day=DAY,
        last_day=DAY,
        hours=hours(start=START, **site),
        operator="alpha",
    )


def exactly(told, place):
    """The hours as if one end of their bounds were what was measured."""
    return [(three[place],) * 3 for three in told]


def figures(inputs):
    return {
        (metric, category): figure
        for metric, formula in COMPUTED.items()
        for category, figure in formula(inputs)
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(site=sites())
def test_bounds_hold_the_metric_at_every_corner_of_its_inputs(site):
    bounded = figures(inputs_of(site))
    for corner in product((1, 2), repeat=len(site)):
        there = {
            name: exactly(told, place)
            for (name, told), place in zip(site.items(), corner, strict=True)
        }
        for key, figure in figures(inputs_of(there)).items():
            told = bounded.get(key)
            if figure.value is None or told is None:
                continue
            where = (key, corner, figure.value, told.low, told.high)
            assert told.low is None or told.low <= figure.value, where
            assert told.high is None or figure.value <= told.high, where


@settings(max_examples=60, deadline=None)
@given(site=sites())
def test_a_value_lies_between_its_bounds(site):
    for key, figure in figures(inputs_of(site)).items():
        if figure.value is not None:
            assert figure.low is None or figure.low <= figure.value, key
            assert figure.high is None or figure.value <= figure.high, key


@settings(max_examples=40, deadline=None)
@given(site=sites())
def test_what_is_measured_exactly_is_known_exactly(site):
    """Where every hour was measured, no figure of totals is left between bounds."""
    exact = {name: exactly(told, 0) for name, told in site.items()}
    for key, figure in figures(inputs_of(exact)).items():
        if figure.value is not None and figure.high is not None:
            assert figure.low == figure.high == figure.value, key


ENERGY = [name for name, one in QUANTITIES.items() if one.unit == "kWh"]


@settings(max_examples=40, deadline=None)
@given(site=sites(), k=st.integers(2, 9))
def test_scaling_all_energy_leaves_ratios_and_divides_wue(site, k):
    """Certificates are left out: they are energy too, and come in whole MWh."""
    scaled = {
        name: [tuple(one * k for one in three) for three in told] if name in ENERGY else told
        for name, told in site.items()
    }
    before, after = (
        figures(replace(inputs_of(one), registers=Registers())) for one in (site, scaled)
    )

    def value(found, metric, category=""):
        figure = found.get((metric, category))
        return None if figure is None else figure.value

    for metric, category in ((Metric.PUE, "1"), (Metric.ERF, ""), (Metric.CER, "")):
        if "heat_flow" not in site and "fuel_diesel" not in site:
            assert value(before, metric, category) == value(after, metric, category)
    for category in ("1", "2"):
        wue = value(before, Metric.WUE, category)
        if wue is not None and value(after, Metric.WUE, category) is not None:
            assert value(after, Metric.WUE, category) == wue / k


@settings(max_examples=40, deadline=None)
@given(site=sites())
def test_invariants_of_the_indicators(site):
    """Section 11 of the indicators: parts are not more than their wholes, shares lie in 0..1."""
    found = {key: figure.value for key, figure in figures(inputs_of(site)).items()}

    def not_more(part, whole):
        a, b = found.get(part), found.get(whole)
        assert a is None or b is None or a <= b, (part, whole, a, b)

    not_more((Metric.WIN_POT, "1"), (Metric.WIN, "2"))
    not_more((Metric.WIN_FRE, ""), (Metric.WIN, "2"))
    not_more((Metric.SCR, ""), (Metric.SDC, ""))
    not_more((Metric.CFE_HOURLY, ""), (Metric.CFE_ANNUAL, ""))
    for share in (
        (Metric.REF, ""),
        (Metric.ERF, ""),
        (Metric.CFE_ANNUAL, ""),
        (Metric.CFE_HOURLY, ""),
    ):
        assert found.get(share) is None or 0 <= found[share] <= 1, share
    parts = [found.get((m, "")) for m in (Metric.ERES_GOO, Metric.ERES_PPA, Metric.ERES_OS)]
    if None not in parts:
        assert found[Metric.ERES_TOT, ""] == sum(parts)
    carriers = [v for (m, _), v in found.items() if m is Metric.EDC_CARRIER]
    if carriers and None not in carriers and found[Metric.EDC, ""] is not None:
        assert sum(carriers, Fraction(0)) == found[Metric.EDC, ""]


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_says_something_of_an_estate_without_meters(metric):
    """A value by the operator's word, or a reason; never an error, and never nothing at all."""
    nothing = Inputs(
        facility=ALPHA,
        period=PERIOD,
        totals={},
        registers=Registers(),
        first_day=DAY,
        last_day=DAY,
    )

    rows = list(COMPUTED[metric](nothing))

    assert rows
    assert all(figure.value is not None or figure.reason for _, figure in rows)
