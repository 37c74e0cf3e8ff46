"""Renewables at their edges: what counts in REF, what the hours can say, what pages tell of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from given import ALPHA, START, by_category, certificate, hours, inputs, metric, nearest, total
from hypothesis import given, settings
from hypothesis import strategies as st
from test_matching import made, site

from pipelines.metrics.ledger import Verdict, judged, ledger_frame
from reports.sections.renewables import renewables
from schemas.certificate_rules import CERTIFICATE_RULES
from schemas.errors import ConfigurationError
from schemas.estate.model import Registers
from schemas.estate.read import read_estate
from schemas.estate.registers.certificates import CertificateHour, hours_table
from schemas.metrics import Metric, Status
from schemas.totals import MeterDoubt
from tests.unit.synthetic_year import bare_year

HOURLY = (Metric.CFE_HOURLY, Metric.CERTIFICATE_GAP)


def holding(*certificates, **amounts):
    return inputs(registers=Registers(certificates=certificates), **amounts)


def test_an_unknown_zone_is_no_zone_even_where_the_site_states_none():
    """Unknown here and unknown there is not the same place."""
    nowhere = replace(ALPHA, grid_zone="")
    one = certificate("go", 1, zone="", commissioned=date(2020, 1, 1))

    found, reason = judged(one, nowhere, "", CERTIFICATE_RULES["eu-2026-draft"], year=2025)

    assert found is Verdict.REFUSED
    assert "in the wrong zone: none stated" in reason
    hourly = metric(site(made("GO-1", [4] * 4, zone=""), facility=nowhere), Metric.CFE_HOURLY)
    assert hourly.value == 0


@pytest.mark.parametrize("kind", ["go", "ppa", "onsite"])
def test_ref_names_what_was_refused_of_every_kind(kind):
    refused = certificate(kind, 300, certificate_id="X-7", line=7, beneficiary="Other Ltd")

    ref = metric(holding(refused, grid_import=5000, onsite_renewable=1000), Metric.REF)

    assert ref.status is Status.FLAGGED
    assert "X-7 in line 7 (for another beneficiary: Other Ltd)" in ref.reason


def test_whole_megawatt_hours_of_the_sum_and_not_of_each():
    """600 + 600 kWh are one whole MWh; each by itself would be none."""
    pair = (certificate("go", 600, certificate_id=name) for name in "AB")

    assert metric(holding(*pair), Metric.ERES_GOO).value == 1000


def test_renewable_electricity_is_capped_and_keeps_what_it_was():
    found = metric(
        holding(certificate("go", 24_000), grid_import=20_000), Metric.RENEWABLE_ELECTRICITY
    )

    assert (found.value, found.raw) == (100, 120)
    assert "120" in found.reason


def test_the_gap_is_as_doubtful_as_the_load():
    """1 900 to 2 100 kWh are at least two certificates and at most three."""
    found = by_category(
        holding(grid_import=total("grid_import", 2000, 1900, 2100)), Metric.CERTIFICATE_GAP
    )["annual"]

    assert (found.low, found.value, found.high) == (2000, 2000, 3000)


def test_sold_sun_may_have_been_any_hour_though_its_sum_is_unknown():
    """Of 8 kWh of sun 4 were sold: it may be that none of the 8 is clean."""
    sold = certificate("onsite", 4, "sold", certificate_id="OS-1")
    found = site(onsite_renewable=[8, 0, 0, (None, 0, 2)], timeless=(sold,))

    hourly = metric(found, Metric.CFE_HOURLY)

    assert (hourly.value, hourly.low) == (None, 0)


@pytest.mark.parametrize(
    ("fed", "sold", "expected"),
    [
        pytest.param([0, 0, 0, 0], 4, Fraction(14, 48), id="half-of-it-sold"),
        pytest.param([0, 8, 0, 0], 8, Fraction(2, 40), id="all-of-it-sold-and-as-much-fed-back"),
    ],
)
def test_what_was_sold_is_in_no_hour_though_certificates_abound_in_another(fed, sold, expected):
    """30 kWh in the second hour raise the limit of the year, which would hide what was sold."""
    given_away = certificate("onsite", sold, "sold", certificate_id="OS-1")
    found = site(
        made("GO-1", [0, 30, 0, 0]),
        onsite_renewable=[8, 0, 0, 0],
        grid_export=fed,
        timeless=(given_away,),
    )

    assert metric(found, Metric.CFE_HOURLY).value == nearest(expected)


def test_the_gap_is_as_likely_as_the_load_that_was_estimated():
    """5 000 kWh, give or take 400, without any certificate."""
    doubt = MeterDoubt(meter_id="m", accuracy=None, likely=400.0)
    load = total("grid_import", 5000, 4000, 6000, doubts=(doubt,))
    gaps = by_category(holding(grid_import=load), Metric.CERTIFICATE_GAP)

    assert (gaps["annual"].likely_low, gaps["annual"].likely_high) == (4600, 5400)


def test_months_that_nobody_built_leave_the_hours_open_above():
    """Two hours of the year are known, one tenth of them clean; the rest may be all clean."""
    known = site(made("GO-1", [1, 1, 10, 10]))
    thin = total("grid_import", None, 20, status=Status.WITHHELD, reason="2025-03 is not built")
    part = known.hours.filter(pl.col("start") < START + timedelta(hours=2))
    found = replace(known, hours=part, totals={"grid_import": replace(thin, high=None)})

    assert metric(found, Metric.CFE_HOURLY).high == 1
    assert by_category(found, Metric.CERTIFICATE_GAP)["hourly"].high is None


def test_sun_without_a_limit_leaves_the_gap_of_its_hour_open_below():
    """The first hour's sun has no maximum rate: it may have covered the whole hour."""
    found = site(
        load=[1000] * 4, onsite_renewable=[(None, 0, None), 0, 0, 0], grid_export=[0, 0, 0, 0]
    )

    assert by_category(found, Metric.CERTIFICATE_GAP)["hourly"].low == 3000


