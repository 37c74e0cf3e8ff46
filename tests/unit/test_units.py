"""Units: exact factors, other spellings, refusals."""

from fractions import Fraction

import pytest

from schemas.units import AMOUNTS, LEVELS, RATES, SPELLINGS, Unit, conversion, known_units, refusal

KWH, M3 = Unit.KILOWATT_HOUR, Unit.CUBIC_METRE


@pytest.mark.parametrize(
    ("text", "canonical", "rate", "factor"),
    [
        pytest.param("Wh", KWH, False, Fraction(1, 1000), id="Wh"),
        pytest.param("MJ", KWH, False, Fraction(10, 36), id="MJ"),
        pytest.param("therm", KWH, False, Fraction("105505.585262") / 3600, id="therm"),
        pytest.param("MMBtu", KWH, False, Fraction("1055055.85262") / 3600, id="MMBtu"),
        pytest.param("RTh", KWH, False, Fraction("12660.67023144") / 3600, id="ton-hour"),
        pytest.param("W", KWH, True, Fraction(1, 1000), id="W-per-hour"),
        pytest.param("RT", KWH, True, Fraction("12660.67023144") / 3600, id="ton"),
        pytest.param("ccf", M3, False, Fraction("2.8316846592"), id="ccf"),
        pytest.param("gal", M3, False, Fraction("0.003785411784"), id="us-gallon"),
        pytest.param("igal", M3, False, Fraction("0.00454609"), id="imperial-gallon"),
        pytest.param("L/s", M3, True, Fraction("3.6"), id="L/s-per-hour"),
        pytest.param("m3", Unit.LITRE, False, Fraction(1000), id="m3-to-litres"),
        pytest.param("GiB", Unit.EXABYTE, False, Fraction(2**30, 10**18), id="binary-bytes"),
        pytest.param("Gbit/s", Unit.GIGABYTE_PER_SECOND, False, Fraction(1, 8), id="bits"),
        pytest.param("GB/s", Unit.EXABYTE, True, Fraction(3600, 10**9), id="rate-to-exabytes"),
        pytest.param("1", Unit.PERCENT, False, Fraction(100), id="a-ratio-as-percent"),
    ],
)
def test_factors_are_exact(text, canonical, rate, factor):
    found = conversion(text, canonical=canonical, rate=rate)

    assert (found.unit, found.factor, found.offset) == (canonical, factor, 0)


@pytest.mark.parametrize(
    ("text", "shown", "celsius"),
    [
        pytest.param("°C", Fraction(21), Fraction(21), id="celsius"),
        pytest.param("°F", Fraction(212), Fraction(100), id="boiling"),
        pytest.param("F", Fraction("-40"), Fraction(-40), id="where-both-scales-meet"),
        pytest.param("K", Fraction("273.15"), Fraction(0), id="kelvin"),
    ],
)
def test_temperatures_have_an_offset(text, shown, celsius):
    found = conversion(text, canonical=Unit.CELSIUS)

    assert (shown + found.offset) * found.factor == celsius


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_other_spelling_leads_to_a_known_unit(spelling):
    tables = [*AMOUNTS.values(), *RATES.values(), *LEVELS.values()]

    assert any(SPELLINGS[spelling] in table for table in tables)
    assert spelling not in SPELLINGS.values()


def test_spelling_and_blanks_do_not_change_a_factor():
    assert conversion(" KWH ", canonical=KWH) == conversion("kWh", canonical=KWH)


@pytest.mark.parametrize(
    ("text", "canonical", "rate"),
    [
        pytest.param("kW", KWH, False, id="power-is-no-energy"),
        pytest.param("kWh", KWH, True, id="energy-is-no-power"),
        pytest.param("kWh", M3, False, id="energy-is-no-water"),
        pytest.param("mW", KWH, True, id="milliwatt-is-no-megawatt"),
        pytest.param("kVAh", KWH, False, id="apparent-energy"),
        pytest.param("kVA", KWH, True, id="apparent-power"),
        pytest.param("furlong", KWH, False, id="unknown"),
        pytest.param("", KWH, False, id="empty"),
    ],
)
def test_no_unit_is_guessed(text, canonical, rate):
    assert conversion(text, canonical=canonical, rate=rate) is None


@pytest.mark.parametrize("text", ["kVA", "kVAh", " MVA ", "VAh"])
def test_apparent_power_is_refused_by_name(text):
    assert "apparent" in refusal(text)


@pytest.mark.parametrize("text", ["kvar", "kvarh", "Mvarh"])
def test_reactive_power_is_refused_by_name(text):
    assert "reactive" in refusal(text)


def test_other_units_are_not_refused_by_name():
    assert refusal("kWh") is None
    assert refusal("furlong") is None


@pytest.mark.parametrize("canonical", [*AMOUNTS, *LEVELS])
def test_known_units_are_all_convertible(canonical):
    for rate in (False, True) if canonical in AMOUNTS else (False,):
        names = known_units(canonical, rate=rate)
        assert names
        for name in names:
            assert conversion(name, canonical=canonical, rate=rate).factor > 0


def test_a_round_trip_through_any_two_units_is_exact():
    for table in (*AMOUNTS.values(), *RATES.values()):
        for one in table.values():
            for other in table.values():
                assert Fraction(1234567, 1000) * one / other * other / one == Fraction(
                    1234567, 1000
                )
