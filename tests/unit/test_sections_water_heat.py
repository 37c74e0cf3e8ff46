"""What the pages say of water, heat and cooling technologies: from figures worked by hand."""

from dataclasses import replace
from functools import cache

import pytest
from given import inputs, total

from pipelines.metrics.compute import metrics_of
from reports.sections.heat import heat
from reports.sections.technology import by_cooling, technologies
from reports.sections.water import water
from schemas.metrics import FACTS, Metric, Status
from tests.unit.synthetic_year import FRANKFURT, bare_year

nothing = cache(bare_year)


def year(name="alpha", cooling="", **amounts):
    """A facility's year with these totals and all that is computed from them."""
    given = inputs(**amounts)
    return replace(
        nothing(),
        facility=replace(FRANKFURT, id=name, name=name, cooling=cooling),
        year_metrics=tuple(metrics_of(given)),
        year_totals=tuple(given.totals.values()),
    )


def plain(text):
    """With plain spaces for the narrow ones and those that hold a line together."""
    return text.replace("\u202f", " ").replace("\xa0", " ")


def table(section, caption):
    return next(b for b in section.blocks if b.kind == "table" and b.caption.startswith(caption))


def words(section):
    return plain(" ".join(block.words for block in section.blocks if block.kind == "text"))


def test_both_definitions_of_water_stand_side_by_side():
    """14 016 m3 of which 4 205 m3 are rain: 0.8 m3/MWh, and 9 811 / 17 520 by the later act."""
    section = water(year(potable_water=9_811, rain_water=4_205, ups_output=17_520_000))

    now, later = ([plain(cell) for cell in row] for row in table(section, "WUE by two").rows)

    assert now[1:5] == ["all water input", "14 016 m³", "0.800 m³/MWh", "0.800 m³/MWh, exact"]
    assert later[1:5] == ["freshwater only", "9 811 m³", "0.560 L/kWh", "0.560 L/kWh, exact"]
    assert "The difference is 4 205 m³ of rain water, which the later act" in words(section)
    assert FACTS[Metric.WUE_FRE].unverified in words(section)


def test_where_only_fresh_water_comes_in_both_definitions_count_the_same():
    section = water(year(potable_water=9_811, ups_output=17_520_000))

    assert "Both count the same water here" in words(section)


def test_rain_without_an_honest_number_is_still_a_difference():
    thin = total("rain_water", None, 10, 30, status=Status.WITHHELD, reason="too thin")

    section = water(year(potable_water=100, rain_water=thin, ups_output=1_000_000))

    assert "rain water (10.0 – 30.0 m³)" in words(section)
    assert "Both count the same" not in words(section)


def test_heat_by_flow_and_temperatures_is_not_said_to_be_unmetered():
    flow = {"heat_flow": 5, "heat_supply_temperature": 50, "heat_return_temperature": 40}

    assert "withheld" in heat(year(**flow)).lead
    assert "No heat meter for reuse reported" in heat(year(heat_flow=5)).lead


def test_released_heat_and_its_temperature_are_told():
    section = heat(year(heat_rejected=5_000, heat_rejected_temperature=31))

    named = [row[0] for row in table(section, "Cooling, heat and weather").rows]

    assert named == ["Waste heat released", "Temperature of waste heat released"]


def site(name, cooling, entering, used, **others):
    return year(name, cooling, grid_import=entering, ups_output=used, **others)


def test_a_technology_is_the_ratio_of_its_sums():
    """Z1: 10/8 and 30/20 are 40/28 together, and not 1.375 as the mean of 1.25 and 1.5; heat
    removed 8 / 2 and 20 / 10 is 28/12, and not 3."""
    small = site("a", "air", 10, 8, potable_water=2, heat_removed=8, cooling_electricity=2)
    large = site("b", "air", 30, 20, potable_water=5, heat_removed=20, cooling_electricity=10)
    other = site("c", "liquid", 11, 10, heat_removed=10, cooling_electricity=1)

    air, liquid = by_cooling([large, other, small])

    assert (air.name, sorted(air.facilities), liquid.facilities) == ("air", ["a", "b"], ("c",))
    assert (air.energy.value, air.it_energy.value) == (40, 28)
    assert air.pue.value == pytest.approx(10 / 7, rel=1e-15)
    assert air.wue.value == pytest.approx(7 / 0.028, rel=1e-15)
    assert air.cer.value == pytest.approx(28 / 12, rel=1e-15)
    assert (liquid.pue.value, liquid.cer.value, liquid.wue.value) == (1.1, 10, None)


def test_bounds_of_a_technology_are_of_its_sums():
    one = site(
        "a", "air", 10, 8, heat_removed=total("heat_removed", 8, 7, 9), cooling_electricity=2
    )
    two = site(
        "b",
        "air",
        30,
        20,
        heat_removed=20,
        cooling_electricity=total("cooling_electricity", 10, 8, 12, coverage=0.97),
    )

    [air] = by_cooling([one, two])

    assert (air.cer.low, air.cer.high) == (pytest.approx(27 / 14), pytest.approx(29 / 10))
    assert air.cer.coverage == 0.97


def test_a_technology_is_withheld_where_one_site_is_unknown():
    """A sum of the others would look like the whole."""
    known = site("a", "air", 10, 8, heat_removed=8, cooling_electricity=2)
    unknown = site("b", "air", 30, 20, heat_removed=20)

    [air] = by_cooling([known, unknown])

    assert (air.cer.value, air.cer.high, air.cer.status) == (None, None, Status.WITHHELD)
    assert air.cer.reason == "No figure from b."
    assert air.pue.value == pytest.approx(40 / 28)


def test_a_technology_that_nobody_states_is_one_of_its_own():
    section = technologies([site("a", "", 10, 8), site("b", "air", 30, 20)])

    [comparison] = section.blocks

    assert [row[:2] for row in comparison.rows] == [("air", "1"), ("not stated", "1")]
    assert [len(row) for row in comparison.rows] == [len(comparison.head)] * 2
    assert "1.500" in comparison.rows[0][4]
    assert "withheld" not in comparison.rows[0][4]


def test_the_order_of_facilities_changes_nothing():
    sites = [site("a", "air", 10, 8), site("b", "liquid", 30, 20), site("c", "", 5, 4)]

    assert by_cooling(sites) == by_cooling(sites[::-1])
