"""Incidents: what they did to energy, water and readings, against what the hours usually were."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import polars as pl

from pipelines.metrics.energy import CATEGORIES, ELECTRICITY, it_categories
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.water import INPUTS as WATER
from pipelines.steps.gaps import Gap
from pipelines.steps.meters import exact
from schemas.estate.registers.incidents import Incident
from schemas.incidents import INCIDENTS
from schemas.tables import VALUE

#: Fewer like hours than this are no measure of what is usual.
FEWEST = 2
_HOUR = 3600
_LIKE = ["month", "weekday", "local_hour"]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How much more than usual there was, between bounds; or why there is no telling."""

    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    reason: str = ""


def incidents_of(inputs: Inputs) -> tuple[Incident, ...]:
    """The facility's incidents that touch the period, in order of time."""
    start, end = inputs.period.start, inputs.period.end
    found = (
        one
        for one in inputs.registers.incidents or ()
        if one.facility_id == inputs.facility.id and one.start < end and start < one.end
    )
    return tuple(sorted(found, key=lambda one: (one.start, one.incident_id)))


def difference(hours: pl.DataFrame, incident: Incident, others: Sequence[Incident]) -> Difference:
    """What the hours that an incident touches were above what such hours usually are.

        Σ over its hours: amount − median of the amounts at that hour, on that day of the week, in
        that month, on days on which there was no incident at that hour

    An estimate: nobody knows what the hours would have been. Its bounds take the hour at its own
    bounds and the like hours at their lowest and highest.

    Args:
        hours: one amount: ``start``, ``local_date``, ``local_hour``, ``value``, ``low``, ``high``
            and ``status``, all hours of the period.
        others: all incidents of the period, this one too: their hours are not usual.

    Returns:
        None of all, with the reason, where there are no hours, or too few like ones.
    """
    hours = hours.with_columns(
        month=pl.col("local_date").dt.strftime("%Y-%m"), weekday=pl.col("local_date").dt.weekday()
    )
    touched = hours.filter(_within(incident))
    if touched.is_empty():
        return Difference(reason="no hours are known")
    unusual = pl.any_horizontal(_within(one) for one in others)
    usual = (
        hours.filter(~unusual & (pl.col("status") == "measured"))
        .group_by(_LIKE)
        .agg(days=pl.len(), amounts=pl.col("value").sort())
    )
    rows = touched.join(usual, on=_LIKE, how="left", maintain_order="left")
    if not rows["days"].fill_null(0).ge(FEWEST).all():
        return Difference(reason="too few such hours on other days to say what is usual")
    return _summed(rows)


def _summed(rows: pl.DataFrame) -> Difference:
    value = low = high = Fraction(0)
    unread = bottomless = unbounded = 0
    for best, least, most, usual in rows.select("value", "low", "high", "amounts").iter_rows():
        unread += best is None
        bottomless += least is None
        unbounded += most is None
        value += Fraction(best or 0) - _median(usual)
        low += Fraction(least or 0) - Fraction(usual[-1])
        high += Fraction(most or 0) - Fraction(usual[0])
    estimated = int((rows["status"] == "estimated").sum())
    words = [
        f"{unread} of {rows.height} hours have no value" if unread else "",
        f"{estimated} of {rows.height} hours are estimated themselves" if estimated else "",
    ]
    return Difference(
        value=None if unread else value,
        low=None if bottomless else low,
        high=None if unbounded else high,
        reason="; ".join(part for part in words if part),
    )


def _median(amounts: Sequence[Decimal]) -> Fraction:
    """Of sorted amounts: the one in the middle, or the mean of the two that are."""
    middle = len(amounts) // 2
    if len(amounts) % 2:
        return Fraction(amounts[middle])
    return (Fraction(amounts[middle - 1]) + Fraction(amounts[middle])) / 2


def _within(incident: Incident) -> pl.Expr:
    """Hours that an incident touches, even in part."""
    end = pl.col("start") + pl.duration(seconds=pl.col("seconds"))
    return (pl.col("start") < incident.end) & (end > incident.start)


