"""Hourly weather of three climates, and the sun above them."""

from dataclasses import dataclass

import numpy as np

from sample_data.chance import Floats, Ints, key_of, sine, wander
from sample_data.clock import DAY, HOUR

_YEAR_DAYS = 365.2422
_COLDEST_DAY = 18.0
_SPRING_DAY = 80.0
_WARM_UP_HOURS = 24 * 7


@dataclass(frozen=True, kw_only=True)
class Climate:
    """How the outdoor air of a place behaves over the year and the day."""

    mean_c: float
    season_c: float
    day_c: float
    weather_c: float
    humidity: float
    cloud: float
    coldest_c: float
    hottest_c: float


@dataclass(frozen=True, kw_only=True)
class Weather:
    """Outdoor air [°C, share 0..1] at given instants."""

    dry_c: Floats
    wet_c: Floats
    cloud: Floats
    rain: Floats


@dataclass(frozen=True, kw_only=True)
class WeatherRecord:
    """Hourly outdoor air from ``start`` [s UTC] on, to be read between the hours."""

    start: int
    hourly: Weather

    def at(self, seconds: Ints) -> Weather:
        """The air at these instants, straight lines between the hours."""
        hour = (seconds - self.start) // HOUR
        share = (seconds - self.start - hour * HOUR) / HOUR

        def between(series: Floats) -> Floats:
            read: Floats = series[hour] * (1.0 - share) + series[hour + 1] * share
            return read

        return Weather(
            dry_c=between(self.hourly.dry_c),
            wet_c=between(self.hourly.wet_c),
            cloud=between(self.hourly.cloud),
            rain=between(self.hourly.rain),
        )


def record_weather(
    climate: Climate, *, key: int, start: int, end: int, longitude: float
) -> WeatherRecord:
    """Make the hourly air of [start, end] from season, time of day and wandering noise."""
    first = start // HOUR - _WARM_UP_HOURS
    hours = np.arange(first, end // HOUR + 2, dtype=np.int64)
    seconds = hours * HOUR
    front = wander(key_of(key, "front"), hours, memory=0.985)
    sky = wander(key_of(key, "sky"), hours, memory=0.93)
    solar_day = seconds / DAY + longitude / 360.0
    season = sine((seconds / DAY - _COLDEST_DAY) / _YEAR_DAYS - 0.25)
    time_of_day = sine(solar_day - 0.375)
    cloud = np.clip(climate.cloud + 0.28 * sky, 0.0, 1.0)
    dry = climate.mean_c + climate.season_c * season + climate.weather_c * front
    dry += climate.day_c * (1.2 - 0.9 * cloud) * time_of_day
    dry = np.clip(dry, climate.coldest_c, climate.hottest_c)
    humidity = climate.humidity - 0.10 * time_of_day + 0.12 * (cloud - climate.cloud)
    humidity = np.clip(humidity - 0.05 * front, 0.15, 1.0)
    keep = slice(_WARM_UP_HOURS, None)
    hourly = Weather(
        dry_c=dry[keep],
        wet_c=wet_bulb(dry, humidity)[keep],
        cloud=cloud[keep],
        rain=np.clip((cloud - 0.82) / 0.18, 0.0, 1.0)[keep],
    )
    return WeatherRecord(start=int(seconds[_WARM_UP_HOURS]), hourly=hourly)


def wet_bulb(dry_c: Floats, humidity: Floats) -> Floats:
    """Wet-bulb temperature [°C]; a straight-line fit to psychrometric charts, true to about 1 K."""
    depression = (1.0 - humidity) * np.clip(5.8 + 0.34 * dry_c, 1.0, 20.0)
    wet: Floats = dry_c - depression
    return wet


def sun_height(seconds: Ints, *, latitude: float, longitude: float) -> Floats:
    """Sine of the sun's elevation above the horizon, 0 at night."""
    place = np.array([latitude / 360.0])
    declination = 0.39779 * sine((seconds / DAY - _SPRING_DAY) / _YEAR_DAYS)
    noon_angle = seconds / DAY + longitude / 360.0 - 0.5
    height = sine(place) * declination + sine(place + 0.25) * np.sqrt(
        1.0 - declination * declination
    ) * sine(noon_angle + 0.25)
    return np.clip(height, 0.0, 1.0)
