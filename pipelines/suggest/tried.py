"""A proposal tried: the file read with it, as it would be once somebody accepts it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipelines.sources import Unreadable, rows
from pipelines.steps.meters import meter_table
from pipelines.steps.normalise import Context, normalise, resolve_double_hour
from pipelines.suggest.suggestion import ProposedMeter
from pipelines.suggest.words import fitting
from schemas.estate.model import Facility, Meter
from schemas.estate.record import parse_interval
from schemas.estate.source import Source
from schemas.quantities import Kind

_LATE = datetime(9000, 1, 1, tzinfo=UTC)


def tried(
    path: Path, source: Source, proposed: Sequence[ProposedMeter], timezone: str
) -> tuple[int, int]:
    """How many rows would be kept and refused. What cannot be read further is one refused row."""
    site = Facility(id="site", name="site", country="XX", timezone=timezone or "UTC")
    meters = [meter for one in proposed if (meter := _meter(one)) is not None]
    if not meters:
        return 0, 0
    context = Context(
        file=path.name,
        source=source,
        meters=meter_table(meters, {"site": site}),
        arrived_at=_LATE,
        first_month="1970-01",
    )
    kept = refused = 0
    doubles: list[pl.DataFrame] = []
    with path.open("rb") as file:
        try:
            for raw in rows(file, source):
                good, bad, double = normalise(raw, context)
                kept, refused = kept + good.height, refused + bad.height
                doubles.append(double)
        except Unreadable:
            refused += 1
    if any(double.height for double in doubles):
        good, bad = resolve_double_hour(pl.concat(doubles), context, newest_first=False)
        kept, refused = kept + good.height, refused + bad.height
    return kept, refused


def _meter(one: ProposedMeter) -> Meter | None:
    """The meter as it would stand in the register; any quantity of its unit will do here."""
    quantity = one.quantity or fitting(one.kind, one.unit)
    if not quantity:
        return None
    step = parse_interval(one.interval)
    return Meter(
        meter_id=one.meter_id,
        facility_id="site",
        quantity=quantity,
        kind=Kind(one.kind),
        unit=one.unit,
        multiplier=Decimal(one.multiplier or 1),
        interval=step.length,
        interval_months=step.months,
        stamp=one.stamp or "start",
    )
