"""The same meters, telling their amounts otherwise: all by registers, or none."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from sample_data.meters import Meter

Kinds = Literal["mixed", "registers", "amounts"]

_WATT_HOURS = 1000


def of_kinds(meters: Iterable[Meter], kinds: Kinds) -> tuple[Meter, ...]:
    """The meters as they are, or with all amounts as registers, or with none.

    They see the same ticks either way. Without registers, every other meter of energy in kWh tells
    its mean power instead of its energy.
    """
    match kinds:
        case "registers":
            return tuple(_as_register(meter) for meter in meters)
        case "amounts":
            return tuple(
                _as_amount(meter, average=number % 2 == 0) for number, meter in enumerate(meters)
            )
        case _:
            return tuple(meters)


def _as_register(meter: Meter) -> Meter:
    if meter.is_level or meter.kind == "register":
        return meter
    if meter.unit in ("kW", "W"):
        meter = replace(meter, unit="kWh", ticks_per_unit=_WATT_HOURS)
    return replace(meter, kind="register", stamp="start")


def _as_amount(meter: Meter, *, average: bool) -> Meter:
    if meter.kind != "register":
        return meter
    if average and meter.unit == "kWh":
        meter = replace(meter, unit="kW", ticks_per_unit=_WATT_HOURS)
        return replace(meter, kind="average", modulus=None)
    return replace(meter, kind="interval", modulus=None)
