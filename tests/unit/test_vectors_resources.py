"""The vectors of water, heat, renewables and carbon, worked by hand, as they are published."""

from decimal import Decimal
from fractions import Fraction

from given import (
    GENERATOR,
    IMPORT,
    IT,
    PV,
    certificate,
    factor,
    inputs,
    metric,
    nearest,
)

from pipelines.metrics.water import water_usage_effectiveness
from schemas.estate.intensity import to_kg_per_kwh
from schemas.estate.model import Registers
from schemas.metrics import Metric

ALPHA = {"grid_import": IMPORT, "onsite_renewable": PV, "generator_output": GENERATOR}


def test_W1_water_per_it_energy():
    figure = metric(inputs(potable_water=14_016, ups_output=IT), Metric.WUE)

    assert (figure.value, figure.category, figure.unit) == (0.8, "2", "m3/MWh")


def test_W2_litres_per_kwh_are_the_same_number():
    """7 008 m3 = 7 008 000 L; over 17 520 000 kWh: 0.4, never 0.0004."""
    given = inputs(potable_water=7_008, ups_output=IT)
    figure = water_usage_effectiveness(
        water_input=given.total("potable_water"), it_energy=given.total("ups_output")
    )

    assert figure.value == Fraction(7_008_000, 17_520_000) == Fraction(2, 5)


def test_W3_categories_of_water():
    given = inputs(potable_water=9_811, rain_water=4_205, ups_output=IT)

    assert metric(given, Metric.WIN).value == 14_016
    assert metric(given, Metric.WIN_POT).value == 9_811
    assert metric(given, Metric.WUE, "2").value == 0.8
    assert metric(given, Metric.WUE, "1").value == nearest(Fraction(9811, 17520))


def test_H2_energy_reuse():
    given = inputs(**ALPHA, heat_reused=3_341_100)

    assert metric(given, Metric.ERF).value == 0.15


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


def carbon(**amounts):
    factors = (
        factor("location", "DE", "0.350", "kg/kWh"),
        factor("fuel", "diesel", "2.676", "kg/L"),
    )
    return inputs(grid_import=IMPORT, registers=Registers(factors=factors), **amounts)


def test_C1_location_based_emissions():
    assert metric(carbon(), Metric.CO2_LOCATION).value == 7_665_000


def test_C3_carbon_usage():
    """(7 665 000 + 6 400 × 2.676) / 17 520 000 kg/kWh."""
    given = carbon(ups_output=IT, generator_output=GENERATOR, fuel_diesel=6_400)

    assert metric(given, Metric.CO2_LOCATION).value == 7_682_126.4
    assert metric(given, Metric.CUE, "location").value == nearest(Fraction(1600443, 3650000))


def test_C4_pounds_per_megawatt_hour():
    assert to_kg_per_kwh(Decimal("771.5"), "lb/MWh") == Decimal("0.349946513455")