def _together(inputs: Inputs, entering: Sequence[str], leaving: Sequence[str] = ()) -> pl.DataFrame:
    """The hours of several quantities as one: what leaves is taken off. An hour is known where all
    of them are, and measured where all of them are."""
    rows = inputs.hours.filter(pl.col("quantity").is_in([*entering, *leaving]))
    out = pl.col("quantity").is_in(list(leaving))
    ends = {"value": "value", "low": "high", "high": "low"}
    signed = rows.with_columns(
        pl.when(out).then(pl.col(other).to_physical() * -1).otherwise(pl.col(name).to_physical())
        .alias(name)
        for name, other in ends.items()
    )  # fmt: skip
    whole = pl.len() == len(entering) + len(leaving)

    def sums(name: str) -> pl.Expr:
        known = whole & pl.col(name).is_not_null().all()
        return pl.when(known).then(pl.col(name).sum().reinterpret(dtype=VALUE)).alias(name)

    def all_are(status: str) -> pl.Expr:
        return (pl.col("status") == status).all()

    return (
        signed.group_by("start", maintain_order=True)
        .agg(
            pl.col("seconds", "local_date", "local_hour").first(),
            *(sums(name) for name in ends),
            status=pl.when(~whole | (pl.col("status") == "missing").any())
            .then(pl.lit("missing"))
            .when(all_are("measured"))
            .then(pl.lit("measured"))
            .otherwise(pl.lit("estimated")),
        )
        .sort("start")
    )


def _energy_hours(inputs: Inputs) -> pl.DataFrame:
    """Electricity that stays on site; none where nobody meters the boundary."""
    carriers = [name for name in ELECTRICITY if inputs.has(name)]
    if "grid_import" not in carriers:
        return inputs.hours.clear()
    leaving = [name for name in carriers if name == "grid_export"]
    return _together(inputs, [name for name in carriers if name not in leaving], leaving)


def _it_hours(inputs: Inputs) -> pl.DataFrame:
    category = next(iter(it_categories(inputs)), None)
    return _together(inputs, [CATEGORIES[category]] if category else [])


def _water_hours(inputs: Inputs) -> pl.DataFrame:
    return _together(inputs, [name for name in WATER if inputs.has(name)])


#: What is compared: its columns' names, its word, and its hours.
_COMPARED: tuple[tuple[str, str, str, Callable[[Inputs], pl.DataFrame]], ...] = (
    ("energy_difference_kwh", "energy", "electricity", _energy_hours),
    ("it_difference_kwh", "it", "IT energy", _it_hours),
    ("water_difference_m3", "water", "water", _water_hours),
)


def incidents_frame(inputs: Inputs, gaps: Sequence[Gap]) -> pl.DataFrame:
    """``INCIDENTS`` of a facility and year.

    Args:
        inputs: of the whole year.
        gaps: what no reading covers, months without any hour too.
    """
    found = incidents_of(inputs)
    if not found:
        return INCIDENTS.to_frame()
    compared = [(column, short, word, of(inputs)) for column, short, word, of in _COMPARED]
    rows = []
    for one in found:
        row, words = _facts(inputs, one, gaps), []
        for column, short, word, hours in compared:
            told = difference(hours, one, found)
            ends = {column: told.value, f"{short}_low": told.low, f"{short}_high": told.high}
            row |= {name: None if end is None else exact(end) for name, end in ends.items()}
            words += [f"{word}: {told.reason}"] if told.reason else []
        rows.append({**row, "reason": "; ".join(words)})
    return pl.DataFrame(rows, schema=INCIDENTS)


def _facts(inputs: Inputs, incident: Incident, gaps: Sequence[Gap]) -> dict[str, object]:
    """What an incident is, how much of it lies in the year, and which meters fell silent."""
    start, end = max(incident.start, inputs.period.start), min(incident.end, inputs.period.end)
    seconds = {gap.meter_id: 0.0 for gap in gaps if gap.start < end and start < gap.end}
    for gap in gaps:
        if gap.meter_id in seconds:
            both = (min(gap.end, end) - max(gap.start, start)).total_seconds()
            # Not all of a gap's hours are without readings from end to end.
            seconds[gap.meter_id] += max(0.0, min(both, gap.seconds))
    return {
        "facility_id": inputs.facility.id,
        "year": inputs.first_day.year,
        "incident_id": incident.incident_id,
        "start": incident.start,
        "end": incident.end,
        "cause": incident.cause,
        "note": incident.note,
        "hours": (end - start).total_seconds() / _HOUR,
        "missing_meter_hours": sum(seconds.values()) / _HOUR,
        "meters": sorted(seconds),
        "line": incident.line,
    }
