"""Exports in German, from Germany and Switzerland."""

from tests.untidy.course import course
from tests.untidy.dates import by, up_to_24
from tests.untidy.figures import figure
from tests.untidy.files import Text, text_file
from tests.untidy.model import Export
from tests.untidy.table import Table, titles_over, with_rows_below

BERLIN = "Europe/Berlin"
COMMA, GROUPED = figure(","), figure(",", ".")


def exports(seed: int) -> list[Export]:
    return [
        load_profile(seed),
        building_report(seed),
        meter_readings(seed),
        year_of_quarters(seed),
        hours_up_to_24(seed),
        winter_time(seed),
        temperatures(seed),
        apostrophes(seed),
    ]


def load_profile(seed: int) -> Export:
    """A utility's quarter-hours of mean power over the hole of spring."""
    run = course(seed, "de load profile", BERLIN, "2025-03-24", days=14, minutes=15)
    table = Table(
        course=run,
        channels=(run.average("Wirkleistung [kW]", "kW", "412.5", 1),),
        time=by("%d.%m.%Y", "%H:%M"),
        figure=COMMA,
        time_format="%d.%m.%Y %H:%M",
        above=(
            ["Zählpunkt", "DE0001234567890000000000000012345"],
            ["Kunde", "Rechenzentrum Nord GmbH"],
            ["OBIS-Kennzahl", "1-1:1.29.0"],
            ["Einheit", "kW"],
            ["Zeitraum", "24.03.2025 - 06.04.2025"],
            [],
        ),
        titles=titles_over(["Datum", "Uhrzeit", "Wirkleistung [kW]"]),
        timestamp=("Datum", "Uhrzeit"),
        timezone=BERLIN,
    )
    return text_file(
        "Lastgang_2025-03.csv", table, Text(separator=";", decimal=",", encoding="cp1252")
    )


def building_report(seed: int) -> Export:
    """A building management system's wide report with sums and a last word."""
    run = course(seed, "de building report", BERLIN, "2025-05-05", days=12, minutes=60)
    meters = [
        run.interval("Trafo 1 [kWh]", "kWh", "1250.4"),
        run.interval("Trafo 2 [kWh]", "kWh", "1010.7"),
        run.interval("USV A Ausgang [kWh]", "kWh", "702.2"),
        run.interval("USV B Ausgang [kWh]", "kWh", "698.9"),
        run.interval("Kältemaschine 1 [kWh]", "kWh", "184.3"),
        run.idle("Netzersatzanlage [kWh]", "kWh", "interval", "0.00"),
        run.interval("Beleuchtung [kWh]", "kWh", "6.2").marked("-", 30, 31, 32),
        run.interval("Trinkwasser [m³]", "m3", "1.9", 3),
    ]
    table = Table(
        course=run,
        channels=tuple(meters),
        time=by("%d.%m.%Y %H:%M:%S"),
        figure=GROUPED,
        time_format="%d.%m.%Y %H:%M:%S",
        above=(["Energiebericht Standort Nord"], ["Erstellt am 20.05.2025 07:12"], []),
        titles=titles_over(["Zeitpunkt", *(one.title for one in meters)]),
        timestamp=("Zeitpunkt",),
    )
    table = with_rows_below(table, [table.totals("Summe"), [], ["Ende des Berichts"]])
    return text_file(
        "Energiebericht.csv",
        table,
        Text(separator=";", decimal=",", grouping=".", encoding="utf-8-sig"),
    )


def meter_readings(seed: int) -> Export:
    """A long list of registers whose labels hold the separator; one turns coarse, one is idle."""
    run = course(seed, "de meter readings", BERLIN, "2025-01-06", days=21, minutes=60)
    meters = (
        run.register("1EMH0010001", "kWh", "1204512.3", "812.4", coarse=260),
        run.register("1EMH0010002", "kWh", "998765.1", "644.1").marked("", 100, 101),
        run.register("1EMH0010003", "MWh", "5120.25", "0.91", 3),
        run.idle("1EMH0010004", "kWh", "register", "48.0"),
        run.register("8WAS0020001", "m3", "10482.7", "2.4"),
    )
    labels = {
        "1EMH0010001": "UPS 1; Abgang A",
        "1EMH0010002": "UPS 2; Abgang B",
        "1EMH0010003": 'Trafo "Ost"',
        "1EMH0010004": "Netzersatz",
        "8WAS0020001": "Kühlturm Zulauf",
    }
    table = Table(
        course=run,
        channels=meters,
        time=by("%d.%m.%Y %H:%M"),
        figure=GROUPED,
        time_format="%d.%m.%Y %H:%M",
        above=(["Zählerstände"],),
        titles=titles_over(["Zählernummer", "Bezeichnung", "Ablesezeit", "Zählerstand", "Einheit"]),
        timestamp=("Ablesezeit",),
        order="by meter",
        meter="Zählernummer",
        value="Zählerstand",
        unit="Einheit",
        long=lambda one, time, value: [
            one.title, labels[one.title], *time, value, one.unit.replace("m3", "m³"),
        ],
    )  # fmt: skip
    text = Text(separator=";", decimal=",", grouping=".", encoding="cp1252")
    return text_file("Zaehlerstaende.txt", table, text)


