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
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import FACTS, Metric, MetricValue, Status

OPERATOR = Operator(name="Nordlicht Cloud GmbH", country="DE", contact="ops@nordlicht.example")
FACILITY = Facility(
    id="alpha",
    name="Alpha",
    country="DE",
    timezone="Europe/Berlin",
    lau="06412000",
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
