"""Cooling technologies side by side, over the facilities that use them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from markupsafe import Markup

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number
from reports.sections.headline import metric_scale
from reports.sections.section import Section, filed, status_mark
from reports.sections.sums import ESTATE, estate_ratio, estate_sum
from schemas.metrics import Metric, MetricValue, Status
from schemas.totals import TotalValue

UNKNOWN = "not stated"


@dataclass(frozen=True, kw_only=True)
class Technology:
    """What the facilities of one cooling technology used together; None where none has a figure."""

    name: str
    facilities: tuple[str, ...]
    energy: MetricValue | None
    it_energy: MetricValue | None
    pue: MetricValue | None
    wue: MetricValue | None
    cer: MetricValue | None


def by_cooling(facilities: Sequence[FacilityYear]) -> tuple[Technology, ...]:
    """Sums, and ratios of sums, over the facilities of each technology; never a mean of ratios.

    A technology is withheld what one of its facilities is: the rest would look like the whole.
    """
    groups: dict[str, list[FacilityYear]] = {}
    for facts in facilities:
        groups.setdefault(facts.facility.cooling or UNKNOWN, []).append(facts)
    return tuple(
        Technology(
            name=name,
            facilities=tuple(facts.facility.name for facts in some),
            energy=estate_sum(some, Metric.EDC),
            it_energy=estate_sum(some, Metric.EIT),
            pue=estate_ratio(some, Metric.PUE, top=Metric.EDC),
            wue=estate_ratio(some, Metric.WUE, top=Metric.WIN, factor=1000.0),
            cer=_cooling_efficiency(some),
        )
        for name, some in sorted(groups.items())
    )


def technologies(facilities: Sequence[FacilityYear]) -> Section:
    """Energy, water and cooling of each technology, with bounds and status."""
    rows = tuple(
        (
            one.name,
            number(len(one.facilities)),
            *map(_cell, (one.energy, one.it_energy, one.pue, one.wue, one.cer)),
            ", ".join(one.facilities),
        )
        for one in by_cooling(facilities)
    )
    return Section(
        id="technologies",
        title="Cooling technologies",
        lead="Ratios of the sums over all facilities of a technology; climate and load differ "
        "between them, so the technology is not the only reason for a difference.",
        blocks=(
            Table(
                caption="Efficiency by cooling technology",
                head=(
                    *("Technology", "Facilities", "Energy", "IT energy"),
                    *("PUE", "WUE", "CER", "Which"),
                ),
                rows=rows,
                text=(7,),
                style="figures",
            ),
        ),
    )


def _cooling_efficiency(some: Sequence[FacilityYear]) -> MetricValue | None:
    """Heat removed ÷ electricity of cooling, both summed [1]: they are totals and no metrics.

    Withheld where a facility lacks one of them; None where no facility knows of its own ratio.
    """
    own = [filed(facts.year_metrics, Metric.CER) for facts in some]
    like = next((value for value in own if value is not None and value.founded), None)
    if like is None:
        return None
    if len(some) == 1:
        return like
    removed, used = (_totals(some, name) for name in ("heat_removed", "cooling_electricity"))
    lacking = [
        facts.facility.name
        for facts, *both in zip(some, removed, used, strict=True)
        if any(one is None or one.value is None for one in both)
    ]
    totals = [one for one in (*removed, *used) if one is not None]
    coverages = [one.coverage for one in totals if one.coverage is not None]
    shares = [one.estimated_share for one in totals if one.estimated_share is not None]
    above, least, most = _sums(removed)
    below, fewest, largest = _sums(used)
    value = _over(above, below)
    worst = max((one.status for one in totals), key=list(Status).index)
    return replace(
        like,
        facility_id=ESTATE,
        value=value,
        low=_over(least, largest),
        high=_over(most, fewest),
        likely_low=None,
        likely_high=None,
        uncertainty=None,
        coverage=min(coverages, default=None),
        estimated_share=max(shares, default=None),
        status=worst if value is not None else Status.WITHHELD,
        reason=f"No figure from {', '.join(lacking)}." if lacking else "",
    )


def _totals(some: Sequence[FacilityYear], quantity: str) -> list[TotalValue | None]:
    """The total of a quantity at each facility."""
    return [
        next((one for one in facts.year_totals if one.quantity == quantity), None) for facts in some
    ]


def _sums(totals: Sequence[TotalValue | None]) -> tuple[Decimal | None, ...]:
    """The sums of values, lows and highs; None for one that is not known of every facility."""

    def summed(ends: Sequence[Decimal | None]) -> Decimal | None:
        known = [end for end in ends if end is not None]
        return sum(known, Decimal(0)) if len(known) == len(totals) else None

    present = [one for one in totals if one is not None]
    return (
        summed([one.value for one in present]),
        summed([one.low for one in present]),
        summed([one.high for one in present]),
    )


def _over(above: Decimal | None, below: Decimal | None) -> float | None:
    return float(above / below) if above is not None and below else None


def _cell(value: MetricValue | None) -> str:
    """A figure with its bounds below it, and its status where it is not clean."""
    if value is None:
        return DASH
    chosen = metric_scale(value)
    status = "" if value.status is Status.CLEAN else status_mark(value.status)
    return Markup('<span class="main">{}</span> <span class="sub">{}</span> {}').format(
        chosen.text(value.value), chosen.range(value.low, value.high), status
    )
