"""Damaged spreadsheets and text files: each gives a message that names the cell or line, and of
none is anything read that does not stand in it."""

import gzip
import io
import zipfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from pipelines.sources import Unreadable
from pipelines.stages.reading import normalised
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import Context
from schemas.estate.model import Facility, Meter
from schemas.estate.source import Source
from schemas.quantities import Kind
from tests.unit.spine import LATE

SITE = Facility(id="site", name="Site", country="DE", timezone="UTC")
TITLES = ("Zeit", "A [kWh]", "B [kWh]")
TIMES = [datetime.fromisoformat("2025-01-01") + timedelta(hours=hour) for hour in range(4)]
#: What stands in the file, hour by hour.
A, B = (10, 11, 12, 13), (20, 21, 22, 23)
TEXT = Source(
    match="*",
    separator=";",
    columns=(("timestamp", "Zeit"),),
    wide=(("A [kWh]", "a"), ("B [kWh]", "b")),
)
BOOK = replace(TEXT, format="xlsx")
LONG = Source(
    match="*",
    separator=";",
    columns=(("timestamp", "Zeit"), ("meter", "Zähler"), ("value", "Wert"), ("unit", "Einheit")),
)
LONG_TITLES = ("Zeit", "Zähler", "Wert", "Einheit")
EVERY = {f"a{hour}": value for hour, value in enumerate(A)} | {
    f"b{hour}": value for hour, value in enumerate(B)
}


def without(*names):
    return {name: value for name, value in EVERY.items() if name not in names}


@dataclass(frozen=True, kw_only=True)
class Case:
    """A damaged file: its bytes and mapping, what may be kept of it, and what is told of the rest:
    words that stand together in one message."""

    content: bytes
    told: tuple[tuple[str, ...], ...]
    kept: dict[str, float] = field(default_factory=lambda: dict(EVERY))
    source: Source = TEXT
    facts: dict[str, object] = field(default_factory=dict)


def body(a=A, b=B, times=None):
    stamps = times or [at.isoformat(sep=" ") for at in TIMES]
    return [(at, one, other) for at, one, other in zip(stamps, a, b, strict=True)]


def text(*rows, encoding="utf-8"):
    return "".join(f"{';'.join(map(str, row))}\n" for row in rows).encode(encoding)


