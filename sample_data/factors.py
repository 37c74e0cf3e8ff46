"""Emission factors: one table of annual ones, and an hourly series for the German grid."""

from collections.abc import Iterable
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
_GWP = {"R-134a": "1530", "R-410A": "2255.5", "R-1234ze": "1.37"}
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


def factor_rows(zones: Iterable[str], years: Iterable[int]) -> list[Cells]:
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
        ("gwp", gas, "2000-01-01", "", value, "kg/kg", "co2e", "IPCC AR6 WG I", "AR6")
        for gas, value in _GWP.items()
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
