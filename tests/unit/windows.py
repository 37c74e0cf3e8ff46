"""Windows for rules: hours of a few meters as they would be covered, written out by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

import polars as pl
from spine import BERLIN, meter

from pipelines.steps.calendar import hours_of, month_bounds, next_month
from pipelines.steps.meters import meter_table
from pipelines.steps.validate import Window
from pipelines.steps.validate.window import ARRIVALS
from schemas.estate.model import Facility, Meter
from schemas.quantities import Kind
from schemas.tables import COVERED, QUARANTINE, READINGS, VALUE

#: May of 2025 with its neighbours: no change of clocks.
MONTH = "2025-05"
HOUR = timedelta(hours=1)

Amounts = Sequence[float | None]


def span(month: str = MONTH, facility: Facility = BERLIN) -> pl.DataFrame:
    """The hours of a month and its two neighbours (``start, end, local_date, local_hour``)."""
    months = (next_month(month, -1), month, next_month(month))
    return pl.concat([hours_of(one, facility.zone) for one in months])


def usual(hour: int, day: date) -> float:
    """A day's shape with a weekly one over it, and a little unrest: 100 kWh about noon."""
    weekday = 1.0 if day.weekday() < 5 else 0.8
    unrest = (day.toordinal() * 31 + hour * 17) % 13 / 13
    return weekday * (60 + 40 * (1 - abs(hour - 13) / 13)) + unrest


def days(level: float = 1.0, month: str = MONTH, facility: Facility = BERLIN) -> list[float]:
    """One usual amount for each hour of a window, times a level."""
    rows = span(month, facility).select("local_hour", "local_date").iter_rows()
    return [round(level * usual(hour, day), 3) for hour, day in rows]


def place(stamp: str, month: str = MONTH, facility: Facility = BERLIN) -> int:
    """The place in a window's amounts of the hour that begins at a local time."""
    local = datetime.fromisoformat(stamp).replace(tzinfo=facility.zone)
    return span(month, facility)["start"].to_list().index(local)


def changed(
    amounts: Amounts, stamp: str, values: Amounts, month: str = MONTH
) -> list[float | None]:
    """The amounts with others from a local time on."""
    first = place(stamp, month)
    return [*amounts[:first], *values, *amounts[first + len(values) :]]


def window(
    amounts: Mapping[str, Amounts],
    meters: Sequence[Meter] | None = None,
    *,
    month: str = MONTH,
    facility: Facility = BERLIN,
    parents: Mapping[str, str] | None = None,
    checks: Mapping[str, str] | None = None,
    **more: pl.DataFrame,
) -> Window:
    """A window in which each meter tells one amount for each hour; None is an hour without one.

    Meters are grid imports that tell intervals in kWh unless they are given. ``more`` takes the
    other frames of a window: ``refused``, ``events``, ``holes``, ``arrivals``.
    """
    known = meters or [meter(name, kind=Kind.INTERVAL, interval=HOUR) for name in amounts]
    table = meter_table(known, {facility.id: facility})
    start, end = month_bounds(month, facility.zone)
    empty = {
        "refused": QUARANTINE.to_frame(),
        "events": READINGS.to_frame().select("meter_id", "serial", "measured_at", "event"),
        "holes": pl.DataFrame(schema={"meter_id": pl.String, "at": COVERED["start"]}),
        "arrivals": ARRIVALS.to_frame(),
    }
    frames = [_covered(name, told, table, month, facility) for name, told in amounts.items()]
    hours = pl.concat(frames).sort("meter_id", "start")
    return Window(
        facility=facility,
        month=month,
        start=start,
        end=end,
        hours=hours,
        meters=table,
        parents=dict(parents or {}),
        checks=dict(checks or {}),
        **{**empty, **more},
    )


def _covered(
    name: str, told: Amounts, table: pl.DataFrame, month: str, facility: Facility
) -> pl.DataFrame:
    facts = table.filter(pl.col("meter_id") == name).row(0, named=True)
    hours = span(month, facility)
    assert len(told) == hours.height
    amount = pl.Series("covered", [0.0 if one is None else one for one in told])
    read = pl.Series([0.0 if one is None else 3600.0 for one in told])
    nothing = pl.lit(0.0)
    return (
        hours.with_columns(
            amount,
            facility_id=pl.lit(facility.id),
            meter_id=pl.lit(name),
            quantity=pl.lit(facts["quantity"]),
            measured=amount,
            low=amount,
            high=amount,
            least=nothing,
            most=pl.lit(facts["max_rate"], dtype=COVERED["most"]),
            covered_seconds=read,
            measured_seconds=read,
            shaped_seconds=nothing,
            shaped=pl.lit(value=False),
            delivered=pl.lit(None, dtype=VALUE),
            **dict.fromkeys(
                ("start_slack_low", "start_slack_high", "end_slack_low", "end_slack_high"), nothing
            ),
        )
        .select(COVERED.keys())
        .cast(COVERED)
    )


def refused(rows, reason):
    """Quarantined rows: meter, instant and amount."""
    frame = pl.DataFrame(
        [{"meter_id": name, "measured_at": at, "amount": amount} for name, at, amount in rows],
        schema={name: QUARANTINE[name] for name in ("meter_id", "measured_at", "amount")},
    )
    columns = [
        pl.lit(reason.value if name == "reasons" else None).alias(name) for name in QUARANTINE
    ]
    known = ["meter_id", "measured_at", "amount"]
    return (
        frame.with_columns(one for one in columns if one.meta.output_name() not in known)
        .select(QUARANTINE.keys())
        .cast(QUARANTINE)
    )
