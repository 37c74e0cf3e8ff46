"""The estate folder: typed configuration, and every problem at once, each with its place."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from pipelines.steps.meters import meter_table
from schemas.errors import ConfigurationError
from schemas.estate.read import read_estate
from schemas.estate.record import parse_instant, parse_interval
from schemas.quantities import Kind

YAML = """\
operator: {name: Nordlicht Cloud GmbH, country: DE}
facilities:
  - {id: fra1, name: Frankfurt 1, country: DE, timezone: Europe/Berlin, lau: "06412000"}
  - {id: blr1, country: IN, timezone: Asia/Kolkata, commissioned: 2025-03}
"""
METERS = """\
meter_id,facility_id,quantity,kind,unit,multiplier,interval,max_rate,serial,valid_from,valid_to
a,fra1,grid_import,register,MWh,40,15min,1000,A,,2025-03-10
a,fra1,grid_import,register,kWh,,1h,,B,2025-03-10T00:00:00+01:00,
b,blr1,potable_water,interval,ccf,,P1M,,,,
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def write(folder, *, yaml=YAML, meters=METERS, **registers):
    (folder / "estate.yaml").write_text(yaml)
    if meters is not None:
        (folder / "meters.csv").write_text(meters)
    (folder / "registers").mkdir(exist_ok=True)
    for name, content in registers.items():
        path = folder / "registers" / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    return folder


def problems(folder):
    with pytest.raises(ConfigurationError) as caught:
        read_estate(folder)
    found: dict[str, str] = {}
    for problem in caught.value.problems:
        found[problem.where] = f"{found.get(problem.where, '')}{problem}\n"
    return found


def test_a_whole_estate(folder):
    estate = read_estate(write(folder))
    one, two, three = estate.meters

    assert estate.operator.country == "DE"
    assert estate.facility("fra1").lau == "06412000"
    assert estate.facility("blr1").name == "blr1"
    assert (one.multiplier, one.interval, one.max_rate) == (40, timedelta(minutes=15), 1000)
    assert one.valid_to == two.valid_from == datetime(2025, 3, 9, 23, tzinfo=UTC)
    assert (three.kind, three.interval_months) == (Kind.INTERVAL, 1)
    assert estate.registers.certificates is None
    assert [name for name, _ in estate.hashes] == ["estate.yaml", "meters.csv"]


def test_a_facility_says_what_it_is_without(folder):
    yaml = YAML.replace("lau:", "without: [heat_reused, generator_output], lau:")
    estate = read_estate(write(folder, yaml=yaml))

    assert estate.facility("fra1").without == ("heat_reused", "generator_output")
    assert estate.facility("blr1").without == ()


def test_a_facility_is_not_without_what_it_meters_nor_without_a_level(folder):
    yaml = YAML.replace("lau:", "without: [grid_import, heat_reusd, waste_heat_temperature], lau:")
    found = problems(write(folder, yaml=yaml))

    assert "'heat_reusd' is no amount that a facility could be without" in found["estate.yaml:3"]
    assert "heat_reused" in found["estate.yaml:3"]
    assert "'waste_heat_temperature' is no amount" in found["estate.yaml:3"]
    assert "estate.yaml says that fra1 is without grid_import" in found["meters.csv:2"]


def test_the_highest_level_of_a_gauge_is_its_max_rate_where_that_is_lower(folder):
    rows = "".join(
        f"{name},fra1,{quantity},gauge,{unit},,,{most},,,\n"
        for name, quantity, unit, most in (
            ("x", "battery_grid_capacity", "kW", 500),
            ("y", "battery_grid_capacity", "kW", ""),
            ("z", "outdoor_temperature", "°C", 70),
        )
    )
    estate = read_estate(write(folder, meters=METERS + rows))
    table = meter_table(estate.meters, {one.id: one for one in estate.facilities})

    highest = dict(table.select("meter_id", "highest").iter_rows())
    assert [highest[name] for name in "xyz"] == [500, 1_000_000, 60]


def test_a_hash_changes_with_its_file(folder):
    before = dict(read_estate(write(folder)).hashes)
    after = dict(read_estate(write(folder, meters=METERS + "\n")).hashes)

    assert before["estate.yaml"] == after["estate.yaml"]
    assert before["meters.csv"] != after["meters.csv"]


