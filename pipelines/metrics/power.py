"""Electric power: consumption, its peak and load factor, batteries, racks, and floor areas."""

from dataclasses import replace
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
from pipelines.metrics.fleet import NO_REGISTER, days_in_place, lines_of, mine
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.nesting import counted
from pipelines.metrics.points import hours_over_points, over_points, presence
from schemas.metrics import Metric

TICKS = 10**12  # amounts and levels are decimals with twelve places
_HOUR = 3600
_OWN = ("onsite_renewable", "generator_output")


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
    yield "own", own_generation(inputs)


def own_generation(inputs: Inputs) -> Figure:
    """Electricity generated on site [kWh]; nothing where the site is without any, by its word."""
    metered = inputs.present(*_OWN)
    if metered is not None:
        return metered
    if all(inputs.without(name) for name in _OWN):
        return added(*(inputs.total(name) for name in _OWN))
    return withheld("no meter measures own generation", *_OWN)


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
    total = electricity(inputs)
    hours = hourly_electricity(inputs)
    if hours.is_empty():
        reason = total.reason or f"no hours of grid_import in {inputs.period.name}"
        return withheld(reason, *total.inputs)
    best, low, high = (_highest(hours, name) for name in ("value", "low", "high"))
    # Months that nobody has built yet may hold a higher hour.
    whole = total.value is not None or hours["seconds"].sum() >= inputs.seconds
    found = replace(
        merged([total]),
        value=None,
        low=low and low[0],
        high=high[0] if high and whole and not hours["high"].null_count() else None,
    )
    if total.value is None:
        return found
    if unknown := hours["value"].null_count():
        return remarked(found, f"hours of which nothing is known: {unknown}")
    if best is None:
        return found
    power, at = best
    local = at.astimezone(inputs.facility.zone)
    words = f"the peak is in the hour from {local:%Y-%m-%d %H:%M}"
    return remarked(replace(found, value=power), words, flagged=False)


def _highest(hours: pl.DataFrame, name: str) -> tuple[Fraction, datetime] | None:
    """The highest mean power of the hours [kW], and the first hour that has it; hours differ in
    length where a period begins or ends at a half."""
    tops = hours.drop_nulls(name).sort(name, "start", descending=[True, False])
    longest = tops.group_by("seconds", maintain_order=True).first()
    powers = [
        (Fraction(ticks * _HOUR, TICKS * seconds), start)
        for ticks, seconds, start in longest.select(name, "seconds", "start").iter_rows()
    ]
    return max(powers, key=lambda one: (one[0], -one[1].timestamp()), default=None)


def load_factor(inputs: Inputs) -> Figure:
    """Mean power ÷ peak power [1], at most 1."""
    hours = Fraction(inputs.seconds, _HOUR)
    found = ratio(scaled(electricity(inputs), 1 / hours), peak_power(inputs))
    return clipped(found, highest=1) if found.low is not None else found


def offered_capacity(inputs: Inputs) -> Figure:
    """Mean battery capacity over the hours in which some was offered to the grid [kW].

    The act files the mean over the whole year (``cbtg``); its method is open, so both are kept.
    Between the lowest and the highest that any hour may have offered.
    """
    total = over_points(inputs, "battery_grid_capacity")
    hours = hours_over_points(inputs, "battery_grid_capacity")
    if not inputs.has("battery_grid_capacity"):
        return withheld("no capacity was offered", *total.inputs) if total.value == 0 else total
    if hours.is_empty():
        return withheld(f"no hours of battery_grid_capacity in {inputs.period.name}", *total.inputs)
    # Months that nobody has built yet may have offered anything.
    whole = total.value is not None or hours["seconds"].sum() >= inputs.seconds
    possible = hours.filter((pl.col("high") > 0) | pl.col("high").is_null())
    if whole and possible.is_empty():
        return withheld("no capacity was offered", "battery_grid_capacity")
    found = replace(
        merged([total]),
        low=_exact(possible["low"].min()) if whole else Fraction(0),
        high=_exact(possible["high"].max())
        if whole and not possible["high"].null_count()
        else None,
    )
    offered = hours.filter(pl.col("value") > 0)
    if total.value is None:
        return found
    if offered.is_empty():
        return remarked(found, "whether any capacity was offered is not known")
    product, seconds = offered.select(
        product=(pl.col("value").to_physical() * pl.col("seconds").cast(pl.Int128)).sum(),
        seconds=pl.col("seconds").cast(pl.Int64).sum(),
    ).row(0)
    value = Fraction(product, seconds * TICKS)
    sure = hours["value"].null_count() == 0 and (hours["low"] == hours["high"]).all()
    known_value = replace(found, value=value)
    return replace(known_value, low=value, high=value) if sure else known_value


def _exact(value: object) -> Fraction | None:
    return None if value is None else Fraction(str(value))


def _rack_power(inputs: Inputs) -> Computed:
    """IT power per rack [kW/rack], of all racks of the register, and of each that is metered."""
    yield "", _of_all_racks(inputs)
    for rack in sorted({meter.rack for meter in inputs.meters if meter.rack}):
        for quantity in ("it_input", "pdu_output"):
            mine = [
                meter for meter in inputs.meters if (meter.rack, meter.quantity) == (rack, quantity)
            ]
            if meters := counted(inputs, mine):
                yield rack, added(*(_mean_power(inputs, meter) for meter in meters))
                break


def _of_all_racks(inputs: Inputs) -> Figure:
    """Mean IT power ÷ racks, each weighted by its days in place."""
    assets = mine(inputs)
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    racks = [one for one in assets if one.category == "rack" and days_in_place(one, inputs)]
    standing = sum((one.count * days_in_place(one, inputs) for one in racks), 0)
    if not standing:
        return withheld("registers/equipment.csv has no racks in place", "equipment")
    per_rack = Fraction(inputs.days * _HOUR, standing * inputs.seconds)
    return with_inputs(scaled(it_energy(inputs), per_rack), *lines_of(racks))


def _mean_power(inputs: Inputs, meter_id: str) -> Figure:
    """Of one meter [kW], over the time in which it was in place."""
    hours = Fraction(inputs.seconds, _HOUR) * presence(inputs, meter_id)
    return scaled(inputs.total_of(meter_id), 1 / hours)


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
    stated = {
        name: None if value is None else Fraction(str(value))
        for name, value in (
            ("computer_room_m2", site.computer_room_m2),
            ("support_area_m2", site.support_area_m2),
            ("shared_area_m2", site.shared_area_m2),
            ("nonredundant_connected_kw", site.nonredundant_connected_kw),
            ("building_rated_kw", site.building_rated_kw),
        )
    }
    names = [f"estate.yaml:{name}" for name in stated]
    rooms, own, shared, power, building = (value or Fraction(0) for value in stated.values())
    lacking = [name for name, value in stated.items() if value is None]
    lacking += [name for name in ("building_rated_kw",) if not building]
    if lacking:
        return withheld(
            f"estate.yaml states no {' and no '.join(lacking)} of {site.id}, which a building "
            "with another main use needs",
            *names,
        )
    return known(rooms + own + shared * min(Fraction(1), power / building), *names)


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
