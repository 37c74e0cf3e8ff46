"""A facility by the hour and by the day: a window of its year, as far as it is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

import polars as pl
from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person, Right
from reports.app.desk import desk_of
from reports.app.guard import needs
from reports.app.layout import Crumb, shown
from reports.app.pages.facility import frame, known
from reports.app.published import Publication
from reports.charts import Chart
from reports.charts.course import Point, course, point_of
from reports.numbers import Scale, coverage_text, scale
from reports.sections.section import filed, words_of
from schemas.domains import QUANTITIES
from schemas.metrics import FACTS, Metric
from schemas.quantities import Nature

router = APIRouter()
Reader = Annotated[Person, needs(Right.READ)]
RATIOS = {"pue": Metric.PUE, "wue": Metric.WUE}
#: What a window shows, by its length in days.
SPANS = {1: "a day", 7: "a week", 31: "a month", 366: "the year, by the day"}
#: Windows up to so many days are drawn hour by hour.
HOURLY = 7


@router.get("/facility/{facility}/{year}/hours")
def hours(
    request: Request,
    person: Reader,
    facility: str,
    year: int,
    show: Annotated[str, Query(max_length=40)] = "",
    start: Annotated[str, Query(max_length=10)] = "",
    days: int = 7,
) -> Response:
    """One quantity, or PUE or WUE, over some days."""
    publication = desk_of(request).published.now()
    view = known(publication, facility, year)
    choices = _choices(publication, facility, year)
    wanted = show or next(iter(choices), "")
    if not choices or wanted not in choices or days not in SPANS:
        names = ", ".join(choices) or "nothing"
        raise HTTPException(404, f"There is no course of '{wanted}'. Known: {names}.")
    first = _first(start, year, days)
    last = min(first + timedelta(days=days - 1), date(year, 12, 31))
    chart = _chart(publication, facility, year, wanted, first, last)
    return shown(
        request,
        "hours.html.j2",
        title=f"{view['heading']} {year}: by the hour",
        place="estate",
        crumbs=(Crumb("Estate", f"/estate/{year}"),),
        view=view,
        chart=chart,
        choices=choices,
        show=wanted,
        spans=SPANS,
        days=days,
        first=first,
        before=_step(request, first, -days, year),
        after=_step(request, first, days, year),
        **frame(publication, facility, year, "hours"),
    )


def _choices(publication: Publication, facility: str, year: int) -> dict[str, str]:
    """What can be shown: PUE and WUE, then every quantity that has hours."""
    table = publication.hours(facility, year, "hours")
    if table is None:
        return {}
    names = table.select(pl.col("quantity").unique()).collect()["quantity"].to_list()
    return {name: name.upper() for name in RATIOS} | {
        name: words_of(name) for name in QUANTITIES if name in names
    }


def _first(start: str, year: int, days: int) -> date:
    try:
        first = date.fromisoformat(start) if start else date(year, 1, 1)
    except ValueError as error:
        raise HTTPException(422, f"'{start}' is no day. Write YYYY-MM-DD.") from error
    if first.year != year or days > 31:
        return date(year, 1, 1)
    return first


def _step(request: Request, first: date, days: int, year: int) -> str:
    """The window beside this one; none beyond the year."""
    moved = first + timedelta(days=days)
    if abs(days) > 31 or moved.year != year:
        return ""
    return str(request.url.include_query_params(start=moved.isoformat()).query)


def _chart(
    publication: Publication, facility: str, year: int, name: str, first: date, last: date
) -> Chart:
    days = (last - first).days + 1
    metric = RATIOS.get(name)
    table = publication.hours(facility, year, "ratios" if metric else "hours")
    assert table is not None  # there are choices
    rows = table.filter(pl.col("local_date").is_between(first, last))
    if metric is not None:
        frame = rows.select("local_date", "local_hour", "status", value=pl.col(name)).with_columns(
            low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64)
        )
        chosen = scale(FACTS[metric].unit, None, 3)
        what = FACTS[metric].name
        return course(
            _hourly(frame.collect(), first, days)
            if days <= HOURLY
            else _daily_ratio(publication, facility, year, metric, first, days),
            id="course",
            title=_title(what, chosen, first, last),
            scale=chosen,
            note="An hour's ratio is for charts only; figures are ratios of sums."
            if days <= HOURLY
            else "Ratios of months: a ratio of shorter sums says little. Figures are ratios of "
            "sums, never means of ratios.",
        )
    frame = rows.filter(pl.col("quantity") == name).select(
        "local_date", "local_hour", "status", pl.col("value", "low", "high").cast(pl.Float64)
    )
    held = frame.collect()
    level = QUANTITIES[name].nature is Nature.LEVEL
    points = _hourly(held, first, days) if days <= HOURLY else _daily(held, first, days, level)
    sizes = [one.value for one in points if one.value is not None]
    chosen = scale(QUANTITIES[name].unit, max(sizes, default=None), 1 if level else 0)
    return course(
        points,
        id="course",
        title=_title(words_of(name), chosen, first, last),
        scale=chosen,
        note=""
        if days <= HOURLY or level
        else "A day with a missing hour has no sum: it is a gap.",
    )


def _title(what: str, chosen: Scale, first: date, last: date) -> str:
    unit = f" [{chosen.unit}]" if chosen.unit else ""
    when = first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    return f"{what}{unit}, {when}"


def _hourly(frame: pl.DataFrame, first: date, days: int) -> list[Point]:
    """Every hour of the site's clock; one that has no row is a gap."""
    held: dict[tuple[date, int], list[tuple[str, float | None, float | None, float | None]]] = {}
    columns = ("local_date", "local_hour", "status", "value", "low", "high")
    for day, hour, *rest in frame.select(columns).iter_rows():
        held.setdefault((day, hour), []).append(tuple(rest))
    points = []
    for place in range(days * 24):
        day, hour = first + timedelta(days=place // 24), place % 24
        for status, value, low, high in held.get((day, hour), [("missing", None, None, None)]):
            points.append(
                Point(
                    name=f"{day.isoformat()} {hour:02d}:00",
                    tick=_tick(day, hour, days),
                    value=None if status == "missing" else value,
                    low=low,
                    high=high,
                    estimated=status == "estimated",
                )
            )
    return points


def _tick(day: date, hour: int, days: int) -> str:
    if days == 1:
        return f"{hour:02d}:00" if hour % 3 == 0 else ""
    return f"{day:%d %b}" if hour == 12 else ""


def _daily(frame: pl.DataFrame, first: date, days: int, level: bool) -> list[Point]:
    """Sums of days, or means of a level; a day that lacks an hour is a gap."""
    known = pl.col("status") != "missing"
    worth = pl.col("value", "low", "high")
    totals = (
        frame.group_by("local_date")
        .agg(
            worth.mean() if level else worth.sum(),
            absent=(~known | pl.col("value").is_null()).sum(),
            guessed=(pl.col("status") == "estimated").sum(),
            hours=pl.len(),
        )
        .rows_by_key("local_date", named=True, unique=True)
    )
    points = []
    for place in range(days):
        day = first + timedelta(days=place)
        row = totals.get(day)
        whole = row is not None and row["absent"] == 0
        points.append(
            Point(
                name=day.isoformat(),
                tick=_day_tick(day, days),
                value=row["value"] if row and whole else None,
                low=row["low"] if row else None,
                high=row["high"] if row else None,
                estimated=bool(row and row["guessed"]),
                coverage=coverage_text(1 - (row["absent"] + row["guessed"]) / row["hours"])
                if row
                else "",
            )
        )
    return points


def _day_tick(day: date, days: int) -> str:
    if days > 31:
        return f"{day:%b}" if day.day == 15 else ""
    return str(day.day) if day.day % 2 else ""


def _daily_ratio(
    publication: Publication, facility: str, year: int, metric: Metric, first: date, days: int
) -> Sequence[Point]:
    """A ratio over more than a week: by the month, as published, with its bounds."""
    months = sorted({(first + timedelta(days=place)).strftime("%Y-%m") for place in range(days)})
    whole = filed(publication.metrics([facility], [str(year)], metric), metric)
    held = {
        one.period: one
        for one in publication.metrics([facility], months, metric)
        if whole is not None and one.category == whole.category
    }
    return [
        point_of(held[month], month, coverage=coverage_text(held[month].coverage))
        if month in held
        else Point(name=month, tick=month, value=None)
        for month in months
    ]