def test_everything_that_is_wrong_is_said_at_once(folder):
    yaml = YAML.replace("timezone: Asia/Kolkata", "timezone: Asia/Kolkatta").replace("lau:", "law:")
    meters = METERS + "c,fra2,grid_import,register,kWh\nd,fra1,grid_import,gauge,kW\n"

    found = problems(write(folder, yaml=yaml, meters=meters))

    assert set(found) == {"estate.yaml:3", "estate.yaml:4", "meters.csv:5", "meters.csv:6"}
    assert "Did you mean 'lau'" in found["estate.yaml:3"]
    assert "time zone 'Asia/Kolkatta'" in found["estate.yaml:4"]
    assert "facility 'fra2' is not in estate.yaml" in found["meters.csv:5"]
    assert "a gauge shows a level" in found["meters.csv:6"]


HEADER = "meter_id,facility_id,quantity,kind,unit,interval,parent,serial,valid_from,valid_to,stamp"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param("a,fra1,grid_import,register,kVAh", "apparent power", id="apparent"),
        pytest.param("a,fra1,grid_import,register,kW", "unit refused", id="power-on-a-register"),
        pytest.param(
            "a,fra1,grid_inport,register,kWh", "Did you mean 'grid_import'", id="quantity"
        ),
        pytest.param("a,fra1,grid_import,counter,kWh", "kind 'counter' is not known", id="kind"),
        pytest.param(
            "a,fra1,outdoor_temperature,register,°C", "is a level", id="register-of-level"
        ),
        pytest.param("a,fra1,grid_import,interval,kWh", "needs its interval", id="no-interval"),
        pytest.param(
            "a,fra1,grid_import,register,kWh,P1M", "calendar months", id="monthly-register"
        ),
        pytest.param("a,fra1,grid_import,interval,kWh,soon", "cannot be read", id="length"),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,x", "parent 'x' is not a meter", id="parent"
        ),
        pytest.param("a,fra1,grid_import,register,kWh,,a", "go in a circle", id="own-parent"),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,b\nb,fra1,grid_import,register,kWh,,a",
            "a → b → a",
            id="circle",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,b\nb,blr1,grid_import,register,kWh",
            "belongs to another facility",
            id="parent-elsewhere",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh\na,fra1,grid_import,register,kWh",
            "the same serial",
            id="twice",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,,A,,2025-03-11\n"
            "a,fra1,grid_import,register,kWh,,,B,2025-03-10,",
            "overlaps",
            id="exchange-that-overlaps",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,,A,,2025-03-10\n"
            "a,blr1,grid_import,register,kWh,,,B,2025-03-10,",
            "another facility",
            id="one-id-at-two-sites",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,,,2025-03-10,2025-03-10", "not after", id="empty"
        ),
        pytest.param("a,fra1,grid_import,interval,kWh,1h,,,,,middle", "stamp 'middle'", id="stamp"),
        pytest.param("a,fra1,grid_import", "kind is missing", id="a-short-row"),
        pytest.param("a,fra1,grid_import,register,kWh,,,,,,,x", "12 cells", id="a-long-row"),
        pytest.param(
            "a,fra1,grid_import,register,kWh,,,,0001-01-01", "valid_from", id="no-such-time"
        ),
    ],
)
def test_meters_that_are_refused(folder, rows, words):
    found = problems(write(folder, meters=f"{HEADER}\n{rows}\n"))

    assert words in "\n".join(found.values())
    assert all(where.startswith("meters.csv:") for where in found)


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        pytest.param("", "holds no keys", id="empty"),
        pytest.param("operator: [", "is not YAML", id="no-yaml"),
        pytest.param("operator: {name: A, country: DE}\n", "'facilities' is missing", id="no-site"),
        pytest.param(YAML + "operator: {}\n", "stands twice", id="a-key-twice"),
        pytest.param(YAML.replace("id: blr1", "id: fra1"), "2 times", id="an-id-twice"),
        pytest.param(YAML.replace("id: blr1", "id: ../x"), "folder name", id="id-as-path"),
        pytest.param(YAML + "polices: {}\n", "Did you mean 'policies'", id="unknown-key"),
        pytest.param(YAML + "policies: {coverage_minimum: 1.5}\n", "limits", id="limits"),
        pytest.param(YAML + "policies: {first_month: 2025}\n", "not a month", id="month"),
        pytest.param(YAML + "policies: {edits_need_review: maybe}\n", "'maybe'", id="answer"),
        pytest.param(YAML + "policies: {by: [{quantity: gridimport}]}\n", "'grid_import'", id="by"),
        pytest.param(YAML + "policies: {by: [{facility: fra2}]}\n", "'fra2'", id="by-site"),
        pytest.param(
            YAML + "policies: {by: [{coverage_clean: 0.9, coverage_minimum: 0.8}]}\n",
            "neither facility nor quantity",
            id="by-nothing",
        ),
        pytest.param(
            YAML + "policies: {by: [{facility: fra1, coverage_clean: 0.9}]}\n",
            "limits must satisfy",
            id="by-order",
        ),
        pytest.param(
            YAML + "policies: {by: [{facility: fra1}, {facility: fra1}]}\n",
            "two limits for fra1",
            id="by-twice",
        ),
        pytest.param(YAML + "sources: [{match: a, format: xls}]\n", "format 'xls'", id="format"),
        pytest.param(YAML + "sources: [{match: a, decimal: ','}]\n", "the same", id="marks"),
        pytest.param(YAML + "sources: [{match: a, footer: '('}]\n", "regular", id="footer"),
        pytest.param(
            YAML + "sources: [{match: a, header_lines: 0}]\n", "at least one", id="titles"
        ),
        pytest.param(
            YAML + "sources: [{match: a, until: inclusive}]\n", "the end of rows", id="ends"
        ),
        pytest.param(
            YAML + "sources: [{match: a, columns: {quality: Q}}]\n", "what the words", id="words"
        ),
        pytest.param(
            YAML + "sources: [{match: a, columns: {quality: Q}, quality: {E: so-so}}]\n",
            "'E' cannot mean 'so-so'",
            id="qualities",
        ),
        pytest.param(YAML + "sources: {match: a}\n", "must be a list", id="no-list"),
        pytest.param(YAML + "sources: [{match: a, timezone: Mars}]\n", "'Mars'", id="zone"),
    ],
)
def test_descriptions_that_are_refused(folder, yaml, words):
    assert words in "\n".join(problems(write(folder, yaml=yaml)).values())


