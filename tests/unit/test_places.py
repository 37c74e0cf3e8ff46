"""Which countries a law binds."""

import pytest

from schemas.places import MEMBER_STATES, lies_in


@pytest.mark.parametrize(
    ("country", "jurisdiction", "bound"),
    [
        ("DE", "EU", True),
        ("se", "EU", True),
        ("SG", "EU", False),
        ("GB", "EU", False),
        ("NO", "EU", False),
        ("DE", "DE", True),
        ("AT", "DE", False),
        ("SG", "INT", True),
    ],
)
def test_a_law_binds_the_countries_of_its_jurisdiction(country, jurisdiction, bound):
    assert lies_in(country, jurisdiction) is bound


def test_the_union_has_27_member_states():
    assert len(MEMBER_STATES) == 27
