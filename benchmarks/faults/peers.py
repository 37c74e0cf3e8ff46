"""What other tools make of the same files: policies for what is missing.

All read the rows as a careful script would: equal rows once, of contradicting ones the last, local
stamps by the site's clock, a known modulus counted over, serials told apart. Any other fall of a
register is no amount, as monitoring systems have it, but for the policy that takes a register's
last reading less its first. They differ in what they put where nothing was read. None of them
judges a value, but for the one that drops outliers, and none states bounds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.faults.drops import MICRO
from benchmarks.faults.meters import Meter
from sample_data.clock import HOUR, local_instant

_SIGMAS = 3
_TYPES = {"value": pl.Float64, "serial": pl.String}
_IN_UNIT = {"kWh": 1.0, "MWh": 1000.0, "kW": 1.0, "W": 0.001}


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How a tool fills what is missing.

    ``fill`` takes amounts, or a register's readings where ``on_readings``; ``hourly`` tools see
    sums by the hour instead of the rows themselves. Where ``keeps_falls``, a register's fall is an
    amount below zero, which the rise after it makes good.
    """

    name: str
    fill: Callable[[pd.Series], pd.Series]
    on_readings: bool
    hourly: bool = False
    keeps_falls: bool = False


def _without_outliers(amounts: pd.Series) -> pd.Series:
    """Hours more than three standard deviations off the mean are dropped, and the last held."""
    off = (amounts - amounts.mean()).abs() > _SIGMAS * amounts.std()
    return amounts.mask(off).ffill()


POLICIES: Mapping[str, Policy] = {
    "zero": Policy(name="missing = 0", fill=lambda amounts: amounts.fillna(0.0), on_readings=False),
    "hold": Policy(name="hold last value", fill=lambda known: known.ffill(), on_readings=True),
    "bridge": Policy(
        name="bridge linearly", fill=lambda known: known.interpolate(), on_readings=True
    ),
    "sigma": Policy(
        name="pandas: hourly, 3-sigma drop, ffill",
        fill=_without_outliers,
        on_readings=False,
        hourly=True,
    ),
    "span": Policy(
        name="registers last − first, else bridged",
        fill=lambda known: known.interpolate(),
        on_readings=True,
        keeps_falls=True,
    ),
}


def year_energies(
    rows: pl.DataFrame, meters: Mapping[str, Meter], zone: ZoneInfo, year: int
) -> dict[str, dict[str, float]]:
    """The year's energy [kWh] of every quantity, by policy: the sum of its meters.

    Args:
        rows: all drops as ``read_rows`` reads them.
        meters: the facility's meters.
        zone: its time zone.
        year: the local year.
    """
    start = local_instant(year, 1, 1, timezone=zone.key)
    end = local_instant(year + 1, 1, 1, timezone=zone.key)
    totals: dict[str, dict[str, float]] = {policy: {} for policy in POLICIES}
    parts = rows.partition_by("meter_id", as_dict=True)
    for meter in meters.values():
        nested = meter.parent and meters[meter.parent].quantity == meter.quantity
        if meter.unit not in _IN_UNIT or meter.is_level or nested:
            continue
        known = _on_grid(parts[meter.id,], meter, start, end)
        for policy, how in POLICIES.items():
            amount = float(_amounts(known, meter, how).sum())
            if how.keeps_falls and meter.modulus is not None and amount < 0:
                amount += meter.modulus / MICRO
            amount *= _IN_UNIT[meter.unit]
            sums = totals[policy]
            sums[meter.quantity] = sums.get(meter.quantity, 0.0) + amount
    return totals


def _on_grid(rows: pl.DataFrame, meter: Meter, start: int, end: int) -> pd.DataFrame:
    """One value for each step of the meter, and the serial that it was read from."""
    last = end if meter.is_register else end - meter.cadence
    grid = pd.RangeIndex(start, last + 1, meter.cadence)
    frame = pd.DataFrame(
        {"value": rows["value"].to_numpy(), "serial": rows["serial"].to_numpy()},
        index=rows["at"].to_numpy() - meter.lag,
    )
    return frame[~frame.index.duplicated(keep="last")].reindex(grid)


def _amounts(known: pd.DataFrame, meter: Meter, policy: Policy) -> pd.Series:
    """The amount of each step, or hour, under a policy."""
    values = known["value"]
    if policy.hourly:
        hour = (values.index - values.index[0]) // HOUR
        by_hour = values.groupby(hour)
        match meter.kind:
            case "register":
                rises = _rises(
                    by_hour.first(), known["serial"].groupby(hour).first(), meter, policy
                )
                return policy.fill(rises)
            case "average":
                return policy.fill(by_hour.mean())
            case _:
                return policy.fill(by_hour.sum(min_count=1))
    if meter.is_register:
        readings = policy.fill(values) if policy.on_readings else values
        rises = _rises(readings, known["serial"], meter, policy)
        return rises if policy.on_readings else policy.fill(rises)
    amounts = values * (meter.cadence / HOUR) if meter.kind == "average" else values
    return policy.fill(amounts)


def _rises(readings: pd.Series, serials: pd.Series, meter: Meter, policy: Policy) -> pd.Series:
    """What a register counted from each reading to the next."""
    told = serials.ffill()
    same = told.eq(told.shift()) | (told.isna() & told.shift().isna())
    rises = readings.diff().where(same)
    if not policy.keeps_falls:
        if meter.modulus is not None:
            modulus = meter.modulus / MICRO
            rises = rises.mask(rises < -modulus / 2, rises + modulus)
        rises = rises.mask(rises < 0)
    return rises * float(meter.multiplier or 1)


def read_rows(folders: list[Path], zone: ZoneInfo) -> pl.DataFrame:
    """``meter_id, at, value, serial`` of all drops below the folders, in their order.

    A local stamp that stands twice is the first pass, one that does not exist is dropped.
    """
    paths = sorted(path for folder in folders for path in folder.glob("*/*.csv"))
    frames = [pl.read_csv(path, schema_overrides=_TYPES) for path in paths]
    rows = pl.concat(frames, how="diagonal")
    if "serial" not in rows.columns:
        rows = rows.with_columns(serial=pl.lit(None, dtype=pl.String))
    text = pl.col("timestamp")
    utc = text.str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_unit="us")
    local = text.str.to_datetime("%Y-%m-%dT%H:%M:%S", strict=False, time_unit="us")
    local = local.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
    local = local.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return rows.select(
        "meter_id", at=pl.coalesce(utc, local).dt.epoch("s"), value="value", serial="serial"
    ).drop_nulls("at")


def pue_of(energies: Mapping[str, float]) -> float:
    """PUE of category 1 from the year's energies; not a number where no IT energy is left."""
    total = sum(
        sign * energies.get(name, 0.0)
        for name, sign in (
            ("grid_import", 1),
            ("onsite_renewable", 1),
            ("generator_output", 1),
            ("grid_export", -1),
        )
    )
    it = energies["ups_output"]
    return total / it if it else float(np.nan)
