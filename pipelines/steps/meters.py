"""The meter register as a frame, with everything a step needs beside each row."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl

from schemas import units
from schemas.domains import DOMAIN_OF, QUANTITIES
from schemas.estate.model import Facility, Meter
from schemas.quantities import Kind, Nature
from schemas.tables import INSTANT, PLACES, READINGS, VALUE

DAY = timedelta(days=1)
_LARGEST = 2**126

METERS = pl.Schema(
    {
        "row": pl.Int32(),
        "meter_id": pl.String(),
        "serial": pl.String(),
        "facility_id": pl.String(),
        "timezone": pl.String(),
        "domain": pl.String(),
        "quantity": pl.String(),
        "unit": pl.String(),
        "kind": pl.String(),
        "nature": pl.String(),
        "numerator": pl.Int128(),
        "denominator": pl.Int128(),
        "offset": VALUE,
        "cap": VALUE,
        "seconds": pl.Int32(),
        "calendar": pl.String(),
        "stamp_end": pl.Boolean(),
        "valid_from": INSTANT,
        "valid_to": INSTANT,
        "max_rate": VALUE,
        "modulus": VALUE,
        "count": VALUE,
        "lowest": VALUE,
        "highest": VALUE,
        "accuracy_percent": pl.Float64(),
    }
)

#: What hours need of a reading.
NEEDED = ("meter_id", "serial", "measured_at", "seconds", "value", "event", "flag")
NUMBERED = pl.Schema({**{name: READINGS[name] for name in NEEDED}, "row": pl.Int32()})


def meter_table(meters: Sequence[Meter], facilities: Mapping[str, Facility]) -> pl.DataFrame:
    """One row per row of the meter register, sorted by meter and serial, numbered by ``row``.

    ``numerator ÷ denominator`` takes a raw value (plus ``offset``) to the canonical unit,
    multiplier included, exactly. ``cap`` is the largest raw value that arithmetic can hold.
    ``modulus`` and ``count`` (one count of the register) are canonical. ``seconds`` is the fixed
    length or cadence; ``calendar`` is set instead for intervals of calendar days or months.
    A meter without ``valid_from`` is valid since its facility was commissioned.
    """
    rows = [
        _row(number, meter, facilities[meter.facility_id])
        for number, meter in enumerate(sorted(meters, key=order))
    ]
    return pl.DataFrame(rows, schema=METERS, orient="row")


def order(meter: Meter) -> tuple[str, str]:
    """Meters stand in this order wherever they are numbered."""
    return meter.meter_id, meter.serial


def conversion_of(unit: str, multiplier: Decimal, quantity: str, kind: Kind) -> units.Conversion:
    """Unit and multiplier as one exact conversion; the unit must be known."""
    canonical = QUANTITIES[quantity].unit
    found = units.conversion(unit, canonical=canonical, rate=kind is Kind.AVERAGE)
    if found is None:
        raise KeyError(unit)
    return units.Conversion(
        unit=canonical, factor=found.factor * Fraction(multiplier), offset=found.offset
    )


def cap_of(factor: Fraction) -> Decimal:
    """The largest raw value whose conversion by this factor the arithmetic can hold."""
    return Decimal(min(10**15, _LARGEST // (2 * abs(factor.numerator) * 10**PLACES) or 1))


def exact(value: Fraction) -> Decimal:
    """A fraction with 12 places, half up."""
    scaled = (2 * value.numerator * 10**PLACES + value.denominator) // (2 * value.denominator)
    return Decimal(scaled).scaleb(-PLACES)


def _row(number: int, meter: Meter, facility: Facility) -> tuple[object, ...]:
    quantity = QUANTITIES[meter.quantity]
    convert = conversion_of(meter.unit, meter.multiplier, meter.quantity, meter.kind)
    highest = None if quantity.highest is None else Decimal(str(quantity.highest))
    if quantity.nature is Nature.LEVEL and meter.max_rate is not None:
        highest = meter.max_rate if highest is None else min(highest, meter.max_rate)
    days, rest = divmod(meter.interval, DAY)
    calendar = f"{meter.interval_months}mo" if meter.interval_months else ""
    if not calendar and days and not rest and meter.kind in (Kind.INTERVAL, Kind.AVERAGE):
        calendar = f"{days}d"
    valid_from = meter.valid_from
    if valid_from is None and facility.commissioned:
        year, month = map(int, facility.commissioned.split("-"))
        valid_from = datetime(year, month, 1, tzinfo=facility.zone).astimezone(UTC)
    return (
        number,
        meter.meter_id,
        meter.serial,
        meter.facility_id,
        facility.timezone,
        DOMAIN_OF[meter.quantity].name,
        meter.quantity,
        meter.unit,
        meter.kind.value,
        quantity.nature.value,
        convert.factor.numerator,
        convert.factor.denominator,
        exact(convert.offset),
        cap_of(convert.factor),
        int(meter.interval.total_seconds()),
        calendar,
        meter.stamp == "end",
        valid_from,
        meter.valid_to,
        meter.max_rate,
        None if meter.modulus is None else exact(Fraction(meter.modulus) * convert.factor),
        exact(convert.factor) if quantity.nature is Nature.AMOUNT else Decimal(0),
        Decimal(str(quantity.lowest)),
        highest,
        meter.accuracy_percent,
    )


def numbered(rows: pl.DataFrame, numbers: pl.DataFrame) -> pl.DataFrame:
    """``row`` beside each reading. A meter's readings stand together: one look-up serves all."""
    begins = (pl.col("meter_id") != pl.col("meter_id").shift()) | (
        pl.col("serial") != pl.col("serial").shift()
    )
    rows = rows.with_columns(stretch=begins.fill_null(value=False).cum_sum())
    stretches = rows.unique("stretch", keep="first", maintain_order=True).join(
        numbers, on=["meter_id", "serial"], how="left", maintain_order="left"
    )
    found = pl.lit(stretches["row"]).gather(pl.col("stretch"))
    return rows.with_columns(row=found).drop("stretch").select(NUMBERED.keys())


def with_facts(rows: pl.DataFrame, meters: pl.DataFrame, by: str, **facts: str) -> pl.DataFrame:
    """Facts of the meter table beside each row, looked up by its number, which is its place."""
    place = pl.col(by)
    return rows.with_columns(
        pl.lit(meters[column]).gather(place).alias(name) for name, column in facts.items()
    )