def test_the_most_specific_coverage_limit_decides(folder):
    by = (
        "policies:\n  coverage_clean: 0.98\n  edits_need_review: yes\n  by:\n"
        "    - {quantity: potable_water, coverage_clean: 0.9, coverage_minimum: 0.8}\n"
        "    - {facility: fra1, coverage_minimum: 0.7}\n"
        "    - {facility: fra1, quantity: potable_water, coverage_clean: 1, coverage_minimum: 1}\n"
    )

    policies = read_estate(write(folder, yaml=YAML + by)).policies

    assert policies.edits_need_review
    assert policies.limits("fra1", "potable_water") == (1, 1)
    assert policies.limits("fra1", "grid_import") == (0.98, 0.7)
    assert policies.limits("blr1", "potable_water") == (0.9, 0.8)
    assert policies.limits("blr1", "grid_import") == (0.98, 0.95)


TAGS = "meter_id,facility_id,quantity,kind,unit,tags"


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        pytest.param("a,fra1,grid_import,register,kWh,checks:x", "names no meter", id="unknown"),
        pytest.param("a,fra1,grid_import,register,kWh,checks:a", "checks itself", id="itself"),
        pytest.param(
            "a,fra1,grid_import,register,kWh,\nb,fra1,ups_input,register,kWh,checks:a",
            "another facility or quantity",
            id="another-quantity",
        ),
        pytest.param(
            "a,fra1,grid_import,register,kWh,\nb,fra1,grid_import,register,kWh,checks:a\n"
            "c,fra1,grid_import,register,kWh,checks:b",
            "a check meter itself",
            id="chain",
        ),
    ],
)
def test_check_meters_that_are_refused(folder, rows, words):
    found = problems(write(folder, meters=f"{TAGS}\n{rows}\n"))

    assert words in "\n".join(found.values())


def test_a_check_meter_names_the_one_it_checks(folder):
    rows = "a,fra1,grid_import,register,kWh,\nb,fra1,grid_import,register,kWh,backup; checks:a"

    estate = read_estate(write(folder, meters=f"{TAGS}\n{rows}\n"))

    assert [one.checks for one in estate.meters] == ["", "a"]


def test_a_folder_that_is_no_estate(folder):
    assert "wattledger init" in problems(folder)[str(folder)]


def test_a_missing_meter_register(folder):
    assert "is missing" in problems(write(folder, meters=None))["meters.csv"]


