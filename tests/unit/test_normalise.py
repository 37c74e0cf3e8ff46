"""Raw rows to candidates: meters, units, numbers, validity. Times have tests of their own."""

from datetime import timedelta
from decimal import Decimal

import pytest
from spine import BERLIN, Spine, drop, meter, utc

from schemas.estate.source import Source
from schemas.quantities import Kind

NOON = utc("2025-03-10T12:00")
FULL = "meter_id,timestamp,value,unit,serial"
HOUR = timedelta(hours=1)


def value(text, *, drops_unit="", decimal=".", grouping="", **facts):
    """The one candidate's value, or why there is none."""
    content = f"meter_id;timestamp;value;unit\nm;2025-03-10T12:00:00Z;{text};{drops_unit}\n"
    source = Source(match="*", separator=";", decimal=decimal, grouping=grouping)
    candidates, refused = Spine([meter(**facts)], [content], source=source).read
    return candidates["value"][0] if candidates.height else refused["reasons"][0]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("12", "12", id="whole"),
        pytest.param("12.5", "12.5", id="decimal"),
        pytest.param(" 12.5 ", "12.5", id="blanks"),
        pytest.param("+12.5", "12.5", id="sign"),
        pytest.param("1.25e3", "1250", id="exponent"),
        pytest.param("0", "0", id="zero"),
        pytest.param("0.1234567890126", "0.123456789013", id="rounded-to-12-places"),
        pytest.param("999999999999999", "999999999999999", id="large"),
    ],
)
def test_numbers(text, number):
    assert value(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "-", "n/a", "NaN", "inf", "1,5", "1,234.5", "1 234", "1_000", "0x1F", "12 kWh"]
)
def test_other_texts_are_no_numbers(text):
    assert value(text) == "unparsable_value"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("12", "12", id="whole"),
        pytest.param("12,5", "12.5", id="comma"),
        pytest.param("1.234,5", "1234.5", id="thousands"),
        pytest.param("1.234.567", "1234567", id="thousands-without-decimals"),
        pytest.param(",5", "0.5", id="leading-comma"),
    ],
)
def test_a_decimal_comma(text, number):
    assert value(text, decimal=",") == Decimal(number)


@pytest.mark.parametrize(
    ("text", "decimal", "grouping", "number"),
    [
        ("1 234,5", ",", "blank", "1234.5"),
        ("1\u00a0234\u00a0567", ",", "blank", "1234567"),
        ("1\u202f234,5", ",", "blank", "1234.5"),
        ("1'234.5", ".", "'", "1234.5"),
        ("-1\u2019234.5", ".", "'", "-1234.5"),
        ("1,234.5", ".", ",", "1234.5"),
        ("12.5", ".", ",", "12.5"),
        ("1.234,5", ",", ".", "1234.5"),
    ],
)
def test_marks_between_thousands(text, decimal, grouping, number):
    found = value(text, decimal=decimal, grouping=grouping)

    assert found == (Decimal(number) if Decimal(number) >= 0 else "negative_amount")


@pytest.mark.parametrize(
    ("text", "decimal", "grouping"),
    [
        ("12 34,5", ",", "blank"),
        ("1 2345", ",", "blank"),
        ("1.234,5", ",", "blank"),
        ("1'234,5", ".", "'"),
        ("1,5", ".", ","),
        ("1,234,5", ".", ","),
        ("1,234.5", ",", "blank"),
    ],
)
def test_marks_that_stand_elsewhere_are_no_marks_between_thousands(text, decimal, grouping):
    assert value(text, decimal=decimal, grouping=grouping) == "unparsable_value"


@pytest.mark.parametrize("text", ["1.5", "12.34,5", "1,234.5", "1,2,3", "1.2345", ",", ""])
def test_a_decimal_comma_guesses_nothing(text):
    assert value(text, decimal=",") == "unparsable_value"


@pytest.mark.parametrize(
    ("shown", "unit", "facts", "canonical"),
    [
        pytest.param("5", "", {"unit": "MWh"}, "5000", id="the-meter's-unit"),
        pytest.param("5", "", {"unit": "MWh", "multiplier": Decimal(40)}, "200000", id="times"),
        pytest.param(
            "5000", "", {"multiplier": Decimal("0.6")}, "3000", id="the-key-of-a-mixed-building"
        ),
        pytest.param("5", "Wh", {"unit": "MWh"}, "0.005", id="the-drop's-unit-replaces-it"),
        pytest.param(
            "5",
            "Wh",
            {"unit": "MWh", "multiplier": Decimal(40)},
            "0.2",
            id="but-not-the-multiplier",
        ),
        pytest.param("36", "", {"unit": "MJ"}, "10", id="exact-factor"),
        pytest.param("1", "", {"unit": "therm"}, "29.307107017222", id="rounded-once"),
        pytest.param(
            "1", "", {"unit": "ccf", "quantity": "potable_water"}, "2.8316846592", id="water"
        ),
        pytest.param(
            "212",
            "",
            {"unit": "°F", "quantity": "outdoor_temperature", "kind": Kind.GAUGE},
            "out_of_range",
            id="too-hot",
        ),
        pytest.param(
            "77",
            "",
            {"unit": "°F", "quantity": "outdoor_temperature", "kind": Kind.GAUGE},
            "25",
            id="fahrenheit",
        ),
        pytest.param(
            "298.15",
            "K",
            {"unit": "°C", "quantity": "outdoor_temperature", "kind": Kind.GAUGE},
            "25",
            id="the-drop's-kelvin",
        ),
        pytest.param(
            "500", "", {"unit": "W", "kind": Kind.AVERAGE, "interval": HOUR}, "0.5", id="mean-power"
        ),
        pytest.param("5", "kVAh", {}, "unknown_unit", id="apparent-energy"),
        pytest.param("5", "kW", {}, "unknown_unit", id="power-on-a-register"),
        pytest.param("5", "furlong", {}, "unknown_unit", id="unknown"),
        pytest.param("5", " KWH ", {}, "5", id="another-spelling"),
    ],
)
def test_values_in_the_canonical_unit(shown, unit, facts, canonical):
    expected = canonical if canonical[0].isalpha() else Decimal(canonical)

    assert value(shown, drops_unit=unit, **facts) == expected


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param("1e26", {}, id="more-than-the-lake-holds"),
        pytest.param("9" * 40, {}, id="more-than-a-decimal-holds"),
        pytest.param(
            "1e15", {"unit": "GWh", "multiplier": Decimal("1234567.891")}, id="times-much"
        ),
    ],
)
def test_a_number_that_arithmetic_cannot_hold_is_refused(text, facts):
    assert value(text, **facts) in {"out_of_range", "unparsable_value"}


