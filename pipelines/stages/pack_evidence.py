"""The evidence of a pack: what a form's figures rest on, as plain tables that anyone can read."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from pipelines.metrics.embodied import from_parts
from pipelines.stages.accounts import quarantine_frame
from pipelines.stages.index import intervals_place
from pipelines.stages.pack_lineage import configuration_of, files_of, lines_of
from pipelines.stages.pack_tables import document, frame_table, records, table
from pipelines.stages.publish import findings_frame
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year
from pipelines.steps.calendar import month_bounds, months_of, year_bounds
from pipelines.storage.lake import concat
from reports.fill import reporting_period
from schemas.certificate_rules import CERTIFICATE_RULES
from schemas.domains import DOMAINS
from schemas.estate.edit import Edit
from schemas.estate.model import Facility, Factor
from schemas.estate.registers.certificates import Certificate, energy_of
from schemas.estate.registers.equipment import Equipment
from schemas.estate.registers.fuel import FuelEvent
from schemas.estate.registers.incidents import Incident
from schemas.estate.registers.practices import Practice
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.estate.registers.water_stock import WaterStock
from schemas.gwp import gas_of, potential
from schemas.metrics import FACTS, MetricValue
from schemas.published import TOTALS, metrics_frame, totals_frame
from schemas.tables import INTERVALS

#: Of each hour: what it is, and all that totals are made of.
_HOUR = (
    *("start", "local", "seconds", "value", "low", "high", "status", "method", "withheld_by"),
    *("measured_seconds", "covered_seconds", "measured", "covered"),
    *("gap_value", "gap_low", "gap_high", "spread"),
    *("start_slack_low", "start_slack_high", "end_slack_low", "end_slack_high"),
)
#: Registers that a pack carries by the line; of a register that the estate has not, no file.
_REGISTERS = {
    "certificates": Certificate,
    "equipment": Equipment,
    "refrigerants": RefrigerantEvent,
    "fuel": FuelEvent,
    "water_stock": WaterStock,
    "incidents": Incident,
    "practices": Practice,
}


def evidence_of(
    shop: Workshop, facility: Facility, year: int, metrics: Iterable[str]
) -> dict[str, bytes]:
    """Members of the pack of a facility and year, by name.

    Args:
        metrics: the ids of the metrics that the form rests on.
    """
    wanted = set(metrics)
    facts = load_year(shop, facility.id, year)
    figures = [one for one in facts.metrics if one.period == str(year) and one.metric in wanted]
    hours = _hours(shop, facility, year)
    names = {meter: f"evidence/hours/{n:04d}.csv" for n, meter in enumerate(sorted(hours), start=1)}
    return {
        "figures.csv": _figures(figures),
        "evidence/facility.json": document(_site(shop, facility, year)),
        "evidence/meters.csv": frame_table(_meters(shop, facility, names)),
        "evidence/totals.csv": frame_table(totals_frame(facts.totals).select(TOTALS.keys())),
        **{names[meter]: frame_table(frame) for meter, frame in hours.items()},
        **_registers(shop, facility),
        "evidence/factors.csv": _factors(shop, year),
        "evidence/hourly_factors.csv": _series(shop, facility, year),
        "evidence/potentials.csv": _potentials(shop, facility),
        "evidence/edits.csv": records(Edit, _own(shop.edits, facility)),
        "evidence/findings.csv": frame_table(_of_year(findings_frame(shop), facility, year)),
        "evidence/quarantine.csv": frame_table(_quarantine(shop, facility, year)),
        "lineage/files.csv": frame_table(files_of(shop, facility)),
        "lineage/lines.csv": frame_table(lines_of(shop, facility, year)),
        **configuration_of(shop),
    }


def _figures(figures: Sequence[MetricValue]) -> bytes:
    standards = [FACTS[one.metric] for one in figures]
    frame = metrics_frame(figures).with_columns(
        formula=pl.Series([facts.meaning for facts in standards], dtype=pl.String),
        standard=pl.Series([facts.standard for facts in standards], dtype=pl.String),
    )
    return frame_table(frame)


def _site(shop: Workshop, facility: Facility, year: int) -> dict[str, Any]:
    """Operator, facility, policies and the calendar of the year."""
    start, end = reporting_period(facility, year)
    policies = shop.estate.policies
    return {
        "operator": asdict(shop.estate.operator),
        "facility": asdict(facility),
        "policies": asdict(policies),
        "certificate_rules": asdict(CERTIFICATE_RULES[policies.certificate_rules]),
        "year": year,
        "period_start": start.isoformat(),
        "period_end": end.isoformat(),
        "months": [
            {"month": month, "start": first.isoformat(), "end": last.isoformat()}
            for month in months_of(year)
            for first, last in [month_bounds(month, facility.zone)]
        ],
    }


def _meters(shop: Workshop, facility: Facility, names: Mapping[str, str]) -> pl.DataFrame:
    """The facility's rows of the meter register, with the file that holds each meter's hours."""
    mine = sorted(
        (one for one in shop.estate.meters if one.facility_id == facility.id),
        key=lambda one: (one.meter_id, one.serial),
    )
    told = pl.DataFrame(
        {
            "meter_id": [one.meter_id for one in mine],
            "serial": [one.serial for one in mine],
            "multiplier": [format(one.multiplier.normalize(), "f") for one in mine],
            "parent": [one.parent for one in mine],
            "checks": [one.checks for one in mine],
            "label": [one.label for one in mine],
            "room": [one.room for one in mine],
            "rack": [one.rack for one in mine],
            "line": [one.line for one in mine],
            "hours": [names.get(one.meter_id, "") for one in mine],
        }
    )
    columns = ("meter_id", "serial", "quantity", "kind", "unit", "nature", "lowest", "highest")
    more = ("max_rate", "modulus", "accuracy_percent", "valid_from", "valid_to")
    facts = shop.meters_of(facility.id).select(*columns, *more)
    return facts.join(told, on=["meter_id", "serial"], how="left", maintain_order="left")


def _hours(shop: Workshop, facility: Facility, year: int) -> dict[str, pl.DataFrame]:
    """Each meter's hours of the year, with the site's own time beside UTC."""
    places = [
        intervals_place(facility.id, month, domain.name)
        for month in months_of(year)
        for domain in DOMAINS
    ]
    local = pl.col("start").dt.convert_time_zone(facility.timezone)
    rows = concat((shop.lake.read(place, INTERVALS) for place in places), INTERVALS).with_columns(
        local=local.dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    )
    return {
        str(meter): part.sort("start").select(_HOUR)
        for (meter,), part in rows.partition_by("meter_id", as_dict=True).items()
    }


def _own(records: Iterable[Any], facility: Facility) -> list[Any]:
    return [one for one in records if one.facility_id == facility.id]


def _registers(shop: Workshop, facility: Facility) -> dict[str, bytes]:
    found = {}
    for name, kind in _REGISTERS.items():
        lines = getattr(shop.estate.registers, name)
        if lines is not None:
            mine = _own(lines, facility)
            found[f"evidence/registers/{name}.csv"] = records(kind, mine, **_beside(name, mine))
    certificates = shop.estate.registers.certificates
    if certificates is not None:
        known = {one.certificate_id for one in _own(certificates, facility)}
        found["evidence/registers/certificate_hours.csv"] = table(
            ("certificate_id", "hour", "energy_kwh", "line"),
            [
                (name, start, energy_of(ticks), line)
                for name, start, ticks, line in _hours_of(shop, known)
            ],
        )
    return found


def _hours_of(shop: Workshop, certificates: Collection[str]) -> Iterable[tuple[Any, ...]]:
    """Rows of ``HOURS`` of some certificates, in the order of the register."""
    hours = shop.estate.registers.certificate_hours
    mine = hours.filter(pl.col("certificate_id").is_in(list(certificates)))
    return mine.sort("line").iter_rows()


def _beside(register: str, lines: Sequence[Any]) -> dict[str, list[object]]:
    """What a line means beside its words: the gas however it is spelt, carbon from parts."""
    if register == "refrigerants":
        return {"gas": [gas_of(one.refrigerant) for one in lines]}
    if register == "equipment":
        return {"embodied_of_parts": [from_parts(one) for one in lines]}
    return {}


def _factors(shop: Workshop, year: int) -> bytes:
    """Factors whose validity touches the year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    return records(
        Factor,
        [
            one
            for one in shop.estate.registers.factors
            if one.valid_from <= last and first <= one.valid_to
        ],
    )


