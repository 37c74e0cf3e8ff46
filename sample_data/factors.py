"""Emission factors: one table of annual ones, and an hourly series for the German grid."""

from collections.abc import Collection, Iterable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl

from sample_data.chance import Ints, bell, key_of, sine, smooth
from sample_data.clock import DAY, HOUR
from sample_data.stamps import stamps

Cells = tuple[str, ...]

HEADER: Cells = (
    "kind",
    "key",
    "valid_from",
    "valid_to",
    "value",
    "unit",
    "gases",
    "source",
    "edition",
)
HOURLY_ZONE = "DE"
DIESEL_KG_PER_LITRE = "2.676"

_SIMULATED = "simulated, not for filing"
_GRID = {"DE": "0.352", "SE": "0.021", "SG": "0.412"}
_RESIDUAL = {"DE": "0.624", "SE": "0.058", "SG": "0.412"}
#: Of what nobody simulates: kind, key, value, unit.
_CONSTANT = (
    ("upstream", "DE", "0.061", "kg/kWh"),
    ("upstream", "SE", "0.012", "kg/kWh"),
    ("upstream", "SG", "0.070", "kg/kWh"),
    ("upstream", "diesel", "0.61", "kg/L"),
    ("waste", "preparation_for_reuse", "0.01", "kg/kg"),
    ("waste", "recycling", "0.02", "kg/kg"),
    ("waste", "recovery", "0.08", "kg/kg"),
    ("waste", "disposal", "0.45", "kg/kg"),
    ("water", "DE", "1.4", "m3/MWh"),
    ("water", "SE", "0.9", "m3/MWh"),
    ("water", "SG", "1.1", "m3/MWh"),
    ("water_stress", "DE", "1.6", "1"),
    ("water_stress", "SE", "0.4", "1"),
    ("water_stress", "SG", "4.2", "1"),
    ("price", "grid_import", "0.168", "EUR/kWh"),
    ("price", "grid_export", "0.071", "EUR/kWh"),
    ("price", "fuel_diesel", "1.32", "EUR/L"),
    ("price", "potable_water", "2.35", "EUR/m3"),
    ("price", "reclaimed_water", "1.10", "EUR/m3"),
    ("price", "rain_water", "0", "EUR/m3"),
)
_BASE_YEAR = 2025


def location_factor(zone: str, year: int) -> Fraction:
    """Location-based factor of a zone and year [kg/kWh]."""
    return Fraction(_of_year(_GRID[zone], year))


def diesel_factor() -> Fraction:
    """Carbon dioxide from burning one litre of diesel [kg]."""
    return Fraction(DIESEL_KG_PER_LITRE)


def _of_year(base: str, year: int) -> Decimal:
    """A factor that falls by 2 % a year, to three decimals."""
    years = Decimal(year - _BASE_YEAR)
    moved = Decimal(base) * (1 - Decimal("0.02") * years)
    return max(moved, Decimal("0.001")).quantize(Decimal("0.001"))


def factor_rows(zones: Collection[str], years: Iterable[int]) -> list[Cells]:
    """The annual table; both days of a validity are included, an empty one is open.

    A zone with hourly factors has an annual one only for the year before, so that no hour has two.
    """
    years = sorted(years)
    rows: list[Cells] = []
    for kind, table in (("location", _GRID), ("residual", _RESIDUAL)):
        for zone in zones:
            hourly = kind == "location" and zone == HOURLY_ZONE
            for year in [years[0] - 1] if hourly else years:
                value = str(_of_year(table[zone], year))
                validity = (f"{year}-01-01", f"{year}-12-31")
                rows.append((kind, zone, *validity, value, "kg/kWh", "co2e", _SIMULATED, str(year)))
    source = "IPCC 2006 default, computed: 74.1 kg/GJ x 43.0 MJ/kg x 0.84 kg/L; unverified"
    rows.append(
        ("fuel", "diesel", "2000-01-01", "", DIESEL_KG_PER_LITRE, "kg/L", "co2", source, "2006")
    )
    rows += [
        (kind, key, "2000-01-01", "", value, unit, "co2e", _SIMULATED, "1")
        for kind, key, value, unit in _CONSTANT
        if key in zones or not key.isupper()
    ]
    return rows


def hourly_location(seed: int, hours: Ints) -> Ints:
    """Factors of the German zone for hours [s UTC] in 0.1 g/kWh: low at noon and in the wind."""
    key = key_of(seed, "grid carbon")
    noon = np.clip(sine(hours / DAY - 0.25), 0.0, 1.0)
    summer = 0.6 - 0.4 * sine(hours / DAY / 365.2422 + 0.23)
    wind = smooth(key, hours, every=40 * HOUR)
    grams = 372.0 - 150.0 * noon * summer - 105.0 * wind + 9.0 * bell(key, hours // HOUR)
    return np.rint(10.0 * np.clip(grams, 60.0, 720.0)).astype(np.int64)


def hourly_table(hours: Ints, tenths: Ints, *, edition: str) -> pl.DataFrame:
    """The hourly series as it is written: UTC stamps at the start of the hour, g/kWh."""
    return pl.DataFrame(
        {"timestamp": stamps(hours, "UTC", "%Y-%m-%dT%H:%M:%SZ"), "value": tenths / 10}
    ).select(
        pl.lit("location").alias("kind"),
        pl.lit(HOURLY_ZONE).alias("key"),
        "timestamp",
        "value",
        pl.lit("g/kWh").alias("unit"),
        pl.lit("co2e").alias("gases"),
        pl.lit("simulated").alias("source"),
        pl.lit(edition).alias("edition"),
    )
