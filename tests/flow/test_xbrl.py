"""XBRL read back by Arelle, which knows nothing of us: valid, and the same numbers.

The taxonomy of the test is our own: the elements of ESRS Set 1 that forms use, and nothing else.
"""

import csv
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from arelle.api.Session import Session
from arelle.RuntimeOptions import RuntimeOptions

from reports.regime import Taxonomy
from reports.regimes import REGIMES
from reports.write import TAGGED, WRITERS
from reports.write.xbrl_facts import facts_of
from schemas.errors import UsageError
from tests.flow.small_estate import ROOT
from tests.unit.alpha import FACILITY, OPERATOR, form_of

TAGGED_REGIMES = [key for key, regime in REGIMES.items() if regime.taxonomy]
LEI = "5299000J2N45DDNE4Y28"  # the check digits of ISO 17442 are right; no such firm is meant
ELEMENTS = ROOT.parent / "shared" / "regulation" / "esrs-set1-elements.csv"
SCHEMA = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="{namespace}"
 xmlns:xbrli="http://www.xbrl.org/2003/instance" targetNamespace="{namespace}"
 elementFormDefault="qualified">
<xs:import namespace="http://www.xbrl.org/2003/instance"
 schemaLocation="http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"/>
{elements}
</xs:schema>
"""
ELEMENT = (
    '<xs:element name="{name}" id="t_{name}" type="xbrli:{kind}ItemType" nillable="true" '
    'substitutionGroup="xbrli:item" xbrli:periodType="{period}"/>'
)
NAMESPACE = "https://example.org/taxonomy/test"


def form(key="esrs-set1", **more):
    """Of 2025, even by the edition that begins later: ALPHA's figures are of that year."""
    return form_of(replace(REGIMES[key], first_year=2025), **more)


def tagged_form(folder: Path, key: str):
    """The form with a taxonomy of its own beside it: every element that its facts name."""
    filled = replace(form(key), lei=LEI)
    facts = list(facts_of(filled))
    elements = "\n".join(
        ELEMENT.format(
            name=fact.name,
            kind="pure" if fact.unit == "xbrli:pure" else "decimal",
            period="instant" if fact.instant else "duration",
        )
        for fact in facts
    )
    schema = folder / "test.xsd"
    schema.write_text(SCHEMA.format(namespace=NAMESPACE, elements=elements))
    taxonomy = Taxonomy(
        prefix="t",
        namespace=NAMESPACE,
        entry_point="test.xsd",
        instants=REGIMES[key].taxonomy.instants,
    )
    return replace(filled, taxonomy=taxonomy), facts


def arelle(path: Path, folder: Path, **more):
    """What Arelle has to say of a report: messages at or above a warning."""
    options = RuntimeOptions(
        entrypointFile=str(path),
        validate=True,
        internetConnectivity="offline",
        cacheDirectory=str(folder / "cache"),
        logFile=str(folder / "arelle.json"),
        logFormat="[%(messageCode)s] %(message)s",
        keepOpen=True,
        **more,
    )
    with Session() as session:
        session.run(options)
        logged = session.get_logs("json")
        [model] = session.get_models()
        facts = [
            (
                fact.qname.localName,
                Decimal(fact.value),
                fact.decimals,
                str(fact.unit.measures[0][0]),
                str(fact.context.endDatetime),
            )
            for fact in model.facts
        ]
    messages = [one for one in json.loads(logged)["log"] if one["level"] in ("error", "warning")]
    return messages, facts


@pytest.mark.parametrize("key", TAGGED_REGIMES)
def test_arelle_reads_the_inline_report_without_a_word_and_with_the_same_numbers(tmp_path, key):
    filled, facts = tagged_form(tmp_path, key)
    path = tmp_path / "report.xhtml"
    path.write_bytes(TAGGED["xbrl"](filled))

    messages, read = arelle(path, tmp_path, plugins="inlineXbrlDocumentSet")

    assert messages == []
    assert [(name, value, decimals) for name, value, decimals, _, _ in read] == [
        (fact.name, fact.value, str(fact.decimals)) for fact in facts
    ]
    assert [unit for *_, unit, _ in read] == [fact.unit for fact in facts]
    assert {end for *_, end in read} == {f"{filled.year + 1}-01-01 00:00:00"}
    assert len(facts) > 8


