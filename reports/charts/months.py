"""Twelve months of one figure: values, bounds, months without one; as table and in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reports.charts.chart import Table
from reports.explained import explained
from reports.numbers import DASH, Scale, coverage_text
from schemas.metrics import MetricValue, Status
from schemas.totals import TotalValue

NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, kw_only=True)
class Month:
    """One month of one figure, as a chart draws it. ``status`` None: nothing was published."""

    name: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    status: Status | None = None
    reason: str = ""
    source: MetricValue | TotalValue | None = None

    @property
    def word(self) -> str:
        return self.status.value if self.status else "no data"


def months_of(published: Iterable[MetricValue | TotalValue], *, year: int) -> tuple[Month, ...]:
    """The twelve months of a year; a month nobody published is there, without value or status."""
    by_period = {item.period: item for item in published}
    months = []
    for place, name in enumerate(NAMES, start=1):
        item = by_period.get(f"{year}-{place:02d}")
        if item is None:
            months.append(Month(name=name))
            continue
        months.append(
            Month(
                name=name,
                value=None if item.value is None else float(item.value),
                low=None if item.low is None else float(item.low),
                high=None if item.high is None else float(item.high),
                coverage=item.coverage,
                status=item.status,
                reason=item.reason,
                source=item,
            )
        )
    return tuple(months)


def month_table(months: Sequence[Month], *, caption: str, scale: Scale) -> Table:
    """The months with bounds, coverage, status and reason."""
    unit = f" [{scale.unit}]" if scale.unit else ""
    return Table(
        caption=caption,
        head=("Month", f"Value{unit}", "Bounds", "Coverage", "Status", "Remark"),
        rows=tuple(
            (
                month.name,
                explained(scale.bare(month.value), month.source) if month.source else DASH,
                DASH if month.status is None else scale.range(month.low, month.high),
                coverage_text(month.coverage),
                month.word,
                month.reason,
            )
            for month in months
        ),
        text=(4, 5),
    )


def month_words(months: Sequence[Month], *, scale: Scale) -> str:
    """Lowest and highest month, and how many have no value: the chart in one or two sentences."""
    valued = [(month.value, month.name) for month in months if month.value is not None]
    absent = [month.name for month in months if month.value is None]
    words = []
    if valued:
        low, high = min(valued), max(valued)
        words.append(
            f"Lowest {scale.text(low[0])} in {low[1]}, highest {scale.text(high[0])} in {high[1]}."
        )
    if len(absent) == len(months):
        words.append("No month has a value.")
    elif absent:
        words.append(f"No value for {', '.join(absent)}.")
    return " ".join(words)