def test_the_drop_s_own_unit_never_overflows():
    """20 000 000 000 Btu × 1.2345678 = 7 236 322.126… kWh, or refused; never another number."""
    exact = Decimal(20_000_000_000) * Decimal("1055.05585262") / 3_600_000 * Decimal("1.2345678")

    found = value("20000000000", drops_unit="Btu", multiplier=Decimal("1.2345678"))

    assert found == "out_of_range" or found == pytest.approx(exact, abs=Decimal("1e-11"))


def test_minus_is_refused_for_amounts_and_allowed_for_levels():
    assert value("-1") == "negative_amount"
    facts = {"unit": "°C", "quantity": "outdoor_temperature", "kind": Kind.GAUGE}
    assert value("-1", **facts) == Decimal(-1)


def test_every_reason_of_a_row_is_named():
    spine = Spine([meter()], [drop([("x", "nonsense", "n/a")])])

    assert spine.reasons == {2: "unknown_meter; unparsable_time; unparsable_value"}


def test_a_row_keeps_its_own_words_in_quarantine():
    refused = Spine([meter()], [drop([("m", "10.3.25", "1.5.5")])]).read[1]

    assert refused.select("line", "meter_id", "timestamp", "value").row(0) == (
        2,
        "m",
        "10.3.25",
        "1.5.5",
    )


EXCHANGE = utc("2025-03-10T12:00")


def exchanged(**facts):
    return [
        meter(serial="A", valid_to=EXCHANGE, **facts),
        meter(serial="B", valid_from=EXCHANGE, **facts),
    ]


def rows_of(spine):
    return dict(spine.read[0].sort("line").select("line", "row").iter_rows())


def test_serials_choose_the_meter_s_row_and_else_the_time_does():
    rows = [
        ("m", EXCHANGE - HOUR, 1, "", ""),
        ("m", EXCHANGE, 2, "", ""),
        ("m", EXCHANGE, 3, "", "A"),
        ("m", EXCHANGE, 4, "", "B"),
        ("m", EXCHANGE, 5, "", "C"),
        ("m", EXCHANGE + HOUR, 6, "", "A"),
    ]
    spine = Spine(exchanged(), [drop(rows, FULL)])

    assert rows_of(spine) == {2: 0, 3: 1, 4: 0, 5: 1}
    assert spine.read[1]["reasons"].to_list() == ["unknown_serial", "outside_validity"]


def test_an_interval_that_ends_at_the_exchange_belongs_to_the_first_serial():
    """Stamped by its end, 11:00–12:00 stands at 12:00, where the second serial begins."""
    facts = {"kind": Kind.INTERVAL, "interval": HOUR, "stamp": "end"}
    rows = [("m", EXCHANGE + HOUR * number, 5) for number in range(-1, 3)]

    spine = Spine(exchanged(**facts), [drop(rows)])

    assert spine.reasons == {}
    assert rows_of(spine) == {2: 0, 3: 0, 4: 1, 5: 1}


def test_a_serial_of_a_meter_that_was_never_exchanged():
    rows = [("m", NOON, 1, "", "A"), ("m", NOON, 2, "", "B"), ("m", NOON, 3, "", "")]

    assert Spine([meter(serial="A")], [drop(rows, FULL)]).read[1]["line"].to_list() == [3]
    assert Spine([meter()], [drop(rows, FULL)]).read[1].height == 0


@pytest.mark.parametrize(
    ("kind", "at_end"),
    [
        pytest.param(Kind.REGISTER, True, id="a-register-is-read-at-its-end"),
        pytest.param(Kind.INTERVAL, False, id="no-interval-begins-there"),
    ],
)
def test_validity_is_half_open(kind, at_end):
    facts = {"valid_from": NOON, "valid_to": NOON + HOUR, "kind": kind, "interval": HOUR}
    rows = [("m", NOON + HOUR * number, 5) for number in (-1, 0, 1, 2)]

    lines = Spine([meter(**facts)], [drop(rows)]).read[0]["line"].to_list()

    assert lines == ([3, 4] if at_end else [3])


def test_a_meter_is_in_place_since_its_facility_was_commissioned():
    opened = BERLIN.__class__(**{**BERLIN.__dict__, "commissioned": "2025-03"})
    rows = [("m", "2025-02-28T23:59:59", 1), ("m", "2025-03-01T00:00:00", 2)]

    assert Spine([meter()], [drop(rows)], facility=opened).reasons == {2: "outside_validity"}


def test_the_month_is_the_facility_s_and_not_the_file_s():
    source = Source(match="*", timezone="America/New_York")
    rows = [("m", "2025-03-31T17:00:00", 1), ("m", "2025-03-31T18:00:00", 2)]

    months = Spine([meter()], [drop(rows)], source=source).read[0].sort("line")["month"]

    assert months.to_list() == [202503, 202504]
