"""A facility's year made up for tests: gaps, estimates, withheld figures, a busy quarantine."""

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl

from reports.facts import FacilityYear
from schemas.estate.model import Boundary, Facility, Operator, Redundancy
from schemas.estate.policies import Policies
from schemas.estate.registers.equipment import Equipment
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import FACTS, Metric, MetricValue, Status
from schemas.quantities import Kind
from schemas.totals import TotalValue
from schemas.units import Unit

YEAR = 2025
OPERATOR = Operator(name="Nordlicht Cloud GmbH", country="DE", contact="umwelt@nordlicht.example")
FRANKFURT = Facility(
    id="fra1",
    name="Frankfurt 1",
    country="DE",
    timezone="Europe/Berlin",
    latitude=50.11,
    longitude=8.68,
    lau="06412000",
    nuts3="DE712",
    postal_code="60314",
    grid_zone="DE",
    type="colocation",
    commissioned="2019-04",
    installed_it_kw=2400,
    rated_it_kw=2600,
    nonredundant_connected_kw=4200,
    floor_area_m2=5200,
    computer_room_m2=2100,
    cooling="air",
    redundancy=Redundancy(high_voltage="N+1", low_voltage="2N", cooling_room="N+1"),
    boundary=Boundary(district_cooling="external"),
)

#: Mean per hour [canonical unit] and how strongly summer raises it.
QUANTITIES = {
    "grid_import": (2360.0, 0.06, Unit.KILOWATT_HOUR),
    "onsite_renewable": (38.0, 0.8, Unit.KILOWATT_HOUR),
    "generator_output": (1.1, 0.0, Unit.KILOWATT_HOUR),
    "grid_export": (2.4, 0.8, Unit.KILOWATT_HOUR),
    "ups_input": (1900.0, 0.0, Unit.KILOWATT_HOUR),
    "ups_output": (1822.0, 0.0, Unit.KILOWATT_HOUR),
    "pdu_output": (1785.0, 0.0, Unit.KILOWATT_HOUR),
    "cooling_electricity": (385.0, 0.32, Unit.KILOWATT_HOUR),
    "lighting": (11.0, 0.0, Unit.KILOWATT_HOUR),
    "other_facility": (34.0, 0.0, Unit.KILOWATT_HOUR),
    "heat_reused": (210.0, -0.7, Unit.KILOWATT_HOUR),
    "heat_removed": (1790.0, 0.0, Unit.KILOWATT_HOUR),
    "potable_water": (0.9, 0.75, Unit.CUBIC_METRE),
    "rain_water": (0.12, 0.1, Unit.CUBIC_METRE),
    "water_discharge": (0.31, 0.7, Unit.CUBIC_METRE),
}
WATER = ("potable_water", "rain_water", "water_discharge")
#: Local days without readings of water at all, and of power with a register on both sides.
WATER_GAP = (date(2025, 8, 4), date(2025, 8, 27))
POWER_BRIDGE = (date(2025, 3, 10), date(2025, 3, 14))
SPARSE_DAY = date(2025, 11, 6)


def facility_year(
    *,
    facility: Facility = FRANKFURT,
    seed: int = 7,
    size: float = 1.0,
    water: bool = True,
    withhold_energy: bool = False,
) -> FacilityYear:
    """A year with known faults.

    Faults: water has no readings from 4 to 27 August, so its August and the year's WUE are
    withheld; power is estimated from 10 to 14 March between two register readings; on 6 November
    every second hour is missing, and a gap is bounded without an upper limit in November.
    """
    grid = _hour_grid(facility)
    quantities = {name: q for name, q in QUANTITIES.items() if water or name not in WATER}
    hours = pl.concat(
        [_hours(name, grid, seed=seed, size=size) for name in quantities], how="vertical"
    ).sort("quantity", "start")
    month_totals = tuple(
        _total(facility, name, hours, month=month) for name in quantities for month in range(1, 13)
    )
    year_totals = tuple(_total(facility, name, hours, month=None) for name in quantities)
    if withhold_energy:
        year_totals = tuple(
            replace(t, value=None, status=Status.WITHHELD, coverage=0.81, reason=_REASON)
            if t.quantity == "grid_import"
            else t
            for t in year_totals
        )
    months = [
        metric
        for month in range(1, 13)
        for metric in _metrics(facility, month_totals, f"{YEAR}-{month:02d}")
        if metric.metric in (Metric.PUE, Metric.WUE)
    ]
    months.sort(key=lambda m: (m.metric, m.period))
    year_metrics = tuple(_metrics(facility, year_totals, str(YEAR)))
    return FacilityYear(
        operator=OPERATOR,
        facility=facility,
        policies=Policies(),
        year=YEAR,
        year_metrics=year_metrics,
        month_metrics=tuple(months),
        year_totals=year_totals,
        month_totals=month_totals,
        hours=hours,
        hourly_ratios=_ratios(hours),
        meter_months=_meter_months(facility, quantities),
        meter_days=_meter_days(facility, quantities),
        quarantine=_quarantine(facility),
        files=_files(facility),
        equipment=_equipment(facility),
        refrigerants=_refrigerants(facility),
        previous_year_metrics=tuple(_previous(year_metrics)),
        code_version="0.1.0",
        input_hash="9f2c51d0a4be77c3" * 4,
    )


