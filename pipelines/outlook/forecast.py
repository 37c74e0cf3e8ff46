"""Where a year will end: every headline metric, as of the last month with a value."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from pipelines.outlook.course import Floats, continued
from schemas.estate.model import Facility
from schemas.metrics import FACTS, Metric, MetricValue
from schemas.outlook import FORECASTS
from schemas.units import Unit

#: Sums over the year, and ratios with what each month weighs in them: their denominator.
SUMS = (Metric.EDC, Metric.EIT, Metric.WIN, Metric.CO2_LOCATION)
RATIOS = {
    Metric.PUE: Metric.EIT,
    Metric.PUE_DE: Metric.EIT,
    Metric.WUE: Metric.EIT,
    Metric.WUE_FRE: Metric.EIT,
    Metric.CUE: Metric.EIT,
    Metric.REF: Metric.EDC,
    Metric.ERF: Metric.EDC,
    Metric.RENEWABLE_ELECTRICITY: Metric.ELECTRICITY,
}
HEADLINES = tuple(metric for metric in Metric if metric in SUMS or metric in RATIOS)
#: The most that a year may show, whatever was bought for it.
CAPS = {Metric.REF: 1.0, Metric.RENEWABLE_ELECTRICITY: 100.0}
FEWEST = 3
INTERVAL = 0.9
_COURSES = 2000
#: The rest of a forecast's digits is chance.
_DIGITS = 6

#: Values by number of the month: year × 12 + month − 1.
Series = Mapping[int, float]
History = Mapping[tuple[Metric, str], Series]


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """The year-end value of one metric and category: a row of ``FORECASTS``.

    ``draws`` are year ends that the known months leave possible, equally likely; empty where there
    is no forecast. ``complete``: every month is known, and there is nothing to forecast.
    """

    facility_id: str
    metric: Metric
    category: str
    year: int
    as_of: str
    months_known: int
    unit: Unit
    value: float | None = None
    low: float | None = None
    high: float | None = None
    method: str = ""
    reason: str = ""
    complete: bool = False
    draws: Floats = field(default_factory=lambda: np.empty(0), repr=False, compare=False)


def forecasts(
    facility: Facility, history: Iterable[MetricValue], *, year: int | None = None, seed: int = 0
) -> list[Forecast]:
    """The year end of every headline metric that has a row in the history.

    The remaining months of a sum are forecast and added to the known ones. Of a ratio, the monthly
    ratio itself and its denominator are forecast and the year is Σ ratio × denominator ÷
    Σ denominator: numerator and denominator that rise together do not widen its interval twice.

    Args:
        facility: months before it was commissioned are no part of the year.
        history: values by the month of all years that are built; of other facilities and of whole
            years are passed over. A withheld month is unknown, and is forecast too.
        year: which one; that of the last month with any value where it is not told.
        seed: of the draws. Equal arguments give equal forecasts.

    Returns:
        One for each metric and category; without a value, and with a reason, where fewer than
        three months of the year are known.
    """
    months = series_of(facility, history)
    last = max((max(one) for one in months.values() if one), default=None)
    if last is None:
        return []
    asked = last // 12 if year is None else year
    return [
        _forecast(facility, months, (metric, category), year=asked, seed=seed)
        for metric in HEADLINES
        for of, category in months
        if of is metric
    ]


def series_of(facility: Facility, history: Iterable[MetricValue]) -> History:
    """Values by month of every metric and category that has a monthly row, known or not."""
    found: dict[tuple[Metric, str], dict[int, float]] = defaultdict(dict)
    for one in history:
        if one.facility_id != facility.id or len(one.period) != len("2026-01"):
            continue
        series = found[one.metric, one.category]
        if one.value is not None:
            # The year is capped, not its months: what is above the cap in one counts in the sum.
            before_cap = one.raw if one.metric in CAPS else None
            series[number_of(one.period)] = one.value if before_cap is None else before_cap
    return found


def number_of(month: str) -> int:
    """``YYYY-MM`` as a number that grows by one with each month."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_of(number: int) -> str:
    """The month of a number, as ``YYYY-MM``."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_of_year(facility: Facility, year: int) -> list[int]:
    """The months of a year in which the facility was in operation."""
    began = facility.commissioned
    first = number_of(began) if len(began) == len("2026-01") else 0
    return [number for number in range(year * 12, year * 12 + 12) if number >= first]


def _forecast(
    facility: Facility, months: History, key: tuple[Metric, str], *, year: int, seed: int
) -> Forecast:
    metric, category = key
    weight = weight_of(months, metric, category)
    told = months[key]
    series = told if weight is None else {at: told[at] for at in told if at in weight}
    wanted = months_of_year(facility, year)
    known = [number for number in wanted if number in series]
    found = Forecast(
        facility_id=facility.id,
        metric=metric,
        category=category,
        year=year,
        as_of=month_of(known[-1]) if known else "",
        months_known=len(known),
        unit=FACTS[metric].unit,
        complete=len(known) == len(wanted),
    )
    if len(known) < FEWEST:
        few = f"{len(known)} of {len(wanted)} months of {year} are known; a forecast needs {FEWEST}"
        return _without(found, few)
    past = {number: value for number, value in series.items() if number <= wanted[-1]}
    if min(past.values()) < 0:
        return _without(found, "a month is below zero, which no share of growth explains")
    chance = np.random.default_rng([seed, HEADLINES.index(metric)])
    draws = _sums(past, wanted, chance) if weight is None else _ratios(past, weight, wanted, chance)
    draws = np.sort(np.minimum(draws, CAPS[metric]) if metric in CAPS else draws)
    ends = np.quantile(draws, ((1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2)).tolist()
    low, value, high = ends if found.complete else map(_rounded, ends)
    return replace(
        found,
        value=value,
        low=low,
        high=high,
        method=_method(past, wanted, known, ratio=weight is not None),
        draws=draws,
    )


def _without(found: Forecast, reason: str) -> Forecast:
    return replace(found, reason=reason)


def weight_of(months: History, metric: Metric, category: str) -> Series | None:
    """What each month weighs in a ratio's year: its denominator. None for a sum."""
    denominator = RATIOS.get(metric)
    if denominator is None:
        return None
    if metric is Metric.PUE:
        return months.get((denominator, category), {})
    if denominator is Metric.ELECTRICITY:
        return months.get((denominator, "consumption"), {})
    # The category that is filed is the first one that is metered.
    measured = sorted(key for key, series in months.items() if key[0] is denominator and series)
    return months[measured[0]] if measured else {}


