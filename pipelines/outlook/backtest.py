"""How good forecasts would have been: of years that are over, from the months known by then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.outlook.forecast import (
    Forecast,
    History,
    days_of,
    forecasts,
    number_of,
    series_of,
    weight_of,
)
from schemas.estate.model import Facility
from schemas.metrics import Metric, MetricValue

#: Months known of the year, from the first forecast there is to the last one there is a need for.
MONTHS_KNOWN = range(3, 12)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One year end as it was forecast, as two simpler ways would have had it, and as it came.

    Args:
        last_year: the value of the year before; None for the first one.
        scaled: what is known, as if the rest of the year were like it: a sum ÷ the share of the
            year's days that is over, a ratio as it is so far.
    """

    forecast: Forecast
    truth: float
    last_year: float | None
    scaled: float

    @property
    def held(self) -> bool:
        """Whether the interval holds the truth, to the digits that a forecast has."""
        low, high = self.forecast.low, self.forecast.high
        slack = 1e-6 * abs(self.truth)
        return low is not None and high is not None and low - slack <= self.truth <= high + slack

    @property
    def width(self) -> float:
        """The interval's width ÷ truth, in percent."""
        return 100 * ((self.forecast.high or 0.0) - (self.forecast.low or 0.0)) / self.truth

    def error(self, told: float | None) -> float | None:
        """|told − truth| ÷ truth, in percent."""
        return None if told is None else 100 * abs(told / self.truth - 1)


def backtest(
    facility: Facility,
    history: Sequence[MetricValue],
    *,
    months_known: Iterable[int] = MONTHS_KNOWN,
    seed: int = 0,
) -> list[Case]:
    """Forecasts of every whole year of a history, each from what was known by then.

    A year whose truth is 0, as of heat that is not reused, is passed over.

    Args:
        history: values of months and of whole years; the latter are the truth.
        months_known: of the year that is forecast; the years before it are known wholly.
    """
    truths = {
        (one.metric, one.category, int(one.period)): one.value
        for one in history
        if len(one.period) == len("2026") and one.value
    }
    found = []
    for year in sorted({year for _, _, year in truths}):
        for known in months_known:
            until = year * 12 + known
            past = [one for one in history if len(one.period) > 4 and number_of(one.period) < until]
            months = series_of(facility, past)
            for one in forecasts(facility, past, year=year, seed=seed):
                truth = truths.get((one.metric, one.category, year))
                if truth is not None and one.value is not None:
                    before = truths.get((one.metric, one.category, year - 1))
                    found.append(
                        Case(
                            forecast=one,
                            truth=truth,
                            last_year=before,
                            scaled=so_far(months, one.metric, one.category, year),
                        )
                    )
    return found


def so_far(months: History, metric: Metric, category: str, year: int) -> float:
    """The year as if its other months were like those that are known."""
    series = months[metric, category]
    known = [number for number in series if number // 12 == year]
    weight = weight_of(months, metric, category)
    if weight is None:
        whole = sum(days_of(number) for number in range(year * 12, year * 12 + 12))
        over = sum(days_of(number) for number in known)
        return sum(series[number] for number in known) * whole / over
    weighed = [number for number in known if number in weight]
    total = sum(weight[number] for number in weighed)
    return sum(series[number] * weight[number] for number in weighed) / total


def coverage(cases: Sequence[Case]) -> float:
    """The share of cases whose interval held the truth."""
    return float(np.mean([one.held for one in cases]))
