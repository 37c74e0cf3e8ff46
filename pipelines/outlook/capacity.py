"""When a facility's capacities are used up: the trend of its monthly peaks, with an interval."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from statistics import NormalDist

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.outlook.forecast import INTERVAL, month_of, number_of
from schemas.estate.model import Facility
from schemas.outlook import CAPACITY

Floats = NDArray[np.float64]
#: Capacity, key of ``estate.yaml``, and what is held against it: the first that has hours.
CAPACITIES = (
    ("IT power", "rated_it_kw", ("ups_output", "pdu_output", "it_input")),
    ("cooling", "rated_cooling_kw", ("heat_removed",)),
    ("connected power", "nonredundant_connected_kw", ("grid_import",)),
)
#: Fewer months cannot tell growth from season: line and yearly wave have four numbers.
FEWEST = 12
_PARTS = 4
#: Share of a month's time that must be known, so that its peak is not merely missed.
_KNOWN = 0.95
_AHEAD = 120
_BEYOND = "not within ten years"


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """One capacity of one facility: a row of ``CAPACITY``.

    Args:
        earliest, likely, latest: first months in which the upper end of the interval, the trend
            itself, and the lower end reach the limit; None where not within ten years.
    """

    facility_id: str
    capacity: str
    limit_kw: float | None
    as_of: str = ""
    months_known: int = 0
    peak_kw: float | None = None
    headroom_kw: float | None = None
    growth_kw: float | None = None
    growth_low_kw: float | None = None
    growth_high_kw: float | None = None
    earliest: str | None = None
    likely: str | None = None
    latest: str | None = None
    method: str = ""
    reason: str = ""


def capacities(facility: Facility, hours: pl.DataFrame) -> list[Capacity]:
    """IT power, cooling and connected power against what the estate says there is of each.

    The trend is a straight line and a yearly wave through the monthly peaks, by least squares: of
    a peak in August it is not the growth of a year that August is the warmest month.

    Args:
        hours: facility-wide hours (``quantity, start, seconds, local_date, value``) of all years
            that are built. A month's peak is its highest hourly mean; a month of which less than
            95 % of the time is known has none.
    """
    there = set(hours["quantity"].unique())
    found = []
    for name, key, quantities in CAPACITIES:
        limit: float | None = getattr(facility, key)
        asked = Capacity(facility_id=facility.id, capacity=name, limit_kw=limit)
        quantity = next((one for one in quantities if one in there), None)
        if quantity is None:
            lacking = f"no meter measures {' or '.join(quantities)}"
            found.append(replace(asked, reason=lacking))
            continue
        peaks = monthly_peaks(hours.filter(pl.col("quantity") == quantity))
        found.append(_held_against(asked, peaks, quantity, key))
    return found


def monthly_peaks(hours: pl.DataFrame) -> dict[int, float]:
    """Highest hourly mean [kW] by number of the month, of months that are known well enough."""
    time = pl.col("seconds")
    by_month = (
        hours.group_by(pl.col("local_date").dt.strftime("%Y-%m").alias("month"))
        .agg(
            (pl.col("value").cast(pl.Float64) * 3600 / time).max().alias("peak"),
            time.filter(pl.col("value").is_not_null()).sum().alias("known"),
            pl.col("local_date").first().dt.days_in_month().alias("days"),
        )
        .filter(pl.col("known") >= _KNOWN * 86_400 * pl.col("days"))
        .sort("month")
    )
    months = by_month["month"].to_list()
    return dict(zip(map(number_of, months), by_month["peak"].to_list(), strict=True))


def _held_against(asked: Capacity, peaks: dict[int, float], quantity: str, key: str) -> Capacity:
    """The trend of the peaks, and when it reaches the limit."""
    limit, last = asked.limit_kw, max(peaks, default=0)
    recent = max((peak for month, peak in peaks.items() if month > last - 12), default=None)
    seen = replace(
        asked,
        as_of=month_of(last) if peaks else "",
        months_known=len(peaks),
        peak_kw=recent,
        headroom_kw=None if limit is None or recent is None else limit - recent,
    )
    reached = next((m for m, peak in peaks.items() if limit is not None and peak >= limit), None)
    if reached is not None:
        month = month_of(reached)
        said = f"reached in {month}"
        return replace(seen, earliest=month, likely=month, latest=month, reason=said)
    if len(peaks) < FEWEST:
        few = f"the peaks of {len(peaks)} months are known; growth and season need {FEWEST}"
        return replace(seen, reason=few)
    trend = _trend(peaks)
    seen = replace(
        seen,
        growth_kw=trend.growth,
        growth_low_kw=trend.growth - trend.doubt,
        growth_high_kw=trend.growth + trend.doubt,
        method=f"line and yearly wave through {len(peaks)} monthly peaks of {quantity}; "
        f"{INTERVAL:.0%} interval",
    )
    if limit is None:
        return replace(seen, reason=f"estate.yaml has no {key}")
    ahead = range(last + 1, last + 1 + _AHEAD)
    latest, likely, earliest = (
        next((month_of(month) for month in ahead if trend.at(month)[end] >= limit), None)
        for end in range(3)
    )
    found = replace(seen, earliest=earliest, likely=likely, latest=latest)
    never = [name for name in ("earliest", "likely", "latest") if getattr(found, name) is None]
    return replace(found, reason=f"{', '.join(never)}: {_BEYOND}" if never else "")


@dataclass(frozen=True, kw_only=True)
class _Trend:
    """A line and a yearly wave by least squares; ``growth`` by the year, give or take ``doubt``."""

    last: int
    parts: Floats
    inverse: Floats
    spread: float
    width: float

    @property
    def growth(self) -> float:
        return float(self.parts[1])

    @property
    def doubt(self) -> float:
        return self.width * self.spread * sqrt(self.inverse[1, 1])

    def at(self, month: int) -> tuple[float, float, float]:
        """The peak of a month: lower end, best, upper end."""
        row = _row(month, self.last)
        best = float(row @ self.parts)
        half = self.width * self.spread * sqrt(1 + row @ self.inverse @ row)
        return best - half, best, best + half


def _trend(peaks: dict[int, float]) -> _Trend:
    last = max(peaks)
    rows = np.array([_row(month, last) for month in peaks])
    values = np.array(list(peaks.values()))
    inverse = np.linalg.inv(rows.T @ rows)
    parts = inverse @ rows.T @ values
    freedom = len(values) - _PARTS
    spread = sqrt(float(((values - rows @ parts) ** 2).sum()) / freedom)
    return _Trend(
        last=last, parts=parts, inverse=inverse, spread=spread, width=student(INTERVAL, freedom)
    )


def _row(month: int, last: int) -> Floats:
    turn = 2 * np.pi * (month % 12) / 12
    return np.array([1.0, (month - last) / 12, np.cos(turn), np.sin(turn)])


def student(inside: float, freedom: int) -> float:
    """Half-width of an interval in Student's distribution, in standard deviations.

    The series of Abramowitz and Stegun, 26.7.5; from 8 degrees of freedom on true to 0.001.
    """
    z = NormalDist().inv_cdf((1 + inside) / 2)
    series = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + fsum(term / freedom**power for power, term in enumerate(series, start=1))


def capacity_frame(found: Sequence[Capacity]) -> pl.DataFrame:
    """Capacities as rows of ``CAPACITY``."""
    rows = [[getattr(one, name) for name in CAPACITY] for one in found]
    return pl.DataFrame(rows, schema=CAPACITY, orient="row")
