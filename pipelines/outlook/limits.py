"""Which limits a year meets or will meet, and in which class of the EU label it comes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from math import inf

import polars as pl

from pipelines.outlook.forecast import Forecast
from schemas import label
from schemas.estate.model import Facility
from schemas.limits import LIMITS, Limit
from schemas.metrics import Metric, MetricValue
from schemas.outlook import OUTLOOK
from schemas.units import Unit

CERTAINLY, POSSIBLY, NOT = "certainly", "possibly", "not"
_OPEN = "estate.yaml or the rule itself does not say whether this is about the facility"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One limit or class, and one year of a facility: a row of ``OUTLOOK``.

    Args:
        above, at_most, at_least: what a value must be to meet it.
        applies: whether it binds at the end of the year; None where that is not known.
        probability: of meeting it: from the draws of a forecast, or 0 or 1 of a year that is over.
        met: of a year that is over, by its hard bounds; empty for a forecast.
    """

    facility_id: str
    year: int
    limit: str
    title: str
    metric: Metric
    category: str
    state: str
    official: bool
    source: str
    above: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    holds_from: date | None = None
    applies: bool | None = None
    probability: float | None = None
    met: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str = ""

    def holds(self, value: float) -> bool:
        """Whether a value meets it; the edge itself does, and nothing is rounded."""
        return (
            (self.above is None or value > self.above)
            and (self.at_most is None or value <= self.at_most)
            and (self.at_least is None or value >= self.at_least)
        )


def outlook(
    facility: Facility, forecasts: Iterable[Forecast], years: Iterable[MetricValue]
) -> list[Verdict]:
    """Every limit about a facility, and every class of the label, for the years of its metrics.

    Limits that bind only later are told as well: what would become of them as things stand. Of a
    metric with several categories the one that is filed counts, which is the first.

    Args:
        forecasts: of the latest year. Once every month of it is known, its value counts instead.
        years: published values of whole years; months and other facilities are passed over.
    """
    over: dict[tuple[int, Metric], MetricValue] = {}
    for value in years:
        if value.facility_id == facility.id and len(value.period) == len("2026"):
            over.setdefault((int(value.period), value.metric), value)
    ahead: dict[tuple[int, Metric], Forecast] = {}
    for forecast in forecasts:
        key = forecast.year, forecast.metric
        if forecast.facility_id == facility.id and not (forecast.complete and key in over):
            ahead.setdefault(key, forecast)
    found = []
    for (year, metric), forecast in ahead.items():
        asked = _asked(facility, year, metric, forecast.category, forecast.unit)
        found += [_expected(one, forecast) for one in asked]
    for (year, metric), value in over.items():
        if (year, metric) not in ahead:
            asked = _asked(facility, year, metric, value.category, value.unit)
            found += [_known(one, value) for one in asked]
    return sorted(found, key=lambda one: (one.year, _ORDER.index(one.limit)))


def _asked(
    facility: Facility, year: int, metric: Metric, category: str, unit: Unit
) -> list[Verdict]:
    """What there is to meet for a metric, before anything is held against it."""
    place = Verdict(
        facility_id=facility.id,
        year=year,
        metric=metric,
        category=category,
        limit="",
        title="",
        state="",
        official=False,
        source="",
    )
    limits = [
        _of_limit(place, one, facility, 100 if unit is Unit.PERCENT else 1)
        for one in LIMITS
        if one.metric is metric and one.scope(facility) is not False
    ]
    return limits + _of_label(place)


def _of_limit(place: Verdict, one: Limit, facility: Facility, scale: int) -> Verdict:
    """A limit; its edge in the metric's unit, which may be percent."""
    applies = one.applies(facility, date(place.year, 12, 31))
    return replace(
        place,
        limit=one.key,
        title=one.title,
        state=one.state.value,
        official=one.official,
        source=one.source,
        at_most=None if one.at_most is None else float(one.at_most * scale),
        at_least=None if one.at_least is None else float(one.at_least * scale),
        holds_from=one.binds_from(facility),
        applies=applies,
        reason=_OPEN if applies is None else "",
    )


def _of_label(place: Verdict) -> list[Verdict]:
    """The classes of the label, of which a value meets exactly one."""
    edges = [None, *map(float, label.EDGES.get(place.metric, ())), None]
    if len(edges) == len([None, None]):
        return []
    return [
        replace(
            place,
            limit=_class_key(place.metric, name),
            title=f"Class {name} of the EU label, a preview",
            state=label.STATE.value,
            official=label.OFFICIAL,
            source=label.SOURCE,
            above=above,
            at_most=at_most,
            reason="the European database alone makes the label",
        )
        for name, (above, at_most) in zip(label.CLASSES, pairwise(edges), strict=True)
    ]


def _class_key(metric: Metric, name: str) -> str:
    return f"eu-label-{metric.value}-{name.lower()}".replace("_", "-")


_ORDER = [
    *(one.key for one in LIMITS),
    *(_class_key(metric, name) for metric in label.EDGES for name in label.CLASSES),
]


def _expected(one: Verdict, forecast: Forecast) -> Verdict:
    """How probable a forecast makes it."""
    told = replace(one, value=forecast.value, low=forecast.low, high=forecast.high)
    if not len(forecast.draws):
        return replace(told, reason=_joined(forecast.reason, one.reason))
    meeting = sum(one.holds(float(draw)) for draw in forecast.draws)
    return replace(told, probability=meeting / len(forecast.draws))


def _known(one: Verdict, value: MetricValue) -> Verdict:
    """Whether a year that is over met it: by its value, and by what its bounds allow."""
    low = -inf if value.low is None else value.low
    high = inf if value.high is None else value.high
    if one.holds(low) and one.holds(high):
        met = CERTAINLY
    elif _beside(one, low, high):
        met = NOT
    else:
        met = POSSIBLY
    by_bounds = {CERTAINLY: 1.0, NOT: 0.0}.get(met)
    return replace(
        one,
        met=met,
        value=value.value,
        low=value.low,
        high=value.high,
        probability=by_bounds if value.value is None else float(one.holds(value.value)),
        reason=_joined("" if value.value is not None else value.reason, one.reason),
    )


def _beside(one: Verdict, low: float, high: float) -> bool:
    """Whether no value between the bounds meets it."""
    return (
        (one.above is not None and high <= one.above)
        or (one.at_most is not None and low > one.at_most)
        or (one.at_least is not None and high < one.at_least)
    )


def _joined(*reasons: str) -> str:
    return "; ".join(reason for reason in reasons if reason)


def outlook_frame(found: Iterable[Verdict]) -> pl.DataFrame:
    """Verdicts as rows of ``OUTLOOK``."""
    rows = [[getattr(one, name) for name in OUTLOOK] for one in found]
    return pl.DataFrame(rows, schema=OUTLOOK, orient="row")
