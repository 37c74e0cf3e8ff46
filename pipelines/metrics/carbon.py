"""Emissions of the energy that enters, by the zone's factor of the hour or of the year."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction

import polars as pl

from pipelines.metrics.doubt import combined
from pipelines.metrics.figure import Figure, added, known, merged, ratio, scaled, withheld
from pipelines.metrics.inputs import Inputs
from schemas.estate.model import Factor, HourlyFactors

HOUR = timedelta(hours=1)
Span = tuple[Decimal, Decimal, Decimal]  # factor: best, lowest, highest [kg/kWh]
_NOTHING = Decimal(0)
#: Products of amounts and factors are sums of thousands: exact, or an error; never rounded.
_EXACT = Context(prec=120, traps=[Inexact])


def location_emissions(inputs: Inputs) -> Figure:
    """Energy-related emissions, location-based [kg]: grid import and fuels.

    Grid import takes the zone's hourly factors where they cover the period, else the yearly ones.
    Null where a factor is missing; a generator that ran without fuel data is not nothing.
    """
    return added(grid_emissions(inputs), *fuel_emissions(inputs), *_other_carriers(inputs))


def grid_emissions(inputs: Inputs) -> Figure:
    """Grid import × location factor of its zone [kg]."""
    zone = inputs.facility.grid_zone
    imported = inputs.total("grid_import")
    if not zone:
        return withheld(f"facility {inputs.facility.id} has no grid_zone in estate.yaml")
    hourly = [
        series
        for series in inputs.registers.hourly_factors
        if series.kind == "location" and series.key == zone
    ]
    for series in hourly:
        found = _by_hour(inputs, series)
        if found is not None:
            return found
    yearly = _covering(inputs, "location", zone)
    if len(yearly) == 1:
        emissions = scaled(imported, Fraction(yearly[0].value))
        return _with_inputs(emissions, f"factor {yearly[0].where}")
    if touching := _touching(inputs, "location", zone):
        return _by_validity(inputs, touching)
    return withheld(
        f"no location factor for grid zone {zone} covers {inputs.period.name}: "
        "add one to registers/factors",
        "factors",
    )


def _by_hour(inputs: Inputs, series: HourlyFactors) -> Figure | None:
    factors: dict[datetime, Decimal] = dict(zip(series.hours, series.values, strict=True))

    def factor(start: datetime) -> Span | None:
        """The factor of an hour; where the site's hours lie across two, both by their share."""
        late = timedelta(minutes=start.minute, seconds=start.second)
        now = factors.get(start - late)
        then = factors.get(start - late + HOUR) if late else now
        if now is None or then is None:
            return None
        part = Decimal(late.seconds) / 3600
        return now * (1 - part) + then * part, min(now, then), max(now, then)

    found = _weighted(inputs, factor, [f"factors {series.where}"])
    return _marked(inputs, series, found) if found and series.estimated else found


def _marked(inputs: Inputs, series: HourlyFactors, found: Figure) -> Figure:
    """The factors are an input like any other: the share of the import that its source's estimates
    weigh is an estimated share."""
    hours = inputs.hours_of("grid_import").filter(pl.col("value").is_not_null())
    total = sum(hours["value"].to_list(), _NOTHING)
    late = hours.filter(
        pl.col("start").dt.truncate("1h").is_in(list(series.estimated))
        | pl.col("start").dt.offset_by("59m").dt.truncate("1h").is_in(list(series.estimated))
    )
    share = float(sum(late["value"].to_list(), _NOTHING) / total) if total else 0.0
    return replace(found, estimated_share=max(found.estimated_share or 0.0, share))


def _by_validity(inputs: Inputs, factors: Sequence[Factor]) -> Figure:
    zone = inputs.facility.zone

    def factor(start: datetime) -> Span | None:
        day = start.astimezone(zone).date()
        for one in factors:
            if one.valid_from <= day <= one.valid_to:
                return one.value, one.value, one.value
        return None

    found = _weighted(inputs, factor, [f"factor {one.where}" for one in factors])
    return found or withheld(f"no location factor covers all of {inputs.period.name}", "factors")


