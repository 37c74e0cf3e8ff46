"""A meter's trail: from its part of a total to files, line ranges and quoted lines."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from pipelines.sources import FORMATS, lines_of, source_of
from pipelines.stages.index import build_index, readings_place
from pipelines.stages.workshop import Workshop
from pipelines.storage.lake import concat
from schemas.domains import DOMAIN_OF, QUANTITIES
from schemas.estate.model import Facility, Meter
from schemas.quantities import Kind
from schemas.tables import READINGS
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class Quote:
    """One line of a landed file, as it stands there, and the value that was read from it.

    ``until`` is the end of an interval; ``flag`` says what is known of the value besides, such as
    that its source estimates it.
    """

    path: str
    sha256: str
    line: int
    text: str
    measured_at: str
    until: str
    value: str
    unit: str
    serial: str
    event: str
    flag: str


@dataclass(frozen=True, kw_only=True)
class FileShare:
    """A landed file's part of a meter's readings: the range of its lines and how many were kept."""

    path: str
    sha256: str
    first_line: int
    last_line: int
    readings: int


@dataclass(frozen=True, kw_only=True)
class MeterTrail:
    """One meter's readings of a period: its rows in the meter register, files and line ranges, and
    the lines that a sum rests on."""

    meter_id: str
    kind: str
    unit: str
    multiplier: str
    register_lines: tuple[int, ...]
    files: tuple[FileShare, ...]
    quotes: tuple[Quote, ...]


def trails_of(shop: Workshop, facility: Facility, total: TotalValue) -> Iterable[MeterTrail]:
    """The trail of each meter of a total."""
    domain = DOMAIN_OF[total.quantity].name
    readings = _readings(shop, facility, total, domain)
    paths = {file.sha256: file.path for file in shop.files}
    for meter_id in total.meters:
        known = [one for one in shop.estate.meters if one.meter_id == meter_id]
        meter = known[0]
        own = _used(readings.filter(pl.col("meter_id") == meter_id), total, meter)
        yield MeterTrail(
            meter_id=meter_id,
            kind=meter.kind.value,
            unit=meter.unit,
            multiplier=format(meter.multiplier.normalize(), "f"),
            register_lines=tuple(one.line for one in known),
            files=tuple(_shares(own, paths)),
            quotes=tuple(_quotes(shop, own, meter, paths)),
        )


def _readings(shop: Workshop, facility: Facility, total: TotalValue, domain: str) -> pl.DataFrame:
    """Readings of the period's months, and of the nearest months around them."""
    held = shop.lake.months("readings", facility.id)
    index = build_index(shop)
    inside = [month for month in held if month.startswith(total.period)]
    rows = shop.meters_of(facility.id, domain)["row"].to_list()
    near = {m for month in inside for m in index.neighbours(facility.id, month, rows)}
    months = sorted({*inside, *(near & set(held))})
    frames = [
        shop.lake.read(readings_place(facility.id, month, domain), READINGS) for month in months
    ]
    return concat(frames, READINGS).filter(pl.col("quantity") == total.quantity)


def _used(rows: pl.DataFrame, total: TotalValue, meter: Meter) -> pl.DataFrame:
    """The readings inside the period; for a register also the nearest on either side."""
    at = pl.col("measured_at")
    inside = rows.filter((at >= total.period_start) & (at < total.period_end))
    if meter.kind is not Kind.REGISTER:
        return inside.sort("measured_at")
    before = rows.filter(at < total.period_start).sort("measured_at").tail(1)
    after = rows.filter(at >= total.period_end).sort("measured_at").head(1)
    starts = inside.filter(at == total.period_start).height > 0
    return pl.concat([before.clear() if starts else before, inside.sort("measured_at"), after])


def _shares(rows: pl.DataFrame, paths: dict[str, str]) -> Iterable[FileShare]:
    spans = rows.group_by("file").agg(
        first=pl.col("line").min(), last=pl.col("line").max(), count=pl.len()
    )
    found = [
        FileShare(
            path=paths.get(file, "?"),
            sha256=file,
            first_line=first,
            last_line=last,
            readings=count,
        )
        for file, first, last, count in spans.iter_rows()
    ]
    return sorted(found, key=lambda share: share.path)


def _quotes(
    shop: Workshop, rows: pl.DataFrame, meter: Meter, paths: dict[str, str]
) -> Iterable[Quote]:
    """What an auditor needs to do the sum again, with the lines of the landed files.

    The first and the last reading of each serial, and both sides of a rollover, reset or jump.
    """
    turns = pl.col("event").is_not_null()
    of_serial = rows.group_by("serial", maintain_order=True)
    both_sides = rows.filter(turns | turns.shift(-1, fill_value=False).over("serial"))
    told = pl.concat([of_serial.head(1), of_serial.tail(1)], how="vertical").select(rows.columns)
    chosen = pl.concat([told, both_sides]).unique().sort("measured_at", "serial")
    for row in chosen.iter_rows(named=True):
        path = paths.get(row["file"], "?")
        yield Quote(
            path=path,
            sha256=row["file"],
            line=row["line"],
            text=_text(shop, row["file"], path, row["line"]),
            measured_at=row["measured_at"].isoformat(),
            until=_end(row["measured_at"], row["seconds"]),
            value=format(row["value"].normalize(), "f"),
            unit=QUANTITIES[meter.quantity].reading_unit(meter.kind),
            serial=row["serial"],
            event=row["event"] or "",
            flag=row["flag"] or "",
        )


def _end(start: datetime, seconds: int) -> str:
    return (start + timedelta(seconds=seconds)).isoformat() if seconds else ""


def _text(shop: Workshop, sha256: str, path: str, line: int) -> str:
    """The line as it stands in the landed file; nothing where its format has no lines."""
    if not FORMATS[source_of(path, shop.estate.all_sources).format].has_lines:
        return ""
    with shop.lake.landing.opened(sha256) as file:
        return lines_of(file, [line]).get(line, "")
