"""Meters taken over from building models and tables as a difference to review, and given away."""

import json
import random

import pytest

from pipelines.suggest.inventory import points_of
from schemas.errors import UsageError
from tests.flow.small_estate import SHARED_DATA, done, meter, run, write_estate
from tests.unit.test_sources_damaged import spoiled

CARYTOWN = SHARED_DATA / "haystack" / "sample"
KWH, KW = "p_demo_r_23a44701-51b0b0ff", "p_demo_r_23a44701-3940e690"

BRICK = """\
@prefix brick: <https://brickschema.org/schema/Brick#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix unit: <http://qudt.org/vocab/unit/> .
@prefix : <urn:site#> .

:fra1 a brick:Site ; rdfs:label "Frankfurt 1" .
:main a brick:Building_Electrical_Meter .
:fra1 brick:hasPart :main .
:main_kwh a brick:Electric_Energy_Sensor ; rdfs:label "Main kWh" ;
    brick:isPointOf :main ; brick:hasUnit unit:KiloW-HR .
:main_kw a brick:Electric_Power_Sensor ; rdfs:label "Main kW" ;
    brick:isPointOf :main ; brick:hasUnit unit:KiloW .
:oat a brick:Outside_Air_Temperature_Sensor ; rdfs:label "Outside" ;
    brick:hasUnit unit:DEG_C .
:fra1 brick:hasPoint :oat .
:zone a brick:Zone_Air_Temperature_Sensor ; brick:hasUnit unit:DEG_C .
:set a brick:Outside_Air_Temperature_Setpoint ; brick:hasUnit unit:DEG_C .
"""
TABLE = """\
Zählernummer;Bezeichnung;Einheit;Seriennummer;Standort;Raum;Hersteller
N1;Netzbezug Trafo 1;kWh;S-1;fra1;E.01;Acme
U1;USV Ausgang A;kWh;S-2;fra1;E.02;Acme
T1;Außentemperatur Dach;°C;S-3;fra1;;Acme
K1;Kondensatpumpe;Hz;S-4;fra1;;Acme
"""
TRIO = 'dis: "Main"\nid: @a "Main"\npoint\nenergy\nsiteMeter: M\nunit: "kWh"\n---\nsite\nid: @s\n'
ZINC = 'ver:"3.0"\nid,dis,point,energy,unit\n@a "Main","Main, east",M,M,"kWh"\n@b,,,,\n'
HAYSON = json.dumps(
    {
        "meta": {"ver": "3.0"},
        "rows": [{"id": {"_kind": "ref", "val": "a"}, "point": {"_kind": "marker"}, "unit": "kW"}],
    }
)
OWN = ("a.grid", "grid_import", "register", "kWh")


def estate_of(folder, *meters, facilities=({"id": "fra1", "name": "Frankfurt 1"},)):
    return write_estate(
        folder,
        facilities=list(facilities),
        meters=[meter(*OWN, facility_id=facilities[0]["id"], serial="S-0"), *meters],
    )


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def told(estate, file, *more):
    answer = run("import-meters", estate, file, "--json", *more)
    return answer.json


def rows(found):
    """New rows, by their id."""
    lines = found["text"].splitlines()
    titles = lines[0].split(",")
    cells = [dict(zip(titles, line.split(","), strict=True)) for line in lines[1:]]
    return {row["meter_id"]: row for row in cells if row["meter_id"] in found["new"]}


@pytest.mark.parametrize("end", ["trio", "zinc", "json", "hayson.json"])
def test_a_building_by_haystack_has_one_meter_of_ours_however_it_is_written(tmp_path, end):
    if not CARYTOWN.is_dir():
        pytest.skip("../shared/data/haystack is not there")
    found = told(estate_of(tmp_path / "e"), CARYTOWN / f"carytown.{end}")

    [row] = rows(found).values()
    assert {name: value for name, value in row.items() if value} == {
        "meter_id": "fra1.carytown_elecmeter_main_kwh", "facility_id": "fra1",
        "quantity": "grid_import", "unit": "kWh", "label": "Carytown ElecMeter-Main kWh",
        "tags": f"from:{KWH}",
    }  # fmt: skip
    [question] = found["questions"]
    assert question.startswith("Carytown ElecMeter-Main kWh: does it count on (register)")
    assert "Carytown ElecMeter-Main kW (its energy is metered beside it)" in found["left_out"]
    assert "Carytown RTU-1 ZoneTemp" in found["left_out"]


