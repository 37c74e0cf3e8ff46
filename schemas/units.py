"""Units a meter may be read in, each with its exact factor to the canonical unit.

Factors are exact fractions. A unit that is not in this table is refused, never guessed; apparent
power (kVA) is refused by name, because it is not energy.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Unit(StrEnum):
    """Canonical units: everything after normalisation is in one of these."""

    KILOWATT_HOUR = "kWh"
    LITRE = "L"
    CUBIC_METRE = "m3"
    KILOWATT = "kW"
    CELSIUS = "°C"
    PERCENT = "%"
    GIGABYTE_PER_SECOND = "GB/s"
    EXABYTE = "EB"
    # Units of metrics and form cells only; no meter reads in them.
    RATIO = "1"
    CUBIC_METRE_PER_MEGAWATT_HOUR = "m3/MWh"
    KILOGRAM_PER_KILOWATT_HOUR = "kg/kWh"
    KILOGRAM = "kg"
    TONNE = "t"
    SQUARE_METRE = "m2"
    PETABYTE = "PB"
    DEGREE_DAY = "degree-days"
    SERT_SCORE = "SERT score"
    SCORE_PER_KILOWATT = "score/kW"
    LITRE_PER_KILOWATT_HOUR = "L/kWh"
    KILOWATT_PER_RACK = "kW/rack"
    MEGAWATT_HOUR = "MWh"
    TONNE_CO2E = "tCO2e"
    HOUR = "h"
    DAY = "d"
    PIECE = "pieces"
    YEAR = "a"
    STRESS_SCORE = "of 5"
    # Currencies, ISO 4217: costs are told in the operator's own, and never converted.
    EUR = "EUR"
    USD = "USD"
    GBP = "GBP"
    CHF = "CHF"
    SEK = "SEK"
    NOK = "NOK"
    DKK = "DKK"
    PLN = "PLN"
    CZK = "CZK"
    HUF = "HUF"
    RON = "RON"
    ISK = "ISK"
    CAD = "CAD"
    AUD = "AUD"
    NZD = "NZD"
    SGD = "SGD"
    JPY = "JPY"
    KRW = "KRW"
    INR = "INR"
    MYR = "MYR"
    CNY = "CNY"
    BRL = "BRL"
    ZAR = "ZAR"


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """``canonical = (value + offset) × factor``: the offset is in the unit itself (°F, K)."""

    unit: Unit
    factor: Fraction
    offset: Fraction = Fraction(0)


_J = Fraction(1, 3_600_000)  # kWh
_BTU = Fraction("1055.05585262") * _J  # International Table, as in ISO 31-4
_FT3 = Fraction("0.028316846592")  # m3, from 1 ft = 0.3048 m
_GALLON_US = Fraction("0.003785411784")  # m3, 231 cubic inches
_GALLON_IMP = Fraction("0.00454609")  # m3
_TON = 12_000 * _BTU  # kWh per hour: one ton of refrigeration is 12 000 Btu/h

_ENERGY = {
    "Wh": Fraction(1, 1000),
    "kWh": Fraction(1),
    "MWh": Fraction(1000),
    "GWh": Fraction(1_000_000),
    "J": _J,
    "kJ": 1000 * _J,
    "MJ": 1_000_000 * _J,
    "GJ": 1_000_000_000 * _J,
    "Btu": _BTU,
    "kBtu": 1000 * _BTU,
    "MMBtu": 1_000_000 * _BTU,
    "therm": 100_000 * _BTU,
    "RTh": _TON,
}
_POWER = {
    "W": Fraction(1, 1000),
    "kW": Fraction(1),
    "MW": Fraction(1000),
    "Btu/h": _BTU,
    "RT": _TON,
}
_VOLUME = {
    "m3": Fraction(1),
    "L": Fraction(1, 1000),
    "hL": Fraction(1, 10),
    "kL": Fraction(1),
    "ML": Fraction(1000),
    "ft3": _FT3,
    "ccf": 100 * _FT3,
    "kcf": 1000 * _FT3,
    "gal": _GALLON_US,
    "kgal": 1000 * _GALLON_US,
    "igal": _GALLON_IMP,
    "acre_ft": 43_560 * _FT3,
}
_FLOW = {
    "m3/h": Fraction(1),
    "L/h": Fraction(1, 1000),
    "L/min": Fraction(60, 1000),
    "L/s": Fraction(3600, 1000),
    "gpm": 60 * _GALLON_US,
}
_DATA = {
    "B": Fraction(1, 10**18),
    "kB": Fraction(1, 10**15),
    "MB": Fraction(1, 10**12),
    "GB": Fraction(1, 10**9),
    "TB": Fraction(1, 10**6),
    "PB": Fraction(1, 10**3),
    "EB": Fraction(1),
    "GiB": Fraction(2**30, 10**18),
    "TiB": Fraction(2**40, 10**18),
}
_BANDWIDTH = {
    "B/s": Fraction(1, 10**9),
    "MB/s": Fraction(1, 1000),
    "GB/s": Fraction(1),
    "bit/s": Fraction(1, 8 * 10**9),
    "kbit/s": Fraction(1, 8 * 10**6),
    "Mbit/s": Fraction(1, 8 * 10**3),
    "Gbit/s": Fraction(1, 8),
    "Tbit/s": Fraction(1000, 8),
}

#: Amounts: what a register counts and an interval meter delivers.
AMOUNTS: dict[Unit, dict[str, Fraction]] = {
    Unit.KILOWATT_HOUR: _ENERGY,
    Unit.CUBIC_METRE: _VOLUME,
    Unit.LITRE: {name: factor * 1000 for name, factor in _VOLUME.items()},
    Unit.EXABYTE: _DATA,
}
#: Rates: canonical amount per hour, what a meter of kind ``average`` delivers.
RATES: dict[Unit, dict[str, Fraction]] = {
    Unit.KILOWATT_HOUR: _POWER,
    Unit.CUBIC_METRE: _FLOW,
    Unit.LITRE: {name: factor * 1000 for name, factor in _FLOW.items()},
    Unit.EXABYTE: {name: factor * 3600 / 10**9 for name, factor in _BANDWIDTH.items()},
}
#: Levels: what a gauge shows.
LEVELS: dict[Unit, dict[str, Conversion]] = {
    Unit.KILOWATT: {n: Conversion(unit=Unit.KILOWATT, factor=f) for n, f in _POWER.items()},
    Unit.GIGABYTE_PER_SECOND: {
        n: Conversion(unit=Unit.GIGABYTE_PER_SECOND, factor=f) for n, f in _BANDWIDTH.items()
    },
    Unit.CELSIUS: {
        "°C": Conversion(unit=Unit.CELSIUS, factor=Fraction(1)),
        "K": Conversion(unit=Unit.CELSIUS, factor=Fraction(1), offset=Fraction("-273.15")),
        "°F": Conversion(unit=Unit.CELSIUS, factor=Fraction(5, 9), offset=Fraction(-32)),
    },
    Unit.PERCENT: {
        "%": Conversion(unit=Unit.PERCENT, factor=Fraction(1)),
        "1": Conversion(unit=Unit.PERCENT, factor=Fraction(100)),
    },
}

#: Other spellings of the same unit. The key is compared without regard to case only for letters
#: that carry no meaning; ``mW`` is not ``MW``, so there is no general case folding.
SPELLINGS: dict[str, str] = {
    "m³": "m3",
    "cbm": "m3",
    "l": "L",
    "litre": "L",
    "liter": "L",
    "kwh": "kWh",
    "KWH": "kWh",
    "KWh": "kWh",
    "Kwh": "kWh",
    "WH": "Wh",
    "wh": "Wh",
    "mwh": "MWh",
    "MWH": "MWh",
    "Mwh": "MWh",
    "kw": "kW",
    "KW": "kW",
    "BTU": "Btu",
    "kBTU": "kBtu",
    "MMBTU": "MMBtu",
    "BTU/h": "Btu/h",
    "CCF": "ccf",
    "C": "°C",
    "degC": "°C",
    "F": "°F",
    "degF": "°F",
    "m³/h": "m3/h",
    "l/s": "L/s",
    "l/min": "L/min",
    "l/h": "L/h",
    "percent": "%",
    "ratio": "1",
    "Gbps": "Gbit/s",
    "Mbps": "Mbit/s",
    # As ENERGY STAR Portfolio Manager writes them.
    "kWh (thousand Watt-hours)": "kWh",
    "MWh (million Watt-hours)": "MWh",
    "kBtu (thousand Btu)": "kBtu",
    "MBtu (million Btu)": "MMBtu",
    "therms": "therm",
    "ton hours": "RTh",
    "cf (cubic feet)": "ft3",
    "ccf (hundred cubic feet)": "ccf",
    "kcf (thousand cubic feet)": "kcf",
    "cm (cubic meters)": "m3",
    "Gallons (US)": "gal",
    "Gallons (UK)": "igal",
    "kGal (thousand gallons) (US)": "kgal",
    "Liters": "L",
}

_APPARENT = frozenset({"va", "kva", "mva", "vah", "kvah", "mvah"})
_REACTIVE = frozenset({"var", "kvar", "mvar", "varh", "kvarh", "mvarh"})


def refusal(text: str) -> str | None:
    """Why a well-known unit can never be taken, or None where it is merely unknown or known."""
    folded = text.strip().casefold()
    if folded in _APPARENT:
        return (
            f"'{text}' is apparent power or energy, which is not energy used; without the power "
            "factor of every interval it cannot become kWh. Read the active register (kWh) instead"
        )
    if folded in _REACTIVE:
        return f"'{text}' is reactive power or energy, which is not energy used"
    return None


def conversion(text: str, *, canonical: Unit, rate: bool = False) -> Conversion | None:
    """The exact way from a meter's unit to a quantity's canonical unit.

    Args:
        text: the unit as written in ``meters.csv`` or a drop.
        canonical: the quantity's canonical unit.
        rate: True for meters of kind ``average`` of an amount: their unit is amount per hour.

    Returns:
        The conversion; for rates to canonical amount **per hour**. None where the unit does not
        measure this quantity, or is not known: the caller words the refusal.
    """
    name = SPELLINGS.get(text.strip(), text.strip())
    if canonical in LEVELS:
        return LEVELS[canonical].get(name)
    table = RATES if rate else AMOUNTS
    factor = table[canonical].get(name)
    return None if factor is None else Conversion(unit=canonical, factor=factor)


def is_unit(text: str) -> bool:
    """Whether a text is a unit of any quantity, as it may stand in a drop."""
    name = SPELLINGS.get(text.strip(), text.strip())
    known = {unit for tables in (AMOUNTS, RATES) for table in tables.values() for unit in table}
    return name in known or any(name in table for table in LEVELS.values())


def known_units(canonical: Unit, *, rate: bool = False) -> tuple[str, ...]:
    """The units accepted for a quantity, for error messages."""
    if canonical in LEVELS:
        return tuple(LEVELS[canonical])
    return tuple((RATES if rate else AMOUNTS)[canonical])
