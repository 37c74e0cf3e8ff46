"""Codes of the List of Waste: as they are written, refused, and as the list itself has them."""

import csv
from pathlib import Path

import pytest

from schemas.waste import HARMLESS, HAZARDOUS, is_hazardous, waste_code

LIST = Path(__file__).resolve().parents[3] / "shared/data/waste-codes/ewc_codes_uk_defra.csv"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("16 02 13*", "16 02 13*"),
        ("160213*", "16 02 13*"),
        (" 16  02 13 * ", "16 02 13*"),
        ("160214", "16 02 14"),
        ("", ""),
    ],
)
def test_a_code_is_written_one_way(text, code):
    assert waste_code(text) == code


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("16 02 1", "six digits", id="five-digits"),
        pytest.param("16 02 13 1", "six digits", id="seven-digits"),
        pytest.param("scrap", "six digits", id="a-word"),
        pytest.param("16.02.14", "six digits", id="points"),
        pytest.param("21 01 01", "six digits", id="no-such-chapter"),
        pytest.param("16 06 01", "lead batteries): write 16 06 01*", id="star-forgotten"),
        pytest.param("16 02 14*", "not hazardous", id="star-too-many"),
    ],
)
def test_what_is_no_code_is_refused_with_what_would_be_right(text, words):
    with pytest.raises(ValueError, match=r".") as caught:
        waste_code(text)

    assert words in str(caught.value)


def test_only_a_star_is_hazardous():
    assert is_hazardous("16 02 13*")
    assert not is_hazardous("16 02 14")
    assert not is_hazardous("")


@pytest.mark.skipif(not LIST.is_file(), reason="the published List of Waste is not here")
def test_every_code_of_ours_is_in_the_list_and_as_hazardous_as_there():
    with LIST.open(encoding="utf-8", newline="") as file:
        published = {row["code"]: row["is_hazardous"] == "true" for row in csv.DictReader(file)}
    ours = dict.fromkeys(HAZARDOUS, True) | dict.fromkeys(HARMLESS, False)

    assert len(ours) == len(HAZARDOUS) + len(HARMLESS)
    assert {code: published[code.replace(" ", "")] for code in ours} == ours