def year_of_quarters(seed: int) -> Export:
    """A year of quarter-hours by their ends, with both turns of the clock."""
    run = course(seed, "de year of quarters", BERLIN, "2024-01-01", days=366, minutes=15)
    table = Table(
        course=run,
        channels=(run.interval("Verbrauch in kWh", "kWh", "103.1", 3),),
        time=by("%Y-%m-%d %H:%M"),
        figure=COMMA,
        time_format="%Y-%m-%d %H:%M",
        titles=titles_over(["Zeitstempel (Intervallende)", "Verbrauch in kWh"]),
        timestamp=("Zeitstempel (Intervallende)",),
        stamp="end",
        timezone=BERLIN,
    )
    return text_file("verbrauch_2024.csv", table, Text(separator=";", decimal=",", newline="\n"))


def hours_up_to_24(seed: int) -> Export:
    """Hours labelled 01:00 to 24:00."""
    run = course(seed, "de hours up to 24", BERLIN, "2025-06-02", days=14, minutes=60)
    meters = (
        run.interval("Bezug kWh", "kWh", "455.5", 1),
        run.interval("Einspeisung kWh", "kWh", "12.5", 1),
    )
    table = Table(
        course=run,
        channels=meters,
        time=up_to_24("%d.%m.%Y", "%H:%M"),
        figure=COMMA,
        time_format="%d.%m.%Y %H:%M",
        above=(["Messstelle: NS-Hauptverteilung"],),
        titles=titles_over(["Tag", "Stunde", "Bezug kWh", "Einspeisung kWh"]),
        timestamp=("Tag", "Stunde"),
        stamp="end",
    )
    table = with_rows_below(table, [table.totals("Gesamt")])
    return text_file("stundenwerte.csv", table, Text(separator=";", decimal=",", trailing=True))


def winter_time(seed: int) -> Export:
    """A clock that is never put forward, over the night when others are, in UTF-16."""
    run = course(seed, "de winter time", "Etc/GMT-1", "2025-03-25", days=11, minutes=15)
    table = Table(
        course=run,
        channels=(
            run.average("Einspeisung Süd Mittelwert (kW)", "kW", "233.3"),
            run.average("Einspeisung West Mittelwert (kW)", "kW", "187.6").without(200, 230),
        ),
        time=by("%d.%m.%Y %H:%M:%S"),
        figure=COMMA,
        time_format="%d.%m.%Y %H:%M:%S",
        above=(
            ["Lastgangdaten"],
            ["Zeitbasis:", "MEZ (UTC+1), ohne Sommerzeit"],
            ["Stempel:", "Intervallbeginn"],
        ),
        titles=titles_over(
            ["Zeit", "Einspeisung Süd Mittelwert (kW)", "Einspeisung West Mittelwert (kW)"]
        ),
        timestamp=("Zeit",),
        site=BERLIN,
        timezone="Etc/GMT-1",
    )
    text = Text(separator="\t", decimal=",", encoding="utf-16")
    return text_file("lastgang_winterzeit.txt", table, text)


def temperatures(seed: int) -> Export:
    """Sensors, newest first, with dashes and blanks where they were silent."""
    run = course(seed, "de temperatures", BERLIN, "2025-08-11", days=10, minutes=10)
    silent = range(400, 460)
    meters = (
        run.gauge("Außentemperatur (°C)", "9", "31").marked("---", *silent),
        run.gauge("Zuluft Kaltgang (°C)", "19", "24").marked("", 7, 8, 9),
        run.gauge("Abluft Warmgang (°C)", "29", "38"),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d.%m.%y %H:%M"),
        figure=COMMA,
        time_format="%d.%m.%y %H:%M",
        above=(["Trend-Export"], ["Anlage", "RLT 03"], [], []),
        titles=titles_over(["Datum/Uhrzeit", *(one.title for one in meters)]),
        timestamp=("Datum/Uhrzeit",),
        below=([], ["*** Ende des Berichts ***"]),
        newest_first=True,
    )
    text = Text(separator=";", decimal=",", encoding="cp1252")
    return text_file("Trend_RLT03.csv", table, text)


def apostrophes(seed: int) -> Export:
    """Thousands by an apostrophe and a decimal point, as in Switzerland."""
    run = course(seed, "ch apostrophes", "Europe/Zurich", "2025-02-03", days=14, minutes=60)
    meters = (
        run.interval("Rechenzentrum Gesamt (kWh)", "kWh", "1480.2"),
        run.interval("IT-Last (kWh)", "kWh", "1102.8"),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d.%m.%Y %H:%M"),
        figure=figure(".", "'"),
        time_format="%d.%m.%Y %H:%M",
        titles=titles_over(["Von", *(one.title for one in meters)]),
        timestamp=("Von",),
    )
    table = with_rows_below(table, [table.totals("Total")])
    return text_file("energie_zh.csv", table, Text(separator=";", grouping="'"))
