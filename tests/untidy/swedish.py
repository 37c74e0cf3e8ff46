"""Exports in Swedish."""

from tests.untidy.course import course
from tests.untidy.dates import SWEDISH, by
from tests.untidy.figures import figure
from tests.untidy.files import Text, text_file
from tests.untidy.model import Export
from tests.untidy.table import Table, titles_over, with_rows_below

STOCKHOLM = "Europe/Stockholm"
COMMA = figure(",")


def exports(seed: int) -> list[Export]:
    return [hourly_values(seed), months_by_name(seed), district_heat(seed)]


def hourly_values(seed: int) -> Export:
    """A grid company's hours over the double hour of autumn, with a row of totals."""
    run = course(seed, "sv hourly values", STOCKHOLM, "2025-10-13", days=21, minutes=60)
    table = Table(
        course=run,
        channels=(
            run.interval("Förbrukning (kWh)", "kWh", "640.5"),
            run.interval("Varav kyla (kWh)", "kWh", "121.5"),
        ),
        time=by("%Y-%m-%d %H:%M"),
        figure=COMMA,
        time_format="%Y-%m-%d %H:%M",
        above=(
            ["Anläggnings-ID", "735999114001234567"],
            ["Period", "2025-10-13 - 2025-11-02"],
            ["Upplösning", "Timme"],
            ["Utskriven", "2025-11-04 09:30"],
            [],
        ),
        titles=titles_over(["Tid", "Förbrukning (kWh)", "Varav kyla (kWh)"]),
        timestamp=("Tid",),
        timezone=STOCKHOLM,
    )
    table = with_rows_below(table, [table.totals("Totalt")])
    return text_file("timvarden.csv", table, Text(separator=";", decimal=",", encoding="utf-8-sig"))


def months_by_name(seed: int) -> Export:
    """Dates with Swedish months: those of November look English, those of October do not."""
    run = course(seed, "sv months by name", STOCKHOLM, "2025-10-06", days=40, minutes=60)
    table = Table(
        course=run,
        channels=(
            run.interval("Serverhall 1 kWh", "kWh", "88.5"),
            run.interval("Serverhall 2 kWh", "kWh", "92.5"),
        ),
        time=by("%d %b %Y %H:%M", months=SWEDISH),
        figure=COMMA,
        time_format="%d %b %Y %H:%M",
        above=(["Energirapport"], []),
        titles=titles_over(["Tidpunkt", "Serverhall 1 kWh", "Serverhall 2 kWh"]),
        timestamp=("Tidpunkt",),
        timezone=STOCKHOLM,
    )
    return text_file("energirapport.csv", table, Text(separator=";", decimal=","))


def district_heat(seed: int) -> Export:
    """Registers and temperatures side by side, with nulls, over the hole of spring."""
    run = course(seed, "sv district heat", STOCKHOLM, "2025-03-22", days=15, minutes=60)
    meters = (
        run.register("Mätarställning energi (MWh)", "MWh", "812.114", "0.31", 3),
        run.register("Mätarställning volym (m³)", "m3", "40120.55", "6.4", 2).marked("null", 60),
        run.gauge("Framledning (°C)", "30", "41").marked("null", 60, 61, 62),
        run.gauge("Retur (°C)", "22", "28"),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%Y-%m-%d %H:%M:%S"),
        figure=COMMA,
        time_format="%Y-%m-%d %H:%M:%S",
        titles=titles_over(["Datum", *(one.title for one in meters)]),
        timestamp=("Datum",),
        timezone=STOCKHOLM,
    )
    text = Text(separator="\t", decimal=",", encoding="cp1252", newline="\n")
    return text_file("fjarrvarme.txt", table, text)
