"""Whether a proposed mapping of an untidy export reads it right, and in what it does not.

A proposal is judged by what it yields: its file is read by it as an estate would read it, and what
comes out is held against what the export states.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.sources import Unreadable
from pipelines.stages.reading import normalised
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import CANDIDATES, Context
from schemas.domains import QUANTITIES
from schemas.estate.model import Facility, Meter
from schemas.estate.record import parse_interval
from schemas.quantities import Kind
from schemas.units import conversion

#: What units measure, and how much of the first of their kind they are.
UNITS = {
    "kWh": ("energy", Fraction(1)),
    "MWh": ("energy", Fraction(1000)),
    "therm": ("energy", Fraction("105505585.262") / 3_600_000),
    "kW": ("power", Fraction(1)),
    "W": ("power", Fraction(1, 1000)),
    "m3": ("volume", Fraction(1)),
    "L": ("volume", Fraction(1, 1000)),
    "°C": ("temperature", Fraction(1)),
}
#: A quantity to read a meter as whose quantity the proposal leaves to people.
ANY = ("other_facility", "potable_water", "outdoor_temperature")
#: Amounts per value that rounding to twelve places may move the sum by.
SLACK = Decimal("1e-12")


@dataclass(frozen=True, kw_only=True)
class Read:
    """One meter's readings as they came out, in the quantity's canonical unit."""

    readings: int
    instants: int
    total: Decimal
    first: datetime
    last: datetime
    seconds: tuple[int, int]


def faults(export, proposal, path):
    """In what the proposal reads the export wrong, in words; nothing where it is right."""
    try:
        meters = {one.meter_id: _meter(one) for one in proposal.meters}
        found, refused = _read(export, proposal.source, list(meters.values()), path)
    except (Unreadable, ValueError) as problem:
        return [str(problem)]
    named = dict(proposal.source.wide)
    ids = {one.title: named.get(one.title, one.title) for one in export.expected.series}
    told = [
        f"'{meter_id}' is no meter of this file"
        for meter_id in sorted(set(found) - set(ids.values()))
    ]
    for one in export.expected.series:
        meter_id = ids[one.title]
        if meter_id in found:
            told += _differences(one, meters[meter_id], found[meter_id], export.expected)
        else:
            told.append(f"'{one.title}' gives no readings")
    return told + ([f"refused: {dict(refused)}"] if told else [])


def _meter(proposed):
    """The proposed meter as one of an estate; ValueError where it could be none."""
    kind, months = Kind(proposed.kind), 0
    interval = proposed.interval
    if isinstance(interval, str):
        parsed = parse_interval(interval) if interval else None
        interval = parsed.length if parsed else timedelta(hours=1)
        months = parsed.months if parsed else 0
    rate = kind is Kind.AVERAGE
    fitting = [
        name
        for name in (proposed.quantity, *ANY)
        if name in QUANTITIES
        and kind in QUANTITIES[name].kinds
        and conversion(proposed.unit, canonical=QUANTITIES[name].unit, rate=rate)
    ]
    if not fitting or (proposed.quantity and fitting[0] != proposed.quantity):
        raise ValueError(
            f"'{proposed.title}': {kind} in '{proposed.unit}' cannot be '{proposed.quantity}'"
        )
    return Meter(
        meter_id=proposed.meter_id,
        facility_id="site",
        quantity=fitting[0],
        kind=kind,
        unit=proposed.unit,
        interval=interval,
        interval_months=months,
        stamp=proposed.stamp or "start",
    )


def _read(export, source, meters, path):
    site = Facility(id="site", name="Site", country="DE", timezone=export.zone)
    context = Context(
        file=path.name,
        source=source,
        meters=meter_table(meters, {"site": site}),
        arrived_at=datetime(2030, 1, 1, tzinfo=UTC),
        first_month="2000-01",
    )
    frames, refused = [pl.DataFrame(schema=CANDIDATES)], Counter()
    with path.open("rb") as opened:
        for _, good, bad in normalised(opened, context):
            frames.append(good)
            refused.update(bad["reasons"])
    kinds = {meter.meter_id: meter.kind for meter in meters}
    groups = pl.concat(frames).sort("measured_at").group_by("meter_id")
    return {
        str(meter_id): _summed(rows, kinds[str(meter_id)]) for (meter_id,), rows in groups
    }, refused


def _summed(rows, kind):
    values = rows["value"]
    amount = values[-1] - values[0] if kind is Kind.REGISTER else sum(values, Decimal(0))
    return Read(
        readings=rows.height,
        instants=rows["measured_at"].n_unique(),
        total=amount,
        first=rows["measured_at"][0],
        last=rows["measured_at"][-1],
        seconds=(rows["seconds"].min(), rows["seconds"].max()),
    )


def _differences(one, meter, read, expected):
    """What differs between a series and its readings, in words."""
    about = f"'{one.title}'"
    if meter.kind != one.kind:
        yield f"{about} is {one.kind}, not {meter.kind}"
    dimension, factor = UNITS[one.unit]
    canonical = QUANTITIES[meter.quantity].unit
    unit = "kW" if canonical == "kWh" and meter.kind is Kind.AVERAGE else str(canonical)
    its_dimension, its_factor = UNITS.get(unit, (unit, Fraction(1)))
    if dimension != its_dimension:
        yield f"{about} is {dimension}, not {its_dimension}"
        return
    exact = Fraction(one.total) * factor / its_factor
    if abs(exact - Fraction(read.total)) > one.readings * SLACK:
        yield f"{about} adds up to {float(exact)} {unit}, not {read.total.normalize():f}"
    if read.readings != one.readings:
        yield f"{about} has {one.readings} readings, not {read.readings}"
    if read.instants != read.readings:
        yield f"{about} has {read.readings} readings at {read.instants} instants"
    if (read.first, read.last) != (one.first, one.last):
        yield f"{about} runs from {one.first} to {one.last}, not from {read.first} to {read.last}"
    lasts = one.kind in ("interval", "average")
    if lasts and not _lengths(expected.interval, read.seconds):
        yield f"{about} has intervals of {expected.interval}, not of {read.seconds} s"


def _lengths(interval, seconds):
    """Whether the shortest and longest interval are as they should; days and months vary."""
    shortest, longest = (timedelta(seconds=one) for one in seconds)
    if interval == "P1M":
        return timedelta(days=27) < shortest and longest < timedelta(days=32)
    if interval == "P1D":
        return timedelta(hours=22) < shortest and longest < timedelta(hours=26)
    [minutes] = re.findall(r"PT(\d+)M", interval)
    return shortest == longest == timedelta(minutes=int(minutes))
