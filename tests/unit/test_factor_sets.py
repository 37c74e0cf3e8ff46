"""Factors in other people's files: by the year, by the hour with estimates, and the answers of grid
data services, of the days that were asked for and no others."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.errors import ConfigurationError
from schemas.estate.factor_sets import factors_of
from schemas.estate.source import FactorSet
from tests.unit.test_estate import YAML, read_estate, write

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
START = datetime(2025, 3, 1, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
RATE = "CO2 total output emission rate (lb/MWh) by eGRID subregion 2022"


def shared(path):
    if not (SHARED / path).is_file():
        pytest.skip(f"../shared/data/{path} is not there")
    return SHARED / path


def of(**more):
    return FactorSet(**{"match": "*", "kind": "location", "unit": "g/kWh", **more})


def given(folder, text, one, name="file"):
    path = folder / name
    path.write_text(text)
    return factors_of(path, one)


def words(problems):
    return "\n".join(str(one) for one in problems)


# ------------------------------------------------------------------------------------ by the year


def test_egrid_in_pounds_per_megawatt_hour():
    """823.149 lb/MWh × 0.45359237 kg/lb ÷ 1000; titles have blanks before them."""
    path = shared("egrid/CO2_total_output_emission_rate_by_eGRID_subregion_2022.csv")
    one = of(unit="lb/MWh", gases="co2", keys="Region", year="Year", value=RATE)

    factors, series, problems = factors_of(path, one)

    assert (len(factors), series, problems) == (28, [], [])
    us = next(one for one in factors if one.key == "US")
    assert us.value == Decimal("0.37337410577313")
    assert (us.valid_from, us.valid_to) == (date(2022, 1, 1), date(2022, 12, 31))
    assert (us.unit, us.gases) == ("kg/kWh", "co2")
    assert us.where.endswith(":2")


def test_a_table_by_the_year_has_one_row_for_each(tmp_path):
    one = of(keys="zone", year="year", value="mix", kind="residual")
    text = "zone,year,mix\nDE,2023,700\nDE,2024,650\nDE,2024,651\nFR,20x,40\nSE,2024,\nNO,2024\n"

    factors, _, problems = given(tmp_path, text, one)

    assert [(one.key, one.valid_from.year, one.value) for one in factors] == [
        ("DE", 2023, Decimal("0.7")), ("DE", 2024, Decimal("0.65"))]  # fmt: skip
    assert [problem.where.rpartition(":")[2] for problem in problems] == ["7", "4", "5", "6"]
    assert "DE of 2024 stands twice" in words(problems)
    assert "the row has 2 cells, and the header 3" in words(problems)


def test_a_table_of_one_year_has_one_row_for_each_key(tmp_path):
    one = of(keys="zone", value="mix", kind="residual", valid_from=date(2024, 1, 1),
             valid_to=date(2024, 12, 31))  # fmt: skip

    factors, _, problems = given(tmp_path, "zone,mix\nDE,650\nFR,\nDE,651\n", one)

    assert [(one.key, one.value, one.valid_from, one.valid_to) for one in factors] == [
        ("DE", Decimal("0.65"), date(2024, 1, 1), date(2024, 12, 31))]  # fmt: skip
    assert "'FR', '' are no key and number" in words(problems)
    assert "DE stands twice" in words(problems)


@pytest.mark.parametrize(
    ("year", "title", "count", "total"),
    [
        (2019, "Lifecycle grid carbon intensity (gCO2eq / kWh)", 24, 9566),
        (2023, "Grid carbon intensity (gCO2eq / kWh)", 40, 13495),
    ],
)
def test_regions_of_a_cloud_by_titles_that_change_from_year_to_year(year, title, count, total):
    """Life-cycle and operational intensities are not one series: each is named by its title."""
    one = of(keys="Google Cloud Region", value=title, valid_from=date(year, 1, 1),
             valid_to=date(year, 12, 31))  # fmt: skip

    factors, _, problems = factors_of(shared(f"google-region-carbon/{year}.csv"), one)

    assert problems == []
    assert (len(factors), sum(one.value for one in factors) * 1000) == (count, total)


def test_countries_by_the_year():
    path = shared("codecarbon/eu-carbon-intensity-electricity.csv")
    one = of(keys="Entity", year="Year", value="Carbon intensity of electricity (gCO2/kWh)")

    factors, _, problems = factors_of(path, one)

    assert problems == []
    assert (len(factors), sum(one.value for one in factors) * 1000) == (630, 246432)
    austria = next(one for one in factors if one.key == "Austria")
    assert (austria.valid_from, austria.value) == (date(2000, 1, 1), Decimal("0.158"))


# ------------------------------------------------------------------------------------ by the hour


@pytest.mark.parametrize(
    ("name", "hours", "estimates", "grams"),
    [("GB_2024", 8784, 22, "928853.77"), ("SG_2024", 8784, 1475, "3223097.25"),
     ("KR_2021", 8760, 7, "3715083.31"), ("US-CAL-CISO_2024", 8784, 0, "1479783.11")],
)  # fmt: skip
def test_published_hours_keep_their_marks_and_are_of_the_year_asked_for(
    name, hours, estimates, grams
):
    year = int(name[-4:])
    one = of(
        key="X", timestamp="Datetime (UTC)", value="Carbon Intensity gCO₂eq/kWh (direct)",
        estimated="Data Estimated", valid_from=date(year, 1, 1), valid_to=date(year, 12, 31),
    )  # fmt: skip

    _, [series], problems = factors_of(shared(f"sustain-cluster/{name}_hourly.csv"), one)

    assert problems == []
    assert (len(series.hours), len(series.estimated)) == (hours, estimates)
    assert sum(series.values) * 1000 == Decimal(grams)
    assert series.hours[-1] == datetime(year, 12, 31, 23, tzinfo=UTC)


def rows(number, step=HOUR, start=START, value=lambda n: 100 + n, mark=lambda _: ""):
    lines = [f"{(start + n * step).isoformat()},{value(n)},{mark(n)}" for n in range(number)]
    return "\n".join(["at,g,late", *lines, ""])


HOURLY = {"key": "DE", "timestamp": "at", "value": "g", "estimated": "late"}
ONE_DAY = {"valid_from": date(2025, 3, 1), "valid_to": date(2025, 3, 1)}


def test_quarters_of_an_hour_are_averaged_and_an_hour_that_lacks_one_is_missing(tmp_path):
    """100, 101, 102 and 103 are 101.5 in the mean; of the second hour one is gone."""
    text = rows(8, QUARTER, mark=lambda n: "yes" if n == 2 else "no").replace(
        f"{(START + 5 * QUARTER).isoformat()},105,no\n", ""
    )

    _, [series], problems = given(tmp_path, text, of(**HOURLY))

    assert problems == []
    assert (series.hours, series.values) == ((START,), (Decimal("0.1015"),))
    assert series.estimated == {START}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (rows(23), "1 hours of 2025-03-01 to 2025-03-01 are missing, first 2025-03-01T23:00"),
        (rows(25), "1 hours are outside 2025-03-01 to 2025-03-01, first 2025-03-02T00:00"),
        (rows(24, start=START - HOUR), "are missing"),
        (rows(96, QUARTER).replace("T07:15", "T30:15"), "1 hours of 2025-03-01"),
    ],
)
def test_the_answered_range_is_the_one_asked_for_or_it_fails(tmp_path, text, why):
    _, _, problems = given(tmp_path, text, of(**HOURLY, **ONE_DAY))

    assert why in words(problems)


def test_the_range_is_of_the_days_of_its_own_zone(tmp_path):
    one = of(**HOURLY, timezone="Europe/Berlin", valid_from=date(2025, 3, 30),
             valid_to=date(2025, 3, 30))  # fmt: skip
    first = datetime(2025, 3, 29, 23, tzinfo=UTC)

    _, [series], problems = given(tmp_path, rows(23, start=first), one)

    assert (problems, len(series.hours)) == ([], 23)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (rows(2, start=START + timedelta(minutes=50)), "2 times are no whole hours"),
        (rows(3, timedelta(minutes=25)), "no whole hours or equal parts"),
        (rows(2, mark=lambda _: "perhaps"), "'perhaps' does not say whether"),
        (rows(2, value=lambda _: "x"), "'x' cannot be read"),
        (rows(2, value=lambda _: "NaN"), "'NaN' cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path, text, why):
    assert why in words(given(tmp_path, text, of(**HOURLY))[2])


# ------------------------------------------------------------------------------- Electricity Maps


def answer(number=24, zone="DE", key="history", **more):
    values = [
        {
            "zone": zone,
            "carbonIntensity": 300 + n,
            "datetime": (START + n * HOUR).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "updatedAt": "2025-03-03T00:00:00.000Z",
            "emissionFactorType": "lifecycle",
            "isEstimated": n in (3, 4),
            "estimationMethod": "TIME_SLICER_AVERAGE" if n in (3, 4) else None,
        }
        for n in range(number)
    ]
    return json.dumps({"zone": zone, key: values, "temporalGranularity": "hourly", **more})


MAPS = {"format": "electricity-maps", "key": "DE", "unit": "gCO2eq/kWh"}


@pytest.mark.parametrize("key", ["history", "data"])
def test_an_answer_of_electricity_maps_keeps_its_marks(tmp_path, key):
    _, [series], problems = given(tmp_path, answer(key=key), of(**MAPS, **ONE_DAY))

    assert problems == []
    assert series.values[:2] == (Decimal("0.3"), Decimal("0.301"))
    assert series.estimated == {START + 3 * HOUR, START + 4 * HOUR}


@pytest.mark.parametrize(
    ("text", "more", "why"),
    [
        (answer(23), {}, "1 hours of 2025-03-01"),
        (answer(zone="FR"), {}, "the answer is of zone 'FR', and the set's key is 'DE'"),
        (answer(), {"unit": "kg/kWh"}, "answers in gCO2eq/kWh"),
        (answer(), {"gases": "co2"}, "the set says otherwise"),
        (answer(0), {}, "holds no values"),
        (json.dumps({"error": "Invalid auth-token"}), {}, "no answer of Electricity Maps"),
        ("<html>", {}, "no answer of Electricity Maps"),
    ],
)
def test_another_answer_of_electricity_maps_is_refused(tmp_path, text, more, why):
    _, _, problems = given(tmp_path, text, of(**{**MAPS, **ONE_DAY, **more}))

    assert why in words(problems)


# ---------------------------------------------------------------------------------------- ENTSO-E


def generation(kind, points, *, hours=1, resolution="PT60M", curve="A01", out=False):
    end = (START + hours * HOUR).strftime("%Y-%m-%dT%H:%MZ")
    told = "".join(
        f"<Point><position>{place}</position><quantity>{quantity}</quantity></Point>"
        for place, quantity in points
    )
    way = "out" if out else "in"
    return (
        f"<TimeSeries><{way}BiddingZone_Domain.mRID codingScheme='A01'>10Y1001A1001A83F"
        f"</{way}BiddingZone_Domain.mRID><curveType>{curve}</curveType>"
        f"<MktPSRType><psrType>{kind}</psrType></MktPSRType><Period><timeInterval>"
        f"<start>2025-03-01T00:00Z</start><end>{end}</end></timeInterval>"
        f"<resolution>{resolution}</resolution>{told}</Period></TimeSeries>"
    )


def document(*series, name="GL_MarketDocument", before=""):
    space = "urn:iec62325.351:tc57wg16:451-6:generationloaddocument:3:0"
    return f'<?xml version="1.0"?>{before}<{name} xmlns="{space}">{"".join(series)}</{name}>'


TYPES = (("B04", Decimal(400)), ("B16", Decimal(0)))
ENTSOE = {"format": "entsoe", "key": "DE", "types": TYPES}


def test_an_intensity_is_made_of_generation_by_type(tmp_path):
    """30 MW of gas at 400 and 70 MW of the sun at 0 are 120 g/kWh; then 50 and 50, 200."""
    text = document(
        generation("B04", [(1, 30), (2, 50)], hours=2),
        generation("B16", [(1, 70), (2, 50)], hours=2),
        generation("B10", [(1, 999)], out=True),
    )

    _, [series], problems = given(tmp_path, text, of(**ENTSOE))

    assert problems == []
    assert series.values == (Decimal("0.12"), Decimal("0.2"))


def test_of_a_curve_of_blocks_a_position_that_is_left_out_is_as_the_one_before(tmp_path):
    """A quarter each of 40 and 60, then 60 and 60 of gas among 100: 0.16, 0.24, 0.24, 0.24."""
    text = document(
        generation("B04", [(1, 40), (2, 60)], resolution="PT15M", curve="A03"),
        generation("B16", [(1, 60), (2, 40)], resolution="PT15M", curve="A03"),
    )

    _, [series], problems = given(tmp_path, text, of(**ENTSOE))

    assert (problems, series.values) == ([], (Decimal("0.22"),))


def test_of_a_curve_of_points_it_is_a_hole(tmp_path):
    text = document(
        generation("B04", [(1, 40), (3, 60)], hours=3),
        generation("B16", [(1, 60), (2, 40), (3, 40)], hours=3),
    )

    _, [series], problems = given(tmp_path, text, of(**ENTSOE))

    assert (problems, series.hours) == ([], (START, START + 2 * HOUR))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (document(generation("B04", [(1, 1)]), generation("B05", [(1, 1)])),
         "no factor is stated for the types B05"),
        (document(), "tells of no generation"),
        (document(generation("B04", [(1, 1)]), name="Acknowledgement_MarketDocument"),
         "not a Acknowledgement_MarketDocument"),
        (document(generation("B04", [(2, 1)])), "cannot hold its points"),
        (document(generation("B04", [(1, "x")])), "cannot be read"),
        (document(generation("B04", [(1, 1)], resolution="P1Y")), "cannot be read"),
        (document(generation("B04", [(1, 1)])).replace("psrType", "other"), "has no psrType"),
        (document(generation("B04", [(1, 1)]), before="<!DOCTYPE x>"), "document type"),
        ("{}", "this is no XML"),
    ],
)  # fmt: skip
def test_another_answer_of_entsoe_is_refused(tmp_path, text, why):
    assert why in words(given(tmp_path, text, of(**ENTSOE))[2])


# ------------------------------------------------------------------------------------ estate.yaml


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("key: DE, unit: g/kWh, value: v", "by the hour, by the year, or of keys"),
        ("keys: k, unit: g/kWh, value: v", "by the hour, by the year, or of keys"),
        ("unit: g/kWh, timestamp: t, value: v", "key or keys"),
        ("keys: k, unit: g/kWh, timestamp: t, value: v", "a series by the hour is of one key"),
        ("key: DE, unit: g/kWh, timestamp: t", "value"),
        ("key: DE, unit: g/kWh, format: entsoe", "types belong to generation by type"),
        ("key: DE, unit: g/kWh, format: electricity-maps, value: v", "has no columns"),
        ("key: DE, unit: g/kWh, format: entsoe, types: {B04: much}", "'B04: much' is no factor"),
        ("key: DE, unit: g/kWh, timestamp: t, value: v, valid_from: 2025-01-01", "belong together"),
        ("keys: k, year: y, unit: g/kWh, value: v, estimated: e", "only a series by the hour"),
        (
            "keys: k, year: y, unit: g/kWh, value: v, valid_from: 2025-01-01, valid_to: 2025-01-02",
            "by the hour, by the year, or of keys",
        ),
    ],
)
def test_a_set_that_cannot_be_is_refused(tmp_path, entry, why):
    yaml = f'{YAML}\nfactor_sets:\n  - {{match: "*.csv", {entry}}}\n'
    with pytest.raises(ConfigurationError) as caught:
        read_estate(write(tmp_path, yaml=yaml))

    assert why in words(caught.value.problems)