CERTIFICATES = (
    "certificate_id,facility_id,kind,energy_kwh,production_start,production_end,zone,status,"
    "cancelled_on,beneficiary\n"
)


def test_registers(folder):
    factors = "kind,key,valid_from,valid_to,value,unit,gases,source\n"
    hourly = "kind,key,timestamp,value,unit\nlocation,DE,2025-01-01T01:00+01:00,250,gCO2eq/kWh\n"
    estate = read_estate(
        write(
            folder,
            certificates=CERTIFICATES + "c,fra1,go,1000,2025-01-01,2025-01-31,DE,cancelled,,\n",
            fuel="facility_id,date,fuel,litres,kwh,event\nfra1,2025-05-01,diesel,40,,consumption\n",
            factors__grid=factors + "location,DE,2025-01-01,2025-12-31,350,g/kWh,co2e,atlas\n",
            factors__hourly=hourly,
        )
    )
    [factor], [series] = estate.registers.factors, estate.registers.hourly_factors

    assert (factor.value, factor.unit, factor.valid_to) == (
        Decimal("0.350"),
        "kg/kWh",
        date(2025, 12, 31),
    )
    assert (series.hours, series.values) == (
        (datetime(2025, 1, 1, tzinfo=UTC),),
        (Decimal("0.25"),),
    )
    assert estate.registers.certificates[0].energy_kwh == 1000
    assert estate.registers.fuel[0].litres == 40
    assert estate.registers.equipment is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        pytest.param("c,fra9,go,1,2025-01-01,2025-01-31,DE,held,,", "'fra9'", id="facility"),
        pytest.param("c,fra1,wind,1,2025-01-01,2025-01-31,DE,held,,", "kind 'wind'", id="kind"),
        pytest.param("c,fra1,go,-1,2025-01-01,2025-01-31,DE,held,,", "too low", id="negative"),
        pytest.param("c,fra1,go,1,2025-02-01,2025-01-31,DE,held,,", "before", id="backwards"),
        pytest.param(
            "c,fra1,go,1,2025-01-01,2025-01-31,DE,sold,2025-02-01,", "cancelled_on", id="sold"
        ),
        pytest.param(
            "c,fra1,go,1,2025-01-01,2025-01-31,DE,held,,\nc,fra1,go,1,2025-01-01,2025-01-31,DE,held,,",
            "stands already",
            id="one-serial-twice",
        ),
    ],
)
def test_certificates_that_are_refused(folder, row, words):
    found = problems(write(folder, certificates=CERTIFICATES + row + "\n"))

    assert words in "\n".join(found.values())


@pytest.mark.parametrize(
    ("text", "seconds", "months"),
    [
        pytest.param("15min", 900, 0, id="minutes"),
        pytest.param("1h", 3600, 0, id="hour"),
        pytest.param("PT15M", 900, 0, id="iso-minutes"),
        pytest.param("P1D", 86_400, 0, id="day"),
        pytest.param("P1DT12H", 129_600, 0, id="day-and-a-half"),
        pytest.param("P1M", 31 * 86_400, 1, id="month"),
    ],
)
def test_lengths_of_time(text, seconds, months):
    found = parse_interval(text)

    assert (found.length.total_seconds(), found.months) == (seconds, months)


@pytest.mark.parametrize("text", ["", "0h", "P", "PT", "P0M", "1 fortnight", "-1h", "PT-1H"])
def test_what_is_no_length_of_time(text):
    with pytest.raises(ValueError, match="not a length"):
        parse_interval(text)


def test_a_date_is_the_facility_s_midnight():
    assert parse_instant("2025-07-01", ZoneInfo("Asia/Kolkata")) == datetime(
        2025, 6, 30, 18, 30, tzinfo=UTC
    )


def test_the_meter_table_is_exact(folder):
    estate = read_estate(write(folder))
    table = meter_table(estate.meters, {one.id: one for one in estate.facilities})
    [one, _, water] = table.iter_rows(named=True)

    assert Fraction(one["numerator"], one["denominator"]) == 40_000
    assert one["count"] == 40_000
    assert Fraction(water["numerator"], water["denominator"]) == Fraction("2.8316846592")
    assert (water["calendar"], water["domain"]) == ("1mo", "water")
    assert water["valid_from"] == datetime(2025, 2, 28, 18, 30, tzinfo=UTC)
