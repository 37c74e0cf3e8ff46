"""Limits as the atlas tells them, the label's edges, and how probable it is to keep them."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from monthly import SITE, published

from pipelines.outlook.forecast import Forecast
from pipelines.outlook.limits import CERTAINLY, NOT, POSSIBLY, outlook, outlook_frame
from schemas.label import CLASSES, EDGES, class_of
from schemas.limits import LIMITS
from schemas.metrics import FACTS, Metric, State
from schemas.outlook import OUTLOOK
from schemas.units import Unit

OLD = replace(SITE, commissioned="2019-04", nonredundant_connected_kw=4000.0)
BY_KEY = {one.key: one for one in LIMITS}
AFTER = date(2035, 1, 1)


def began(month, **facts):
    return replace(OLD, commissioned=month, **facts)


def test_P4_the_edge_belongs_to_the_better_class():
    assert class_of(Metric.PUE, Fraction("1.25")) == "B"
    assert class_of(Metric.PUE, Fraction("1.2500000001")) == "C"
    assert class_of(Metric.PUE, 1.25) == "B"
    assert class_of(Metric.PUE, 1.2500000001) == "C"


def test_P1_to_P3_classes_of_the_vectors():
    assert class_of(Metric.PUE, Fraction(11137, 8760)) == "C"
    assert class_of(Metric.PUE, Fraction(5, 4)) == "B"
    assert class_of(Metric.PUE, Fraction(1827, 1460)) == "C"


def test_W2_class_of_litres_per_kilowatt_hour():
    """7 008 000 L ÷ 17 520 000 kWh = 0.4: class C; by m3/kWh it would be A, and wrong."""
    assert class_of(Metric.WUE_FRE, Fraction(7_008_000, 17_520_000)) == "C"
    assert class_of(Metric.WUE_FRE, 0.4) == "C"
    assert FACTS[Metric.WUE_FRE].unit is Unit.LITRE_PER_KILOWATT_HOUR


@pytest.mark.parametrize("metric", EDGES)
@pytest.mark.parametrize("place", range(6))
def test_every_edge_is_held_exactly_whether_double_or_fraction(metric, place):
    """1.35 as a double is above 27/20, and of class C all the same."""
    edge = EDGES[metric][place]

    assert class_of(metric, edge) == class_of(metric, float(edge)) == CLASSES[place]
    assert class_of(metric, edge + Fraction(1, 10**12)) == CLASSES[place + 1]
    assert class_of(metric, float(edge) + 1e-12) == CLASSES[place + 1]


def test_the_label_has_no_class_of_what_the_act_does_not_rate():
    with pytest.raises(KeyError):
        class_of(Metric.ERF, 0.2)


@given(st.lists(st.floats(0, 5), min_size=2, max_size=2).map(sorted), st.sampled_from(list(EDGES)))
def test_a_higher_value_is_never_of_a_better_class(two, metric):
    better, worse = (class_of(metric, one) for one in two)

    assert better <= worse


def applying(facility, day=AFTER):
    return {one.key for one in LIMITS if one.applies(facility, day)}


def test_german_limits_by_commissioning():
    always = {"de-renewable-2024", "de-renewable-2027"}
    old = {"de-pue-2027", "de-pue-2030", "de-draft-pue-2027", "de-draft-pue-2030"}
    new = {"de-pue-new", "de-draft-pue-new"}

    assert applying(OLD) == applying(began("2026-06")) == always | old
    assert applying(began("2026-07")) == always | new | {"de-erf-2026"}
    assert applying(began("2027-07")) == always | new | {"de-erf-2027"}
    assert applying(began("2028-07")) == always | new | {"de-erf-2028"}


@pytest.mark.parametrize(
    ("key", "facility", "first"),
    [
        pytest.param("de-pue-2027", OLD, date(2027, 7, 1), id="existing"),
        pytest.param("de-pue-new", began("2026-09"), date(2028, 9, 1), id="two-years-after"),
        pytest.param("de-erf-2027", began("2028-02"), date(2030, 2, 1), id="reuse"),
        pytest.param("de-renewable-2024", OLD, date(2024, 1, 1), id="renewables"),
    ],
)
def test_the_first_day_on_which_a_limit_binds(key, facility, first):
    limit = BY_KEY[key]

    assert limit.binds_from(facility) == first
    assert limit.applies(facility, first) is True
    assert limit.applies(facility, date.fromordinal(first.toordinal() - 1)) is False


def test_what_is_too_small_or_elsewhere_is_not_concerned():
    small = replace(OLD, nonredundant_connected_kw=299.0)
    french = replace(OLD, country="FR")
    german = [one for one in LIMITS if one.key.startswith("de-")]

    assert not any(one.applies(small, AFTER) for one in german)
    assert {one.applies(french, AFTER) for one in german} == {False}
    assert BY_KEY["de-pue-2027"].applies(replace(OLD, nonredundant_connected_kw=300.0), AFTER)


def test_what_nobody_has_said_is_not_known():
    silent = replace(OLD, nonredundant_connected_kw=None)
    undated = replace(OLD, commissioned="")

    assert BY_KEY["de-renewable-2024"].applies(silent, AFTER) is None
    assert BY_KEY["de-pue-2027"].applies(undated, AFTER) is None
    assert BY_KEY["cndcp-pue-cool"].applies(OLD, AFTER) is None
    assert BY_KEY["cndcp-pue-cool-new"].applies(OLD, AFTER) is False
    assert BY_KEY["cndcp-wue"].applies(replace(OLD, country="SG"), AFTER) is False


def test_every_limit_is_one_number_with_a_source():
    assert len(BY_KEY) == len(LIMITS)
    for one in LIMITS:
        assert (one.at_most is None) != (one.at_least is None)
        assert one.citation.startswith("S-")
        assert one.official is (one.key.startswith("de-") and one.state is State.IN_FORCE)


def test_the_numbers_of_the_atlas():
    told = {one.key: one.at_most or one.at_least for one in LIMITS}

    assert {key: float(value) for key, value in told.items()} == {
        "de-pue-2027": 1.5,
        "de-pue-2030": 1.3,
        "de-pue-new": 1.2,
        "de-erf-2026": 0.1,
        "de-erf-2027": 0.15,
        "de-erf-2028": 0.2,
        "de-renewable-2024": 0.5,
        "de-renewable-2027": 1.0,
        "de-draft-pue-2027": 1.6,
        "de-draft-pue-2030": 1.4,
        "de-draft-pue-new": 1.3,
        "cndcp-pue-cool-new": 1.3,
        "cndcp-pue-warm-new": 1.4,
        "cndcp-pue-cool": 1.3,
        "cndcp-pue-warm": 1.4,
        "cndcp-wue": 0.4,
        "cndcp-renewable-2025": 0.75,
        "cndcp-renewable-2030": 1.0,
    }


def ahead(metric, draws, category="", year=2026, **facts):
    ends = np.array(sorted(draws))
    return Forecast(
        facility_id="alpha",
        metric=metric,
        category=category,
        year=year,
        as_of="2026-09",
        months_known=9,
        unit=FACTS[metric].unit,
        value=float(np.median(ends)) if len(ends) else None,
        draws=ends,
        **facts,
    )


def told(forecasts=(), years=(), facility=OLD):
    return {(one.year, one.limit): one for one in outlook(facility, forecasts, years)}


def test_the_probability_is_the_share_of_year_ends_that_keep_the_limit():
    found = told([ahead(Metric.PUE, [1.24, 1.25, 1.31, 1.50, 1.51], "1")])

    limit = found[2026, "de-pue-2027"]
    assert (limit.probability, limit.met, limit.at_most) == (0.8, "", 1.5)
    assert (limit.applies, limit.holds_from) == (False, date(2027, 7, 1))
    assert found[2026, "de-pue-2030"].probability == 0.4
    assert found[2026, "eu-label-pue-b"].probability == 0.4
    assert found[2026, "eu-label-pue-e"].probability == 0.2
    assert (2026, "de-pue-new") not in found
    label = found[2026, "eu-label-pue-a"]
    assert (label.official, label.state) == (False, State.ADOPTED.value)


@given(st.lists(st.floats(1, 3), min_size=1, max_size=50))
def test_the_classes_of_a_forecast_sum_to_one(draws):
    found = outlook(OLD, [ahead(Metric.PUE, draws, "1")], ())
    classes = [one for one in found if one.limit.startswith("eu-label")]

    assert len(classes) == len(CLASSES)
    assert sum(one.probability for one in classes) == pytest.approx(1)
    for one, name in zip(classes, CLASSES, strict=True):
        share = sum(class_of(Metric.PUE, draw) == name for draw in draws) / len(draws)
        assert one.probability == pytest.approx(share)


def test_limits_of_another_country_are_not_told():
    swedish = replace(OLD, country="SE")
    found = told([ahead(Metric.PUE, [1.2], "1")], facility=swedish)

    assert {limit.split("-")[0] for _, limit in found} == {"cndcp", "eu"}


def test_without_a_forecast_nothing_is_probable():
    few = ahead(Metric.ERF, [], reason="2 of 12 months of 2026 are known; a forecast needs 3")
    found = told([few], facility=began("2026-07"))[2026, "de-erf-2026"]

    assert (found.probability, found.met) == (None, "")
    assert "2 of 12 months" in found.reason


def over(value, low=None, high=None, metric=Metric.PUE, category="1"):
    return published(metric, category, "2025", value, low=low, high=high)


@pytest.mark.parametrize(
    ("value", "low", "high", "probability", "met"),
    [
        pytest.param(1.5, 1.45, 1.5, 1.0, CERTAINLY, id="the-edge-keeps-it"),
        pytest.param(1.49, 1.45, 1.52, 1.0, POSSIBLY, id="by-its-value"),
        pytest.param(1.51, 1.45, 1.52, 0.0, POSSIBLY, id="not-by-its-value"),
        pytest.param(1.6, 1.51, 1.7, 0.0, NOT, id="whatever-is-true"),
        pytest.param(None, 1.2, 1.4, 1.0, CERTAINLY, id="withheld-and-still-certain"),
        pytest.param(None, 1.6, None, 0.0, NOT, id="withheld-and-still-above"),
        pytest.param(None, 1.2, None, None, POSSIBLY, id="withheld-without-a-highest"),
    ],
)
def test_a_year_that_is_over_by_its_value_and_by_its_bounds(value, low, high, probability, met):
    found = told(years=[over(value, low, high)])[2025, "de-pue-2027"]

    assert (found.probability, found.met) == (probability, met)


def test_a_share_must_be_at_least_the_limit_and_percent_are_a_hundredth():
    """H2: 0.15 keeps 15 %, and fails 20 %."""
    third = began("2028-07")
    second = began("2027-07")
    reused = over(0.15, metric=Metric.ERF, category="")
    percent = replace(
        over(82.38, metric=Metric.ERF, category=""),
        metric=Metric.RENEWABLE_ELECTRICITY,
        unit=Unit.PERCENT,
    )

    assert told(years=[reused], facility=second)[2025, "de-erf-2027"].met == CERTAINLY
    assert told(years=[reused], facility=third)[2025, "de-erf-2028"].met == NOT
    assert told(years=[percent])[2025, "de-renewable-2024"].met == CERTAINLY
    assert told(years=[percent])[2025, "de-renewable-2027"].met == NOT


def test_the_filed_category_counts_and_a_whole_year_is_judged_by_its_value():
    value = replace(over(1.4), period="2026")
    second = replace(over(1.9, category="2"), period="2026")
    complete = ahead(Metric.PUE, [1.7], "1", complete=True)

    whole = told([complete], [value, second])[2026, "de-pue-2027"]
    going_on = told([ahead(Metric.PUE, [1.7], "1")], [value])[2026, "de-pue-2027"]

    assert (whole.met, whole.value, whole.category) == (CERTAINLY, 1.4, "1")
    assert (going_on.met, going_on.probability) == ("", 0.0)


def test_rows_are_of_their_table_and_each_stands_once():
    found = outlook(OLD, [ahead(Metric.PUE, [1.3], "1")], [over(1.4)])
    seen = defaultdict(int)
    for one in found:
        seen[one.year, one.limit] += 1

    assert outlook_frame(found).schema == OUTLOOK
    assert set(seen.values()) == {1}
    assert [one.year for one in found] == sorted(one.year for one in found)
