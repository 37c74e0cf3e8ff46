"""What really happens in a facility: loads, losses, heat, sun and water, as whole ticks.

Amounts are integers from here on (energy in Wh, water in L, diesel in 0.01 L, traffic in GB), so
that truth and meters add up to the same number whatever the order of summing. Each channel bears
the name of the meter that reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sample_data.chance import Floats, Ints, bell, draw, key_of, sine, smooth
from sample_data.clock import DAY, HOUR, MINUTE
from sample_data.facilities import Facility
from sample_data.weather import Weather, WeatherRecord, sun_height

Channels = Mapping[str, Ints]

_YEAR = 365.2422 * DAY
_MOST_LOADED = 0.92
_GENERATOR_TEST_SHARE = 0.35
_DIESEL_PER_KWH = 0.27
_EVAPORATION_PER_KWH = 1.18
_CONCENTRATION_CYCLES = 5.0
_WEEK = 7 * DAY
_TRICKLE = key_of("trickle")


@dataclass(frozen=True, kw_only=True)
class Span:
    """Steps of equal length: their first instants [s UTC] and the length [s]."""

    starts: Ints
    step: int

    def wh(self, kilowatts: Floats) -> Ints:
        """Energy of each step [Wh] at a mean power [kW]."""
        return whole(kilowatts * (self.step / 3.6))

    def amount(self, per_hour: Floats) -> Ints:
        """Amount of each step at a rate per hour, in whole ticks."""
        return self.ticks(per_hour * (self.step / HOUR))

    def ticks(self, amounts: Floats) -> Ints:
        """Small amounts as whole ticks: up or down by chance, so that trickles are not lost."""
        chance = draw(_TRICKLE, self.starts // self.step)
        return np.floor(amounts + chance).astype(np.int64)


def whole(values: Floats) -> Ints:
    """The nearest whole ticks."""
    return np.rint(values).astype(np.int64)


def facility_life(
    facility: Facility,
    span: Span,
    *,
    record: WeatherRecord,
    origin: int,
    generator_tests: Iterable[tuple[int, int]],
) -> Channels:
    """Everything that happens in a facility during a span, one integer array for each meter.

    Args:
        facility: the facility.
        span: the steps; amounts are per step, levels are those at the step's first instant.
        record: its weather, reaching one hour beyond the span.
        origin: the instant [s UTC] at which growth starts.
        generator_tests: spans [s UTC] in which the generators run under load.

    Returns:
        Ticks by meter name. The energy balance holds exactly in each step:
        grid.a + grid.b − export + pv + gen = ups inputs + cooling + lighting + other.
    """
    weather = record.at(span.starts)
    channels: dict[str, Ints] = {}
    channels.update(_it_chain(facility, span, origin=origin))
    channels.update(_cooling(facility, span, weather, channels))
    channels.update(_building(facility, span))
    channels.update(_own_generation(facility, span, weather, generator_tests))
    channels.update(_grid(facility, span, channels))
    channels.update(_water(facility, span, weather, channels))
    channels.update(_levels(facility, span, weather, origin=origin))
    channels.update(_traffic(facility, span, channels))
    return channels


def _day_pattern(facility: Facility, span: Span, *, peak_hour: float) -> Floats:
    solar = span.starts / DAY + facility.archetype.longitude / 360.0
    return sine(solar - peak_hour / 24.0 + 0.25)


def _is_weekend(span: Span) -> Floats:
    weekday = (span.starts // DAY + 3) % 7
    return (weekday >= 5).astype(np.float64)


def _it_chain(facility: Facility, span: Span, *, origin: int) -> Channels:
    """From UPS input to the plug of the servers, each link a little less than the one before."""
    key = facility.key
    years = (span.starts - origin) / _YEAR
    load = facility.archetype.load_share + 0.03 * years
    load = load + 0.035 * _day_pattern(facility, span, peak_hour=15.0) - 0.02 * _is_weekend(span)
    load = load + 0.025 * smooth(key_of(key, "load"), span.starts, every=6 * HOUR)
    load = load + 0.004 * bell(key_of(key, "load", "fine"), span.starts // span.step)
    total = facility.rated_it_kw * np.clip(load, 0.3, _MOST_LOADED)
    share_a = 0.51 + 0.01 * smooth(key_of(key, "share"), span.starts, every=DAY)
    chain: dict[str, Ints] = {}
    for side, output in (("a", total * share_a), ("b", total * (1.0 - share_a))):
        frame_kw = 0.6 * facility.rated_it_kw
        used = output / frame_kw
        loss = frame_kw * (0.008 + 0.010 * used + 0.018 * used * used)
        out = span.wh(output)
        pdu = out * 985 // 1000
        chain[f"ups.{side}.out"] = out
        chain[f"ups.{side}.in"] = out + span.wh(loss)
        chain[f"pdu.{side}"] = pdu
        chain[f"it.{side}"] = pdu * 993 // 1000
    return chain


def _cooling(facility: Facility, span: Span, weather: Weather, so_far: Channels) -> Channels:
    """Heat from the rooms to the air, the tower or the district network, and the power it takes."""
    plant = facility.archetype.plant
    removed = so_far["ups.a.in"] + so_far["ups.b.in"]
    removed = removed - removed // 50
    air = weather.wet_c if plant.wet else weather.dry_c
    free = np.clip((plant.free_below_c - air) / plant.free_span_c, 0.0, 1.0)
    cop = plant.cop - plant.cop_per_k * (air - plant.cop_at_c)
    cop = np.clip(cop, plant.cop_lowest, plant.cop_highest)
    chillers = whole(removed * (1.0 - free) / cop)
    main = chillers + whole(removed * plant.fan_share * (0.7 + 0.3 * (1.0 - free)))
    cooling = {
        "cool.chillers": chillers,
        "cool.compressors": chillers,
        "cool.main": main,
        "heat.removed": removed,
    }
    reused = np.zeros_like(removed)
    if facility.reuses_heat:
        demand = np.clip(0.30 + 0.02 * (10.0 - weather.dry_c), 0.10, 0.65)
        reused = whole(removed * demand)
        cooling["heat.reused"] = reused
        cooling["heat.own"] = reused * 6 // 100
    cooling["heat.rejected"] = removed + chillers - reused
    return cooling


def _building(facility: Facility, span: Span) -> Channels:
    size = facility.archetype.floor_area_m2
    workday = (0.5 + 0.5 * _day_pattern(facility, span, peak_hour=13.0)) * (1 - _is_weekend(span))
    light = size * (0.0012 + 0.0022 * workday)
    other = size * (0.0070 + 0.0015 * workday)
    other = other * (1.0 + 0.05 * smooth(key_of(facility.key, "other"), span.starts, every=HOUR))
    return {"light": span.wh(light), "other": span.wh(other)}


def _own_generation(
    facility: Facility,
    span: Span,
    weather: Weather,
    generator_tests: Iterable[tuple[int, int]],
) -> Channels:
    """Sun on the roof and on the feed-in array, and the generators' test runs with their diesel."""
    kind = facility.archetype
    height = sun_height(span.starts, latitude=kind.latitude, longitude=kind.longitude)
    flicker = 0.15 * smooth(key_of(facility.key, "sun"), span.starts, every=10 * MINUTE)
    clear = np.clip(1.0 - 0.72 * weather.cloud * weather.cloud + flicker * weather.cloud, 0.1, 1.0)
    yield_share = 0.88 * height * clear
    running = np.zeros(span.starts.shape[0], dtype=np.bool_)
    for start, end in generator_tests:
        running |= (span.starts >= start) & (span.starts < end)
    generated = span.wh(running.astype(np.float64) * (kind.generator_kw * _GENERATOR_TEST_SHARE))
    return {
        "roof": span.wh(kind.pv_kw * yield_share),
        "export": span.wh(kind.feed_in_kw * yield_share),
        "gen": generated,
        "diesel": whole(generated.astype(np.float64) * (_DIESEL_PER_KWH / 10.0)),
    }


