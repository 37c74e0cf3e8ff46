"""Registers beside the meters: what they say, and what of it is refused, each with its place."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.errors import ConfigurationError
from schemas.estate.read import read_estate
from schemas.estate.registers.certificates import energy_of

YAML = """\
operator: {name: Nordlicht Cloud GmbH, country: DE}
facilities:
  - {id: fra1, name: Frankfurt 1, country: DE, timezone: Europe/Berlin, grid_zone: DE}
"""
METERS = """\
meter_id,facility_id,quantity,kind,unit,interval
it.a,fra1,it_input,interval,kWh,1h
it.b,fra1,it_input,interval,kWh,1h
"""
CERTIFICATE = (
    "certificate_id,facility_id,kind,energy_kwh,production_start,production_end,zone,status,"
    "cancelled_on,beneficiary,commissioned\n"
)
GO = "GO-1,fra1,go,3000,2025-03-01,2025-03-02,DE,cancelled,2025-05-01,fra1,2021-06-01\n"
EQUIPMENT = "asset_id,facility_id,category,model,count,rated_power_kw"


@pytest.fixture
def estate(tmp_path):
    """Writes an estate with registers, and reads it."""

    def write(*, yaml=YAML, **registers):
        (tmp_path / "estate.yaml").write_text(yaml)
        (tmp_path / "meters.csv").write_text(METERS)
        (tmp_path / "registers" / "factors").mkdir(parents=True, exist_ok=True)
        for name, text in registers.items():
            (tmp_path / "registers" / f"{name.replace('__', '/')}.csv").write_text(text)
        return read_estate(tmp_path)

    return write


def refused(estate, **given):
    with pytest.raises(ConfigurationError) as caught:
        estate(**given)
    return [str(problem) for problem in caught.value.problems]


def test_absent_registers_are_not_empty_ones(estate):
    registers = estate().registers

    assert registers.certificates is registers.equipment is registers.tenants is None
    assert registers.water_stock is registers.incidents is registers.refrigerant_systems is None
    assert registers.certificate_hours.is_empty()


def test_hours_of_certificates_add_up_to_what_the_register_says(estate):
    hours = (
        "certificate_id,timestamp,energy_kwh\n"
        "GO-1,2025-03-01T00:00:00Z,1000.5\n"
        "GO-1,2025-03-02T22:00:00+01:00,1999.5\n"
    )

    found = estate(certificates=CERTIFICATE + GO, certificate_hours=hours).registers

    assert found.certificates[0].commissioned == date(2021, 6, 1)
    assert found.certificate_hours["start"].to_list() == [
        datetime(2025, 3, 1, tzinfo=UTC),
        datetime(2025, 3, 2, 21, tzinfo=UTC),
    ]
    assert sum(map(energy_of, found.certificate_hours["ticks"])) == 3000


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param("GO-2,2025-03-01T00:00:00Z,3000", "'GO-2' is not in the register", id="which"),
        pytest.param("GO-1,2025-03-01T00:00:00Z,2999", "add up to 2999 kWh", id="sum"),
        pytest.param("GO-1,2025-03-01T00:30:00Z,3000", "does not begin an hour", id="half"),
        pytest.param("GO-1,2025-04-01T00:00:00Z,3000", "outside the production", id="when"),
        pytest.param(
            "GO-1,2025-03-01T00:00:00Z,1500\nGO-1,2025-03-01T01:00:00+01:00,1500",
            "stands twice",
            id="twice",
        ),
    ],
)
def test_hours_of_certificates_that_are_refused(estate, rows, words):
    hours = f"certificate_id,timestamp,energy_kwh\n{rows}\n"

    [problem] = refused(estate, certificates=CERTIFICATE + GO, certificate_hours=hours)

    assert words in problem
    assert "registers/certificate_hours.csv" in problem


def test_equipment_says_what_a_life_and_a_passport_need(estate):
    header = f"{EQUIPMENT},life_years,accounting,weee_category,chemistry,capacity_kwh,passport_id"
    row = "b1,fra1,battery,String,4,,8,expense,6,lead,2.4,urn:1"

    [one] = estate(equipment=f"{header}\n{row}\n").registers.equipment

    assert (one.life_years, one.accounting, one.weee_category) == (8, "expense", "6")
    assert (one.chemistry, one.capacity_kwh, one.passport_id) == ("lead", Decimal("2.4"), "urn:1")


def test_a_waste_code_is_written_as_the_list_does(estate):
    text = f"{EQUIPMENT},waste_code\nb1,fra1,battery,S,4,,160601*\n"

    [one] = estate(equipment=text).registers.equipment

    assert one.waste_code == "16 06 01*"


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        pytest.param("life_years", "0", "must be above 0", id="no-life"),
        pytest.param("weee_category", "7", "weee_category '7' is not known", id="weee"),
        pytest.param("accounting", "capitol", "Did you mean 'capital'", id="accounting"),
        pytest.param("capacity_kwh", "-1", "At least 0 is allowed", id="capacity"),
        pytest.param("waste_code", "16 06 01", "write 16 06 01*", id="a-star-forgotten"),
        pytest.param("waste_code", "scrap", "is not of the List of Waste", id="no-code"),
    ],
)
def test_equipment_that_is_refused(estate, column, value, words):
    [problem] = refused(estate, equipment=f"{EQUIPMENT},{column}\nb1,fra1,ups,U,1,1,{value}\n")

    assert words in problem
    assert problem.startswith("registers/equipment.csv:2")


def test_refrigerant_events_of_a_system_name_it(estate):
    header = "facility_id,date,refrigerant,event,kg,system_id\n"

    [problem] = refused(estate, refrigerants=f"{header}fra1,2025-05-01,R-32,topup,2,\n")

    assert "topup names no system_id" in problem


def test_a_meter_is_given_out_once(estate):
    header = "tenant_id,name,facility_id,meter_id,share,valid_from,valid_to\n"
    rows = (
        "t1,One,fra1,it.a,0.7,2025-01-01,2025-07-01\n"
        "t2,Two,fra1,it.a,0.7,2025-07-01,\n"
        "t3,Three,fra1,it.b,0.6,,\n"
        "t4,Four,fra1,it.b,0.5,2025-03-01,\n"
        "t5,Five,fra1,it.c,0.5,,\n"
    )

    found = refused(estate, tenants=header + rows)

    assert len(found) == 2
    assert "registers/tenants.csv:6: meter 'it.c' is not one of facility 'fra1'" in found[0]
    assert "registers/tenants.csv:5: tenants hold 1.1 of meter 'it.b' from 2025-03-01" in found[1]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("t1,One,fra1,it.a,60,,", "Write 60 % as 0.6", id="percent"),
        pytest.param("t1,One,fra1,it.a,0.6,2025-02-01,2025-02-01", "not after", id="no-day"),
    ],
)
def test_tenants_that_are_refused(estate, row, words):
    header = "tenant_id,name,facility_id,meter_id,share,valid_from,valid_to\n"

    [problem] = refused(estate, tenants=f"{header}{row}\n")

    assert words in problem


def test_an_incident_is_in_the_clock_of_its_site(estate):
    header = "incident_id,facility_id,start,end,cause,note\n"
    row = "I-7,fra1,2025-07-01T10:00,2025-07-01T12:30,battery_failure,string 4\n"

    [one] = estate(incidents=header + row).registers.incidents

    assert one.start == datetime(2025, 7, 1, 8, tzinfo=UTC)
    assert one.end == datetime(2025, 7, 1, 10, 30, tzinfo=UTC)
    assert (one.cause, one.note) == ("battery_failure", "string 4")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("I-7,fra1,2025-07-01,2025-06-01,weather,", "not after the start", id="end"),
        pytest.param("I-7,fra1,2025-07-01,2025-07-02,wether,", "Did you mean 'weather'", id="why"),
    ],
)
def test_incidents_that_are_refused(estate, row, words):
    header = "incident_id,facility_id,start,end,cause,note\n"

    [problem] = refused(estate, incidents=f"{header}{row}\n")

    assert words in problem


def test_a_stock_of_water_is_taken_once_a_day(estate):
    rows = "facility_id,date,m3\nfra1,2025-01-01,40\nfra1,2025-02-01,40\nfra1,2025-01-01,41\n"

    assert refused(estate, water_stock=rows) == [
        "registers/water_stock.csv:4: stock of fra1 on 2025-01-01 stands already at "
        "registers/water_stock.csv:2.\n  Keep one of them: the sum of all tanks as the day begins."
    ]


def test_a_part_is_no_more_than_the_whole(estate):
    with pytest.raises(ConfigurationError, match="At most 100 % is allowed"):
        estate(yaml=YAML.replace("grid_zone: DE", "grid_zone: DE, ups_non_it_percent: 101"))


def test_a_facility_says_what_figures_need(estate):
    keys = (
        "deliverable_zones: [NL, AT], ups_non_it_percent: 4.5, "
        "design_pue: 1.2, rated_cooling_kw: 3000, "
        "support_area_m2: 300, shared_area_m2: 400, building_rated_kw: 2000, "
        "heat_density_kg_m3: 1030, without: [water_stock]"
    )

    one = estate(yaml=YAML.replace("grid_zone: DE", f"grid_zone: DE, {keys}")).facility("fra1")

    assert one.from_zones == ("DE", "NL", "AT")
    assert (one.design_pue, one.rated_cooling_kw) == (1.2, 3000)
    assert one.ups_non_it_percent == 4.5
    assert (one.support_area_m2, one.shared_area_m2, one.building_rated_kw) == (300, 400, 2000)
    assert (one.heat_density_kg_m3, one.heat_capacity_kj_kgk) == (1030, 4.186)
    assert one.without == ("water_stock",)


def test_policies_of_figures(estate):
    policy = (
        "policies: {gwp_set: AR5, certificate_rules: eu-2026-draft, idle_utilisation: 8, "
        "currency: SEK}\n"
    )

    found = estate(yaml=YAML + policy).policies

    assert (found.gwp_set, found.certificate_rules) == ("AR5", "eu-2026-draft")
    assert (found.idle_utilisation, found.currency) == (8, "SEK")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param("gwp_set: AR7", "gwp_set 'AR7' is not known", id="gwp"),
        pytest.param("currency: EURO", "Did you mean 'EUR'", id="currency"),
        pytest.param("certificate_rules: eu-2026", "Did you mean 'eu-2026-draft'", id="rules"),
    ],
)
def test_policies_that_are_refused(estate, policy, words):
    [problem] = refused(estate, yaml=f"{YAML}policies: {{{policy}}}\n")

    assert words in problem


FACTOR = "kind,key,valid_from,valid_to,value,unit,gases,source,edition\n"


@pytest.mark.parametrize(
    ("row", "value", "unit"),
    [
        pytest.param("location,DE,2025-01-01,2025-12-31,350,g/kWh", "0.35", "kg/kWh", id="mass"),
        pytest.param("price,grid_import,,,85.5,EUR/MWh", "0.0855", "EUR/kWh", id="per-mwh"),
        pytest.param("price,potable_water,,,2.1,EUR/m3", "2.1", "EUR/m3", id="per-m3"),
        pytest.param("water,DE,,,1.8,L/kWh", "1.8", "m3/MWh", id="water"),
        pytest.param("water,DE,,,0.0018,m3/kWh", "1.8", "m3/MWh", id="water-per-kwh"),
        pytest.param("waste,recycling,,,0.02,kg/kg", "0.02", "kg/kg", id="waste"),
    ],
)
def test_factors_are_converted_exactly(estate, row, value, unit):
    [one] = estate(factors__one=f"{FACTOR}{row},co2e,invented,1\n").registers.factors

    assert (one.value, one.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("location,DE,,,350,EUR/kWh", id="location"),
        pytest.param("price,grid_import,,,85,XXX/MWh", id="no-currency"),
        pytest.param("price,grid_import,,,85,EUR", id="no-carrier"),
        pytest.param("fuel,diesel,,,2.7,kg/gal", id="fuel"),
        pytest.param("gwp,R-32,,,771,kg/kWh", id="gwp"),
    ],
)
def test_factors_of_another_unit_are_refused(estate, row):
    [problem] = refused(estate, factors__one=f"{FACTOR}{row},co2e,invented,1\n")

    assert f"is not one of a factor of kind {row.split(',')[0]}" in problem


def test_hourly_prices_keep_their_currency(estate):
    text = (
        "kind,key,timestamp,value,unit\n"
        "price,grid_import,2025-01-01T00:00:00Z,-12.5,EUR/MWh\n"
        "price,grid_import,2025-01-01T01:00:00Z,80,EUR/MWh\n"
    )

    [series] = estate(factors__day_ahead=text).registers.hourly_factors

    assert (series.kind, series.unit) == ("price", "EUR/kWh")
    assert series.values == (Decimal("-0.0125"), Decimal("0.08"))