_REASON = (
    "coverage 81.0 % is below the minimum of 95 %, and no register bounds the gap of meter "
    "fra1.grid.a from 3 June to 11 August."
)


def _hour_grid(facility: Facility) -> list[tuple[datetime, date, int]]:
    zone = facility.zone
    at = datetime(YEAR, 1, 1, tzinfo=zone).astimezone(UTC)
    end = datetime(YEAR + 1, 1, 1, tzinfo=zone).astimezone(UTC)
    grid = []
    while at < end:
        local = at.astimezone(zone)
        grid.append((at, local.date(), local.hour))
        at += timedelta(hours=1)
    return grid


def _status(name: str, day: date, hour: int) -> str:
    if name in WATER and WATER_GAP[0] <= day <= WATER_GAP[1]:
        return "missing"
    if day == SPARSE_DAY and hour % 2:
        return "missing"
    if name not in WATER and POWER_BRIDGE[0] <= day <= POWER_BRIDGE[1]:
        return "estimated"
    return "measured"


def _hours(
    name: str, grid: list[tuple[datetime, date, int]], *, seed: int, size: float
) -> pl.DataFrame:
    mean, summer, _ = QUANTITIES[name]
    noise = random.Random(f"{seed}-{name}")
    rows = []
    for start, day, hour in grid:
        season = -math.cos(2 * math.pi * (day.timetuple().tm_yday - 20) / 365)
        warm = max(0.0, math.sin(math.pi * (hour - 6) / 14)) if 6 <= hour <= 20 else 0.0
        swing = 1 + summer * (0.6 * season + 0.5 * (warm - 0.3)) + noise.gauss(0, 0.006)
        if name == "onsite_renewable":
            swing = 3.1 * warm * (1 + 0.6 * season)
        value = max(mean * swing * size, 0.0)
        if name == "grid_import":
            value += 22 * season * max(warm, 0.2) * size
        status = _status(name, day, hour)
        low, high = value * 0.995, value * 1.005
        if status == "estimated":
            low, high = value * 0.9, value * 1.1
        if status == "missing":
            rows.append((start, day, hour, name, None, 0.0, mean * 2 * size, status))
        else:
            rows.append((start, day, hour, name, value, low, high, status))
    return pl.DataFrame(
        rows,
        schema={
            "start": pl.Datetime("us", "UTC"),
            "local_date": pl.Date,
            "local_hour": pl.Int8,
            "quantity": pl.String,
            "value": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
            "status": pl.String,
        },
        orient="row",
    )


def _ratios(hours: pl.DataFrame) -> pl.DataFrame:
    wide = hours.pivot("quantity", index=["start", "local_date", "local_hour"], values="value")
    status = hours.filter(pl.col("quantity") == "grid_import").select("start", "status")
    water = pl.col("potable_water") + pl.col("rain_water")
    return (
        wide.join(status, on="start")
        .with_columns(
            pue=(pl.col("grid_import") + pl.col("onsite_renewable")) / pl.col("ups_output"),
            wue=(water / pl.col("ups_output") * 1000)
            if "potable_water" in wide.columns
            else pl.lit(None, dtype=pl.Float64),
        )
        .select("start", "local_date", "local_hour", "pue", "wue", "status")
        .sort("start")
    )