def _grid(facility: Facility, span: Span, so_far: Channels) -> Channels:
    """What the grid gives or takes so that the balance holds in every step."""
    used = so_far["ups.a.in"] + so_far["ups.b.in"] + so_far["cool.main"]
    used = used + so_far["light"] + so_far["other"]
    needed = used - so_far["roof"] - so_far["gen"]
    bought = np.maximum(needed, 0)
    share_a = 0.52 + 0.01 * smooth(key_of(facility.key, "feeds"), span.starts, every=DAY)
    grid_a = whole(bought * share_a)
    return {
        "grid.a": grid_a,
        "grid.b": bought - grid_a,
        "pv": so_far["roof"] + so_far["export"],
        "export": so_far["export"] + np.maximum(-needed, 0),
    }


def _water(facility: Facility, span: Span, weather: Weather, so_far: Channels) -> Channels:
    """Litres into and out of the site."""
    workday = (0.5 + 0.5 * _day_pattern(facility, span, peak_hour=13.0)) * (1 - _is_weekend(span))
    people = 40.0 + 160.0 * workday
    if facility.evaporates:
        evaporated = so_far["heat.rejected"] / 1000.0 * _EVAPORATION_PER_KWH
        blown_down = evaporated / (_CONCENTRATION_CYCLES - 1.0)
        make_up = evaporated + blown_down
        return {
            "water.potable": span.ticks(0.2 * make_up) + span.amount(people),
            "water.reclaimed": span.ticks(0.8 * make_up),
            "water.discharge": span.ticks(blown_down) + span.amount(0.9 * people),
        }
    removed_kwh = so_far["heat.removed"] / 1000.0
    humidified = removed_kwh * 0.012 * np.clip((8.0 - weather.dry_c) / 15.0, 0.0, 1.0)
    if facility.reuses_heat:
        return {
            "water.potable": span.ticks(humidified) + span.amount(people),
            "water.discharge": span.amount(0.9 * people),
        }
    sprayed = removed_kwh * 0.35 * np.clip((weather.dry_c - 16.0) / 14.0, 0.0, 1.0)
    rain = span.ticks(0.3 * sprayed) + span.amount(25.0 + 120.0 * weather.rain)
    return {
        "water.potable": span.ticks(0.7 * sprayed + humidified) + span.amount(people),
        "water.rain": rain,
        "water.discharge": span.ticks(0.15 * sprayed) + span.amount(0.9 * people + 20.0),
    }