def test_an_hour_that_feeds_back_more_than_it_takes_uses_nothing():
    """Used 10, −3, 10, 10; clean 5 each hour: 15 of 27, and not 12."""
    found = site(made("GO-1", [5] * 4), load=[10, 0, 10, 10], grid_export=[0, 3, 0, 0])

    assert metric(found, Metric.CFE_HOURLY).value == nearest(Fraction(15, 27))


def test_the_hourly_gap_says_what_matches_no_hour():
    timeless = certificate("go", 12, certificate_id="GO-2")
    gap = by_category(site(timeless=(timeless,)), Metric.CERTIFICATE_GAP)["hourly"]

    assert "0.012 MWh of certificates have no hours" in gap.reason


KWH = st.integers(0, 40)
BOUNDED = st.lists(st.tuples(KWH, KWH), min_size=4, max_size=4)


@settings(max_examples=100, deadline=None)
@given(
    BOUNDED,
    BOUNDED,
    st.lists(KWH, min_size=4, max_size=4),
    st.just(0) | KWH,
    st.tuples(st.booleans(), st.booleans()),
)
def test_bounds_hold_with_sun_that_was_sold_and_fed_back(load, sun, clean, sold, corner):
    """No more is fed back than the least that the sun made, so that every corner can be."""
    given_away = certificate("onsite", sold, "sold", certificate_id="OS-1")
    fed = [low // 2 for low, _ in sun]

    def at(**series):
        told = site(made("GO-1", clean), timeless=(given_away,), grid_export=fed, **series)
        return [metric(told, one, "hourly" if one is HOURLY[1] else None) for one in HOURLY]

    bounded = at(
        load=[(low, low, low + more) for low, more in load],
        onsite_renewable=[(low, low, low + more) for low, more in sun],
    )
    exact = at(
        load=[low + more * corner[0] for low, more in load],
        onsite_renewable=[low + more * corner[1] for low, more in sun],
    )
    for around, one in zip(bounded, exact, strict=True):
        if one.value is not None:
            assert around.low is None or around.low <= one.value
            assert around.high is None or one.value <= around.high


@given(KWH, KWH, KWH, st.integers(1, 100))
def test_the_three_origins_add_up_and_ref_stays_within_one(origin, ppa, sun, load):
    found = holding(
        certificate("go", origin * 1000),
        certificate("ppa", ppa * 1000),
        grid_import=load * 1000,
        onsite_renewable=sun * 1000,
    )
    parts = (Metric.ERES_GOO, Metric.ERES_PPA, Metric.ERES_OS)

    assert metric(found, Metric.ERES_TOT).value == sum(metric(found, one).value for one in parts)
    assert 0 <= metric(found, Metric.REF).value <= 1


def year_by_the_hour(number):
    """As many certificates as asked for, each with 8 760 hours of 500 kWh."""
    ids = [f"GO-{one}" for one in range(number)]
    times = tuple(
        CertificateHour(
            certificate_id=name,
            start=START + timedelta(hours=hour),
            energy_kwh=Decimal(500),
            line=2,
        )
        for name in ids
        for hour in range(8760)
    )
    whole = tuple(certificate("go", 500 * 8760, certificate_id=name) for name in ids)
    registers = Registers(certificates=whole, certificate_hours=hours_table(times))
    return inputs(
        grid_import=2500 * 8760,
        registers=registers,
        given={"hours": hours(grid_import=[2500] * 8760)},
    )


def test_a_year_by_the_hour_adds_what_certificates_bring_together():
    """Four bring 2 000 of the 2 500 kWh of each hour."""
    found = year_by_the_hour(4)

    assert metric(found, Metric.CFE_HOURLY).value == 0.8
    assert metric(found, HOURLY[1], "hourly").value == 500 * 8760


def told(*certificates):
    """The section of a year that has these certificates, and the figures of R6."""
    found = site(made("GO-1", [4, 16, 12, 2]), timeless=certificates)
    metrics = tuple(metric(found, one) for one in (Metric.REF, *HOURLY[:1], Metric.CFE_ANNUAL))
    return renewables(replace(bare_year(), year_metrics=metrics, ledger=ledger_frame(found)))


def test_the_section_says_what_the_year_and_the_hours_match():
    section = told()

    assert "Clean electricity covers 85.0 % over the year and 65.0 % matched hour by hour." in (
        section.lead.replace("\u202f", " ").replace("\xa0", " ")
    )


def test_the_ledger_tells_refused_ones_first_with_serial_and_reason():
    section = told(certificate("go", 1000, certificate_id="GO-9", beneficiary="Other Ltd"))

    [ledger] = [one for one in section.blocks if one.kind == "table" and "Ledger" in one.caption]

    assert (ledger.rows[0][0], ledger.rows[0][7]) == ("GO-9", "refused")
    assert "another beneficiary: Other Ltd" in ledger.rows[0][8]
    assert ledger.rows[1][0] == "GO-1"
    assert not ledger.folded


def test_hours_of_certificates_have_no_more_places_than_amounts(tmp_path):
    """Sums of whole trillionths are exact; a thirteenth place would be lost without a word."""
    (tmp_path / "estate.yaml").write_text(
        "operator: {name: x, country: DE}\nfacilities: [{id: a, country: DE, timezone: UTC}]\n"
    )
    (tmp_path / "meters.csv").write_text("meter_id,facility_id,quantity,kind,unit\n")
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "certificates.csv").write_text(
        "certificate_id,facility_id,kind,energy_kwh,production_start,production_end,zone,status,"
        "cancelled_on,beneficiary\n"
        "GO-1,a,go,1.0000000000001,2025-01-01,2025-01-31,DE,cancelled,2025-02-01,x\n"
    )
    (tmp_path / "registers" / "certificate_hours.csv").write_text(
        "certificate_id,timestamp,energy_kwh\nGO-1,2025-01-01T00:00:00Z,1.0000000000001\n"
    )

    with pytest.raises(ConfigurationError) as caught:
        read_estate(tmp_path)

    [problem] = caught.value.problems
    assert "more than 12 decimals" in problem.what
