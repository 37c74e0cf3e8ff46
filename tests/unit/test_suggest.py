"""What a proposal rests on, piece by piece: numbers, times, clocks, behaviour, words."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.suggest import suggest
from pipelines.suggest.behaviour import interval_of, kind_of, step_of
from pipelines.suggest.numbers import marks_of, number_of
from pipelines.suggest.times import formats_of, moment
from pipelines.suggest.words import quantity_of, unit_of
from pipelines.suggest.zones import shown_by
from schemas.errors import UsageError

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("texts", "separator", "marks", "doubtful"),
    [
        (["1.5", "12"], ",", (".", ""), False),
        (["1,5", "12"], ";", (",", ""), False),
        (["1.234,5", "12,0"], ";", (",", "."), False),
        (["1,234.5", "12.0"], ",", (".", ","), False),
        (["1 234,5", "2\u00a0345,1"], ";", (",", "blank"), False),
        (["1'234.5", "12.5"], ";", (".", "'"), False),
        (["1234", "n/a", ""], ";", (".", ""), False),
        (["1.234", "2.345"], ",", (".", ""), True),
        (["1,234", "2,345"], ";", (",", ""), True),
        (["1.234", "0.345"], ",", (".", ""), False),
    ],
)
def test_marks_are_those_that_read_the_most_numbers(texts, separator, marks, doubtful):
    assert marks_of(texts, separator) == (marks, doubtful)


@pytest.mark.parametrize(
    ("text", "marks", "number"),
    [
        ("1.234,5", (",", "."), "1234.5"),
        ("-2\u202f000", (",", "blank"), "-2000"),
        ("1e3", (".", ""), "1000"),
        ("1.2.3", (".", ""), None),
        ("kWh", (".", ""), None),
        ("", (".", ""), None),
    ],
)
def test_a_number_by_its_marks(text, marks, number):
    assert number_of(text, marks) == (None if number is None else Decimal(number))


def days(shape, count=40):
    start = datetime.fromisoformat("2025-01-01")
    return [(start + timedelta(days=number)).strftime(shape) for number in range(count)]


@pytest.mark.parametrize(
    ("texts", "shape"),
    [
        (["2025-01-01 00:15", "2025-01-01T00:30:00Z"], ""),
        (days("%d.%m.%Y %H:%M"), "%d.%m.%Y %H:%M"),
        (days("%d/%m/%Y"), "%d/%m/%Y"),
        (days("%m/%d/%Y"), "%m/%d/%Y"),
        (days("%d.%m.%y"), "%d.%m.%y"),
        (days("%d-%b-%Y %H:%M"), "%d-%b-%Y %H:%M"),
        (["01/05/2025 01:15:00 PM", "01/05/2025 02:15:00 PM"], "%d/%m/%Y %I:%M:%S %p"),
        (["1735689600", "1735693200"], "epoch_s"),
        (["1735689600000", "1735693200000"], "epoch_ms"),
        (["202501010000", "202501010030"], "%Y%m%d%H%M"),
    ],
)
def test_formats(texts, shape):
    assert formats_of(texts)[0] == shape


@pytest.mark.parametrize("texts", [["kWh"], ["12", "13"], ["06 okt 2025 00:00"], [""], ["1.5"]])
def test_other_texts_are_no_times(texts):
    assert formats_of(texts) == []


def test_only_the_first_twelve_days_leave_day_and_month_open_and_even_steps_decide():
    """The first to twelfth of May: as months they would be a year."""
    texts = [f"{day:02d}/05/2025" for day in range(1, 13)]

    assert formats_of(texts)[0] == "%d/%m/%Y"
    assert set(formats_of(texts)) == {"%d/%m/%Y", "%m/%d/%Y"}


def test_24_00_is_the_next_day():
    assert moment("31.12.2024 24:00", "%d.%m.%Y %H:%M") == datetime.fromisoformat("2025-01-01")


def local(zone, start, hours):
    """An hourly series by the clock of a zone, as it would be exported without offset."""
    first = datetime.fromisoformat(start).replace(tzinfo=ZoneInfo("UTC"))
    return [
        (first + HOUR * number).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for number in range(hours)
    ]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Europe/London", "America/New_York"])
@pytest.mark.parametrize("start", ["2025-03-01", "2025-10-15"])
def test_a_clock_that_changes_tells_its_zone(zone, start):
    shown = shown_by(sorted(local(zone, start, 24 * 60)), HOUR)

    assert shown.zones == (zone,)


def test_a_clock_that_never_changes_is_seen_to_stand():
    shown = shown_by(local("Etc/GMT-1", "2025-03-01", 24 * 60), HOUR)

    assert (shown.zones, shown.stood) == ((), True)


def test_without_a_change_in_its_time_nothing_is_shown():
    shown = shown_by(local("Europe/Berlin", "2025-05-01", 24 * 60), HOUR)

    assert (shown.zones, shown.stood) == ((), False)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        pytest.param(range(100_000, 100_400, 10), "register", id="it-rises"),
        pytest.param([*range(90_000, 90_400, 10), *range(5, 405, 10)], "register", id="a-reset"),
        pytest.param([10, 12, 9, 11, 10], "interval", id="up-and-down"),
        pytest.param([1, 2, 4, 7, 11], "interval", id="it-grows-by-as-much-as-it-is"),
        pytest.param([0, 0, 0], "", id="nothing"),
        pytest.param([1204, 1204, 1204], "register", id="a-count-that-stands"),
    ],
)
def test_kinds_by_what_values_do(values, kind):
    assert kind_of([Decimal(value) for value in values]) == kind


@pytest.mark.parametrize(
    ("step", "interval"),
    [
        (timedelta(minutes=15), "15min"),
        (HOUR, "60min"),
        (timedelta(days=1), "P1D"),
        (timedelta(days=31), "P1M"),
        (timedelta(seconds=30), "30s"),
    ],
)
def test_the_usual_step_as_a_meter_s_interval(step, interval):
    start = datetime.fromisoformat("2025-01-01")
    times = [start + step * number for number in (0, 1, 2, 7, 8)]

    assert interval_of(step_of(times)) == interval


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("Zähler A [kWh]", "kWh"), ("Verbrauch in kWh", "kWh"), ("Pumps kWh Total", "kWh"),
        ("rack-a01 Power Watts", "W"), ("Gas Boiler therms", "therm"), ("Eau de ville [L]", "L"),
        ("Phase L current", ""), ("Trafo A", ""), ("Value", ""),
    ],
)  # fmt: skip
def test_units_of_titles(title, unit):
    assert unit_of(title) == unit


@pytest.mark.parametrize(
    ("title", "kind", "unit", "quantity"),
    [
        ("USV A Ausgang [kWh]", "register", "kWh", "ups_output"),
        ("USV A Ausgang [kW]", "average", "kW", "ups_output"),
        ("USV A Ausgang [°C]", "gauge", "°C", ""),
        ("Trinkwasser", "interval", "m3", "potable_water"),
        ("Einspeisung", "interval", "kWh", ""),
    ],
)
def test_quantities_only_where_words_and_unit_agree(title, kind, unit, quantity):
    assert quantity_of(title, kind, unit) == quantity


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("hello\nworld\n", "no separator"),
        ("a;b\n1;2\n3;4\n", "no separator"),
        ("", "no separator"),
        ("2025-01-01 00:00;1\n2025-01-01 01:00;2\n", "no titles"),
        ("at;note\n2025-01-01 00:00;x\n2025-01-01 01:00;y\n", "no column holds values"),
    ],
)
def test_what_is_no_table_of_readings_is_told(tmp_path, content, why):
    path = tmp_path / "file.csv"
    path.write_text(content)

    with pytest.raises(UsageError, match=why):
        suggest(path)


_CELL = st.sampled_from(
    ["", "1", "1,5", "1.234,5", "n/a", "-", "2025-01-01 00:00", "2025-01-01", "31.12.2024 24:00",
     "12/31/2024", "00:15", "kWh", "m3", "A [kWh]", "Zeit", "id", "1735689600", '"', "x;y", "é"]
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    lines=st.lists(st.lists(_CELL, max_size=5), max_size=12),
    separator=st.sampled_from(";,\t|"),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_any_text_gives_a_proposal_or_a_reason(tmp_path, lines, separator, encoding):
    path = tmp_path / "file.csv"
    path.write_bytes("\n".join(separator.join(line) for line in lines).encode(encoding))

    found, reason = None, ""
    try:
        found = suggest(path)
    except UsageError as error:
        reason = str(error)

    assert found.meters if found else "file.csv" in reason
