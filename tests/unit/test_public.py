"""Public aggregates: three or more, and nothing by subtraction, whatever was said before."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.public import REVEALING, TOO_FEW, Site, publication, reveals


def sites(*groups, start=0):
    """``(count, type)`` each: sites with an energy of 10, 20, 30 … and a PUE of 1.1, 1.2 …"""
    found = []
    for count, kind in groups:
        for _ in range(count):
            n = len(found) + 1 + start
            found.append(
                Site(
                    facility=f"s{n}",
                    type=kind,
                    it_power_kw=None,
                    region="",
                    figures={"edc": 10.0 * n, "pue": 1 + n / 10},
                )
            )
    return found


def told(found, measure="edc"):
    return {one.group: one for one in found.aggregates if one.measure == measure}


def test_Z1_the_mean_is_weighted_by_energy():
    """Three sites of 10, 20, 30 and 1.1, 1.2, 1.3: (11 + 24 + 39) ÷ 60 = 1.2333."""
    found = told(publication(sites((3, "colocation"))), "pue")

    assert found["all", "all"].value == 1.233
    assert found["all", "all"].count == 3


def test_the_group_of_two_is_suppressed_and_so_is_the_one_that_would_reveal_it():
    """Five sites, three of one type and two of the other: all − three = two."""
    found = told(publication(sites((3, "colocation"), (2, "enterprise"))))

    assert found["all", "all"].value == 150
    assert found["type", "enterprise"].reason == TOO_FEW
    assert found["type", "colocation"].reason == REVEALING
    assert found["type", "colocation"].value is None
    assert found["type", "colocation"].count is None


def test_groups_of_three_are_shown_with_their_sum():
    found = told(publication(sites((3, "colocation"), (3, "enterprise"))))

    assert [found[key].value for key in found] == [210, 60, 150]


def test_a_site_more_than_was_published_before_is_not_told_by_the_difference():
    first = publication(sites((4, "colocation")))
    second = publication(sites((5, "colocation")), first.told)

    assert told(first)["all", "all"].value == 100
    assert told(second)["all", "all"].reason == REVEALING


def test_the_third_publication_that_would_reveal_two_sites_is_suppressed():
    """All seven; then four of them; then the four and one: by subtraction the one, and the two."""
    seven, four = sites((7, "colocation")), sites((4, "colocation"))
    first = publication(seven)
    second = publication(four, first.told)
    told_so_far = {name: (*first.told[name], *second.told[name]) for name in first.told}
    third = publication(sites((5, "colocation")), told_so_far)

    assert told(second)["all", "all"].value == 100
    assert told(third)["all", "all"].reason == REVEALING


def test_publishing_the_same_again_tells_nothing_new():
    first = publication(sites((3, "colocation")))

    assert publication(sites((3, "colocation")), first.told).aggregates == first.aggregates


def test_what_has_no_figure_is_not_a_member():
    three = sites((3, "colocation"))
    without = [*three, Site(facility="x", type="", it_power_kw=None, region="", figures={})]

    assert told(publication(without))["all", "all"].count == 3


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (["abc"], False),
        (["ab"], True),
        (["abcde", "abc"], True),
        (["abcdef", "abc"], False),
        (["abcdef", "abcdeg"], True),  # f − g: two sites
        (["abcdef", "abc", "adg", "efg"], True),
        (["abcdefghi", "abc", "def"], False),
        ([], False),
    ],
)
def test_what_can_be_told_from_sums(sets, expected):
    assert reveals(map(frozenset, sets)) is expected


@given(
    st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=3), min_size=1, max_size=4),
)
@settings(max_examples=80, deadline=None)
def test_nothing_that_is_called_safe_can_be_combined_to_fewer_than_three(sets):
    """Every combination with factors −2 … 2, by trying them all."""
    if reveals(sets):
        return
    factors = range(-2, 3)
    for choice in _choices(factors, len(sets)):
        combined = {
            site: sum(Fraction(f) for f, one in zip(choice, sets, strict=True) if site in one)
            for site in "abcdefg"
        }
        left = [site for site, amount in combined.items() if amount]
        assert len(left) == 0 or len(left) >= 3


def _choices(factors, length):
    if not length:
        return [()]
    return [(one, *rest) for one in factors for rest in _choices(factors, length - 1)]


def test_every_pair_of_published_groups_differs_by_none_or_three():
    """Types and regions cross: whatever is shown, no two of them differ by one or two sites."""
    mixed = [
        Site(
            facility=f"s{n}",
            type=("colocation", "enterprise")[n % 2],
            it_power_kw=float(300 * n),
            region=("DE1", "DE2", "DE3")[n % 3],
            figures={"edc": float(n)},
        )
        for n in range(1, 20)
    ]

    sets = publication(mixed).told["edc"]

    assert len(sets) > 2
    for one, other in combinations(sets, 2):
        for difference in (one - other, other - one):
            if one <= other or other <= one:
                assert len(difference) == 0 or len(difference) >= 3