def _sums(past: Series, wanted: Sequence[int], chance: np.random.Generator) -> Floats:
    """Year ends of an amount."""
    ends: Floats = _amounts(past, wanted, chance).sum(axis=1)
    return ends


def _ratios(
    past: Series, weight: Series, wanted: Sequence[int], chance: np.random.Generator
) -> Floats:
    """Year ends of a ratio: Σ ratio × denominator ÷ Σ denominator."""
    weights = {number: value for number, value in weight.items() if number <= wanted[-1]}
    under = _amounts(weights, wanted, chance)
    ends: Floats = (_filled(past, wanted, chance) * under).sum(axis=1) / under.sum(axis=1)
    # Twelve months at a limit are a year at it, and not 1e-16 below.
    return np.round(ends, 12)


def _amounts(past: Series, wanted: Sequence[int], chance: np.random.Generator) -> Floats:
    """Courses of an amount, forecast by the day: February is no smaller month."""
    by_day = {number: value / days_of(number) for number, value in past.items()}
    courses: Floats = _filled(by_day, wanted, chance) * [days_of(number) for number in wanted]
    return courses


def _filled(past: Series, wanted: Sequence[int], chance: np.random.Generator) -> Floats:
    """Courses of the wanted months: what is known in each of them, and what is not, forecast."""
    open_months = [number for number in wanted if number not in past]
    columns = np.empty((_COURSES, len(wanted)))
    if open_months:
        forecast = continued(past, open_months, chance=chance, count=_COURSES)
        columns[:, [wanted.index(number) for number in open_months]] = forecast
    for place, number in enumerate(wanted):
        if number in past:
            columns[:, place] = past[number]
    return columns


def days_of(number: int) -> int:
    """How many days a month has."""
    return monthrange(number // 12, number % 12 + 1)[1]


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _method(past: Series, wanted: Sequence[int], known: Sequence[int], *, ratio: bool) -> str:
    """How the forecast came about, for a reader."""
    if len(known) == len(wanted):
        return f"all {len(wanted)} months are known"
    if not any(past.values()):
        return "nothing in every known month, and nothing expected in the others"
    missing = len(wanted) - len(known)
    what = "monthly ratios, weighed by their forecast denominators" if ratio else "monthly amounts"
    return (
        f"{len(known)} months known, {missing} forecast from the level, growth and season of "
        f"{len(past)} known {what}; {INTERVAL:.0%} interval"
    )


def forecasts_frame(found: Iterable[Forecast]) -> pl.DataFrame:
    """Forecasts as rows of ``FORECASTS``."""
    rows = [[getattr(one, name) for name in FORECASTS] for one in found]
    return pl.DataFrame(rows, schema=FORECASTS, orient="row")
