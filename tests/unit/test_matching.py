"""Clean electricity by the year and by the hour: worked by hand."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from given import ALPHA, START, by_category, certificate, hours, inputs, metric, nearest, total
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.model import Registers
from schemas.estate.registers.certificates import CertificateHour, hours_table
from schemas.metrics import FACTS, Metric, State

LOAD = [10, 10, 10, 10]


def made(identity, kwh, **facts):
    """A certificate with its hours, from the first of the period on."""
    whole = certificate("go", sum(kwh), certificate_id=identity, **facts)
    times = tuple(
        CertificateHour(
            certificate_id=identity,
            start=START + timedelta(hours=number),
            energy_kwh=Decimal(each),
            line=2 + number,
        )
        for number, each in enumerate(kwh)
    )
    return whole, times


def site(*certificates, load=LOAD, facility=ALPHA, start=START, timeless=(), **series):
    whole = (*(one for one, _ in certificates), *timeless)
    times = tuple(hour for _, hours_ in certificates for hour in hours_)
    amounts = {"grid_import": load, **series}
    totals = {}
    for name, some in amounts.items():
        three = [one if isinstance(one, tuple) else (one,) * 3 for one in some]
        value, low, high = (
            None
            if any(each[place] is None for each in three)
            else sum(each[place] for each in three)
            for place in range(3)
        )
        totals[name] = total(name, value, low, high)
    return inputs(
        **totals,
        facility=facility,
        registers=Registers(certificates=whole, certificate_hours=hours_table(times)),
        given={"hours": hours(start=start, **amounts)},
    )


def test_R6_by_the_hour_and_by_the_year():
    """Used 10, 10, 10, 10; clean 4, 16, 12, 2: 34/40, and 26/40 by the hour."""
    found = site(made("GO-1", [4, 16, 12, 2]))

    assert metric(found, Metric.CFE_ANNUAL).value == nearest(Fraction(17, 20))
    assert metric(found, Metric.CFE_HOURLY).value == nearest(Fraction(13, 20))
    assert FACTS[Metric.CFE_HOURLY].state is State.DRAFT


def test_what_has_no_hours_matches_none_and_is_told():
    found = site(
        made("GO-1", [4, 4, 4, 4]), timeless=(certificate("go", 12, certificate_id="GO-2"),)
    )

    hourly = metric(found, Metric.CFE_HOURLY)

    assert hourly.value == nearest(Fraction(16, 40))
    assert "0.012 MWh of certificates have no hours" in hourly.reason
    assert metric(found, Metric.CFE_ANNUAL).value == nearest(Fraction(28, 40))


def test_only_zones_that_can_supply_the_site_match():
    near = replace(ALPHA, deliverable_zones=("NL",))
    certificates = (made("GO-1", [4] * 4, zone="NL"), made("GO-2", [6] * 4, zone="ES"))

    found = metric(site(*certificates, facility=near), Metric.CFE_HOURLY)

    assert found.value == nearest(Fraction(16, 40))
    assert "0.024 MWh of certificates are of zones" in found.reason


def test_sun_of_the_site_matches_the_hour_it_was_used_in():
    """Load 10 + sun − fed: 12, 10, 10, 10; own 2, 0, 0, 0 and 4 fed in the second hour."""
    found = site(onsite_renewable=[2, 4, 0, 0], grid_export=[0, 4, 0, 0])

    assert metric(found, Metric.CFE_HOURLY).value == nearest(Fraction(2, 42))


def test_sun_that_was_sold_is_taken_off_in_proportion():
    """Half of 8 kWh was sold: each hour keeps half, and nobody knows which half."""
    sold = certificate("onsite", 4, "sold", certificate_id="OS-1")
    found = site(onsite_renewable=[8, 0, 0, 0], timeless=(sold,))

    hourly = metric(found, Metric.CFE_HOURLY)

    assert hourly.value == nearest(Fraction(4, 48))
    assert hourly.low == 0
    assert hourly.high == nearest(Fraction(4, 48))


def test_hours_at_half_past_take_half_of_each_hour():
    """Certificates of 8, 0, 8, 0, 0 kWh: the site's hours from half past have 4, 4, 4, 0."""
    found = site(made("GO-1", [8, 0, 8, 0]), start=START + timedelta(minutes=30))

    assert metric(found, Metric.CFE_HOURLY).value == nearest(Fraction(12, 40))


def test_an_hour_that_nobody_read_leaves_a_range():
    found = site(made("GO-1", [5, 5, 5, 5]), load=[10, 10, 10, (None, 0, 20)])

    hourly = metric(found, Metric.CFE_HOURLY)

    assert hourly.value is None
    assert (hourly.low, hourly.high) == (nearest(Fraction(15, 50)), nearest(Fraction(20, 30)))


def test_without_a_register_nothing_is_known():
    found = inputs(grid_import=40, given={"hours": hours(grid_import=LOAD)})

    assert metric(found, Metric.CFE_HOURLY).value is None
    assert metric(found, Metric.CFE_ANNUAL).value is None


def test_certificates_that_would_close_the_gap():
    """22 274 MWh entered, 18 350 owned: 3 924 certificates; of a MWh begun a whole one."""
    bought = certificate("go", 18_350_000)
    found = inputs(grid_import=22_273_001, registers=Registers(certificates=(bought,)))

    gaps = by_category(found, Metric.CERTIFICATE_GAP)

    assert gaps["annual"].value == 3_924_000
    assert gaps["electricity"].value == 3_924_000
    assert by_category(site(), Metric.CERTIFICATE_GAP)["hourly"].value == 1000


def test_too_many_certificates_leave_no_gap():
    bought = certificate("go", 50_000_000)
    found = inputs(grid_import=22_274_000, registers=Registers(certificates=(bought,)))

    assert by_category(found, Metric.CERTIFICATE_GAP)["annual"].value == 0


def test_R5_germany_counts_on_the_basis_of_electricity():
    """18 350 000 of 22 274 000 kWh of electricity: 82.38 %, whatever fuels entered besides."""
    bought = certificate("go", 18_350_000)
    found = inputs(
        grid_import=22_274_000, fuel_gas=5_000_000, registers=Registers(certificates=(bought,))
    )

    share = metric(found, Metric.RENEWABLE_ELECTRICITY)

    assert share.value == nearest(Fraction(100 * 18_350, 22_274))
    assert share.value == pytest.approx(82.38, abs=5e-3)
    assert metric(found, Metric.REF).value < 0.7


KWH = st.integers(0, 40)


@given(
    st.lists(st.tuples(KWH, KWH), min_size=4, max_size=4),
    st.lists(KWH, min_size=4, max_size=4),
    st.lists(st.tuples(KWH, KWH), min_size=4, max_size=4),
)
def test_by_the_hour_is_never_more_than_by_the_year(load, clean, sun):
    """At every exact site; and its bounds hold the exact ones."""
    bounded = site(
        made("GO-1", clean),
        load=[(low, low, low + more) for low, more in load],
        onsite_renewable=[(low, low, low + more) for low, more in sun],
    )
    whole = metric(bounded, Metric.CFE_HOURLY)
    for end in (0, 1):
        exact = site(
            made("GO-1", clean),
            load=[low + more * end for low, more in load],
            onsite_renewable=[low + more * (1 - end) for low, more in sun],
        )
        hourly, annual = metric(exact, Metric.CFE_HOURLY), metric(exact, Metric.CFE_ANNUAL)
        if hourly.value is None:
            continue
        assert 0 <= hourly.value <= annual.value <= 1
        assert whole.low <= hourly.value
        assert whole.high is None or hourly.value <= whole.high
