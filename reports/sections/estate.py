"""The facilities of an estate side by side: what needs attention first."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from reports.charts import Month, Table, month_points, months_of
from reports.charts.monthly import ratio_limits
from reports.charts.months import month_table, month_words
from reports.explained import explained
from reports.facts import FacilityYear
from reports.numbers import DASH, Scale, coverage_text, number, scale
from reports.sections.headline import HEADLINE, Headline, headline_figure, metric_scale, of_interest
from reports.sections.quality import coverage_cell, coverage_table
from reports.sections.section import (
    Block,
    Section,
    Text,
    Tile,
    Tiles,
    absent_mark,
    filed,
    in_words,
    status_mark,
)
from reports.sections.sums import estate_ratio, estate_sum
from schemas.estate.policies import Policies
from schemas.metrics import FACTS, Metric, MetricValue, Status


def report_name(facts: FacilityYear) -> str:
    """The file a facility's report is kept in, beside the estate's."""
    return f"{facts.facility.id}-{facts.year}.html"


def attention(facts: FacilityYear) -> tuple[int, int, float, str]:
    """What orders facilities: most withheld figures, most flagged ones, thinnest coverage, id."""
    statuses = [value.status for value in of_interest(facts.year_metrics)]
    coverages = [v.coverage for v in facts.year_metrics if v.coverage is not None]
    thin = min(coverages, default=0.0)
    withheld = sum(status is Status.WITHHELD for status in statuses)
    # A facility without any figure needs more attention than one with withheld ones.
    missing = len(HEADLINE) if not statuses else 0
    flagged = sum(status is Status.FLAGGED for status in statuses)
    return (-withheld - missing, -flagged, thin, facts.facility.id)


def estate_headline(facilities: Sequence[FacilityYear]) -> tuple[Headline, ...]:
    """Sums, and ratios of sums, of the whole estate, and how they changed since last year."""
    before = _sums(
        [
            replace(one, year_metrics=one.previous_year_metrics, year=one.year - 1)
            for one in facilities
        ]
    )
    return tuple(
        headline_figure(value, metric=metric, previous=before[metric])
        for metric, value in _sums(facilities).items()
    )


def _sums(facilities: Sequence[FacilityYear]) -> dict[Metric, MetricValue | None]:
    return {
        Metric.PUE: estate_ratio(facilities, Metric.PUE, top=Metric.EDC),
        Metric.WUE: estate_ratio(facilities, Metric.WUE, top=Metric.WIN, factor=1000.0),
        Metric.CUE: estate_ratio(facilities, Metric.CUE, top=Metric.CO2_LOCATION),
        Metric.REF: estate_ratio(
            facilities, Metric.REF, top=Metric.ERES_TOT, bottom=Metric.EDC, most=1.0
        ),
        Metric.ERF: estate_ratio(facilities, Metric.ERF, top=Metric.EREUSE, bottom=Metric.EDC),
        Metric.EDC: estate_sum(facilities, Metric.EDC),
        Metric.WIN: estate_sum(facilities, Metric.WIN),
    }


def overview(facilities: Sequence[FacilityYear]) -> Section:
    """One row for each facility with its figures and their status."""
    ordered = sorted(facilities, key=attention)
    scales = {metric: _column_scale(facilities, metric) for metric in HEADLINE}
    rows = [
        (
            _link(facts),
            _attention_words(facts),
            *(_figure(filed(facts.year_metrics, m), scales[m]) for m in HEADLINE),
            coverage_text(_coverage(facts)),
        )
        for facts in ordered
    ]
    reasons = [
        (
            facts.facility.name,
            FACTS[value.metric].name + (f", {value.category}" if value.category else ""),
            status_mark(value.status),
            metric_scale(value).range(value.low, value.high),
            in_words(value.reason),
        )
        for facts in ordered
        for value in of_interest(facts.year_metrics)
        if value.status is not Status.CLEAN
    ]
    blocks: list[Block] = [
        Table(
            caption="Figures of the year by facility; what needs attention stands first",
            head=(
                "Facility",
                "Attention",
                *(_with_unit(name, scales[metric].unit) for metric, name in HEADLINE.items()),
                "Lowest coverage",
            ),
            rows=tuple(rows),
            text=(1,),
            style="figures",
        )
    ]
    if reasons:
        blocks.append(
            Table(
                caption="What is flagged or withheld, and why",
                head=("Facility", "Figure", "Status", "Bounds", "Reason"),
                rows=tuple(reasons),
                text=(1, 2, 4),
            )
        )
    else:
        blocks.append(Text(words="No figure is flagged or withheld."))
    lead = "Every name leads to the facility's own report, with months, hours, meters and files."
    return Section(id="facilities", title="Facilities", lead=lead, blocks=tuple(blocks))


def monthly(facilities: Sequence[FacilityYear], *, year: int) -> Section:
    """Monthly PUE as small multiples on one scale."""
    chosen = scale(FACTS[Metric.PUE].unit, None, FACTS[Metric.PUE].decimals)
    months = {facts.facility.id: _pue_months(facts) for facts in facilities}
    every = [month for series in months.values() for month in series]
    limits = ratio_limits(every, None)
    tiles = []
    tables: list[Block] = []
    for facts in sorted(facilities, key=lambda one: one.facility.id):
        series = months[facts.facility.id]
        words = month_words(series, scale=chosen)
        name = facts.facility.name
        tiles.append(
            Tile(
                title=name,
                href=report_name(facts),
                drawing=month_points(
                    series,
                    id=f"pue-{facts.facility.id}",
                    label=f"PUE of {name} by month, {year}. {words}",
                    scale=chosen,
                    limits=limits,
                ),
                words=words,
            )
        )
        table = month_table(series, caption=f"{name}: PUE by month, {year}", scale=chosen)
        tables.append(replace(table, folded=True))
    blocks: list[Block] = [
        Tiles(
            title=f"PUE by month, {year}",
            note="All on one scale. Whiskers: bounds. Filled: clean; hollow: flagged; hatched: no "
            "value. Bounds beyond the scale are cut at its edge.",
            tiles=tuple(tiles),
        ),
        *tables,
    ]
    return Section(
        id="monthly",
        title="PUE month by month",
        lead="Each facility against its own year and its neighbours.",
        blocks=tuple(blocks),
    )


def coverage(facilities: Sequence[FacilityYear], *, policies: Policies, year: int) -> Section:
    """How much of what the monthly PUE needs was measured."""
    limits = (policies.coverage_clean, policies.coverage_minimum)
    rows = [
        (_link(facts), *(coverage_cell(month.coverage, limits) for month in _pue_months(facts)))
        for facts in sorted(facilities, key=lambda one: one.facility.id)
    ]
    table = coverage_table(
        rows,
        first="Facility",
        caption=f"Coverage [%] of the inputs of PUE, {year}",
        policies=policies,
    )
    return Section(
        id="coverage",
        title="Coverage",
        lead="Measured time divided by expected time; the smallest among the inputs of the PUE.",
        blocks=(table,),
    )


def _pue_months(facts: FacilityYear) -> tuple[Month, ...]:
    whole = filed(facts.year_metrics, Metric.PUE)
    category = whole.category if whole else ""
    return months_of(
        (m for m in facts.month_metrics if m.metric is Metric.PUE and m.category == category),
        year=facts.year,
    )


def _link(facts: FacilityYear) -> Markup:
    return Markup('<a href="{}">{}</a>').format(report_name(facts), facts.facility.name)


def _with_unit(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _column_scale(facilities: Sequence[FacilityYear], metric: Metric) -> Scale:
    """One unit for a whole column, so that its figures can be compared."""
    found = [value for facts in facilities if (value := filed(facts.year_metrics, metric))]
    sizes = [size for v in found for size in (v.value, v.low) if size is not None]
    return scale(FACTS[metric].unit, max(sizes, default=None), FACTS[metric].decimals)


def _figure(value: MetricValue | None, column: Scale) -> str:
    """A figure with its status in a cell; bounds stand below it. The unit stands in the head."""
    if value is None:
        return Markup('<span class="main">{}</span> {}').format(DASH, absent_mark())
    chosen = replace(column, unit="")
    status = "" if value.status is Status.CLEAN else status_mark(value.status)
    words = Markup('<span class="main">{}</span> <span class="sub">{}</span> {}').format(
        chosen.text(value.value), chosen.range(value.low, value.high), status
    )
    return explained(words, value)


def _attention_words(facts: FacilityYear) -> str:
    if not facts.year_metrics:
        return "no figures"
    counts = {
        status: sum(value.status is status for value in of_interest(facts.year_metrics))
        for status in (Status.WITHHELD, Status.FLAGGED)
    }
    words = [f"{number(count)} {status.value}" for status, count in counts.items() if count]
    return ", ".join(words) or "nothing"


def _coverage(facts: FacilityYear) -> float | None:
    return min((v.coverage for v in facts.year_metrics if v.coverage is not None), default=None)
