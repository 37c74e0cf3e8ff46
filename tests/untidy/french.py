"""Exports in French."""

import csv
from datetime import date

from tests.untidy.course import course, days_of
from tests.untidy.dates import by, from_to, iso
from tests.untidy.figures import NARROW, NO_BREAK, figure
from tests.untidy.files import Text, text_file
from tests.untidy.model import Export
from tests.untidy.table import Table, titles_over, with_rows_below

PARIS = "Europe/Paris"


def exports(seed: int) -> list[Export]:
    return [
        load_curve(seed),
        no_break_spaces(seed),
        narrow_spaces(seed),
        technical_management(seed),
        daily_indexes(seed),
        bills(seed),
    ]


def load_curve(seed: int) -> Export:
    """A grid operator's half-hours of mean power with offsets, over the double hour of autumn."""
    run = course(seed, "fr load curve", PARIS, "2025-10-20", days=14, minutes=30)
    table = Table(
        course=run,
        channels=(run.average("Valeur (W)", "W", "318400", 0),),
        time=iso,
        figure=figure(),
        time_format="",
        above=(
            ["Identifiant PRM", "Date de début", "Date de fin", "Grandeur", "Pas"],
            ["30001234567890", "20/10/2025", "02/11/2025", "Puissance active moyenne", "PT30M"],
            [],
        ),
        titles=titles_over(["Horodatage de fin", "Valeur (W)"]),
        timestamp=("Horodatage de fin",),
        stamp="end",
        timezone=PARIS,
    )
    text = Text(separator=";", encoding="utf-8-sig", newline="\n")
    return text_file("courbe_de_charge.csv", table, text)


def no_break_spaces(seed: int) -> Export:
    """Registers with a no-break space between thousands."""
    run = course(seed, "fr no-break spaces", PARIS, "2025-01-13", days=21, minutes=60)
    meters = (
        run.register("Index TGBT 1 (kWh)", "kWh", "2450118.4", "540.3"),
        run.register("Index TGBT 2 (kWh)", "kWh", "1894402.9", "487.6"),
        run.register("Index eau adoucie (m³)", "m3", "996.2", "1.1").marked("n/a", 44, 45),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d/%m/%Y %H:%M"),
        figure=figure(",", NO_BREAK),
        time_format="%d/%m/%Y %H:%M",
        above=(["Relevé des compteurs"], ["Site : Saint-Denis, bâtiment B"]),
        titles=titles_over(["Horodatage", *(one.title for one in meters)]),
        timestamp=("Horodatage",),
    )
    text = Text(separator=";", decimal=",", grouping=NO_BREAK, encoding="cp1252")
    return text_file("releves.csv", table, text)


def narrow_spaces(seed: int) -> Export:
    """Hours with a narrow no-break space between thousands, dashes, and a row of totals."""
    run = course(seed, "fr narrow spaces", PARIS, "2025-09-01", days=12, minutes=60)
    meters = (
        run.interval("Arrivée HT [kWh]", "kWh", "2105.5", 1),
        run.interval("Sortie onduleurs [kWh]", "kWh", "1420.5", 1).marked("-", 50, 51, 52, 53),
        run.interval("Groupes froids [kWh]", "kWh", "390.5", 1),
        run.interval("Eau de ville [L]", "L", "2200", 0),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d/%m/%Y", "%H:%M"),
        figure=figure(",", NARROW),
        time_format="%d/%m/%Y %H:%M",
        titles=titles_over(["Date", "Heure", *(one.title for one in meters)]),
        timestamp=("Date", "Heure"),
    )
    table = with_rows_below(table, [[], table.totals("Total")])
    text = Text(separator=";", decimal=",", grouping=NARROW)
    return text_file("consommations.csv", table, text)


def technical_management(seed: int) -> Export:
    """Bars between quoted cells, units in a second row of titles, a bar at the end of each line."""
    run = course(seed, "fr technical management", PARIS, "2025-03-24", days=14, minutes=15)
    names = ["Départ A, baie 1-20", "Départ B, baie 21-40", "Pompes", "Départ d'eau glacée"]
    units = ["kWh", "kWh", "kWh", "°C"]
    titles = [f"{name} {unit}" for name, unit in zip(names, units, strict=True)]
    table = Table(
        course=run,
        channels=(
            run.interval(titles[0], "kWh", "48.25", 3),
            run.interval(titles[1], "kWh", "51.75", 3).without(500, 560),
            run.interval(titles[2], "kWh", "7.5", 3),
            run.gauge(titles[3], "8", "14", 2),
        ),
        time=by("%Y-%m-%d %H:%M:%S"),
        figure=figure(","),
        time_format="%Y-%m-%d %H:%M:%S",
        above=(["GTB", "Export automatique"], []),
        titles=titles_over(["Date et heure", *names], ["", *units]),
        timestamp=("Date et heure",),
        timezone=PARIS,
    )
    text = Text(separator="|", decimal=",", quoting=csv.QUOTE_ALL, trailing=True)
    return text_file("gtb_export.txt", table, text)


def daily_indexes(seed: int) -> Export:
    """A year and a quarter of midnights, meter by meter; one was exchanged and counts anew."""
    days = tuple(date.fromordinal(date(2024, 1, 1).toordinal() + day) for day in range(457))
    run = days_of(seed, "fr daily indexes", PARIS, days, every="P1D")
    meters = (
        run.register("PDL-07-A", "MWh", "20418.125", "11.4", 3),
        run.register("PDL-07-B", "MWh", "871.5", "9.8", 3, reset=200),
        run.register("EAU-01", "m3", "55012", "31", 0).without(120, 134),
    )
    table = Table(
        course=run,
        channels=meters,
        time=by("%d/%m/%Y %H:%M"),
        figure=figure(","),
        time_format="%d/%m/%Y %H:%M",
        titles=titles_over(["Compteur", "Date de relevé", "Index", "Unité"]),
        timestamp=("Date de relevé",),
        order="by time",
        meter="Compteur",
        value="Index",
        unit="Unité",
        long=lambda one, time, value: [one.title, *time, value, one.unit.replace("m3", "m³")],
    )
    text = Text(separator=";", decimal=",", encoding="cp1252")
    return text_file("index_journaliers.csv", table, text)


def bills(seed: int) -> Export:
    """Two years of bills: from the first of a month to its last day."""
    days = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(25)]
    run = days_of(seed, "fr bills", PARIS, days, every="P1M")
    table = Table(
        course=run,
        channels=(run.interval("Consommation facturée (kWh)", "kWh", "284500", 0),),
        time=from_to("%d/%m/%Y", inclusive=True),
        figure=figure(","),
        time_format="%d/%m/%Y",
        above=(["Historique de facturation"], ["Contrat", "ELEC-2022-118"], []),
        titles=titles_over(["Du", "Au", "Consommation facturée (kWh)"]),
        timestamp=("Du",),
        until="Au",
        until_is="inclusive",
    )
    text = Text(separator=";", decimal=",", encoding="utf-8-sig")
    return text_file("factures.csv", table, text)
