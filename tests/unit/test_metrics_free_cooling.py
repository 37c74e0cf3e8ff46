"""Free cooling: there is a load, and no compressor runs."""

from dataclasses import replace
from itertools import product

import polars as pl
import pytest
from given import hours, inputs, metric, total
from hypothesis import given
from hypothesis import strategies as st

from schemas.metrics import Metric, Status


def cooled(**series):
    """A site with these hours; totals are their sums, unknown where an hour is."""
    totals = {}
    for name, told in series.items():
        threes = [one if isinstance(one, tuple) else (one,) * 3 for one in told]
        sums = (None if None in ends else sum(ends) for ends in zip(*threes, strict=True))
        totals[name] = total(name, *sums)
    return inputs(**totals, given={"hours": hours(**series)})


def found(site):
    return metric(site, Metric.FREE_COOLING_HOURS)


def test_hours_in_which_compressors_use_nothing():
    """Free for certain in two hours; in one they may have run, in one they may not have."""
    site = cooled(compressor_electricity=[0, 5, 0, (1, 0, 3), 2, (0, 0, 4)], ups_output=[9] * 6)

    assert (found(site).value, found(site).low, found(site).high) == (3, 2, 4)


def test_an_empty_hall_is_not_cooled_for_free():
    """A load for certain, none, perhaps one that is not likely, perhaps none that is likely."""
    site = cooled(compressor_electricity=[0] * 4, ups_output=[9, 0, (0, 0, 2), (1, 0, 2)])

    assert (found(site).value, found(site).low, found(site).high) == (2, 1, 3)


@pytest.mark.parametrize("load", ["ups_output", "pdu_output", "it_input", "heat_removed"])
def test_any_meter_of_a_load_tells_of_it(load):
    site = cooled(compressor_electricity=[0, 0], **{load: [9, 0]})

    assert (found(site).value, found(site).low, found(site).high) == (1, 1, 1)
    assert found(site).inputs == ("compressor_electricity", load)


def test_a_load_that_one_meter_missed_is_known_by_another():
    missed = [9, (None, 0, 9)]
    both = cooled(compressor_electricity=[0, 0], ups_output=missed, heat_removed=[9, 9])
    one = cooled(compressor_electricity=[0, 0], ups_output=missed)

    assert found(both).value == 2
    assert (found(one).value, found(one).low, found(one).high) == (None, 1, 2)


def test_an_hour_that_nobody_read_may_have_been_free():
    told = hours(compressor_electricity=[0, (None, 0, 9)], ups_output=[9, 9])
    site = inputs(compressor_electricity=0, ups_output=18, given={"hours": told})

    assert (found(site).value, found(site).low, found(site).high) == (None, 1, 2)


def test_an_hour_without_a_load_is_not_free_whoever_missed_its_compressors():
    told = hours(compressor_electricity=[0, (None, 0, 9)], ups_output=[9, 0])
    site = inputs(compressor_electricity=0, ups_output=9, given={"hours": told})

    assert (found(site).value, found(site).low, found(site).high) == (1, 1, 1)


def test_hours_count_by_their_length():
    """A zone whose day begins at half past has hours of 1800 s at the period's ends."""
    site = cooled(compressor_electricity=[0, 0], ups_output=[9, 9])
    halved = site.hours.with_columns(
        seconds=pl.when(pl.col("start") == pl.col("start").min()).then(1800).otherwise(3600)
    )

    assert found(replace(site, hours=halved)).value == 1.5


def test_months_that_nobody_built_may_have_been_free():
    site = cooled(compressor_electricity=[0], ups_output=[9])
    thin = total("compressor_electricity", None, 0, None, status=Status.WITHHELD, reason="thin")

    told = found(replace(site, totals={**site.totals, "compressor_electricity": thin}))

    assert (told.value, told.low, told.high) == (None, 1, 8760)
    assert told.reason == "compressor_electricity: thin"


def test_what_is_lacking_is_named():
    unmetered = found(cooled(ups_output=[9]))
    loadless = found(cooled(compressor_electricity=[0, 1]))

    assert (unmetered.value, unmetered.low) == (None, None)
    assert "no meter measures compressor_electricity" in unmetered.reason
    assert (loadless.value, loadless.low, loadless.high) == (None, 0, 1)
    assert loadless.status is Status.WITHHELD
    assert "no meter tells of a load: ups_output" in loadless.reason


three = st.lists(st.integers(0, 2), min_size=3, max_size=3).map(
    lambda some: (sorted(some)[1], sorted(some)[0], sorted(some)[2])
)


@given(st.lists(st.tuples(three, three), min_size=1, max_size=2))
def test_bounds_hold_every_corner(drawn):
    def of(pairs):
        compressors, loads = zip(*pairs, strict=True)
        return found(cooled(compressor_electricity=compressors, ups_output=loads))

    whole = of(drawn)
    ends = [product((one[1], one[2]), (two[1], two[2])) for one, two in drawn]
    for corner in product(*ends):
        assert whole.low <= of(corner).value <= whole.high
