"""The catalogue holds together: domains, units, metrics, formats."""

import re
from decimal import Decimal
from fractions import Fraction

import pint
import pytest

from pipelines.metrics.compute import COMPUTED
from pipelines.sources import FORMATS
from pipelines.stages.workshop import estate_of
from schemas.domains import DOMAIN_OF, DOMAINS, QUANTITIES
from schemas.errors import ConfigurationError
from schemas.estate.factor_units import canonical as canonical_factor
from schemas.estate.factor_units import units_of
from schemas.metrics import FACTS, Metric
from schemas.quantities import KINDS, Kind
from schemas.units import AMOUNTS, LEVELS, RATES, Unit, conversion

#: Ours → pint's, where they differ. pint's own Btu is rounded; ``Btu_it`` is the exact one.
PINT = {
    "Btu": "Btu_it",
    "kBtu": "1e3 * Btu_it",
    "MMBtu": "1e6 * Btu_it",
    "therm": "1e5 * Btu_it",
    "RTh": "12e3 * Btu_it",
    "Btu/h": "Btu_it / hour",
    "RT": "12e3 * Btu_it / hour",
    "m3": "m ** 3",
    "hL": "hectoliter",
    "kL": "kiloliter",
    "ML": "megaliter",
    "L": "liter",
    "ft3": "ft ** 3",
    "ccf": "1e2 * ft ** 3",
    "kcf": "1e3 * ft ** 3",
    "gal": "gallon",
    "kgal": "1e3 * gallon",
    "igal": "imperial_gallon",
    "acre_ft": "43560 * ft ** 3",
    "m3/h": "m ** 3 / hour",
    "L/h": "liter / hour",
    "L/min": "liter / minute",
    "L/s": "liter / second",
    "gpm": "gallon / minute",
    "B": "byte",
    "kB": "kilobyte",
    "MB": "megabyte",
    "GB": "gigabyte",
    "TB": "terabyte",
    "PB": "petabyte",
    "EB": "exabyte",
    "GiB": "gibibyte",
    "TiB": "tebibyte",
    "B/s": "byte / second",
    "MB/s": "megabyte / second",
    "GB/s": "gigabyte / second",
    "bit/s": "bit / second",
    "kbit/s": "kilobit / second",
    "Mbit/s": "megabit / second",
    "Gbit/s": "gigabit / second",
    "Tbit/s": "terabit / second",
    "%": "percent",
    "1": "dimensionless",
}
CANONICAL = {
    Unit.KILOWATT_HOUR: "kWh",
    Unit.CUBIC_METRE: "m ** 3",
    Unit.LITRE: "liter",
    Unit.EXABYTE: "exabyte",
    Unit.KILOWATT: "kW",
    Unit.GIGABYTE_PER_SECOND: "gigabyte / second",
    Unit.PERCENT: "percent",
}
FACTORS = [
    *(
        pytest.param(name, CANONICAL[unit], factor, id=f"{name}-to-{unit}")
        for unit, table in AMOUNTS.items()
        for name, factor in table.items()
    ),
    *(
        pytest.param(name, f"({CANONICAL[unit]}) / hour", factor, id=f"{name}-to-{unit}-per-hour")
        for unit, table in RATES.items()
        for name, factor in table.items()
    ),
    *(
        pytest.param(name, CANONICAL[unit], found.factor, id=f"{name}-as-level-in-{unit}")
        for unit, table in LEVELS.items()
        if unit is not Unit.CELSIUS
        for name, found in table.items()
    ),
]


@pytest.fixture(scope="module")
def registry():
    return pint.UnitRegistry()


@pytest.mark.parametrize(("name", "canonical", "factor"), FACTORS)
def test_every_factor_is_pint_s(registry, name, canonical, factor):
    quantity = registry.parse_expression(PINT.get(name, name))
    if not isinstance(quantity, registry.Quantity):
        quantity = registry.Quantity(quantity)

    theirs = quantity.to(registry.parse_expression(canonical)).to_base_units()
    one = registry.parse_expression(canonical).to_base_units()

    assert (theirs / one).magnitude == pytest.approx(float(factor), rel=1e-9)