def _period(facility: Facility, month: int | None) -> tuple[str, datetime, datetime]:
    zone = facility.zone
    if month is None:
        return (
            str(YEAR),
            datetime(YEAR, 1, 1, tzinfo=zone),
            datetime(YEAR + 1, 1, 1, tzinfo=zone),
        )
    after = (YEAR + 1, 1) if month == 12 else (YEAR, month + 1)
    return (
        f"{YEAR}-{month:02d}",
        datetime(YEAR, month, 1, tzinfo=zone),
        datetime(*after, 1, tzinfo=zone),
    )


def _total(facility: Facility, name: str, hours: pl.DataFrame, *, month: int | None) -> TotalValue:
    part = hours.filter(pl.col("quantity") == name)
    if month:
        part = part.filter(pl.col("local_date").dt.month() == month)
    period, start, end = _period(facility, month)
    measured = part.filter(pl.col("status") == "measured")["value"].sum()
    value = part["value"].sum()
    low, high = part["low"].sum(), part["high"].sum()
    coverage = (part["status"] != "missing").sum() / part.height
    estimated = part.filter(pl.col("status") == "estimated")["value"].sum() / value if value else 0
    status, reason = Status.CLEAN, ""
    if coverage < 0.95:
        status = Status.WITHHELD
        reason = (
            f"coverage {coverage * 100:.1f} % is below the minimum of 95 %, and no register bounds "
            "the gap from 4 to 27 August."
        )
    elif coverage < 0.99 or estimated > 0.1:
        status = Status.FLAGGED
        reason = "bridged by a register: the sum is exact, its shape is estimated."
    return TotalValue(
        facility_id=facility.id,
        quantity=name,
        period=period,
        period_start=start,
        period_end=end,
        value=None if status is Status.WITHHELD else Decimal(f"{value:.3f}"),
        low=Decimal(f"{low:.3f}"),
        high=None if (month == 11 and name == "rain_water") else Decimal(f"{high:.3f}"),
        measured=Decimal(f"{measured:.3f}"),
        unit=QUANTITIES[name][2],
        coverage=coverage,
        estimated_share=estimated,
        uncertainty=float(value) * 0.005,
        status=status,
        reason=reason,
        meters=tuple(f"{facility.id}.{name}.{letter}" for letter in "ab"),
    )


def _metrics(facility: Facility, totals: tuple[TotalValue, ...], period: str) -> list[MetricValue]:
    by_name = {t.quantity: t for t in totals if t.period == period}

    def ratio(
        metric: Metric, category: str, top: tuple[str, ...], bottom: str, factor: float = 1.0
    ) -> MetricValue | None:
        parts = [by_name[name] for name in (*top, bottom) if name in by_name]
        if len(parts) != len(top) + 1:
            return None
        bad = [t for t in parts if t.value is None]
        above = [t for t in parts if t.quantity != bottom]
        below = next(t for t in parts if t.quantity == bottom)
        flagged = [t for t in parts if t.status is Status.FLAGGED]
        status = Status.WITHHELD if bad else Status.FLAGGED if flagged else Status.CLEAN
        unlimited = any(t.high is None for t in above)
        return MetricValue(
            facility_id=facility.id,
            metric=metric,
            category=category,
            period=period,
            period_start=parts[0].period_start,
            period_end=parts[0].period_end,
            value=None
            if bad
            else factor * float(sum(t.value or 0 for t in above)) / float(below.value or 1),
            low=factor * float(sum(t.low or 0 for t in above)) / float(below.high or 1),
            high=None
            if unlimited
            else factor * float(sum(t.high or 0 for t in above)) / float(below.low or 1),
            unit=FACTS[metric].unit,
            coverage=min(t.coverage or 0 for t in parts),
            estimated_share=max(t.estimated_share or 0 for t in parts),
            status=status,
            reason=(bad or flagged)[0].quantity + ": " + (bad or flagged)[0].reason
            if bad or flagged
            else "",
            inputs=tuple(t.quantity for t in parts),
        )

    supply = ("grid_import", "onsite_renewable", "generator_output")
    water = ("potable_water", "rain_water")
    made = [
        ratio(Metric.PUE, "1", supply, "ups_output"),
        ratio(Metric.PUE, "2", supply, "pdu_output"),
        ratio(Metric.WUE, "2", water, "ups_output", 1000),
        ratio(Metric.CUE, "location", ("grid_import",), "ups_output", 0.363),
        ratio(Metric.ERF, "", ("heat_reused",), "grid_import"),
    ]
    values = [value for value in made if value is not None]
    pue = values[0]
    edc = by_name["grid_import"]
    values.append(
        replace(
            pue,
            metric=Metric.REF,
            category="",
            value=1.0,
            raw=1.0412,
            low=1.0,
            high=1.0,
            unit=Unit.RATIO,
            coverage=None,
            estimated_share=None,
            status=Status.CLEAN,
            reason="",
            inputs=("certificates", "grid_import"),
        )
    )
    for metric, names in {
        Metric.EDC: supply,
        Metric.EIT: ("ups_output",),
        Metric.WIN: water,
        Metric.EREUSE: ("heat_reused",),
        Metric.ERES_OS: ("onsite_renewable",),
    }.items():
        parts = [by_name[name] for name in names if name in by_name]
        if not parts:
            continue
        bad = [t for t in parts if t.value is None]
        values.append(
            replace(
                pue,
                metric=metric,
                category="1" if metric is Metric.EIT else "",
                value=None if bad else float(sum(t.value or 0 for t in parts)),
                low=float(sum(t.low or 0 for t in parts)),
                high=float(sum(t.high or 0 for t in parts)),
                unit=FACTS[metric].unit,
                coverage=min(t.coverage or 0 for t in parts),
                estimated_share=max(t.estimated_share or 0 for t in parts),
                status=Status.WITHHELD if bad else Status.CLEAN,
                reason=f"{bad[0].quantity}: {bad[0].reason}" if bad else "",
                inputs=names,
            )
        )
    if edc.value is not None:
        values.append(
            replace(
                values[-1],
                metric=Metric.ERES_GOO,
                value=float(edc.value),
                inputs=("certificates",),
                coverage=None,
                status=Status.CLEAN,
                reason="",
            )
        )
    return values


