"""Months of one facility as published values, made up for forecasts and limits."""

from datetime import UTC, datetime

from schemas.estate.model import Facility
from schemas.metrics import FACTS, Metric, MetricValue, Status

SITE = Facility(id="alpha", name="Alpha", country="DE", timezone="Europe/Berlin")


def published(metric, category, period, value, *, low=None, high=None, **facts) -> MetricValue:
    beginning = datetime(int(period[:4]), int(period[5:] or 1), 1, tzinfo=UTC)
    given = {
        "facility_id": "alpha",
        "unit": FACTS[metric].unit,
        "coverage": 1.0,
        "estimated_share": 0.0,
        "status": Status.WITHHELD if value is None else Status.CLEAN,
        "reason": "too thin" if value is None else "",
        **facts,
    }
    return MetricValue(
        metric=metric,
        category=category,
        period=period,
        period_start=beginning,
        period_end=beginning,
        value=value,
        low=value if low is None else low,
        high=value if high is None else high,
        **given,
    )


def by_month(metric: Metric, category: str, first: str, values, **facts) -> list[MetricValue]:
    """Consecutive months from ``first``; None is a withheld one."""
    year, month = int(first[:4]), int(first[5:])
    return [
        published(
            metric,
            category,
            f"{year + (month + at - 1) // 12:04d}-{(month + at - 1) % 12 + 1:02d}",
            value,
            **facts,
        )
        for at, value in enumerate(values)
    ]
