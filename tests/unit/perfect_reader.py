"""A reader of simulated estates that shares none of the code under test: drops in, totals out."""

import csv
from collections import defaultdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np

ZONES = {"fra": "Europe/Berlin", "sto": "Europe/Stockholm", "sin": "Asia/Singapore"}
CANONICAL = {
    "kWh": (Decimal(1), "amount"),
    "MWh": (Decimal(1000), "amount"),
    "m3": (Decimal(1), "amount"),
    "L": (Decimal("0.001"), "amount"),
    "TB": (Decimal("0.000001"), "amount"),
    "kW": (Decimal(1), "level"),
    "W": (Decimal("0.001"), "level"),
    "°C": (Decimal(1), "level"),
    "%": (Decimal(1), "level"),
    "Gbit/s": (Decimal("0.125"), "level"),
}
SECONDS = {"1h": 3600, "15min": 900, "30min": 1800}


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def instant(text):
    moment = datetime.fromisoformat(text)
    assert moment.tzinfo is not None
    return int(moment.timestamp())


def plain_rows(estate):
    """(meter, serial) → {instant: value} of all well-formed rows, each value once."""
    known = {row["meter_id"] for row in table(estate / "meters.csv")}
    rows = defaultdict(dict)
    for path in sorted((estate / "inbox").glob("*/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            width = len(next(reader))
            for cells in reader:
                if len(cells) != width or cells[0] not in known:
                    continue
                try:
                    at, value = instant(cells[1]), Decimal(cells[2])
                except (ValueError, InvalidOperation):
                    continue
                of_meter = rows[cells[0], cells[3] if width == 4 else ""]
                assert of_meter.setdefault(at, value) == value
    return rows


def month_starts(zone, year):
    instants = [datetime(year, month, 1, tzinfo=ZoneInfo(zone)) for month in range(1, 13)]
    instants.append(datetime(year + 1, 1, 1, tzinfo=ZoneInfo(zone)))
    return [int(moment.timestamp()) for moment in instants]


def factor_of(meter):
    unit = Decimal(1) if meter["quantity"] == "fuel_diesel" else CANONICAL[meter["unit"]][0]
    return unit * Decimal(meter["multiplier"] or 1)


def is_level(meter):
    return CANONICAL[meter["unit"]][1] == "level" and meter["kind"] == "gauge"


def register_amounts(meter, readings):
    """(start, end, amount) between neighbouring readings of one serial, over rollovers."""
    factor = factor_of(meter)
    modulus = Decimal(meter["modulus"] or 0)
    times = sorted(readings)
    for before, after in pairwise(times):
        grown = readings[after] - readings[before]
        if grown < 0:
            assert modulus
            grown += modulus
        yield before, after, grown * factor


def amounts(meter, readings):
    """(start, end, amount) of a meter of any kind that measures an amount."""
    if meter["kind"] == "register":
        yield from register_amounts(meter, readings)
        return
    length, factor = SECONDS[meter["interval"]], factor_of(meter)
    for at, value in readings.items():
        start = at - length if meter["stamp"] == "end" else at
        share = Decimal(length) / 3600 if meter["kind"] == "average" else Decimal(1)
        yield start, start + length, value * factor * share


def levels(meter, readings, end):
    """(start, end, level × seconds), each sample holding until the next."""
    times = sorted(readings)
    for before, after in zip(times, [*times[1:], end], strict=True):
        yield before, after, readings[before] * factor_of(meter) * (after - before)


def meters_and_serials(estate):
    """One row per meter, with the serials that its drops may carry."""
    seen = {}
    for row in table(estate / "meters.csv"):
        seen.setdefault(row["meter_id"], (row, [""]))[1].append(row["serial"])
    return list(seen.values())


def totals_by_month(estate, year):
    """(facility, quantity, YYYY-MM) → total, from the drops alone."""
    rows = plain_rows(estate)
    quantities = {row["meter_id"]: row["quantity"] for row in table(estate / "meters.csv")}
    parts = defaultdict(lambda: defaultdict(Decimal))
    for meter, serials in meters_and_serials(estate):
        if meter["parent"] and quantities[meter["parent"]] == meter["quantity"]:
            continue
        starts = month_starts(ZONES[meter["facility_id"][:3]], year)
        for serial in serials:
            readings = rows.get((meter["meter_id"], serial))
            if not readings:
                continue
            spans = (
                levels(meter, readings, starts[-1]) if is_level(meter) else amounts(meter, readings)
            )
            for start, _, amount in spans:
                month = int(np.searchsorted(starts, start, side="right"))
                key = (meter["facility_id"], meter["quantity"], f"{year}-{month:02d}")
                length = starts[month] - starts[month - 1] if is_level(meter) else 1
                parts[key][meter["meter_id"]] += amount / length
    return {
        key: sum(by_meter.values())
        / (len(by_meter) if key[1].endswith(("temperature", "setpoint")) else 1)
        for key, by_meter in parts.items()
    }


def truth_of(estate):
    return {
        (row["facility_id"], row["quantity"], row["period"]): Decimal(row["value"])
        for row in table(estate / "truth" / "totals.csv")
    }