def _previous(values: tuple[MetricValue, ...]) -> list[MetricValue]:
    return [
        replace(v, period=str(YEAR - 1), value=None if v.value is None else v.value * 1.021)
        for v in values
        if v.metric is not Metric.CUE
    ]


def _meters(facility: Facility, quantities: object) -> list[tuple[str, str, str]]:
    return [
        (f"{facility.id}.{name}.{letter}", f"{name.replace('_', ' ').capitalize()} {letter}", name)
        for name in quantities
        for letter in "ab"
    ]


def _day_coverage(name: str, letter: str, day: date) -> float | None:
    if name == "heat_reused" and letter == "b" and day < date(YEAR, 5, 1):
        return None
    if name in WATER and WATER_GAP[0] <= day <= WATER_GAP[1]:
        return 0.0
    if day == SPARSE_DAY:
        return 0.5
    if name == "ups_input" and letter == "b" and day.toordinal() % 37 == 0:
        return 0.75
    return 1.0


def _days() -> list[date]:
    return [date(YEAR, 1, 1) + timedelta(days=n) for n in range(365)]


def _meter_days(facility: Facility, quantities: object) -> pl.DataFrame:
    rows = [
        (meter, day, coverage, (1 - coverage) / 2)
        for meter, _, name in _meters(facility, quantities)
        for day in _days()
        if (coverage := _day_coverage(name, meter[-1], day)) is not None
    ]
    return pl.DataFrame(
        rows,
        schema={
            "meter_id": pl.String,
            "date": pl.Date,
            "coverage": pl.Float64,
            "estimated": pl.Float64,
        },
        orient="row",
    )


def _meter_months(facility: Facility, quantities: object) -> pl.DataFrame:
    rows = []
    for meter, label, name in _meters(facility, quantities):
        for month in range(1, 13):
            days = [_day_coverage(name, meter[-1], d) for d in _days() if d.month == month]
            known = [d for d in days if d is not None]
            if known:
                rows.append(
                    (
                        meter,
                        label,
                        name,
                        Kind.REGISTER.value,
                        f"{YEAR}-{month:02d}",
                        sum(known) / len(known),
                    )
                )
    return pl.DataFrame(
        rows,
        schema={
            "meter_id": pl.String,
            "label": pl.String,
            "quantity": pl.String,
            "kind": pl.String,
            "month": pl.String,
            "coverage": pl.Float64,
        },
        orient="row",
    )


