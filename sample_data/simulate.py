"""Simulate a complete estate folder, and write the true answers beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from sample_data import certificates, factors, faults, registers
from sample_data.certificates import Certificate, certificates_of, counted
from sample_data.clock import months_of, seconds_of
from sample_data.errors import SimulationError
from sample_data.estate_file import METERS_HEADER, OPERATOR, Plain, estate_text, meter_rows
from sample_data.facilities import Facility, facilities_of
from sample_data.layouts import Shape, feeds_of
from sample_data.meter_fleet import meters_of
from sample_data.meter_kinds import Kinds, of_kinds
from sample_data.meters import CANONICAL, Paces
from sample_data.site import Site, SiteResult, run_site, site_of, whole_hours
from sample_data.tables import Cells, write_table
from sample_data.true_metrics import metrics_of
from sample_data.truth import PeriodTruth, periods_of

_TOTALS_HEADER = ("facility_id", "quantity", "period", "value", "unit")
_METRICS_HEADER = ("facility_id", "metric", "category", "period", "value", "unit")
_DEMO_SEED = 20250101
_HOUR = "1h"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What to simulate: facilities over local months from January of ``first_year``.

    ``first`` is the number of the first facility in fra1, sto1, sin1, fra2 …; ``kinds`` says how
    the meters tell amounts.
    """

    facilities: int
    months: int
    paces: Paces
    first_year: int
    seed: int
    faults: bool
    shape: Shape
    first: int = 0
    kinds: Kinds = "mixed"


@dataclass(frozen=True, kw_only=True)
class _Lived:
    """A facility after its simulation."""

    site: Site
    result: SiteResult
    periods: list[PeriodTruth]
    certificates: list[Certificate]


def simulate(
    target: Path,
    *,
    facilities: int,
    years: int,
    interval: str,
    first_year: int,
    seed: int,
    faults: bool,
    shape: Shape = "plain",
) -> None:
    """Write an estate folder with drops, registers and the true answers.

    Args:
        target: a folder that does not exist yet, or an empty one.
        facilities: how many; fra1, sto1, sin1, then fra2 and so on.
        years: how many local years.
        interval: time between the rows of a meter, such as 15min; must divide an hour.
        first_year: the first local year.
        seed: chance; equal arguments write equal bytes.
        faults: whether drops get lost, late, repeated or spoiled. The truth is the same either way.
        shape: plain drops, or the untidy exports of real sites with their mappings.

    Raises:
        SimulationError: the target is not empty, or an argument is out of range.
    """
    step = seconds_of(interval)
    for name, count in (("facilities", facilities), ("years", years)):
        if count < 1:
            raise SimulationError.below_one(name, count)
    if not 2000 <= first_year <= first_year + years - 1 <= 2099:
        raise SimulationError.year_out_of_range(first_year, years)
    if shape not in {"plain", "site"}:
        raise SimulationError.unknown_shape(shape)
    write_estate(
        target,
        Wish(
            facilities=facilities,
            months=12 * years,
            paces=Paces(main=step, slow=step),
            first_year=first_year,
            seed=seed,
            faults=faults,
            shape=shape,
        ),
    )


def demo_estate(target: Path) -> None:
    """Write the demonstration: three facilities, the year 2025, untidy exports with faults.

    Main energy meters every 15 minutes, all others every hour.

    Raises:
        SimulationError: the target is not empty.
    """
    write_estate(
        target,
        Wish(
            facilities=3,
            months=12,
            paces=Paces(main=seconds_of("15min"), slow=seconds_of(_HOUR)),
            first_year=2025,
            seed=_DEMO_SEED,
            faults=True,
            shape="site",
        ),
    )


def write_estate(target: Path, wish: Wish) -> None:
    """Write an estate as wished.

    Raises:
        SimulationError: the target is not empty.
    """
    if target.exists() and not target.is_dir():
        raise SimulationError.target_not_a_folder(target)
    if target.exists() and any(target.iterdir()):
        raise SimulationError.target_not_empty(target)
    target.mkdir(parents=True, exist_ok=True)
    made = facilities_of(
        count=wish.facilities, seed=wish.seed, first=wish.first, first_year=wish.first_year
    )
    lived = [_live(target, facility, wish) for facility in made]
    _write_configuration(target, lived)
    _write_registers(target / "registers", lived, wish)
    _write_truth(target / "truth", lived)


def _live(target: Path, facility: Facility, wish: Wish) -> _Lived:
    meters = of_kinds(meters_of(facility, wish.paces), wish.kinds)
    months = months_of(first_year=wish.first_year, months=wish.months, timezone=facility.timezone)
    feeds = feeds_of(facility, meters, wish.shape)
    site = site_of(facility, meters, months, feeds, with_faults=wish.faults)
    result = run_site(
        site, inbox=target / "inbox" / facility.id, step=wish.paces.main, seed=wish.seed
    )
    periods = periods_of(facility.id, meters, result.truths)
    return _Lived(
        site=site,
        result=result,
        periods=periods,
        certificates=certificates_of(facility, periods),
    )


