"""What estate.yaml and registers say about filing: read, and refused by line where it is wrong."""

import pytest

from schemas.errors import ConfigurationError
from schemas.estate.read import read_estate
from tests.flow.small_estate import meter, write_estate, write_file

LEI = "5299000J2N45DDNE4Y28"


def estate(folder, *, operator=None, policies=None, facility=None, practices=""):
    write_estate(
        folder,
        facilities=[{"id": "a", **(facility or {})}],
        meters=[meter("a.grid", "grid_import", "register", "kWh")],
        **({"operator": operator} if operator else {}),
        **({"policies": policies} if policies else {}),
    )
    if practices:
        write_file(folder / "registers" / "practices.csv", practices)
    return read_estate(folder)


def refused(folder, **more):
    with pytest.raises(ConfigurationError) as found:
        estate(folder, **more)
    return str(found.value)


def test_policies_of_filing_are_read(tmp_path):
    found = estate(
        tmp_path,
        policies={
            "approvals_required": True,
            "signature_required": True,
            "timestamp_authority": "https://tsa.example",
            "materiality_percent": 5,
            "roles": {"prepare": ["Ada"], "sign": ["Bo", "Cy"]},
        },
    ).policies

    assert found.approvals_required
    assert found.signature_required
    assert found.timestamp_authority == "https://tsa.example"
    assert found.materiality_percent == 5
    assert found.roles == (("prepare", ("Ada",)), ("sign", ("Bo", "Cy")))


def test_without_a_word_nothing_is_asked_for(tmp_path):
    found = estate(tmp_path).policies

    assert not found.approvals_required
    assert not found.signature_required
    assert (found.timestamp_authority, found.roles) == ("", ())


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ({"roles": {"reviews": ["Bo"]}}, "unknown key 'reviews'"),
        ({"roles": {"review": "Bo"}}, "review must be a list"),
        ({"timestamp_authority": "ftp://tsa"}, "is no address"),
        ({"approvals_required": "maybe"}, "approvals_required 'maybe'"),
        ({"materiality_percent": -1}, "materiality_percent"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path, policies, told):
    text = refused(tmp_path, policies=policies)

    assert told in text
    assert "estate.yaml:" in text


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        (LEI, True),
        ("5299 000J 2N45 DDNE 4Y28", True),
        (LEI[:-1] + "9", False),
        (LEI[:-1], False),
        ("5299000J2N45DDNE4Y2é", False),
    ],
)
def test_a_legal_entity_identifier_has_check_digits(tmp_path, text, fine):
    operator = {"name": "N", "country": "DE", "lei": text}

    if fine:
        assert estate(tmp_path, operator=operator).operator.lei == LEI
    else:
        assert "is no legal entity identifier" in refused(tmp_path, operator=operator)


def test_where_it_energy_is_measured_has_the_words_of_portfolio_manager(tmp_path):
    text = refused(tmp_path, facility={"it_energy_configuration": "at the UPS"})

    assert "UPS Supports Only IT Equipment" in text


def test_practices_are_read_and_a_status_that_is_none_is_refused(tmp_path):
    head = "facility_id,practice,status,expected,since,verified_by,verified_on\n"
    [one] = estate(
        tmp_path / "good", practices=f"{head}a,3.2.1,implemented,no,2024-01-01,TÜV,2025-03-01\n"
    ).registers.practices
    text = refused(
        tmp_path / "bad", practices=f"{head}a,3.2.1,done,yes,,,\nb,3.2.2,planned,yes,,,\n"
    )

    assert (one.practice, one.expected, one.verified_by, one.line) == ("3.2.1", False, "TÜV", 2)
    assert "registers/practices.csv:2" in text
    assert "registers/practices.csv:3" in text
