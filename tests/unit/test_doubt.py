"""What meters add to the doubt of a figure: worked by hand, cancelling where they must."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import sqrt

import polars as pl
import pytest
from given import inputs, total
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.metrics.doubt import Doubt, combined, of_meters
from pipelines.metrics.energy import power_usage_effectiveness
from pipelines.metrics.figure import Figure, added, negative, ratio, scaled
from pipelines.metrics.inputs import no_hours
from pipelines.metrics.overlap import Overlap, overlap
from schemas.totals import MeterDoubt


def figure(value, *meters):
    """A figure of meters with (id, accuracy half-width, likely half-width)."""
    doubts = tuple(
        MeterDoubt(
            meter_id=name, accuracy=None if wide is None else Decimal(str(wide)), likely=likely
        )
        for name, wide, likely in meters
    )
    exact = Fraction(value)
    return Figure(value=exact, low=exact, high=exact, doubt=of_meters(doubts))


def test_independent_meters_add_in_quadrature():
    """0.5 % of 1 000 and 1 % of 500 are 5 kWh each: together √50."""
    both = added(figure(1000, ("a", 5, 0)), figure(500, ("b", 5, 0)))

    assert both.doubt.uncertainty == pytest.approx(sqrt(50), rel=1e-12)


def test_a_difference_is_as_doubtful_as_a_sum():
    net = added(figure(1000, ("a", 3, 0)), negative(figure(500, ("b", 4, 0))))

    assert net.doubt.uncertainty == pytest.approx(5, rel=1e-12)


def test_a_ratio_of_independent_meters_adds_relative_doubts():
    """1 500 ± 1 % over 1 000 ± 0.5 %: 1.5 × √(0.01² + 0.005²)."""
    found = ratio(figure(1500, ("n", 15, 0)), figure(1000, ("d", 5, 0)))

    assert found.doubt.uncertainty == pytest.approx(1.5 * sqrt(0.01**2 + 0.005**2), rel=1e-12)


def test_a_meter_above_and_below_the_line_cancels():
    one = figure(1000, ("m", 10, 7))

    assert ratio(one, one).doubt.uncertainty == pytest.approx(0, abs=1e-15)
    assert ratio(one, one).doubt.half_width == pytest.approx(0, abs=1e-15)


def test_a_meter_that_is_a_part_of_the_total_cancels_in_part():
    """(IT + rest) / IT = 1 + rest / IT: only the share of the rest is left of IT's 1 %.

    IT 1 000 ± 10, rest 500 exact: 0.5 × 1 % = 0.005, and not 1.5 × 1 %.
    """
    part = figure(1000, ("it", 10, 0))
    whole = added(part, figure(500, ("rest", 0, 0)))

    assert ratio(whole, part).doubt.uncertainty == pytest.approx(0.005, rel=1e-12)


def test_one_unknown_class_makes_the_uncertainty_unknown_but_not_the_likely_band():
    both = added(figure(1, ("a", None, 3)), figure(1, ("b", 1, 4)))

    assert both.doubt.uncertainty is None
    assert both.doubt.half_width == 5


def test_factors_scale_the_doubt():
    assert scaled(figure(10, ("a", 2, 1)), Fraction(3)).doubt.uncertainty == 6
    assert combined((Doubt(accuracy={"a": 2.0}), -3.0)).uncertainty == 6


def test_no_meter_no_uncertainty():
    assert Doubt().uncertainty is None
    assert Doubt().half_width == 0


# Hours without a reading


def open_hours(*hours):
    """Facility hours of import and IT as (low, high) pairs; ``apart`` unless told otherwise."""
    rows = []
    for number, (imported, used) in enumerate(hours):
        for quantity, (low, high) in (("grid_import", imported), ("ups_output", used)):
            rows.append(
                {
                    "start": pl.datetime(2025, 1, 1, number, time_zone="UTC"),
                    "quantity": quantity,
                    "low": low,
                    "high": high,
                }
            )
    frames = [
        no_hours()
        .clear(1)
        .with_columns(
            start=row["start"],
            seconds=pl.lit(3600, dtype=pl.Int32),
            quantity=pl.lit(row["quantity"]),
            low=pl.lit(row["low"]).cast(pl.Decimal(38, 12)),
            high=pl.lit(row["high"]).cast(pl.Decimal(38, 12)),
            apart=pl.lit(value=True),
        )
        for row in rows
    ]
    return pl.concat([no_hours(), *frames])


def shared(hours):
    site = replace(inputs(grid_import=1, ups_output=1), hours=open_hours(*hours))
    return overlap(site, entering=["grid_import"], leaving=[], within="ups_output")


def test_it_that_was_read_raises_what_entered_meanwhile():
    """Import unread between 0 and 100, IT read as 60: at least 60 entered."""
    assert shared([((0, 100), (60, 60))]) == Overlap(raised=Fraction(60))


def test_it_cannot_use_more_than_could_enter():
    """IT between 0 and 150 beside an import of at most 100: 50 of it cannot be."""
    assert shared([((0, 100), (0, 150))]) == Overlap(raised=Fraction(100), lowered=Fraction(50))


def test_hours_in_which_the_import_was_read_share_nothing():
    assert shared([((70, 70), (0, 100))]) == Overlap()


def test_the_lower_bound_of_pue_counts_the_shared_hours_on_both_sides():
    """10 hours at 120 and 100, one unread with up to 200 and 150.

    Naive: 1 200 / 1 150. In truth: (1 200 + 150) / 1 150 = 1.1739.
    """
    entering = Figure(value=Fraction(1320), low=Fraction(1200), high=Fraction(1400))
    used = Figure(value=Fraction(1100), low=Fraction(1000), high=Fraction(1150))

    naive = power_usage_effectiveness(total_energy=entering, it_energy=used)
    better = power_usage_effectiveness(
        total_energy=entering, it_energy=used, shared=shared([((0, 200), (0, 150))])
    )

    assert naive.low == Fraction(1200, 1150)
    assert better.low == Fraction(1350, 1150)
    assert better.high == naive.high == Fraction(1400, 1000)


hour = st.tuples(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(hour, min_size=1, max_size=4),
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=4, max_size=4),
    st.integers(1, 100),
    st.integers(0, 50),
)
def test_no_truth_with_it_inside_what_entered_lies_below_the_bound(hours, draws, base, extra):
    """Read: IT ``base``, entering ``base + extra``. Unread hours are drawn with IT ≤ import."""
    bounds = []
    for a, b, c, d in hours:
        imported, used = sorted((a, b)), sorted((c, d))
        if used[0] > imported[1]:
            return
        bounds.append((tuple(imported), tuple(used)))
    entering = Figure(
        value=Fraction(base + extra),
        low=Fraction(base + extra + sum(n[0] for n, _ in bounds)),
        high=Fraction(base + extra + sum(n[1] for n, _ in bounds)),
    )
    used = Figure(
        value=Fraction(base),
        low=Fraction(base + sum(d[0] for _, d in bounds)),
        high=Fraction(base + sum(d[1] for _, d in bounds)),
    )
    found = power_usage_effectiveness(total_energy=entering, it_energy=used, shared=shared(bounds))
    true_in, true_it = Fraction(base + extra), Fraction(base)
    for ((n_low, n_high), (d_low, d_high)), (p, q) in zip(bounds, draws, strict=False):
        top = min(d_high, n_high)
        it = d_low + Fraction(p) * (top - d_low)
        least = max(Fraction(n_low), it)
        true_in += least + Fraction(q) * (n_high - least)
        true_it += it

    assert found.low <= true_in / true_it <= found.high


def test_estimates_that_contradict_each_other_do_not_narrow_the_bounds():
    """Estimated to enter 150, measured at IT 200: bounds hold the value, whatever it is worth."""
    entering, used = total("grid_import", 150, 0, 400), total("ups_output", 200)
    site = inputs(grid_import=entering, ups_output=used)

    found = power_usage_effectiveness(
        total_energy=site.total("grid_import"),
        it_energy=site.total("ups_output"),
        shared=Overlap(raised=Fraction(200)),
    )

    assert found.value == Fraction(3, 4)
    assert (found.low, found.high) == (0, 2)