def _write_configuration(target: Path, lived: Iterable[_Lived]) -> None:
    lived = list(lived)
    sources: list[dict[str, Plain]] = [
        dict(feed.source) for one in lived for feed in one.site.feeds if feed.source is not None
    ]
    text = estate_text([one.site.facility for one in lived], sources)
    (target / "estate.yaml").write_text(text, encoding="utf-8", newline="\n")
    rows = [row for one in lived for row in meter_rows(one.site.meters, one.result.exchange)]
    write_table(target / "meters.csv", METERS_HEADER, rows)


def _write_registers(folder: Path, lived: list[_Lived], wish: Wish) -> None:
    years = _years(wish)
    places = [one.site.facility for one in lived]
    equipment = [row for place in places for row in registers.equipment_rows(place, years)]
    gases = [row for place in places for row in registers.refrigerant_rows(place, years)]
    fuel = [
        row for one in lived for row in registers.fuel_rows(one.site.facility, one.result.truths)
    ]
    tenants = [row for place in places for row in registers.tenant_rows(place)]
    bought = [batch.cells(OPERATOR) for one in lived for batch in one.certificates]
    write_table(folder / "equipment.csv", registers.EQUIPMENT_HEADER, equipment)
    write_table(folder / "refrigerants.csv", registers.REFRIGERANT_HEADER, gases)
    systems = [row for place in places for row in registers.system_rows(place)]
    stock = [row for place in places for row in registers.water_stock_rows(place, years)]
    write_table(folder / "refrigerant_systems.csv", registers.SYSTEM_HEADER, systems)
    if stock:
        write_table(folder / "water_stock.csv", registers.WATER_STOCK_HEADER, stock)
    write_table(folder / "fuel.csv", registers.FUEL_HEADER, fuel)
    write_table(folder / "tenants.csv", registers.TENANT_HEADER, tenants)
    happened = [
        row
        for one in lived
        for row in registers.incident_rows(one.site.facility, one.result.faults)
    ]
    if happened:
        write_table(folder / "incidents.csv", registers.INCIDENT_HEADER, happened)
    write_table(folder / "certificates.csv", certificates.HEADER, bought)
    zones = dict.fromkeys(place.archetype.grid_zone for place in places)
    write_table(folder / "factors" / "grid.csv", factors.HEADER, factors.factor_rows(zones, years))
    german = [one for one in lived if one.site.facility.archetype.grid_zone == factors.HOURLY_ZONE]
    for one in german[:1]:
        made = certificates.hour_rows(one.certificates, one.site.months, wish.seed)
        write_table(folder / "certificate_hours.csv", certificates.HOUR_HEADER, made)
        hours = whole_hours(one.site.months)
        factors.hourly_table(
            hours, factors.hourly_location(wish.seed, hours), edition=str(wish.first_year)
        ).write_csv(folder / "factors" / f"location_{factors.HOURLY_ZONE}_hourly.csv")


def _years(wish: Wish) -> range:
    return range(wish.first_year, wish.first_year + (wish.months + 11) // 12)


def _write_truth(folder: Path, lived: Iterable[_Lived]) -> None:
    totals: list[Cells] = []
    metrics: list[Cells] = []
    told: list[Cells] = []
    for one in lived:
        for period in one.periods:
            totals += _total_cells(period)
            metrics += _metric_cells(one, period)
        told += [fault.cells() for fault in one.result.faults]
    write_table(folder / "totals.csv", _TOTALS_HEADER, totals)
    write_table(folder / "metrics.csv", _METRICS_HEADER, metrics)
    write_table(folder / "faults.csv", faults.HEADER, told)


def _total_cells(period: PeriodTruth) -> Iterable[Cells]:
    for quantity, value in period.totals.items():
        unit = CANONICAL[quantity][0]
        yield (period.facility_id, quantity, period.period, exact_text(value), unit)


def _metric_cells(one: _Lived, period: PeriodTruth) -> Iterable[Cells]:
    zone = one.site.facility.archetype.grid_zone
    hourly = period.grid_carbon_g is not None
    for metric in metrics_of(
        period,
        location_factor=None if hourly else factors.location_factor(zone, period.year),
        diesel_factor=factors.diesel_factor(),
        certificates=counted(one.certificates, period.year),
    ):
        yield (
            period.facility_id,
            metric.metric,
            metric.category,
            period.period,
            exact_text(metric.value),
            metric.unit,
        )


def exact_text(value: Fraction) -> str:
    """A number as the shortest text that reads back as its nearest double, without exponent."""
    return format(Decimal(repr(float(value))), "f")
