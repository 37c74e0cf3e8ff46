"""The vectors of water, heat, renewables and carbon, worked by hand, as they are published."""

from decimal import Decimal
from fractions import Fraction

from given import (
    GENERATOR,
    IMPORT,
    IT,
    PV,
    certificate,
    inputs,
    metric,
    nearest,
)

from schemas.estate.intensity import to_kg_per_kwh
from schemas.estate.model import Registers
from schemas.metrics import Metric

ALPHA = {"grid_import": IMPORT, "onsite_renewable": PV, "generator_output": GENERATOR}


def renewables(*certificates):
    return inputs(**ALPHA, ups_output=IT, registers=Registers(certificates=certificates))


def test_R1_renewable_energy():
    given = renewables(certificate("go", 10_000_000), certificate("ppa", 8_000_000))

    assert metric(given, Metric.ERES_TOT).value == 18_350_000
    assert metric(given, Metric.REF).value == nearest(Fraction(9175, 11137))


def test_R2_over_purchase_is_capped_and_kept():
    figure = metric(renewables(certificate("go", 24_000_000)), Metric.REF)

    assert (figure.value, figure.high) == (1.0, 1.0)
    assert figure.raw == nearest(Fraction(12175, 11137))
    assert "1.093203" in figure.reason


def test_R3_only_retired_guarantees_count():
    given = renewables(certificate("ppa", 7_500_000), certificate("ppa", 500_000, "held"))

    assert metric(given, Metric.ERES_PPA).value == 7_500_000


def test_R4_pv_whose_guarantees_were_sold():
    given = renewables(certificate("onsite", 350_000, "sold"))

    assert metric(given, Metric.ERES_OS).value == 0
    assert metric(given, Metric.EDC).value == 22_274_000


def test_C4_pounds_per_megawatt_hour():
    assert to_kg_per_kwh(Decimal("771.5"), "lb/MWh") == Decimal("0.349946513455")