@pytest.mark.parametrize("name", units_of("location"))
def test_every_intensity_is_pint_s(registry, name):
    mass, energy = name.replace("CO2eq", "").split("/")
    mass = "pound" if mass == "lb" else {"t": "metric_ton"}.get(mass, mass)

    value, unit = canonical_factor("location", Decimal(1000), name)

    theirs = registry.Quantity(1000, f"{mass} / {energy}").to("kg / kWh").magnitude
    assert (unit, float(value)) == ("kg/kWh", pytest.approx(theirs, rel=1e-9))


@pytest.mark.parametrize("name", units_of("water"))
def test_every_water_factor_is_pint_s(registry, name):
    volume, energy = name.replace("m3", "m**3").replace("L", "liter").split("/")

    value, unit = canonical_factor("water", Decimal(5), name)

    theirs = registry.Quantity(5, f"{volume} / {energy}").to("m**3 / MWh").magnitude
    assert (unit, float(value)) == ("m3/MWh", pytest.approx(theirs, rel=1e-9))


@pytest.mark.parametrize(("name", "theirs"), [("°F", "degF"), ("K", "kelvin"), ("°C", "degC")])
@pytest.mark.parametrize("shown", [-40, 0, 25, 300])
def test_temperatures_are_pint_s(registry, name, theirs, shown):
    found = conversion(name, canonical=Unit.CELSIUS)

    celsius = (Fraction(shown) + found.offset) * found.factor
    expected = registry.Quantity(shown, theirs).to("degC").magnitude

    assert float(celsius) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("text", ["kVA", "VA", "MVA", "kVAh", "VAh", "kvar", "kvarh"])
@pytest.mark.parametrize("canonical", [*AMOUNTS, *LEVELS])
@pytest.mark.parametrize("rate", [False, True])
def test_apparent_power_is_refused_although_pint_would_take_it(text, canonical, rate):
    assert conversion(text, canonical=canonical, rate=rate) is None


@pytest.mark.parametrize("quantity", QUANTITIES.values(), ids=QUANTITIES)
def test_every_quantity_stands_in_one_domain_and_can_be_read(quantity):
    holding = [domain for domain in DOMAINS if quantity in domain.quantities]

    assert holding == [DOMAIN_OF[quantity.name]]
    assert re.fullmatch(r"[a-z][a-z_]*", quantity.name)
    assert quantity.meaning.endswith(".")
    for kind in quantity.kinds:
        assert conversion(quantity.unit, canonical=quantity.unit) is not None
        if kind is Kind.AVERAGE and quantity.unit in AMOUNTS:
            assert RATES[quantity.unit]


def test_names_are_used_once():
    names = [quantity.name for domain in DOMAINS for quantity in domain.quantities]

    assert len(set(names)) == len(names) == len(QUANTITIES)
    assert len({domain.name for domain in DOMAINS}) == len(DOMAINS)


def test_every_kind_suits_some_nature_and_levels_are_bounded():
    assert {kind for kinds in KINDS.values() for kind in kinds} == set(Kind)
    for quantity in QUANTITIES.values():
        if quantity.unit in LEVELS:
            assert quantity.highest is not None
            assert quantity.lowest < quantity.highest


@pytest.mark.parametrize("metric", Metric)
def test_every_metric_has_its_facts_and_its_formula(metric):
    assert FACTS[metric].name
    assert FACTS[metric].meaning.endswith(".")
    assert FACTS[metric].standard
    assert callable(COMPUTED[metric])


def test_there_are_no_other_facts_or_formulas():
    assert set(FACTS) == set(COMPUTED) == set(Metric)
    assert list(COMPUTED) == list(Metric)


def test_an_estate_may_name_every_format_and_no_other(tmp_path):
    def estate(named):
        (tmp_path / "estate.yaml").write_text(
            "operator: {name: x, country: DE}\n"
            "facilities: [{id: a, country: DE, timezone: UTC}]\n"
            f"sources: [{{match: '*', format: {named}}}]\n"
        )
        (tmp_path / "meters.csv").write_text("meter_id,facility_id,quantity,kind,unit\n")
        return estate_of(tmp_path)

    assert [estate(name).sources[0].format for name in FORMATS] == list(FORMATS)
    with pytest.raises(ConfigurationError, match="open-meteo"):
        estate("open-metoe")
