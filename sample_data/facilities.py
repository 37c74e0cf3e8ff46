"""The three archetypes of facility: what they are, before anything is measured."""

from dataclasses import dataclass

import numpy as np

from sample_data.chance import draw, key_of
from sample_data.weather import Climate


@dataclass(frozen=True, kw_only=True)
class CoolingPlant:
    """How a facility's cooling answers to the air outside.

    Outdoor air at or below ``free_below_c`` − ``free_span_c`` cools for free, above
    ``free_below_c`` the chillers carry all of it. Chiller COP = ``cop`` at ``cop_at_c``, falling
    by ``cop_per_k`` for each kelvin above, within [``cop_lowest``, ``cop_highest``].
    """

    name: str
    wet: bool
    free_below_c: float
    free_span_c: float
    cop: float
    cop_at_c: float
    cop_per_k: float
    cop_lowest: float
    cop_highest: float
    fan_share: float


@dataclass(frozen=True, kw_only=True)
class Archetype:
    """Master data and machinery of one kind of facility."""

    prefix: str
    city: str
    country: str
    timezone: str
    latitude: float
    longitude: float
    lau: str | None
    nuts3: str | None
    postal_code: str
    grid_zone: str
    business: str
    commissioned: str
    redundancy: tuple[tuple[str, str], ...]
    grid_functions: str
    climate: Climate
    plant: CoolingPlant
    rated_it_kw: int
    load_share: float
    pv_kw: int
    feed_in_kw: int
    generator_kw: int
    bandwidth_gbit: int
    setpoint_c: float
    waste_heat_c: float
    floor_area_m2: int
    computer_room_m2: int
    renewable_share: float
    design_pue: float


FRANKFURT = Archetype(
    prefix="fra",
    city="Frankfurt",
    country="DE",
    timezone="Europe/Berlin",
    latitude=50.11,
    longitude=8.68,
    lau="06412000",
    nuts3="DE712",
    postal_code="60314",
    grid_zone="DE",
    business="colocation",
    commissioned="2019-04",
    redundancy=(
        ("high_voltage", "N+1"),
        ("low_voltage", "2N"),
        ("rack", "2N"),
        ("cooling_room", "N+1"),
        ("cooling_rack", "N"),
    ),
    grid_functions="peak shifting with the UPS batteries",
    climate=Climate(
        mean_c=11.0,
        season_c=9.0,
        day_c=3.6,
        weather_c=3.4,
        humidity=0.73,
        cloud=0.62,
        coldest_c=-16.0,
        hottest_c=38.0,
    ),
    plant=CoolingPlant(
        name="air",
        wet=False,
        free_below_c=19.0,
        free_span_c=11.0,
        cop=4.6,
        cop_at_c=22.0,
        cop_per_k=0.09,
        cop_lowest=3.0,
        cop_highest=6.5,
        fan_share=0.042,
    ),
    rated_it_kw=2600,
    load_share=0.74,
    pv_kw=420,
    feed_in_kw=160,
    generator_kw=2000,
    bandwidth_gbit=400,
    setpoint_c=24.0,
    waste_heat_c=33.0,
    floor_area_m2=5200,
    computer_room_m2=2100,
    renewable_share=0.70,
    design_pue=1.28,
)

STOCKHOLM = Archetype(
    prefix="sto",
    city="Stockholm",
    country="SE",
    timezone="Europe/Stockholm",
    latitude=59.33,
    longitude=18.07,
    lau="0180",
    nuts3="SE110",
    postal_code="11164",
    grid_zone="SE",
    business="enterprise",
    commissioned="2022-09",
    redundancy=(
        ("high_voltage", "2N"),
        ("low_voltage", "N+1"),
        ("rack", "2N"),
        ("cooling_room", "N+1"),
        ("cooling_rack", "N+1"),
    ),
    grid_functions="frequency containment reserve with the batteries",
    climate=Climate(
        mean_c=7.4,
        season_c=10.2,
        day_c=3.0,
        weather_c=3.2,
        humidity=0.76,
        cloud=0.60,
        coldest_c=-22.0,
        hottest_c=33.0,
    ),
    plant=CoolingPlant(
        name="liquid",
        wet=False,
        free_below_c=26.0,
        free_span_c=8.0,
        cop=6.5,
        cop_at_c=22.0,
        cop_per_k=0.08,
        cop_lowest=4.5,
        cop_highest=8.0,
        fan_share=0.028,
    ),
    rated_it_kw=1800,
    load_share=0.70,
    pv_kw=150,
    feed_in_kw=0,
    generator_kw=1600,
    bandwidth_gbit=600,
    setpoint_c=26.0,
    waste_heat_c=48.0,
    floor_area_m2=3100,
    computer_room_m2=1300,
    renewable_share=1.05,
    design_pue=1.15,
)

