"""Energy, heat and water of a year, computed a second time."""

from collections.abc import Iterable
from fractions import Fraction

from reports.verify.evidence import day, fraction
from reports.verify.number import NOTHING, Number, exactly, total
from reports.verify.pack import BadPack
from reports.verify.registers import factor_for
from reports.verify.site import Site

IT = {"1": "ups_output", "2": "pdu_output", "3": "it_input"}
WATER = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")
FRESH = WATER[:3]
_ELECTRICITY = ("grid_import", "onsite_renewable", "generator_output", "grid_export")
#: 43.0 MJ/kg and 0.84 kg/L: the IPCC's defaults.
_DIESEL_KWH = Fraction("43.0") * Fraction("0.84") / Fraction("3.6")
_STRESSED = 3

Categories = Iterable[tuple[str, Number]]


def carriers(site: Site) -> dict[str, Number]:
    """What crosses the boundary, by carrier; what is fed back is negative."""
    boundary = site.evidence.facility["boundary"]
    chp = boundary["chp"] == "internal" and site.has("fuel_gas")
    names = ["grid_import", "onsite_renewable"]
    if not chp:
        names.append("generator_output")
    bought = boundary["district_cooling"]
    if bought == "external" or (bought != "internal" and not chp):
        names.append("district_cooling")
    found = {name: site.total(name) for name in names if site.has(name)}
    if site.has("grid_export"):
        found["grid_export"] = -site.total("grid_export")
    covered = site.has("generator_output") and not chp
    if site.has("fuel_gas") and (chp or not covered):
        found["fuel_gas"] = site.total("fuel_gas")
    if site.has("fuel_diesel") and not covered:
        found["fuel_diesel"] = site.total("fuel_diesel") * _DIESEL_KWH
    return found


def edc(site: Site) -> Number:
    """Energy consumption [kWh]; unknown without a meter at the grid."""
    return total(carriers(site).values()) if site.has("grid_import") else NOTHING


def edc_carrier(site: Site) -> Categories:
    """The parts of it, by carrier."""
    return carriers(site).items() if site.has("grid_import") else ()


def categories(site: Site) -> list[str]:
    """The categories of IT energy that have a meter, the one that is filed first."""
    return [category for category, name in IT.items() if site.has(name)]


def eit_of(site: Site, category: str) -> Number:
    """IT energy at one point of the power chain, less what the point feeds beside IT."""
    point = IT[category]
    delivered = site.total(point)
    if others := site.fed_beside_it(point):
        kept = delivered - site.of_meters(others)
        delivered = _not_negative(kept)
    percent = site.evidence.facility["ups_non_it_percent"]
    if category == "1" and percent and delivered.low is not None:
        part = 1 - Fraction(str(percent)) / 100
        delivered = Number(delivered.value, delivered.low * part, delivered.high)
    return delivered


def _not_negative(kept: Number) -> Number:
    """Bounds not below zero; a value below zero is no value, for the meters contradict."""
    bounds = kept.within(0)
    value = None if kept.value is not None and kept.value < 0 else kept.value
    return Number(value, bounds.low, bounds.high)


def eit(site: Site) -> Categories:
    """IT energy at every point that is metered [kWh]."""
    return [(category, eit_of(site, category)) for category in categories(site)]


def first_eit(site: Site) -> Number:
    """IT energy at the point that is filed first."""
    found = categories(site)
    return eit_of(site, found[0]) if found else NOTHING


def pue(site: Site) -> Categories:
    """Energy entering ÷ IT energy, at every point that is metered."""
    whole = edc(site)
    return [(category, whole / part) for category, part in eit(site)]


def first_pue(site: Site) -> Number:
    """The one that is filed first."""
    return edc(site) / first_eit(site)


def pue_de(site: Site) -> Number:
    """Without the electricity of plant that only upgrades waste heat."""
    if not site.has("heat_upgrade_electricity"):
        return first_pue(site)
    return (edc(site) - site.total("heat_upgrade_electricity")) / first_eit(site)


def electricity(site: Site) -> Number:
    """Import and own generation less export, whatever fuels cross the boundary."""
    if not site.has("grid_import"):
        return NOTHING
    return total(
        -site.total(name) if name == "grid_export" else site.total(name)
        for name in _ELECTRICITY
        if site.has(name)
    )


def electricities(site: Site) -> Categories:
    """Germany's numbers of electricity [kWh]."""
    own = ("onsite_renewable", "generator_output")
    made = site.present(*own)
    if not any(map(site.has, own)) and all(map(site.evidence.without, own)):
        made = exactly(0)
    return [
        ("consumption", electricity(site)),
        ("purchased", site.total("grid_import")),
        ("fed_back", site.total("grid_export")),
        ("own", made),
    ]