def book(rows, *, at=0, fill=None, name="Messung"):
    """A workbook with rows from row ``at`` on, real dates where they are dates."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as writing:
        sheet = writing.add_worksheet(name)
        stamp = writing.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for number, row in enumerate(rows, start=at):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    sheet.write_datetime(number, place, cell, stamp)
                elif cell is not None:
                    sheet.write(number, place, cell)
        if fill:
            fill(writing, sheet)
    return file.getvalue()


def dated(a=A, b=B):
    return [TITLES, *body(a, b, TIMES)]


def with_formula(written, shown):
    return lambda _, sheet: sheet.write_formula(2, 1, written, None, shown)


def with_second_sheet(writing, _):
    writing.add_worksheet("Notizen").write(0, 0, "x")


def with_percent(writing, sheet):
    sheet.write_number(2, 1, 0.45, writing.add_format({"num_format": "0 %"}))


def with_table_beside(_, sheet):
    sheet.write_row(2, 4, ["Kosten", 7])


def merged_ids(writing, sheet):
    sheet.merge_range(1, 1, 2, 1, "a")


def of_1904():
    """The same cells in a workbook that counts days from 1904: 1462 days later."""
    told = openpyxl.load_workbook(io.BytesIO(book(dated())))
    told.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    file = io.BytesIO()
    told.save(file)
    return file.getvalue()


def charts_only():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as writing:
        sheet = writing.add_worksheet("Daten")
        sheet.write(0, 0, 1)
        chart = writing.add_chart({"type": "line"})
        chart.add_series({"values": "=Daten!$A$1:$A$1"})
        writing.add_chartsheet("Bild").set_chart(chart)
        sheet.hide()
        writing.get_worksheet_by_name("Bild").activate()
    return file.getvalue()


def zipped(content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("messung.csv", content)
    return file.getvalue()


GOOD = text(TITLES, *body())
LEVEL = {"kind": Kind.GAUGE, "quantity": "server_utilisation", "unit": "%"}

CASES = {
    # Headers
    "csv-header-further-down": Case(
        content=text(("Bericht",), ("erstellt", "2025"), TITLES, *body()),
        told=(("line 1", "stand in row 3", "skip_lines: 2"),), kept={}),
    "csv-column-renamed": Case(
        content=text(("Zeit", "A [kwh]", "B [kWh]"), *body()),
        told=(("line 1", "no column 'A [kWh]'", "A [kwh]"),), kept={}),
    "csv-column-twice": Case(
        content=text(("Zeit", "A [kWh]", "A [kWh]"), *body()),
        told=(("line 1", "no column 'B [kWh]'"),), kept={}),
    "csv-another-separator": Case(
        content=GOOD.replace(b";", b","), told=(("line 1", "no column"),), kept={}),
    "csv-no-rows-at-all": Case(content=b"", told=(("line 1", "empty"),), kept={}),
    # Encodings
    "csv-latin-1": Case(
        content=text(LONG_TITLES, (TIMES[0], "a", 10, "kWh"), encoding="latin-1"),
        told=(("line 1", "no column 'Zähler'"),), kept={}, source=LONG),
    "csv-utf-16": Case(
        content=GOOD.decode().encode("utf-16"), told=(("line 1", "encoding"),), kept={}),
    "csv-null-bytes": Case(
        content=GOOD.replace(b"22", b"2\x00"), told=(("line 1", "binary"),), kept={}),
    "csv-joined-with-a-byte-order-mark": Case(
        content=text(TITLES, *body()[:2]) + b"\xef\xbb\xbf" + text(TITLES, *body()[2:]),
        told=(("line 4", "malformed_row", "Zeit | A [kWh]"),)),
    # Rows
    "csv-unbalanced-quote": Case(
        content=text(TITLES, *body()).replace(b";22", b';"22'),
        told=(("line 4", "malformed_row", '"22'),), kept=without("a2", "b2")),
    "csv-too-few-and-too-many-cells": Case(
        content=text(TITLES, *body()[:1], (TIMES[1], 11), (TIMES[2], 12, 22, 99), *body()[3:]),
        told=(("line 3", "malformed_row"), ("line 4", "malformed_row", "99")),
        kept=without("a1", "b1", "a2", "b2")),
    "csv-thousands-made-of-the-separator": Case(
        content=text(TITLES, *body()).replace(b"21", b"1;021"),
        told=(("line 3", "malformed_row", "1;021"),), kept=without("a1", "b1")),
    "csv-totals-row": Case(
        content=text(TITLES, *body(), ("Summe", 46, 86)),
        told=(("line 6", "unparsable_time", "46"), ("line 6", "unparsable_time", "86"))),
    "csv-two-tables": Case(
        content=text(TITLES, *body()[:2], ("Datum", "C [kWh]", "D [kWh]"), *body()[2:]),
        told=(("line 4", "another table", "Datum | C [kWh]"),),
        kept=without("a2", "b2", "a3", "b3")),
    # Values
    "csv-text-in-numbers": Case(
        content=text(TITLES, *body(a=("n/a", "-", "12 kWh", 13))),
        told=(("line 2", "unparsable_value", "n/a"), ("line 3", "unparsable_value", "-"),
              ("line 4", "unparsable_value", "12 kWh")), kept=without("a0", "a1", "a2")),
    "csv-another-decimal-mark": Case(
        content=text(TITLES, *body(a=("1,5", "1.234,5", 12, 13))),
        told=(("line 2", "unparsable_value", "1,5"), ("line 3", "unparsable_value", "1.234,5")),
        kept=without("a0", "a1")),
    "csv-thousands-of-others": Case(
        content=text(TITLES, *body(a=("1'234.5", "1 234", "1,234.5", 13))),
        told=(("line 2", "1'234.5"), ("line 3", "1 234"), ("line 4", "1,234.5")),
        kept=without("a0", "a1", "a2")),
    "csv-negative-in-brackets": Case(
        content=text(TITLES, *body(a=("(10)", 11, 12, 13))),
        told=(("line 2", "unparsable_value", "(10)"),), kept=without("a0")),
    "csv-mixed-units": Case(
        content=text(LONG_TITLES, (TIMES[0], "a", 10, "kWh"), (TIMES[1], "a", "0.011", "MWh"),
                     (TIMES[2], "a", 12, "kVAh"), (TIMES[3], "a", 13, "Units")),
        told=(("line 4", "unknown_unit", "kVAh"), ("line 5", "unknown_unit", "Units")),
        kept={"a0": 10, "a1": 11}, source=LONG),
    # Times
    "csv-day-or-month-first": Case(
        content=text(TITLES, *body(times=[f"0{day}/02/2025 00:00" for day in (1, 2, 3, 4)])),
        told=(("line 2", "unparsable_time", "01/02/2025"),), kept={}),
    "csv-years-of-two-digits": Case(
        content=text(TITLES, *body(times=[f"01.01.25 0{hour}:00" for hour in range(4)])),
        told=(("line 2", "ancient_time"),), kept={},
        source=replace(TEXT, time_format="%d.%m.%Y %H:%M")),
    # Packed
    "zip-cut-off": Case(content=zipped(GOOD)[:-30], told=(("line 1", "damaged"),), kept={}),
    "gzip-cut-off": Case(
        content=gzip.compress(GOOD)[:-12], told=(("damaged",),), kept={}),
    # Workbooks
    "xlsx-header-further-down": Case(
        content=book(dated(), at=6), told=(("line 7", "no column"),), kept={},
        source=replace(BOOK, wide=(("C [kWh]", "a"),))),
    "xlsx-titles-above-the-header": Case(
        content=book([("Bericht",), ("erstellt", "am"), *dated()]),
        told=(("line 1", "stand in row 3", "skip_lines: 2"),), kept={}, source=BOOK),
    "xlsx-formula-without-a-value": Case(
        content=book(dated(), fill=with_formula("=1+1", "")),
        told=(("line 3", "unparsable_value", "formula without a value in B3"),),
        kept=without("a1"), source=BOOK),
    "xlsx-error-cell": Case(
        content=book(dated(), fill=with_formula("=1/0", "#DIV/0!")),
        told=(("line 3", "unparsable_value", "#DIV/0! in B3"),), kept=without("a1"), source=BOOK),
    "xlsx-merged-cells": Case(
        content=book([LONG_TITLES, (TIMES[0], "a", 10, "kWh"), (TIMES[1], None, 11, "kWh")],
                     fill=merged_ids),
        told=(("line 3", "unknown_meter"),), kept={"a0": 10}, source=replace(LONG, format="xlsx")),
    "xlsx-two-tables": Case(
        content=book([*dated()[:3], (), ("Datum", "C [kWh]", "D [kWh]"), *dated()[3:]]),
        told=(("line 5", "another table", "Datum"),), kept=without("a2", "b2", "a3", "b3"),
        source=BOOK),
    "xlsx-a-table-beside": Case(
        content=book(dated(), fill=with_table_beside),
        told=(("line 3", "malformed_row", "Kosten"),), kept=without("a1", "b1"), source=BOOK),
    "xlsx-numbers-kept-as-text": Case(
        content=book(dated(a=("10", "11,5", 12, 13))),
        told=(("line 3", "unparsable_value", "11,5"),), kept=without("a1"), source=BOOK),
    "xlsx-dates-as-bare-numbers": Case(
        content=book([TITLES, *body(times=[45658 + hour / 24 for hour in range(4)])]),
        told=(("line 2", "unparsable_time", "45658"),), kept={}, source=BOOK),
    "xlsx-share-shown-as-percent": Case(
        content=book([("Zeit", "A", "B"), *dated()[1:]], fill=with_percent),
        told=(("line 3", "unparsable_value", "45 %"),), kept=without("a1"),
        source=replace(BOOK, wide=(("A", "a"), ("B", "b"))), facts=LEVEL),
    "xlsx-which-sheet": Case(
        content=book(dated(), fill=with_second_sheet),
        told=(("which sheet", "Messung, Notizen"),), kept={}, source=BOOK),
    "xlsx-another-sheet": Case(
        content=book(dated()), told=(("no sheet 'Daten'", "Messung"),), kept={},
        source=replace(BOOK, sheet="Daten")),
    "xlsx-charts-alone": Case(
        content=charts_only(), told=(("no sheet with cells",),), kept={}, source=BOOK),
    "xlsx-cut-off": Case(
        content=book(dated())[:-200], told=(("damaged",),), kept={}, source=BOOK),
    "xlsx-with-a-password-or-old": Case(
        content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        told=(("password", ".xls"),), kept={}, source=BOOK),
    "xlsx-that-is-a-web-page": Case(
        content=b"<html><table><tr><td>Zeit</td></tr></table></html>",
        told=(("web page",),), kept={}, source=BOOK),
    "xlsx-that-is-text": Case(content=GOOD, told=(("no workbook",),), kept={}, source=BOOK),
}  # fmt: skip


def read(case):
    """What is kept, by meter and hour, and a message for each row or file that is refused."""
    facts = {"kind": Kind.INTERVAL, "quantity": "grid_import", "unit": "kWh", **case.facts}
    meters = [Meter(meter_id=name, facility_id="site", **facts) for name in ("a", "b")]
    context = Context(
        file="file",
        source=case.source,
        meters=meter_table(meters, {"site": SITE}),
        arrived_at=LATE,
        first_month="2015-01",
    )
    kept, messages = {}, []
    try:
        for _, good, refused in normalised(io.BytesIO(case.content), context):
            kept |= {
                f"{meter}{at.hour}" if at.date() == TIMES[0].date() else f"{meter} {at}": value
                for meter, at, value in good.select("meter_id", "measured_at", "value").iter_rows()
            }
            shown = pl.concat_str(
                pl.format("line {}", "line"), "reasons", "timestamp", "value", "detail",
                separator=" · ", ignore_nulls=True,
            )  # fmt: skip
            messages += refused.select(shown).to_series().to_list()
    except Unreadable as problem:
        messages.append(f"line {problem.line} · {problem.reason}")
    return {name: Decimal(value) for name, value in kept.items()}, messages


@pytest.mark.parametrize("name", CASES)
def test_nothing_wrong_is_read_and_what_is_wrong_is_told_where(name):
    case = CASES[name]

    kept, messages = read(case)

    assert kept == case.kept
    for words in case.told:
        assert any(all(word in message for word in words) for message in messages), messages


def test_there_are_thirty_of_them_and_more():
    assert len(CASES) >= 30


def test_the_same_files_without_damage_are_read_whole():
    """Else a reader that reads nothing would pass."""
    for content, source in ((GOOD, TEXT), (book(dated()), BOOK), (of_1904(), BOOK)):
        assert read(Case(content=content, told=(), source=source)) == (EVERY, [])


def test_blank_rows_and_a_named_footer_are_no_damage():
    content = text(TITLES, *body()[:2], (), ("", "", ""), *body()[2:], ("Summe", 46, 86))
    source = replace(TEXT, footer="^Summe|^;;$")

    assert read(Case(content=content, told=(), source=source))[0] == EVERY
