"""Workbooks, as people and systems make them."""

from tests.untidy.course import course
from tests.untidy.dates import by, cell, day_and_time
from tests.untidy.figures import NO_BREAK, figure, number
from tests.untidy.files import Book, workbook
from tests.untidy.model import Export
from tests.untidy.table import Table, titles_over, with_rows_below

BERLIN, PARIS, STOCKHOLM = "Europe/Berlin", "Europe/Paris", "Europe/Stockholm"
LONDON, CHICAGO = "Europe/London", "America/Chicago"


def exports(seed: int) -> list[Export]:
    return [
        merged_titles(seed),
        second_sheet(seed),
        texts_in_cells(seed),
        date_and_time(seed),
        long_list(seed),
        mornings(seed),
    ]


def merged_titles(seed: int) -> Export:
    """Rows of titles, the upper one merged over two meters each."""
    run = course(seed, "xlsx merged titles", BERLIN, "2025-10-20", days=14, minutes=60)
    meters = (
        run.interval("USV A Eingang kWh", "kWh", "402.5", 1),
        run.interval("USV A Ausgang kWh", "kWh", "380.5", 1),
        run.interval("USV B Eingang kWh", "kWh", "412.5", 1),
        run.interval("USV B Ausgang kWh", "kWh", "391.5", 1),
    )
    table = Table(
        course=run,
        channels=meters,
        time=cell,
        figure=number,
        time_format="",
        above=(["USV-Auswertung"], ["Stand: 04.11.2025"], []),
        titles=titles_over(
            ["Zeitpunkt", "USV A", "", "USV B", ""],
            ["", "Eingang kWh", "Ausgang kWh", "Eingang kWh", "Ausgang kWh"],
        ),
        timestamp=("Zeitpunkt",),
        timezone=BERLIN,
    )
    table = with_rows_below(table, [table.totals("Summe")])
    return workbook("USV-Auswertung.xlsx", table, Book(sheet="Auswertung", merged=True))


def second_sheet(seed: int) -> Export:
    """The table stands on the second sheet, with blank cells and an hour's gap."""
    run = course(seed, "xlsx second sheet", LONDON, "2025-06-09", days=21, minutes=60)
    meters = (
        run.register("Incomer 1 (MWh)", "MWh", "20411.2", "1.31", 3).without(100, 101),
        run.register("Incomer 2 (MWh)", "MWh", "18002.9", "1.12", 3).without(100, 101),
        run.register("Potable Water (m³)", "m3", "7712", "1.6", 1).marked("", 20, 21, 22),
    )
    table = Table(
        course=run,
        channels=meters,
        time=cell,
        figure=number,
        time_format="",
        titles=titles_over(["Timestamp", *(one.title for one in meters)]),
        timestamp=("Timestamp",),
    )
    return workbook("meter-readings.xlsx", table, Book(sheet="Data", others=("Info",)))


def texts_in_cells(seed: int) -> Export:
    """Times, over the double hour of autumn, and numbers that are text in their cells; totals."""
    run = course(seed, "xlsx texts in cells", PARIS, "2025-10-20", days=14, minutes=60)
    meters = (
        run.interval("Bât. A (kWh)", "kWh", "1201.5"),
        run.interval("Bât. B (kWh)", "kWh", "933.5").marked("-", 40, 41),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d/%m/%Y %H:%M"),
        figure=figure(",", NO_BREAK),
        time_format="%d/%m/%Y %H:%M",
        above=(["Suivi énergétique"], ["Exporté le", "05/11/2025"], [], []),
        titles=titles_over(["Date", *(one.title for one in meters)]),
        timestamp=("Date",),
        timezone=PARIS,
    )
    table = with_rows_below(table, [table.totals("Total"), [], ["Fin du rapport"]])
    book = Book(sheet="Feuil1", decimal=",", grouping=NO_BREAK)
    return workbook("suivi.xlsx", table, book)


def date_and_time(seed: int) -> Export:
    """A cell for the date and one for the time of day, units in a second row of titles."""
    run = course(seed, "xlsx date and time", STOCKHOLM, "2025-03-24", days=14, minutes=60)
    names, units = ["El total", "Kylmaskiner", "Framledning kyla"], ["kWh", "kWh", "°C"]
    titles = [f"{name} {unit}" for name, unit in zip(names, units, strict=True)]
    table = Table(
        course=run,
        channels=(
            run.interval(titles[0], "kWh", "702.5", 1),
            run.interval(titles[1], "kWh", "151.5", 1),
            run.gauge(titles[2], "7", "13"),
        ),
        time=day_and_time,
        figure=number,
        time_format="",
        above=(["Driftrapport"],),
        titles=titles_over(["Datum", "Tid", *names], ["", "", *units]),
        timestamp=("Datum", "Tid"),
        timezone=STOCKHOLM,
    )
    return workbook("driftrapport.xlsx", table, Book(sheet="Blad1"))


def long_list(seed: int) -> Export:
    """A long list with units and the errors of formulas."""
    run = course(seed, "xlsx long list", LONDON, "2025-05-12", days=12, minutes=60)
    meters = (
        run.interval("DC1-CHW-01", "kWh", "311.5", 1).marked("#N/A", 50, 51, 52),
        run.interval("DC1-CHW-02", "kWh", "298.5", 1),
        run.interval("DC1-WTR-01", "m3", "2.5", 2),
    )
    table = Table(
        course=run,
        channels=meters,
        time=cell,
        figure=number,
        time_format="",
        above=(["Meter export", "DC1"], []),
        titles=titles_over(["Meter ID", "Location", "Timestamp", "Consumption", "Unit"]),
        timestamp=("Timestamp",),
        order="by time",
        meter="Meter ID",
        value="Consumption",
        unit="Unit",
        long=lambda one, time, value: [one.title, "Plant, east", *time, value, one.unit],
    )
    return workbook("DC1 export.xlsx", table, Book(sheet="Sheet1"))


def mornings(seed: int) -> Export:
    """Texts of morning and afternoon without leading zeros, months first, by their ends."""
    run = course(seed, "xlsx mornings", CHICAGO, "2025-01-20", days=14, minutes=60)
    meters = (
        run.interval("Main Switchgear kWh", "kWh", "820.5", 1),
        run.interval("UPS Output kWh", "kWh", "610.5", 1),
        run.interval("Gas Boiler therms", "therm", "4.5", 2),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%-m/%-d/%Y %-I:%M %p"),
        figure=number,
        time_format="%m/%d/%Y %I:%M %p",
        above=(["Monthly Energy Summary"], ["Facility:", "Chicago 2"], []),
        titles=titles_over(["Interval Ending", *(one.title for one in meters)]),
        timestamp=("Interval Ending",),
        stamp="end",
        newest_first=True,
    )
    return workbook("Monthly Energy Summary.xlsx", table, Book(sheet="Summary"))
