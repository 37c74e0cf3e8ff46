"""Site ALPHA, calendar year 2025, worked by hand: what a form is filled from in the tests.

Import 21 900 000 + PV 350 000 + generator 24 000 = EDC 22 274 000 kWh; EIT 17 520 000 kWh.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from reports.fill import fill
from reports.form import Form
from reports.regimes.eu_eed_2024 import EU_EED_2024
from schemas.estate.model import Boundary, Facility, Operator, Redundancy
from schemas.estate.policies import Policies
from schemas.estate.registers.practices import Practice
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import FACTS, Metric, MetricValue, Status

OPERATOR = Operator(name="Nordlicht Cloud GmbH", country="DE", contact="ops@nordlicht.example")
FACILITY = Facility(
    id="alpha",
    name="Alpha",
    country="DE",
    timezone="Europe/Berlin",
    lau="06412000",
    nuts3="DE712",
    postal_code="60314",
    installed_it_kw=2400,
    rated_it_kw=2600,
    nonredundant_connected_kw=4200,
    type="colocation",
    also="co-hosting",
    structure="structure",
    commissioned="2019-04",
    floor_area_m2=5200,
    computer_room_m2=2100,
    owner="Nordlicht Real Estate GmbH",
    contact="dc@nordlicht.example",
    reference_id="DE-0001-ALPHA",
    redundancy=Redundancy(
        high_voltage="N+1", low_voltage="2N", rack="2N", cooling_room="N+1", cooling_rack="N"
    ),
    boundary=Boundary(chp="", district_cooling="external"),
    grid_functions="no",
    it_energy_configuration="UPS Supports Only IT Equipment",
)
#: The Code's 106 expected practices: 104 in place and seen by a third party, two planned.
PRACTICES = tuple(
    Practice(
        facility_id="alpha",
        practice=f"{number // 20 + 3}.{number % 20 + 1}",
        status="implemented" if number < 104 else "planned",
        expected=True,
        since=date(2024, 1, 1),
        verified_by="Prüfstelle Nord" if number < 104 else "",
        verified_on=date(2024, 10, 1) if number < 104 else None,
        evidence="",
        line=number + 2,
    )
    for number in range(106)
)
REFRIGERANTS = (
    RefrigerantEvent(
        facility_id="alpha",
        date=date(2025, 1, 1),
        refrigerant="R-410A",
        event="opening",
        kg=Decimal(1200),
        line=2,
    ),
    RefrigerantEvent(
        facility_id="alpha",
        date=date(2025, 1, 1),
        refrigerant="R-134a",
        event="opening",
        kg=Decimal(90),
        line=3,
    ),
)
#: metric, category, value. Exact ratios are written as the fraction they are.
FIGURES = (
    (Metric.PDIT, "installed", 164400 / 73),  # A1: 1 800 kW for 90 d, 2 400 kW for 275 d
    (Metric.EDC, "", 22_274_000.0),
    (Metric.EDC_BG, "", 24_000.0),
    (Metric.EIT, "1", 17_520_000.0),
    (Metric.WIN, "2", 14_016.0),
    (Metric.WIN_POT, "1", 9_811.0),
    (Metric.EREUSE, "", 3_341_100.0),
    (Metric.TWH, "", 31.0),  # T1
    (Metric.TIN_SETPOINT, "", 3517 / 146),  # T2
    (Metric.CDD, "", 9.5),  # T3
    (Metric.ERES_GOO, "", 10_000_000.0),
    (Metric.ERES_PPA, "", 8_000_000.0),
    (Metric.ERES_OS, "", 350_000.0),
    (Metric.ERES_TOT, "", 18_350_000.0),
    (Metric.CSERV, "", 1_800_000.0),
    (Metric.CSTOR, "", 18.432),  # A6
    (Metric.BIN, "", 4570 / 73),  # A4
    (Metric.BOUT, "", 60.0),
    (Metric.TRAFFIC_IN, "", 1.234567),  # A5
    (Metric.TRAFFIC_OUT, "", 0.5),
    (Metric.PUE, "1", 11137 / 8760),  # P1
    (Metric.WUE, "2", 0.8),  # W1
    (Metric.ERF, "", 0.15),  # H2
    (Metric.REF, "", 9175 / 11137),  # R1
)
#: What other regimes ask for. Energy and heat in kWh, water in m3, gases in kg.
MORE = (
    (Metric.ELECTRICITY, "consumption", 22_274_000.0),
    (Metric.ELECTRICITY, "purchased", 21_900_000.0),
    (Metric.ELECTRICITY, "fed_back", 0.0),
    (Metric.ELECTRICITY, "own", 374_000.0),
    (Metric.EDC_CARRIER, "grid_import", 21_900_000.0),
    (Metric.EDC_CARRIER, "onsite_renewable", 350_000.0),
    (Metric.EDC_CARRIER, "generator_output", 24_000.0),
    (Metric.PUE_DE, "", 10837 / 8760),  # P8
    (Metric.RENEWABLE_ELECTRICITY, "", 917500 / 11137),  # R5
    (Metric.HEAT_REJECTED, "", 14_000_000.0),
    (Metric.HEAT_REJECTED_TEMPERATURE, "", 26.25),
    (Metric.HEAT_DELIVERED_TEMPERATURE, "", 41.5),
    (Metric.CER, "", 5.0),  # E1
    (Metric.CUE, "location", 1600443 / 3650000),  # C3
    (Metric.CUE, "market", 253659 / 1825000),  # C3
    (Metric.ITEUSV, "", 25.0),  # E2
    (Metric.ITEESV, "", 82 / 3),  # E3
    (Metric.WUE, "1", 9811 / 17520),  # W3
    (Metric.WIN_FRE, "", 7_008.0),  # W2
    (Metric.WUE_FRE, "", 0.4),  # W2
    (Metric.WATER_DISCHARGE, "", 9_811.0),  # W4
    (Metric.WATER_STORAGE_CHANGE, "", 0.0),
    (Metric.WATER_CONSUMPTION, "", 4_205.0),
    (Metric.SCOPE1, "", 44_666.4),  # C2
    (Metric.SCOPE1, "diesel", 17_126.4),
    (Metric.SCOPE1, "refrigerants", 27_540.0),
    (Metric.SCOPE2_LOCATION, "", 7_665_000.0),  # C1
    (Metric.SCOPE2_MARKET, "", 2_418_000.0),
    (Metric.SCOPE3, "1", 0.0),
    (Metric.SCOPE3, "2", 1_250_000.0),
    (Metric.SCOPE3, "3", 1_314_000.0),
    (Metric.SCOPE3, "5", 265.25),
    (Metric.CFE_HOURLY, "", 0.65),  # R6
    (Metric.CERTIFICATE_GAP, "hourly", 7_000_000.0),
    (Metric.RETIRED_MASS, "preparation_for_reuse", 1_310.0),  # L1
    (Metric.RETIRED_MASS, "recycling", 8_420.0),
    (Metric.RETIRED_MASS, "recovery", 0.0),
    (Metric.RETIRED_MASS, "disposal", 2_770.0),
    (Metric.RETIRED_MASS, "not stated", 0.0),
    (Metric.HAZARDOUS_MASS, "", 1_200.0),
)


def figure(metric, value, category="", **changes):
    """One clean figure of ALPHA for 2025, fully measured."""
    clean = MetricValue(
        facility_id="alpha",
        metric=metric,
        category=category,
        period="2025",
        period_start=datetime(2024, 12, 31, 23, tzinfo=UTC),
        period_end=datetime(2025, 12, 31, 23, tzinfo=UTC),
        value=value,
        low=value,
        high=value,
        unit=FACTS[metric].unit,
        coverage=1.0,
        estimated_share=0.0,
        status=Status.CLEAN,
        reason="",
    )
    return replace(clean, **changes)


def figures(**changes):
    """All figures of ALPHA; ``edc=None`` leaves one out, ``edc={...}`` changes its fields."""
    kept = []
    for metric, category, value in FIGURES:
        change = changes.get(metric.value, {})
        if change is not None:
            kept.append(replace(figure(metric, value, category), **change))
    return tuple(kept)


def form_of(regime, *others, facility=FACILITY, without=(), year=2025, practices=PRACTICES) -> Form:
    """ALPHA's form of any regime, from all its figures; ``others`` go before them."""
    all_figures = [figure(metric, value, category) for metric, category, value in FIGURES + MORE]
    kept = [one for one in all_figures if one.metric not in without]
    named = {(one.metric, one.category) for one in others}
    return fill(
        regime,
        operator=OPERATOR,
        facility=facility,
        year=year,
        metrics=[*others, *(one for one in kept if (one.metric, one.category) not in named)],
        refrigerants=REFRIGERANTS,
        practices=practices,
        policies=Policies(),
    )


def form(*, facility=FACILITY, metrics=None, refrigerants=REFRIGERANTS, **others) -> Form:
    """ALPHA's EU form, with whatever differs."""
    given = {"operator": OPERATOR, "year": 2025, "policies": Policies(), **others}
    return fill(
        EU_EED_2024,
        facility=facility,
        metrics=figures() if metrics is None else metrics,
        refrigerants=refrigerants,
        **given,
    )
