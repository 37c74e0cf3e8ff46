"""Annex IV: a mean of ratios weighted by energy, by type and size, and never of too few."""

from fractions import Fraction

import pytest

from reports.aggregation import Mean, Member, means, weighted_mean
from schemas.size_classes import UNION


def test_Z1_the_mean_is_weighted_by_energy_and_is_not_the_pooled_ratio():
    """(1.25 × 10 + 1.5 × 30) / 40 = 23/16; pooled 40/28 = 10/7 is another number."""
    found = weighted_mean([(10, 10 / 8), (30, 30 / 20)])

    assert found == pytest.approx(float(Fraction(23, 16)), rel=1e-15)
    assert found != pytest.approx(10 / 7, abs=1e-3)


def test_without_energy_there_is_no_mean():
    assert weighted_mean([]) is None
    assert weighted_mean([(0, 1.2)]) is None


@pytest.mark.parametrize(
    ("power", "name"),
    [
        pytest.param(99.9, "below the classes", id="below"),
        pytest.param(100, "very small", id="lowest"),
        pytest.param(499.999, "very small", id="just-under-an-edge"),
        pytest.param(500, "small", id="on-an-edge"),
        pytest.param(1_000, "medium", id="medium"),
        pytest.param(2_000, "large", id="large"),
        pytest.param(10_000, "large", id="exactly-ten-megawatts"),
        pytest.param(10_000.1, "very large", id="above-ten-megawatts"),
    ],
)
def test_Z_size_classes_are_half_open(power, name):
    assert UNION.name_of(power) == name


def member(energy, ratio, power=1_500, kind="colocation"):
    return Member(energy=energy, it_power_kw=power, type=kind, ratio=ratio)


def test_a_class_of_two_is_not_shown():
    three = [member(10, 1.2), member(20, 1.3), member(30, 1.4)]
    two = [member(40, 1.5, 600, "enterprise"), member(50, 1.6, 600, "enterprise")]

    found = {one.group: one for one in means([*three, *two])}

    assert found["all"].count == 5
    assert found["colocation"].mean == pytest.approx((12 + 26 + 42) / 60)
    assert found["enterprise"] == Mean(group="enterprise", count=2, mean=None)
    assert found["small"].mean is None
    assert found["medium"].mean == found["colocation"].mean


def test_a_centre_whose_power_nobody_knows_counts_among_all_only():
    found = means([member(10, 1.2, None, "")])

    assert found == (Mean(group="all", count=1, mean=1.2),)