def _weighted(
    inputs: Inputs, factor: Callable[[datetime], Span | None], names: Sequence[str]
) -> Figure | None:
    """Σ import of the hour × factor of the hour; None where an hour has no factor."""
    hours = inputs.hours_of("grid_import")
    spans = [factor(start) for start in hours["start"].to_list()]
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    unknown = hours["value"].null_count() > 0
    value, low, most = (
        _products(hours[name], [span[side] for span in known])
        for side, name in enumerate(("value", "low", "high"))
    )
    high = None if hours["high"].null_count() else most
    total = inputs.total("grid_import")
    mean = float(value / total.value) if total.value else 0.0
    doubt = _with_inputs(merged([total]), *names)
    length = (inputs.period.end - inputs.period.start).total_seconds()
    partly = total.value is None and hours["seconds"].sum() < length
    if partly:
        high = None
    withheld_value = total.value is None or unknown or hours.is_empty()
    return Figure(
        **{
            **doubt.__dict__,
            "value": None if withheld_value else value,
            "low": low,
            "high": high,
            "doubt": combined((total.doubt, mean)),
        }
    )


def _products(amounts: pl.Series, factors: Sequence[Decimal]) -> Fraction:
    """Σ amount × factor; what is unknown adds nothing."""
    with localcontext(_EXACT):
        pairs = zip(amounts.fill_null(_NOTHING).to_list(), factors, strict=True)
        return Fraction(sum((amount * factor for amount, factor in pairs), _NOTHING))


def _with_inputs(figure: Figure, *names: str) -> Figure:
    return Figure(**{**figure.__dict__, "inputs": (*figure.inputs, *names)})


def _covering(inputs: Inputs, kind: str, key: str) -> list[Factor]:
    """The factor that covers all of the period, if one does."""
    whole = [
        one
        for one in _touching(inputs, kind, key)
        if one.valid_from <= inputs.first_day and inputs.last_day <= one.valid_to
    ]
    return whole[-1:]


def _touching(inputs: Inputs, kind: str, key: str) -> list[Factor]:
    """The factors that touch the period, sorted."""
    return sorted(
        (
            one
            for one in inputs.registers.factors
            if one.kind == kind
            and one.key == key
            and one.valid_from <= inputs.last_day
            and one.valid_to >= inputs.first_day
        ),
        key=lambda one: (one.valid_from, one.where),
    )


def fuel_emissions(inputs: Inputs) -> list[Figure]:
    """Diesel burnt × its factor [kg]: by meter, else by the fuel log; gas likewise by meter."""
    found = []
    if inputs.has("fuel_diesel"):
        found.append(_fuel(inputs, inputs.total("fuel_diesel"), "diesel", ("kg/L", "kgCO2/L")))
    elif (logged := _logged(inputs, "diesel")) is not None:
        found.append(_fuel(inputs, logged, "diesel", ("kg/L", "kgCO2/L")))
    elif inputs.has("generator_output") and inputs.total("generator_output").high != 0:
        found.append(
            withheld(
                "generators ran, and neither a fuel_diesel meter nor registers/fuel.csv says on "
                "how much fuel",
                "fuel",
            )
        )
    if inputs.has("fuel_gas"):
        found.append(_fuel(inputs, inputs.total("fuel_gas"), "gas", ("kg/kWh",)))
    return found


def _other_carriers(inputs: Inputs) -> list[Figure]:
    if not inputs.has("district_cooling"):
        return []
    cold = inputs.total("district_cooling")
    return [_fuel(inputs, cold, "district_cooling", ("kg/kWh",))]


def _fuel(inputs: Inputs, amount: Figure, key: str, units: Sequence[str]) -> Figure:
    factors = [one for one in _covering(inputs, "fuel", key) if one.unit in units]
    if len(factors) != 1:
        return withheld(
            f"no single factor of kind fuel for {key} in {units[0]} covers {inputs.period.name}",
            "factors",
        )
    emissions = scaled(amount, Fraction(factors[0].value))
    return _with_inputs(emissions, f"factor {factors[0].where}")


def _logged(inputs: Inputs, fuel: str) -> Figure | None:
    """Litres that the fuel log says were burnt in the period; None without a log of that fuel."""
    events = [
        event
        for event in inputs.registers.fuel or ()
        if event.facility_id == inputs.facility.id
        and event.fuel == fuel
        and event.event == "consumption"
    ]
    if not events:
        return None
    burnt = [one for one in events if inputs.first_day <= one.date <= inputs.last_day]
    litres = sum((Fraction(one.litres or 0) for one in burnt), Fraction(0))
    return known(litres, "fuel", *(f"fuel:{one.line}" for one in burnt))


def carbon_usage_effectiveness(*, emissions: Figure, it_energy: Figure) -> Figure:
    """Emissions of the energy that enters per IT energy (CUE) [kg/kWh]. ISO/IEC 30134-8."""
    return ratio(emissions, it_energy)