SINGAPORE = Archetype(
    prefix="sin",
    city="Singapore",
    country="SG",
    timezone="Asia/Singapore",
    latitude=1.32,
    longitude=103.7,
    lau=None,
    nuts3=None,
    postal_code="609966",
    grid_zone="SG",
    business="colocation",
    commissioned="2016-11",
    redundancy=(
        ("high_voltage", "N+1"),
        ("low_voltage", "N+1"),
        ("rack", "2N"),
        ("cooling_room", "N+2"),
        ("cooling_rack", "N"),
    ),
    grid_functions="primary reserve with the UPS batteries",
    climate=Climate(
        mean_c=27.8,
        season_c=0.7,
        day_c=2.7,
        weather_c=0.9,
        humidity=0.82,
        cloud=0.66,
        coldest_c=22.0,
        hottest_c=36.0,
    ),
    plant=CoolingPlant(
        name="evaporative",
        wet=True,
        free_below_c=14.0,
        free_span_c=4.0,
        cop=5.6,
        cop_at_c=25.0,
        cop_per_k=0.14,
        cop_lowest=4.2,
        cop_highest=7.0,
        fan_share=0.036,
    ),
    rated_it_kw=3200,
    load_share=0.72,
    pv_kw=520,
    feed_in_kw=90,
    generator_kw=2600,
    bandwidth_gbit=800,
    setpoint_c=25.0,
    waste_heat_c=31.0,
    floor_area_m2=6400,
    computer_room_m2=2700,
    renewable_share=0.35,
    design_pue=1.38,
)

ARCHETYPES = (FRANKFURT, STOCKHOLM, SINGAPORE)


@dataclass(frozen=True, kw_only=True)
class Facility:
    """One simulated facility: an archetype, its number, its size and its own chance."""

    archetype: Archetype
    number: int
    key: int
    rated_it_kw: int
    first_year: int

    @property
    def commissioned(self) -> str:
        """The month it went into service, such as 2019-04: before the first year of its history."""
        year, month = self.archetype.commissioned.split("-")
        return f"{min(int(year), self.first_year - 1)}-{month}"

    @property
    def id(self) -> str:
        """The facility's id, such as fra1."""
        return f"{self.archetype.prefix}{self.number}"

    @property
    def name(self) -> str:
        """The facility's name, such as Frankfurt 1."""
        return f"{self.archetype.city} {self.number}"

    @property
    def timezone(self) -> str:
        """The IANA zone of the facility's calendar."""
        return self.archetype.timezone

    @property
    def reuses_heat(self) -> bool:
        """Whether heat leaves for a district network."""
        return self.archetype.plant.name == "liquid"

    @property
    def evaporates(self) -> bool:
        """Whether cooling towers carry the heat away."""
        return self.archetype.plant.name == "evaporative"


def facilities_of(
    *, count: int, seed: int, first: int = 0, first_year: int = 2025
) -> tuple[Facility, ...]:
    """``count`` facilities from number ``first`` of: fra1, sto1, sin1, fra2 …; those after the
    first three vary in size, and each went into service before ``first_year``."""
    made = []
    for index in range(first, first + count):
        kind = ARCHETYPES[index % len(ARCHETYPES)]
        number = index // len(ARCHETYPES) + 1
        key = key_of(seed, kind.prefix, number)
        spread = float(draw(key, np.array([number], dtype=np.int64))[0]) - 0.5
        size = 1.0 if number == 1 else 1.0 + 0.3 * spread
        rated = 50 * round(kind.rated_it_kw * size / 50)
        made.append(
            Facility(
                archetype=kind, number=number, key=key, rated_it_kw=rated, first_year=first_year
            )
        )
    return tuple(made)