def test_points_of_brick_take_their_words_from_what_they_stand_on(tmp_path):
    two = ({"id": "ber1", "name": "Berlin"}, {"id": "fra1", "name": "Frankfurt 1"})
    found = told(estate_of(tmp_path / "e", facilities=two), written(tmp_path, "site.ttl", BRICK))

    assert {
        name: (row["facility_id"], row["quantity"], row["kind"], row["unit"])
        for name, row in rows(found).items()
    } == {
        "fra1.main_kwh": ("fra1", "grid_import", "", "kWh"),
        "fra1.outside": ("fra1", "outdoor_temperature", "gauge", "°C"),
    }
    assert found["left_out"] == ["zone", "Main kW (its energy is metered beside it)"]


def test_a_table_s_titles_are_known_in_several_languages(tmp_path):
    found = told(estate_of(tmp_path / "e"), written(tmp_path, "dcim.csv", TABLE))

    assert {
        name: (row["quantity"], row["kind"], row["unit"], row["serial"], row["room"])
        for name, row in rows(found).items()
    } == {
        "N1": ("grid_import", "", "kWh", "S-1", "E.01"),
        "U1": ("ups_output", "", "kWh", "S-2", "E.02"),
        "T1": ("outdoor_temperature", "gauge", "°C", "S-3", ""),
    }
    assert found["left_out"] == ["Kondensatpumpe"]


def test_a_title_that_nobody_would_guess_is_said(tmp_path):
    text = TABLE.replace("Zählernummer", "Objekt")
    estate, file = estate_of(tmp_path / "e"), written(tmp_path, "dcim.csv", text)

    refused = run("import-meters", estate, file)
    found = told(estate, file, "--column", "meter_id=Objekt")

    assert refused.code == 2
    assert "dcim.csv: no column of meters among 'Objekt, Bezeichnung" in refused.err
    assert set(rows(found)) == {"N1", "U1", "T1"}


def test_what_is_accepted_is_written_only_if_it_is_a_register(tmp_path):
    """The kind of two meters is a question: nothing is written until it is answered."""
    estate, file = estate_of(tmp_path / "e"), written(tmp_path, "dcim.csv", TABLE)
    before = (estate / "meters.csv").read_bytes()

    refused = run("import-meters", estate, file, "--accept")
    assert refused.code == 2
    assert "'kind' is empty" in refused.err or "kind" in refused.err
    assert (estate / "meters.csv").read_bytes() == before
    assert sorted(path.name for path in estate.glob(".*")) == []

    answered = TABLE.replace("Hersteller", "Kind").replace("Acme", "register")
    answered = answered.replace("S-3;fra1;;register", "S-3;fra1;;gauge")
    file = written(tmp_path, "dcim.csv", answered)
    done("import-meters", estate, file, "--accept")
    done("check", estate)
    again = told(estate, file)

    assert (again["patch"], again["new"], again["changed"]) == ("", [], [])
    assert (estate / "meters.csv").read_text().startswith(before.decode().splitlines()[0])


def test_a_meter_that_was_renamed_here_is_known_again(tmp_path):
    if not CARYTOWN.is_dir():
        pytest.skip("../shared/data/haystack is not there")
    own = meter("main", "grid_import", "register", "kWh", facility_id="fra1", tags=f"from:{KWH}",
                label="Trafo")  # fmt: skip
    found = told(estate_of(tmp_path / "e", own), CARYTOWN / "carytown.trio")

    assert (found["new"], found["changed"], found["patch"]) == ([], [], "")


def test_another_serial_is_an_exchange_and_is_asked_about(tmp_path):
    text = "Meter,Name,Unit,Serial\na.grid,Grid import,MWh,S-9\n"
    found = told(estate_of(tmp_path / "e"), written(tmp_path, "dcim.csv", text))

    assert found["changed"] == ["a.grid"]
    assert "-a.grid,fra1,grid_import,register,kWh" in found["patch"]
    assert "+a.grid,fra1,grid_import,register,MWh" in found["patch"]
    assert "serial S-0 is now S-9" in found["questions"][0]
    assert "S-9" not in found["text"]


def test_cells_that_say_the_same_in_other_words_stand_as_they_are(tmp_path):
    own = meter("u", "ups_output", "average", "kW", facility_id="fra1", interval="60min",
                multiplier="0.50")  # fmt: skip
    text = "Meter,Name,Unit,Multiplier,Interval\nu,UPS output,kW,0.5,1h\n"
    found = told(estate_of(tmp_path / "e", own), written(tmp_path, "dcim.csv", text))

    assert (found["new"], "0.50" in found["text"], "60min" in found["text"]) == ([], True, True)


def test_what_a_point_is_told_is_no_measurement(tmp_path):
    text = 'dis: "Outside"\nid: @t\npoint\noutside\nair\ntemp\nsp\nunit: "°C"\n'
    estate = estate_of(tmp_path / "e")

    assert told(estate, written(tmp_path, "a.trio", text))["new"] == []
    assert told(estate, written(tmp_path, "b.trio", text.replace("sp\n", "sensor\n")))["new"] == [
        "fra1.outside"
    ]