def _quarantine(facility: Facility) -> pl.DataFrame:
    rows = []
    for line in range(12, 40):
        reason = ("unparsable_value", "outside_validity", "unknown_unit")
        rows.append(
            (
                f"inbox/{facility.id}/2025-{1 + line % 6:02d}/power.csv",
                line * 7,
                f"{facility.id}.grid_import.a",
                f"2025-{1 + line % 6:02d}-03T04:15:00Z",
                f"{line * 13}.5",
                reason[line % 3] if line % 5 else f"{reason[0]}; {reason[1]}",
            )
        )
    return pl.DataFrame(
        rows, schema=["path", "line", "meter_id", "timestamp", "value", "reasons"], orient="row"
    )


def _files(facility: Facility) -> pl.DataFrame:
    rows = []
    for month in range(1, 13):
        for domain in ("power", "water", "cooling"):
            landed = 2976 * (3 if domain == "power" else 1)
            bad = 5 if domain == "power" and month <= 6 else 0
            same = 96 if month == 4 else 0
            rows.append(
                (
                    f"inbox/{facility.id}/2025-{month:02d}/{domain}.csv",
                    f"{month:02x}{'ab' if domain == 'power' else 'cd'}" * 16,
                    landed,
                    landed - bad - same,
                    bad,
                    same,
                )
            )
    return pl.DataFrame(
        rows,
        schema=["path", "sha256", "landed", "kept", "quarantined", "duplicate"],
        orient="row",
    )


def _equipment(facility: Facility) -> tuple[Equipment, ...]:
    fleet = (
        ("server", 1450, "0.62", 2020, None, ""),
        ("server", 820, "0.71", 2024, None, ""),
        ("server", 400, "0.45", 2017, date(2025, 5, 2), "resale"),
        ("storage", 60, "1.20", 2021, None, ""),
        ("storage", 22, None, 2016, date(2025, 9, 12), "recycling"),
        ("network", 96, "0.90", 2022, None, ""),
        ("ups", 6, "600", 2019, None, ""),
        ("chiller", 5, "280", 2019, None, ""),
        ("crah", 48, None, None, None, ""),
        ("battery", 240, None, 2018, date(2025, 2, 20), "recovery"),
    )
    return tuple(
        Equipment(
            asset_id=f"A{place:03d}",
            facility_id=facility.id,
            category=category,
            model="",
            count=count,
            rated_power_kw=Decimal(power) if power else None,
            mass_kg=Decimal("18.5") if category != "crah" else None,
            storage_tb=None,
            sert_performance=None,
            embodied_kgco2e=None,
            installed_on=date(year, 4, 1) if year else None,
            decommissioned_on=gone,
            route=route,
            waste_code="",
            handler="Rewe Recycling" if route == "recycling" else "",
            line=place,
        )
        for place, (category, count, power, year, gone, route) in enumerate(fleet, start=2)
    )


def _refrigerants(facility: Facility) -> tuple[RefrigerantEvent, ...]:
    events = (
        ("R-513A", "opening", "40.0", 1),
        ("R-513A", "purchase", "12.5", 4),
        ("R-513A", "returned", "3.0", 8),
        ("R-513A", "closing", "44.1", 12),
        ("R-1234ze", "purchase", "8.0", 6),
    )
    return tuple(
        RefrigerantEvent(
            facility_id=facility.id,
            date=date(YEAR, month, 15),
            refrigerant=name,
            event=event,
            kg=Decimal(kg),
            line=line,
        )
        for line, (name, event, kg, month) in enumerate(events, start=2)
    )


def bare_year(facility: Facility = FRANKFURT) -> FacilityYear:
    """A facility of which nothing is known yet: empty frames, no registers, no figures."""
    full = facility_year(facility=facility)
    return replace(
        full,
        year_metrics=(),
        month_metrics=(),
        year_totals=(),
        month_totals=(),
        hours=full.hours.clear(),
        hourly_ratios=full.hourly_ratios.clear(),
        meter_months=full.meter_months.clear(),
        meter_days=full.meter_days.clear(),
        quarantine=full.quarantine.clear(),
        files=full.files.clear(),
        equipment=None,
        refrigerants=None,
        previous_year_metrics=(),
        code_version="",
        input_hash="",
    )
