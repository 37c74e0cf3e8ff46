"""Two facilities, or two years, side by side: figures with their bounds, weather and load."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import Refused, needs
from reports.app.layout import Crumb, shown
from reports.app.pages.facility import frame, known
from reports.app.published import Publication
from reports.charts import Chart, Table
from reports.charts.course import Point, course, point_of
from reports.explained import explained
from reports.numbers import DASH, coverage_text, scale, signed
from reports.sections.headline import HEADLINE, metric_scale
from reports.sections.section import filed
from schemas.metrics import FACTS, Metric, MetricValue

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
#: What may explain a difference: how warm it was, and how much there was to do.
CAUSES = (
    Metric.CDD,
    Metric.HDD,
    Metric.FREE_COOLING_HOURS,
    Metric.EIT,
    Metric.LOAD_FACTOR,
    Metric.PEAK_POWER,
    Metric.TIN_SETPOINT,
)
#: Shown as courses over months.
COURSES = (Metric.PUE, Metric.WUE)


@router.get("/facility/{facility}/{year}/compare")
def compare(
    request: Request,
    person: Reader,
    facility: str,
    year: int,
    other: Annotated[str, Query(max_length=80, alias="with")] = "",
) -> Response:
    """The year beside another one, or another facility's."""
    publication = desk_of(request).published.now()
    view = known(publication, facility, year)
    choices = _choices(publication, person, facility, year)
    chosen = other or next(iter(choices), "")
    if chosen and chosen not in choices:
        raise Refused(f"There is nothing to compare with under the name '{chosen}'.")
    its, its_year = chosen.rsplit("-", 1) if chosen else ("", "")
    years = [str(one) for one in publication.years[facility]]
    months = [f"{one}-{month:02d}" for one in (year, its_year) for month in range(1, 13)]
    held = publication.metrics([facility, its], [*years, its_year, *months], *HEADLINE, *CAUSES)
    mine, beside = _of(held, facility, str(year)), _of(held, its, its_year)
    if chosen and not beside:
        raise HTTPException(404, f"Nothing is published of {chosen}.")
    names = (f"{view['heading']} {year}", choices.get(chosen, ""))
    return shown(
        request,
        "compare.html.j2",
        title=f"{view['heading']} {year}: compare",
        place="estate",
        crumbs=(Crumb("Estate", f"/estate/{year}"),),
        view=view,
        choices=choices,
        chosen=chosen,
        figures=_table("Figures", tuple(HEADLINE), mine, beside, names),
        causes=_table("Weather and load", CAUSES, mine, beside, names),
        charts=[
            chart
            for metric in COURSES
            for chart in _courses(held, metric, (f"{facility}-{year}", chosen), names)
        ],
        by_year=_years(held, facility, publication.years[facility]),
        **frame(publication, facility, year, "compare"),
    )


def _choices(publication: Publication, person: Person, facility: str, year: int) -> dict[str, str]:
    """The year before first, then this facility's other years, then other facilities' years."""
    names = {row["facility_id"]: row["name"] for row in publication.tables.rows("facilities")}
    own = sorted(publication.years.get(facility, []), key=lambda one: (one > year, -one))
    pairs = [(facility, one) for one in own if one != year]
    pairs += [
        (other, year)
        for other in person.scope(Right.READ, publication.years)
        if other != facility and year in publication.years[other]
    ]
    return {f"{one}-{at}": f"{names.get(one, one)} {at}" for one, at in pairs}


def _of(held: Sequence[MetricValue], facility: str, period: str) -> list[MetricValue]:
    """The figures of a facility and period among those that were read."""
    return [one for one in held if one.facility_id == facility and one.period == period]


def _courses(
    held: Sequence[MetricValue], metric: Metric, keys: tuple[str, str], names: tuple[str, str]
) -> list[Chart]:
    """A ratio of both by month, on one scale."""
    points = [_months(held, key, metric) if key else [] for key in keys]
    chosen = scale(FACTS[metric].unit, None, FACTS[metric].decimals)
    unit = f" [{chosen.unit}]" if chosen.unit else ""
    return [
        course(
            mine,
            id=f"{metric.value}-{place}",
            title=f"{HEADLINE[metric]}{unit} by month: {names[place]}",
            scale=chosen,
            beside=points[1 - place],
        )
        for place, mine in enumerate(points)
        if mine
    ]


def _table(
    caption: str,
    metrics: tuple[Metric, ...],
    mine: list[MetricValue],
    beside: list[MetricValue],
    names: tuple[str, str],
) -> Table:
    rows = []
    for metric in metrics:
        one, other = filed(mine, metric), filed(beside, metric)
        if one is None or not one.founded:
            continue
        chosen = metric_scale(one)
        rows.append(
            (
                FACTS[metric].name,
                explained(chosen.text(one.value), one),
                chosen.range(one.low, one.high),
                explained(chosen.text(other.value), other) if other else DASH,
                chosen.range(other.low, other.high) if other and other.founded else DASH,
                _difference(one, other),
            )
        )
    head = ("Figure", names[0], "Bounds", names[1] or "Nothing beside it", "Bounds", "Difference")
    return Table(caption=caption, head=head, rows=tuple(rows), text=(5,))


def _difference(one: MetricValue, other: MetricValue | None) -> str:
    """What is certain: a difference counts only where the bounds do not overlap."""
    if other is None or one.value is None or other.value is None:
        return "not known"
    if one.category != other.category:
        return "of another category: not to be compared"
    chosen = metric_scale(one)
    text = signed((one.value - other.value) / chosen.divisor, chosen.decimals)
    words = f"{text} {chosen.unit}".rstrip()
    ends = (one.low, one.high, other.low, other.high)
    if any(end is None for end in ends):
        return Markup("{} (a bound is not known)").format(words)
    low, high, its_low, its_high = (float(str(end)) for end in ends)
    apart = low > its_high or its_low > high
    return words if apart or one.value == other.value else f"{words} (within the bounds)"


def _months(held: Sequence[MetricValue], key: str, metric: Metric) -> list[Point]:
    """The twelve months of a ratio; none where nothing is known of the year."""
    facility, year = key.rsplit("-", 1)
    whole = filed(_of(held, facility, year), metric)
    if whole is None or not whole.founded:
        return []
    points = []
    for month in range(1, 13):
        period = f"{year}-{month:02d}"
        found = next(
            (
                one
                for one in _of(held, facility, period)
                if one.metric is metric and one.category == whole.category
            ),
            None,
        )
        points.append(
            point_of(found, period, coverage=coverage_text(found.coverage))
            if found
            else Point(name=period, tick=period, value=None)
        )
    return points


def _years(held: Sequence[MetricValue], facility: str, years: Sequence[int]) -> Chart | None:
    """The PUE of every year there is, once there are two."""
    if len(years) < 2:
        return None
    points = []
    for year in range(years[0], years[-1] + 1):
        found = filed(_of(held, facility, str(year)), Metric.PUE)
        points.append(
            point_of(found, str(year), coverage=coverage_text(found.coverage))
            if found
            else Point(name=str(year), tick=str(year), value=None)
        )
    chosen = scale(FACTS[Metric.PUE].unit, None, FACTS[Metric.PUE].decimals)
    return course(points, id="years", title="PUE by year", scale=chosen)
