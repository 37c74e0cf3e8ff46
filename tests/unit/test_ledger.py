"""The ledger of certificates: what counts, and what is refused with its serial and why."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from given import ALPHA, certificate, inputs, metric

from pipelines.metrics.ledger import Verdict, entries_of, judged, later
from schemas.certificate_rules import CERTIFICATE_RULES
from schemas.errors import ConfigurationError
from schemas.estate.model import Registers
from schemas.estate.policies import Policies
from schemas.estate.read import read_estate
from schemas.metrics import Metric, Status

STANDARD, DRAFT = CERTIFICATE_RULES["en-50600-4-3"], CERTIFICATE_RULES["eu-2026-draft"]
SITE = replace(ALPHA, owner="Alpha Immobilien", deliverable_zones=("NL",))
YOUNG = {"commissioned": date(2016, 1, 1)}


def verdict(rules=STANDARD, **facts):
    return judged(certificate("go", 1000, **facts), SITE, "Nordlicht Cloud GmbH", rules, year=2025)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        pytest.param({"cancelled_on": date(2027, 7, 1)}, "retired too late", id="too-late"),
        pytest.param({"cancelled_on": date(2024, 12, 31)}, "before it was produced", id="too-soon"),
        pytest.param({"cancelled_on": None}, "nobody says when", id="undated"),
        pytest.param({"beneficiary": "Other Ltd"}, "another beneficiary: Other Ltd", id="for-whom"),
    ],
)
def test_what_no_edition_counts(facts, words):
    found, reason = verdict(**facts)

    assert found is Verdict.REFUSED
    assert words in reason


def test_the_last_day_on_which_it_could_be_cancelled():
    assert verdict(cancelled_on=date(2027, 6, 30)) == (Verdict.COUNTED, "")


@pytest.mark.parametrize("name", ["alpha", " ALPHA ", "Alpha Immobilien", "nordlicht cloud gmbh"])
def test_beneficiaries_that_are_us(name):
    assert verdict(beneficiary=name) == (Verdict.COUNTED, "")


def test_a_certificate_without_a_beneficiary_counts_and_is_told():
    assert verdict(beneficiary=" ") == (Verdict.COUNTED, "beneficiary not stated")
    nameless = certificate("go", 5000, certificate_id="GO-9", beneficiary="", line=9)

    found = metric(inputs(registers=Registers(certificates=(nameless,))), Metric.ERES_GOO)

    assert (found.value, found.status) == (5000, Status.FLAGGED)
    assert found.reason == "beneficiary not stated: GO-9 in line 9"


@pytest.mark.parametrize("status", ["held", "sold"])
def test_what_is_not_cancelled_is_not_refused_and_does_not_count(status):
    assert judged(certificate("go", 1, status), SITE, "", STANDARD, year=2025) == (status, "")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        pytest.param({**YOUNG, "zone": "FR"}, "in the wrong zone: FR, and not DE, NL", id="zone"),
        pytest.param({**YOUNG, "zone": ""}, "wrong zone: none stated", id="no-zone"),
        pytest.param({"commissioned": date(2014, 12, 31)}, "older than 10 years", id="old-plant"),
        pytest.param({}, "nobody says when its plant", id="unknown-plant"),
    ],
)
def test_what_the_draft_of_2026_refuses_and_the_standard_does_not(facts, words):
    found, reason = verdict(DRAFT, **facts)

    assert found is Verdict.REFUSED
    assert words in reason
    assert verdict(STANDARD, **facts) == (Verdict.COUNTED, "")


def test_what_the_draft_counts():
    oldest = date(2015, 1, 1)

    assert verdict(DRAFT, zone="NL", commissioned=oldest) == (Verdict.COUNTED, "")


def test_everything_that_is_wrong_is_said():
    _, reason = verdict(DRAFT, zone="FR", beneficiary="Other Ltd", cancelled_on=None)

    assert reason.count(";") == 3


def test_refused_certificates_do_not_count_and_are_named_by_serial():
    bought = (
        certificate("go", 5000, certificate_id="GO-1"),
        certificate("go", 9000, certificate_id="GO-2", beneficiary="Other Ltd"),
        certificate("go", 9000, certificate_id="GO-3", cancelled_on=date(2028, 1, 1)),
        certificate("go", 9000, certificate_id="GO-4", cancelled_on=None),
        certificate("go", 9000, certificate_id="GO-5", cancelled_on=None),
    )

    found = metric(inputs(registers=Registers(certificates=bought)), Metric.ERES_GOO)

    assert (found.value, found.status) == (5000, Status.FLAGGED)
    assert "GO-2 in line 2 (for another beneficiary: Other Ltd)" in found.reason
    assert "GO-3 in line 2 (retired too late: cancelled on 2028-01-01" in found.reason
    assert found.reason.endswith("and 1 more")


def test_the_policy_chooses_the_edition():
    bought = (certificate("go", 5000, certificate_id="GO-1", zone="FR", **YOUNG),)
    registers = Registers(certificates=bought)

    standard = inputs(registers=registers)
    draft = inputs(
        registers=registers, given={"policies": Policies(certificate_rules="eu-2026-draft")}
    )

    assert metric(standard, Metric.ERES_GOO).value == 5000
    assert metric(draft, Metric.ERES_GOO).value == 0
    assert "GO-1 in line 2 (in the wrong zone: FR" in metric(draft, Metric.ERES_GOO).reason


def test_on_site_production_whose_certificate_went_to_another_is_not_kept():
    sold = certificate("onsite", 300, certificate_id="OS-1", beneficiary="Other Ltd")
    site = inputs(onsite_renewable=1000, registers=Registers(certificates=(sold,)))

    assert metric(site, Metric.ERES_OS).value == 700


def test_certificates_of_another_facility_or_year_are_not_ours():
    others = (
        certificate("go", 1000, certificate_id="A", facility_id="beta"),
        certificate(
            "go",
            1000,
            certificate_id="B",
            production_start=date(2024, 1, 1),
            production_end=date(2024, 12, 31),
        ),
    )

    assert entries_of(inputs(registers=Registers(certificates=others))) == ()


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2023, 8, 31), 18, date(2025, 2, 28)),
        (date(2025, 12, 31), 18, date(2027, 6, 30)),
        (date(2025, 6, 15), 18, date(2026, 12, 15)),
    ],
)
def test_months_later(day, months, expected):
    assert later(day, months) == expected


HEADER = (
    "certificate_id,facility_id,kind,energy_kwh,production_start,production_end,zone,status,"
    "cancelled_on,beneficiary\n"
)


@pytest.mark.parametrize("again", ["GO-000-1", "go 0001", "GO-0001"])
def test_a_serial_is_used_once_over_all_facilities_and_years_however_it_is_written(tmp_path, again):
    (tmp_path / "estate.yaml").write_text(
        "operator: {name: x, country: DE}\n"
        "facilities: [{id: a, country: DE, timezone: UTC}, {id: b, country: SE, timezone: UTC}]\n"
    )
    (tmp_path / "meters.csv").write_text("meter_id,facility_id,quantity,kind,unit\n")
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "certificates.csv").write_text(
        f"{HEADER}GO-0001,a,go,1000,2024-01-01,2024-12-31,DE,cancelled,2025-02-01,x\n"
        f"{again},b,go,1000,2025-01-01,2025-12-31,SE,cancelled,2026-02-01,x\n"
    )

    with pytest.raises(ConfigurationError) as caught:
        read_estate(tmp_path)

    [problem] = caught.value.problems
    assert problem.where == "registers/certificates.csv:3"
    assert again in problem.what
    assert "registers/certificates.csv:2" in problem.what


def test_energy_is_an_exact_number():
    assert certificate("go", 1).energy_kwh == Decimal(1)