def _series(shop: Workshop, facility: Facility, year: int) -> bytes:
    """Hourly factors of the facility's zone, and their hours in the year and at its edges."""
    start, end = year_bounds(year, facility.zone)
    rows = [
        (s.kind, s.key, at, value, s.unit, s.gases, at in s.estimated, s.source, s.edition, s.where)
        for s in shop.estate.registers.hourly_factors
        if s.key == facility.grid_zone
        for at, value in zip(s.hours, s.values, strict=True)
        if (start - at).total_seconds() < 3600 and at <= end
    ]
    columns = ("kind", "key", "hour", "value", "unit", "gases", "estimated", "source", "edition")
    return table((*columns, "where"), rows)


def _potentials(shop: Workshop, facility: Facility) -> bytes:
    """Warming potentials of the gases of the register, in the set that is filed."""
    registers, gwp_set = shop.estate.registers, shop.estate.policies.gwp_set
    events = _own(registers.refrigerants or (), facility)
    gases = sorted({gas_of(one.refrigerant) for one in events})
    rows: list[tuple[object, ...]] = []
    for gas in gases:
        stated = [
            one
            for one in registers.factors
            if (one.kind, gas_of(one.key), one.edition) == ("gwp", gas, gwp_set)
        ]
        if stated:
            value = Fraction(stated[-1].value)
            rows.append((gas, gwp_set, value, value, value, stated[-1].where))
        elif (found := potential(gas, gwp_set)) is not None:
            rows.append((gas, gwp_set, found.value, found.low, found.high, "schemas/gwp.py"))
    return table(("gas", "set", "value", "low", "high", "where"), rows)


def _of_year(frame: pl.DataFrame, facility: Facility, year: int) -> pl.DataFrame:
    return frame.filter(
        pl.col("facility_id") == facility.id, pl.col("month").str.starts_with(str(year))
    )


def _quarantine(shop: Workshop, facility: Facility, year: int) -> pl.DataFrame:
    """The facility's refused rows of the year, and those whose time could not be read."""
    start, end = year_bounds(year, facility.zone)
    at = pl.col("measured_at")
    return quarantine_frame(shop).filter(
        pl.col("facility_id") == facility.id,
        at.is_null() | ((at >= start) & (at < end)),
    )