def test_our_own_export_changes_nothing_where_it_is_taken_in(tmp_path):
    estate = estate_of(
        tmp_path / "e",
        meter("w", "potable_water", "interval", "L", facility_id="fra1", interval="1h",
              multiplier="0.10", max_rate=3, stamp="end"),
        meter("x", "ups_output", "register", "kWh", facility_id="fra1", serial="A",
              valid_to="2025-02-01"),
        meter("x", "ups_output", "register", "kWh", facility_id="fra1", serial="B",
              valid_from="2025-02-01", modulus=100000),
    )  # fmt: skip
    answer = run("export-meters", estate)
    file = written(tmp_path, "ours.json", answer.out)

    grid = json.loads(answer.out)
    assert [row["id"]["val"] for row in grid["rows"]] == ["fra1", "a.grid:S-0", "w", "x:A", "x:B"]
    assert {"elec", "energy", "siteMeter", "point", "sensor"} <= set(grid["rows"][1])
    same = told(estate, file)
    assert (same["patch"], same["questions"]) == ("", [])

    other = told(estate_of(tmp_path / "o"), file)
    assert {name: (row["multiplier"], row["interval"], row["stamp"], row["max_rate"])
            for name, row in rows(other).items()}["w"] == ("0.10", "60min", "end", "3")  # fmt: skip


def test_the_difference_is_a_patch_that_patch_takes(tmp_path):
    estate, file = estate_of(tmp_path / "e"), written(tmp_path, "dcim.csv", TABLE)
    answer = run("import-meters", estate, file)

    assert answer.out.startswith("--- meters.csv\n+++ meters.csv\n@@ ")
    assert "To be answered\n  Netzbezug Trafo 1: does it count on" in answer.out
    assert "Kondensatpumpe" in answer.out
    assert "Meters: 3 new, 0 changed." in answer.err


@pytest.mark.parametrize(
    ("name", "text", "more", "why"),
    [
        ("x.json", "{}", (), "the JSON is no grid of Haystack"),
        ("x.zinc", 'ver:"3.0"\n', (), "holds no columns"),
        ("x.trio", "nothing", (), "no records of Haystack"),
        ("x.ttl", "@prefix", (), "this is no Turtle"),
        ("x.pdf", "", (), "nothing says what it is"),
        ("x.csv", TABLE, ("--facility", "fra2"), "no facility 'fra2'"),
        ("x.csv", TABLE, ("--column", "meterid=Raum"), "meters.csv has no column 'meterid'"),
        ("x.csv", TABLE, ("--column", "meter_id=Saal"), "the table has no column 'Saal'"),
        ("x.csv", TABLE, ("--column", "Raum"), "--column 'Raum' says nothing"),
    ],
)
def test_what_cannot_be_taken_over_is_told(tmp_path, name, text, more, why):
    answer = run("import-meters", estate_of(tmp_path / "e"), written(tmp_path, name, text), *more)

    assert answer.code == 2
    assert why in answer.err


@pytest.mark.parametrize("name", ["x.ttl", "x.csv", "x.trio", "x.zinc", "x.json"])
def test_a_spoiled_file_gives_points_or_a_reason(tmp_path, name):
    whole = {"x.ttl": BRICK, "x.csv": TABLE, "x.trio": TRIO, "x.zinc": ZINC, "x.json": HAYSON}
    chance = random.Random(name)
    told = 0
    for _ in range(200):
        path = tmp_path / name
        path.write_bytes(spoiled(whole[name].encode(), chance))
        try:
            points_of(path)
        except UsageError:
            told += 1

    assert 0 < told < 200


def test_a_file_that_is_not_there_and_a_register_on_several_lines(tmp_path):
    estate = estate_of(tmp_path / "e")
    assert "is no file" in run("import-meters", estate, tmp_path / "none.csv").err

    register = estate / "meters.csv"
    lines = register.read_text().splitlines()
    register.write_text("\n".join([f"{lines[0]},room", f'{lines[1]},"E.01\nleft"', ""]))
    answer = run("import-meters", estate, written(tmp_path, "x.csv", TABLE))

    assert (answer.code, "line 2 has a cell over several lines" in answer.err) == (2, True)


def test_a_kind_that_is_said_counts_more_than_the_name(tmp_path):
    file = written(tmp_path, "export.txt", BRICK)

    assert [one.label for one in points_of(file, "brick")] == [
        "Main kW",
        "Main kWh",
        "Outside",
        "zone",
    ]