def _levels(facility: Facility, span: Span, weather: Weather, *, origin: int) -> Channels:
    """Temperatures [0.1 °C], utilisation [0.1 %], battery offer [kW], bandwidth [Gbit/s]."""
    key = facility.key
    kind = facility.archetype
    levels: dict[str, Ints] = {"air.outdoor": whole(10.0 * weather.dry_c)}
    for room in ("1", "2"):
        # The operators change a room's setpoint at most once a week, on a working morning.
        week = (span.starts - 9 * HOUR - 20 * MINUTE) // _WEEK
        moved = np.rint(2.0 * smooth(key_of(key, "setpoint", room), week * _WEEK, every=_WEEK))
        setpoint = kind.setpoint_c + 0.5 * moved
        drift = smooth(key_of(key, "intake", room), span.starts, every=2 * HOUR)
        levels[f"air.setpoint.{room}"] = whole(10.0 * setpoint)
        levels[f"air.intake.{room}"] = whole(10.0 * (setpoint + 0.6 * drift))
    swing = smooth(key_of(key, "waste heat"), span.starts, every=4 * HOUR)
    levels["heat.temperature"] = whole(10.0 * (kind.waste_heat_c + 1.5 * swing))
    air = weather.wet_c if kind.plant.wet else weather.dry_c
    levels["heat.out"] = whole(10.0 * np.maximum(air + 9.0, 18.0))
    if facility.reuses_heat:
        levels["heat.supply"] = whole(10.0 * (kind.waste_heat_c + 20.0 + 2.0 * swing))
        levels["heat.return"] = whole(10.0 * (kind.waste_heat_c + 6.0 + swing))
    busy = 31.0 + 6.0 * _day_pattern(facility, span, peak_hour=15.0) - 3.0 * _is_weekend(span)
    levels["it.utilisation"] = whole(
        10.0 * (busy + 4.0 * smooth(key_of(key, "busy"), span.starts, every=3 * HOUR))
    )
    offered = (span.starts // HOUR % 24 >= 6).astype(np.float64)
    levels["battery"] = whole(offered * round(0.15 * facility.rated_it_kw))
    upgraded = (span.starts - origin) // int(0.55 * _YEAR)
    levels["net.band.in"] = kind.bandwidth_gbit + 100 * upgraded
    levels["net.band.out"] = kind.bandwidth_gbit + 200 * upgraded
    return levels


def _traffic(facility: Facility, span: Span, so_far: Channels) -> Channels:
    """Data in and out [GB], a share of the provisioned bandwidth."""
    pattern = 0.14 + 0.05 * _day_pattern(facility, span, peak_hour=20.0)
    pattern = pattern + 0.02 * smooth(key_of(facility.key, "net"), span.starts, every=HOUR)
    per_gbit = HOUR / 8.0 * facility.archetype.bandwidth_gbit
    return {
        "net.traffic.in": span.amount(per_gbit * pattern),
        "net.traffic.out": span.amount(per_gbit * 1.6 * pattern),
    }