def heat_reused(site: Site) -> Number:
    """What was handed over less what serves the data centre itself; by flow where no meter is."""
    flow = ("heat_flow", "heat_supply_temperature", "heat_return_temperature")
    by_flow = not site.has("heat_reused") and all(map(site.has, flow))
    handed = _heat_of_flow(site, flow) if by_flow else site.total("heat_reused")
    if not site.has("heat_reused_internal"):
        return handed
    return _not_negative(handed - site.total("heat_reused_internal"))


def _heat_of_flow(site: Site, names: tuple[str, str, str]) -> Number:
    """Σ flow × density × heat capacity × (supply − return) / 3600, hour by hour."""
    facility = site.evidence.facility
    fluid = Fraction(str(facility["heat_density_kg_m3"])) * Fraction(
        str(facility["heat_capacity_kj_kgk"])
    )
    flows, supplies, backs = (
        {hour.start: hour.number for hour in site.together(name)} for name in names
    )
    value: Fraction | None = Fraction(0)
    low = Fraction(0)
    high: Fraction | None = Fraction(0)
    for start, flow in flows.items():
        warm, cold = supplies.get(start, NOTHING), backs.get(start, NOTHING)
        best, most = (
            _heat(flow.value, warm.value, cold.value),
            _heat(flow.high, warm.high, cold.low),
        )
        value = None if value is None or best is None else value + best
        high = None if high is None or most is None else high + most
        low += _heat(flow.low, warm.low, cold.high) or 0
    return Number(value, low, high) * (fluid / 3600)


def _heat(flow: Fraction | None, warm: Fraction | None, cold: Fraction | None) -> Fraction | None:
    if flow is None or warm is None or cold is None:
        return None
    return flow * max(warm - cold, Fraction(0))


def erf(site: Site) -> Number:
    """Heat reused ÷ energy entering; above 1 the boundaries differ, and there is none."""
    found = heat_reused(site) / edc(site)
    kept = found.within(0, 1)
    whole = found.value is not None and found.value <= 1
    return Number(found.value if whole else None, kept.low, kept.high)


def water_input(site: Site) -> Number:
    """All water that came in [m3]."""
    return site.present(*WATER)


def wue(site: Site) -> Categories:
    """Water by IT energy [m3/MWh]: all of it, potable only, less what others reuse."""
    it = first_eit(site) * Fraction(1, 1000)
    found = [("2", water_input(site) / it)]
    if site.has("potable_water"):
        found.append(("1", site.total("potable_water") / it))
    if site.has("water_reused_outside"):
        net = _not_negative(water_input(site) - site.total("water_reused_outside"))
        found.append(("3", net / it))
    return found


def wue_fre(site: Site) -> Number:
    """Freshwater by IT energy [L/kWh]."""
    return site.present(*FRESH) * Fraction(1000) / first_eit(site)


def storage_change(site: Site) -> Number:
    """Water in store as the year ended less as it began, by the register."""
    if site.evidence.without("water_stock"):
        return exactly(0)
    stock = {
        day(row, "date"): fraction(row, "m3") for row in site.evidence.register("water_stock") or ()
    }
    first = site.evidence.first_day
    ends = stock.get(first), stock.get(first.replace(year=first.year + 1))
    return NOTHING if ends[0] is None or ends[1] is None else exactly(ends[1] - ends[0])


def water_consumption(site: Site) -> Number:
    """Withdrawal less discharge less what is in store more than before [m3]."""
    return water_input(site) - site.total("water_discharge") - storage_change(site)


def stressed_consumption(site: Site) -> Number:
    """All of the consumption where the nearest place with a score is under high stress."""
    facility = site.evidence.facility
    for place in (facility["id"], facility["nuts3"], facility["country"]):
        score = factor_for(site.evidence, "water_stress", place) if place else None
        if score is not None and 0 <= score <= 5:
            return water_consumption(site) if score >= _STRESSED else exactly(0)
    return NOTHING


def cooling_degree_days(site: Site) -> Number:
    """Σ over days of (mean − 21) where the day's mean is 24 °C or more."""
    if not site.has("outdoor_temperature"):
        return site.total("outdoor_temperature")
    days: dict[str, list[tuple[int, Number]]] = {}
    for hour in site.together("outdoor_temperature"):
        days.setdefault(hour.local[:10], []).append((hour.seconds, hour.number))
    if not days:
        raise BadPack("there are no hours of outdoor_temperature")
    found = exactly(0)
    for hours in days.values():
        seconds = sum(length for length, _ in hours)
        mean = total(number * Fraction(length, seconds) for length, number in hours)
        found = found + Number(*(_degrees(one) for one in mean.ends))
    return found


def _degrees(mean: Fraction | None) -> Fraction | None:
    if mean is None:
        return None
    return mean - 21 if mean >= 24 else Fraction(0)
