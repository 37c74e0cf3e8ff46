"""The equipment section: what came and left, carbon beside that of use, passports; all folded."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from given import equipment, inputs

from pipelines.metrics.compute import metrics_of
from reports.sections.equipment import equipment as section
from schemas.estate.model import Registers
from tests.unit.synthetic_year import bare_year

FLEET = (
    equipment("s1", "server", count=40, mass_kg=Decimal(20), installed_on=date(2021, 3, 1)),
    equipment(
        "s2",
        "server",
        count=10,
        mass_kg=Decimal(25),
        embodied_kgco2e=Decimal(1461),
        life_years=Decimal(4),
        installed_on=date(2025, 1, 1),
    ),
    equipment("g", "storage", mass_kg=Decimal(90), decommissioned_on=date(2025, 5, 1)),
    equipment("b", "battery", model="String", count=6, installed_on=date(2027, 3, 1)),
    equipment("v", "battery", count=6, chemistry="lead", installed_on=date(2019, 3, 1)),
)


def tables(fleet, year_metrics=None):
    found = metrics_of(inputs(registers=Registers(equipment=fleet)))
    facts = replace(
        bare_year(),
        equipment=fleet,
        year_metrics=tuple(found) if year_metrics is None else year_metrics,
    )
    return {
        one.caption.split(" in ")[0]: one for one in section(facts).blocks if one.kind == "table"
    }


def test_the_balance_is_told_in_pieces_and_in_mass():
    balance = tables(FLEET)["Refresh and end of life"]

    assert balance.folded
    pieces, mass = balance.rows
    assert [text.split("\u202f")[0] for text in pieces[1:5]] == ["47", "10", "1", "56"]
    # The old battery has no mass: what stands is at least the rest.
    assert mass[1].startswith("at least 890")
    assert mass[2].startswith("250")
    assert "mass_kg for v" in mass[5]


def test_embodied_carbon_stands_beside_that_of_use():
    rows = {
        row[0]: row
        for row in next(
            one for name, one in tables(FLEET).items() if name.startswith("Embodied")
        ).rows
    }

    assert rows["Embodied carbon installed"][1].startswith("14.6")
    assert rows["Embodied carbon allocated over life"][2].startswith("at least 3")
    assert len(rows) > 3


def test_passports_are_of_the_batteries_in_place_and_say_whether_they_are_asked():
    passports = next(one for name, one in tables(FLEET).items() if name.startswith("Battery"))

    assert passports.folded
    [row] = passports.rows
    assert (row[0], row[3]) == ("v", "no, in service before")
    assert row[4] == "capacity_kwh, mass_kg, model, passport_id"


def test_without_figures_or_batteries_there_are_no_such_tables():
    assert not {"Refresh and end of life"} & set(tables(FLEET[:2], ()))
    assert not any(name.startswith(("Battery", "Embodied")) for name in tables(FLEET[:2], ()))