@pytest.mark.parametrize("key", TAGGED_REGIMES)
def test_arelle_converts_it_to_the_xbrl_json_that_we_write(tmp_path, key):
    filled, _ = tagged_form(tmp_path, key)
    path, converted = tmp_path / "report.xhtml", tmp_path / "converted.json"
    path.write_bytes(TAGGED["xbrl"](filled))

    messages, _ = arelle(
        path,
        tmp_path,
        plugins="inlineXbrlDocumentSet|saveLoadableOIM",
        pluginOptions={"saveLoadableOIM": str(converted)},
    )

    assert messages == []
    ours = json.loads(TAGGED["xbrl-json"](filled))
    theirs = json.loads(converted.read_text())
    assert _told(theirs) == _told(ours)
    assert theirs["documentInfo"]["documentType"] == ours["documentInfo"]["documentType"]


def _told(report):
    spaces = report["documentInfo"]["namespaces"]

    def whole(name):
        prefix, _, rest = name.partition(":")
        return f"{spaces[prefix]}#{rest}"

    return [
        (
            Decimal(fact["value"]),
            fact["decimals"],
            fact["dimensions"]["concept"].partition(":")[2],
            whole(fact["dimensions"]["entity"]),
            fact["dimensions"]["period"],
            whole(unit) if (unit := fact["dimensions"].get("unit")) else "",
        )
        for fact in report["facts"].values()
    ]


@pytest.mark.parametrize("key", TAGGED_REGIMES)
def test_arelle_loads_our_xbrl_json(tmp_path, key):
    filled, facts = tagged_form(tmp_path, key)
    path = tmp_path / "report.json"
    path.write_bytes(TAGGED["xbrl-json"](filled))

    messages, read = arelle(path, tmp_path, plugins="loadFromOIM")

    assert messages == []
    assert sorted(value for _, value, *_ in read) == sorted(fact.value for fact in facts)


@pytest.mark.skipif(not ELEMENTS.is_file(), reason="../shared/regulation is not there")
def test_every_name_that_is_emitted_is_in_set_1_for_its_period():
    with ELEMENTS.open(encoding="utf-8") as file:
        listed = {row["element"]: row for row in csv.DictReader(file)}

    for fact in facts_of(form("esrs-set1")):
        assert listed[fact.name]["period_type"] == "duration", fact.name


def test_an_unknown_element_is_an_error_that_arelle_names(tmp_path):
    """The test above can fail: a name that the taxonomy has not is told."""
    filled, _ = tagged_form(tmp_path, "esrs-set1")
    schema = tmp_path / "test.xsd"
    schema.write_text(schema.read_text().replace('WaterConsumption"', 'WaterConsumed"'))
    path = tmp_path / "report.xhtml"
    path.write_bytes(TAGGED["xbrl"](filled))

    messages, _ = arelle(path, tmp_path, plugins="inlineXbrlDocumentSet")

    assert any("WaterConsumption" in one["message"]["text"] for one in messages)


def test_a_share_is_a_ratio_and_reads_as_a_percentage():
    [share] = [fact for fact in facts_of(form()) if fact.unit == "xbrli:pure"]
    page = TAGGED["xbrl"](form()).decode()

    assert share.name == "PercentageOfRenewableSourcesInTotalEnergyConsumption"
    assert share.value == share.shown / 100
    assert share.decimals == 3
    assert (
        f'decimals="3" scale="-2" format="ixt:num-dot-decimal">{share.shown}</ix:nonFraction> %'
        in page
    )


def test_what_has_no_figure_is_no_fact_and_says_why():
    page = TAGGED["xbrl"](form()).decode()

    assert 'name="esrs:EnergyConsumptionFromNuclearSources"' not in page
    assert "no register tells the fuels behind electricity from the grid" in page
    assert "nil" not in page


def test_without_a_lei_the_operator_is_named_by_a_scheme_of_our_own():
    entity = json.loads(TAGGED["xbrl-json"](form()))
    facts = list(entity["facts"].values())

    assert entity["documentInfo"]["namespaces"]["entity"] == "urn:wattledger:operator"
    assert facts[0]["dimensions"]["entity"] == "entity:Nordlicht%20Cloud%20GmbH"


def test_a_form_without_a_taxonomy_says_which_have_one():
    with pytest.raises(UsageError, match="esrs-set1, esrs-2026, vsme-2026"):
        TAGGED["xbrl"](form("iso-30134"))


@pytest.mark.parametrize("name", TAGGED)
def test_the_same_form_is_the_same_bytes(name):
    assert TAGGED[name](form()) == TAGGED[name](form())
    assert name not in WRITERS


def test_words_of_the_estate_are_text_and_no_markup():
    page = TAGGED["xbrl"](form(facility=replace(FACILITY, name="<b>&x</b>"))).decode()

    assert "&lt;b&gt;&amp;x&lt;/b&gt;" in page
    assert OPERATOR.name in page
