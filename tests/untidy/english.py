"""Exports in English, of Britain and of America."""

import csv

from tests.untidy.course import Channel, course
from tests.untidy.dates import by, count_of, from_to
from tests.untidy.figures import figure
from tests.untidy.files import Text, text_file
from tests.untidy.model import Export
from tests.untidy.table import Table, titles_over, with_rows_below

LONDON, NEW_YORK = "Europe/London", "America/New_York"
PLAIN, GROUPED = figure(), figure(".", ",")


def exports(seed: int) -> list[Export]:
    return [
        power_units(seed),
        half_hours(seed),
        since_1970(seed),
        milliseconds(seed),
        compact_periods(seed),
        months_by_name(seed),
        year_of_hours(seed),
    ]


def power_units(seed: int) -> Export:
    """Morning and afternoon, months first, thousands by a comma within quotes."""
    run = course(seed, "us power units", NEW_YORK, "2025-04-28", days=14, minutes=60)
    meters = (
        run.interval("Utility Feed A (kWh)", "kWh", "1830.5"),
        run.interval("Utility Feed B (kWh)", "kWh", "1790.5"),
        run.interval("PDU-1, Row A (kWh)", "kWh", "240.5"),
        run.interval("PDU-2, Row B (kWh)", "kWh", "252.5").marked("", 90, 91),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%m/%d/%Y %I:%M:%S %p"),
        figure=GROUPED,
        time_format="%m/%d/%Y %I:%M:%S %p",
        above=(["Report: Energy by Power Unit"], ["Generated 05/13/2025 6:00 AM"], []),
        titles=titles_over(["Date/Time", *(one.title for one in meters)]),
        timestamp=("Date/Time",),
    )
    table = with_rows_below(table, [table.totals("Total")])
    text = Text(separator=",", grouping=",", quoting=csv.QUOTE_ALL)
    return text_file("energy_by_pdu.csv", table, text)


def half_hours(seed: int) -> Export:
    """Half-hours by supply number, over the hole of the British spring."""
    run = course(seed, "uk half-hours", LONDON, "2025-03-20", days=15, minutes=30)
    meters = (
        run.interval("1200010123456", "kWh", "301.5", 1),
        run.interval("1200010123457", "kWh", "288.5", 1),
        run.idle("1200010123458", "kWh", "interval", "0.0"),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d/%m/%Y", "%H:%M"),
        figure=PLAIN,
        time_format="%d/%m/%Y %H:%M",
        titles=titles_over(["MPAN", "Site", "Reading Date", "Period Start", "kWh", "Type"]),
        timestamp=("Reading Date", "Period Start"),
        order="by meter",
        meter="MPAN",
        value="kWh",
        long=lambda one, time, value: [one.title, "Slough, Unit 4", *time, value, "A"],
        timezone=LONDON,
    )
    return text_file("hh_data.csv", table, Text(separator=","))


def since_1970(seed: int) -> Export:
    """A dashboard's panel: seconds since 1970, watts told by the titles, nulls."""
    run = course(seed, "en since 1970", "UTC", "2025-07-01", days=10, minutes=5)
    meters = (
        run.average("rack-a01 Power Watts", "W", "6400", 0),
        run.average("rack-a02 Power Watts", "W", "5200", 0).marked("null", *range(1000, 1020)),
        run.idle("rack-a03 Power Watts", "W", "average"),
    )
    table = Table(
        course=run,
        channels=meters,
        time=count_of(1),
        figure=PLAIN,
        time_format="epoch_s",
        titles=titles_over(["time", *(one.title for one in meters)]),
        timestamp=("time",),
        timezone="UTC",
    )
    return text_file("panel.csv", table, Text(separator=",", newline="\n"))


def milliseconds(seed: int) -> Export:
    """A long list of points with milliseconds since 1970 and a column of units."""
    run = course(seed, "en milliseconds", "UTC", "2025-02-10", days=12, minutes=15)
    meters = (
        run.register("bacnet/1201/ai/3", "kWh", "88123.25", "14.5", 2),
        run.register("bacnet/1201/ai/4", "kWh", "7011.5", "9.5", 2, reset=700),
        run.gauge("bacnet/1201/ai/9", "11", "22", 2),
    )
    table = Table(
        course=run,
        channels=meters,
        time=count_of(1000),
        figure=PLAIN,
        time_format="epoch_ms",
        titles=titles_over(["point_id", "ts", "val", "uom", "status"]),
        timestamp=("ts",),
        order="by time",
        meter="point_id",
        value="val",
        unit="uom",
        long=lambda one, time, value: [one.title, *time, value, one.unit, "ok"],
        timezone="UTC",
    )
    return text_file("points.csv", table, Text(separator=",", newline="\n"))


def compact_periods(seed: int) -> Export:
    """Start and end of each half-hour without marks between the digits."""
    run = course(seed, "uk compact periods", LONDON, "2025-11-03", days=14, minutes=30)
    table = Table(
        course=run,
        channels=(run.interval("Active Import (kWh)", "kWh", "97.5", 3),),
        time=from_to("%Y%m%d%H%M"),
        figure=PLAIN,
        time_format="%Y%m%d%H%M",
        titles=titles_over(["Start", "End", "Active Import (kWh)"]),
        timestamp=("Start",),
        until="End",
        until_is="exclusive",
    )
    return text_file("import_hh.tsv", table, Text(separator="\t"))


def months_by_name(seed: int) -> Export:
    """English months, the marks of a spreadsheet, units among the words of the titles."""
    run = course(seed, "uk months by name", LONDON, "2025-09-22", days=42, minutes=60)
    meters = (
        run.interval("Chilled Water Energy kWh", "kWh", "410.5", 1).marked("#N/A", 300, 301, 302),
        run.interval("Pumps kWh Total", "kWh", "38.5", 1),
        run.interval("Tower Make-up Water m3", "m3", "1.5").marked("n/a", 12),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d-%b-%Y %H:%M"),
        figure=PLAIN,
        time_format="%d-%b-%Y %H:%M",
        above=(["Plant Room 2"], ["Interval", "60 min"], []),
        titles=titles_over(["Timestamp", *(one.title for one in meters)]),
        timestamp=("Timestamp",),
        below=([], ["Report End"]),
        timezone=LONDON,
    )
    return text_file("plant_room_2.csv", table, Text(separator=","))


def year_of_hours(seed: int) -> Export:
    """A year of registers with gaps, a reset, a change of resolution and a meter that stands."""
    run = course(seed, "en year of hours", "UTC", "2024-01-01", days=366, minutes=60)
    registers: list[Channel] = [
        run.register("MSB-A Energy kWh", "kWh", "10482211", "911", 0),
        run.register("MSB-B Energy kWh", "kWh", "9120054", "873", 0, coarse=4000),
        run.register("CRAH-07 Energy kWh", "kWh", "40120", "7", 0, reset=5000),
        run.idle("GEN-1 Energy kWh", "kWh", "register", "1204"),
        run.register("Make-up Water m3", "m3", "8841.5", "2.1", 1).marked("", *range(600, 700)),
    ]
    silent = range(3000, 3504)
    meters = tuple(one.without(silent.start, silent.stop) for one in registers)
    table = Table(
        course=run,
        channels=meters,
        time=by("%Y-%m-%dT%H:%M:%SZ"),
        figure=PLAIN,
        time_format="",
        titles=titles_over(["Timestamp (UTC)", *(one.title for one in meters)]),
        timestamp=("Timestamp (UTC)",),
        timezone="UTC",
    )
    return text_file("history_2024.csv", table, Text(separator=",", trailing=True))
