"""Electric power: consumption, its peak and load factor, batteries, racks, and floor areas."""

from datetime import datetime
from fractions import Fraction

import polars as pl

from pipelines.metrics.energy import ELECTRICITY, it_energy
from pipelines.metrics.factors import with_inputs
from pipelines.metrics.figure import (
    Figure,
    added,
    clipped,
    known,
    merged,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.fleet import days_in_place, lines_of, mine
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.points import hours_over_points, over_points
from schemas.metrics import Metric

TICKS = 10**12  # amounts and levels are decimals with twelve places
_HOUR = 3600


def electricity(inputs: Inputs) -> Figure:
    """Electricity used [kWh]: import + own generation − export, whatever the boundary's fuels."""
    if not inputs.has("grid_import"):
        return withheld("grid_import is not metered, so what is bought is unknown", "grid_import")
    parts = [
        negative(inputs.total(name)) if name == "grid_export" else inputs.total(name)
        for name in ELECTRICITY
        if inputs.has(name)
    ]
    return added(*parts)


def _electricity(inputs: Inputs) -> Computed:
    """Germany's three numbers, and the fourth that makes them add up."""
    yield "consumption", electricity(inputs)
    yield "purchased", inputs.total("grid_import")
    yield "fed_back", inputs.total("grid_export")
    own = inputs.present("onsite_renewable", "generator_output")
    yield "own", own or withheld("no meter measures own generation", "onsite_renewable")


def hourly_electricity(inputs: Inputs) -> pl.DataFrame:
    """Electricity used by the hour: ``start``, ``seconds``, and ``value``, ``low``, ``high`` as
    whole trillionths of a kWh; null where a carrier's hour is."""
    names = [name for name in ELECTRICITY if inputs.has(name)]
    if not names or "grid_import" not in names:
        return pl.DataFrame(schema={"start": pl.Datetime("us", "UTC"), "seconds": pl.Int32})
    fed = pl.col("quantity") == "grid_export"

    def used(best: str, other: str) -> pl.Expr:
        # Polars has no minus sign for whole numbers of 128 bits.
        against = pl.lit(0, dtype=pl.Int128) - pl.col(other).to_physical()
        ticks = pl.when(fed).then(against).otherwise(pl.col(best).to_physical())
        whole = ticks.is_not_null().all() & (pl.len() == len(names))
        return pl.when(whole).then(ticks.sum())

    return (
        pl.concat([inputs.hours_of(name) for name in names])
        .group_by("start")
        .agg(
            pl.col("seconds").max(),
            value=used("value", "value"),
            low=used("low", "high"),
            high=used("high", "low"),
        )
        .sort("start")
    )


def peak_power(inputs: Inputs) -> Figure:
    """The highest mean power of an hour [kW], and which hour it was; withheld where one is unknown.

    It is at least the highest of the hours' lower bounds, and at most that of the upper ones.
    """
    found, at = _peak(inputs)
    if at is None:
        return found
    local = at.astimezone(inputs.facility.zone)
    return remarked(found, f"in the hour from {local:%Y-%m-%d %H:%M}", flagged=False)


def _peak(inputs: Inputs) -> tuple[Figure, datetime | None]:
    total = electricity(inputs)
    hours = hourly_electricity(inputs)
    if hours.is_empty():
        return total, None
    power = hours.with_columns(
        pl.col(name) * _HOUR // pl.col("seconds").cast(pl.Int128)
        for name in ("value", "low", "high")
    )
    whole = hours["seconds"].sum() >= inputs.seconds or total.value is not None
    unknown = power["high"].null_count() or not whole
    found = Figure(
        **{
            **merged([total]).__dict__,
            "value": None
            if total.value is None or power["value"].null_count()
            else _ticks(power["value"].max()),
            "low": _ticks(power["low"].max()),
            "high": None if unknown else _ticks(power["high"].max()),
        }
    )
    if found.value is None:
        return found, None
    at: datetime = power.filter(pl.col("value") == power["value"].max())["start"][0]
    return found, at


def _ticks(value: object) -> Fraction | None:
    return Fraction(value, TICKS) if isinstance(value, int) else None


def load_factor(inputs: Inputs) -> Figure:
    """Mean power ÷ peak power [1], at most 1."""
    hours = Fraction(inputs.seconds, _HOUR)
    found = ratio(scaled(electricity(inputs), 1 / hours), _peak(inputs)[0])
    return clipped(found, highest=1) if found.low is not None else found


def offered_capacity(inputs: Inputs) -> Figure:
    """Mean battery capacity over the hours in which some was offered to the grid [kW].

    The act files the mean over the whole year (``cbtg``); its method is open, so both are kept.
    """
    total = over_points(inputs, "battery_grid_capacity")
    hours = hours_over_points(inputs, "battery_grid_capacity")
    possible = hours.filter((pl.col("high") > 0) | pl.col("high").is_null())
    if not inputs.has("battery_grid_capacity"):
        return total
    if possible.is_empty():
        return withheld("no capacity was offered", "battery_grid_capacity")
    offered = hours.filter(pl.col("value") > 0)
    value = None
    if total.value is not None and not offered.is_empty():
        product, seconds = offered.select(
            product=(pl.col("value").to_physical() * pl.col("seconds").cast(pl.Int128)).sum(),
            seconds=pl.col("seconds").sum(),
        ).row(0)
        value = Fraction(product, seconds * TICKS)
    exact = hours.filter(pl.col("low") != pl.col("high")).is_empty()
    known_hours = exact and hours["value"].null_count() == 0
    return Figure(
        **{
            **merged([total]).__dict__,
            "value": value,
            "low": value if known_hours else _exact(possible["low"].min()),
            "high": value if known_hours else _exact(possible["high"].max()),
        }
    )


def _exact(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _rack_power(inputs: Inputs) -> Computed:
    """IT power per rack [kW/rack], of all racks of the register, and of each that is metered."""
    hours = Fraction(inputs.seconds, _HOUR)
    racks = [one for one in mine(inputs) or () if one.category == "rack"]
    standing = sum(
        (Fraction(one.count * days_in_place(one, inputs), inputs.days) for one in racks),
        Fraction(0),
    )
    mean = scaled(it_energy(inputs), 1 / hours)
    if standing:
        yield "", with_inputs(scaled(mean, 1 / standing), *lines_of(racks))
    else:
        yield "", withheld("registers/equipment.csv has no racks in place", "equipment")
    for rack in sorted({meter.rack for meter in inputs.meters if meter.rack}):
        for quantity in ("it_input", "pdu_output"):
            meters = [
                meter.meter_id
                for meter in inputs.meters
                if meter.rack == rack and meter.quantity == quantity and not meter.checks
            ]
            if meters:
                yield rack, scaled(inputs.total_of(*meters), 1 / hours)
                break


def floor_area(inputs: Inputs) -> Figure:
    """Floor area of the data centre (SDC) [m2].

    In a building that has another main use: computer rooms, own plant rooms, and of the shared
    ones as much as the data centre's rated power has in the building's.

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 1(b).
    """
    site = inputs.facility
    if site.shared_area_m2 is None or site.building_rated_kw is None:
        return _stated(inputs, "floor_area_m2", site.floor_area_m2)
    parts = (site.computer_room_m2, site.nonredundant_connected_kw, site.support_area_m2)
    rooms, power, support = (Fraction(str(part or 0)) for part in parts)
    if not rooms or not power or not site.building_rated_kw:
        return withheld(
            "a shared building needs computer_room_m2, nonredundant_connected_kw and "
            "building_rated_kw in estate.yaml",
            "estate.yaml:shared_area_m2",
        )
    share = min(Fraction(1), power / Fraction(str(site.building_rated_kw)))
    names = ("shared_area_m2", "computer_room_m2", "building_rated_kw", "nonredundant_connected_kw")
    area = rooms + support + Fraction(str(site.shared_area_m2)) * share
    return known(area, *(f"estate.yaml:{name}" for name in names))


def _stated(inputs: Inputs, key: str, value: float | None) -> Figure:
    if value is None:
        return withheld(f"estate.yaml states no {key} of {inputs.facility.id}")
    return known(Fraction(str(value)), f"estate.yaml:{key}")


COMPUTED: dict[Metric, Formula] = {
    Metric.ELECTRICITY: _electricity,
    Metric.PEAK_POWER: single(peak_power),
    Metric.LOAD_FACTOR: single(load_factor),
    Metric.CBTG_OFFERED: single(offered_capacity),
    Metric.RACK_POWER: _rack_power,
    Metric.SDC: single(floor_area),
    Metric.SCR: single(
        lambda inputs: _stated(inputs, "computer_room_m2", inputs.facility.computer_room_m2)
    ),
}
