"""Whether a planned fault is above what the rules promise to find; measured on faultless rows.

The figures are those of ``schemas/rules.py``; a planned fault keeps a little above them.
"""

import numpy as np

from benchmarks.faults.meters import Track
from sample_data.chance import Floats, Ints
from sample_data.clock import DAY, HOUR

#: Quantities that never stand still while a facility runs, so that a zero is a fault.
NEVER_ZERO = frozenset({"grid_import", "ups_input", "ups_output", "pdu_output", "it_input"})
STUCK_HOURS = 6
STUCK_TIMES_OTHER_RUN = 3
SPIKE_TIMES_HIGHEST = 2
FROZEN_TIMES_RISE = 2
AROUND = 28 * DAY
SWAP_RATIO = 1.5
CLEAR_SHAPE = 0.5


def is_idling(track: Track) -> bool:
    """Whether the meter stands still for an hour now and then, as sun and generators do."""
    return bool((track.hours[1] == 0).any())


def spike_is_found(track: Track, at: int, factor: float) -> bool:
    """Whether the hour of the spike stands out from every other one within four weeks."""
    hours, amounts = track.hours
    place = int(np.searchsorted(hours, at - track.meter.lag, side="right")) - 1
    near = np.abs(hours - hours[place]) <= AROUND
    near[place] = False
    value = track.value_at(at) or 0
    share = HOUR // track.meter.cadence
    per_row = value / 1_000_000 / (share if track.meter.kind == "average" else 1)
    spiked = amounts[place] + (factor - 1) * per_row
    return bool(spiked > SPIKE_TIMES_HIGHEST * 1.05 * amounts[near].max())


def stuck_is_found(track: Track, hours: int) -> bool:
    """Whether the run is long in itself and beside every run of equal hours of the meter."""
    longest = longest_run(track.hours[1])
    return hours >= STUCK_HOURS and hours > STUCK_TIMES_OTHER_RUN * longest


def frozen_is_found(track: Track, start: int, hours: int) -> bool:
    """Whether the register rose with every reading of the day before, and what it makes up for at
    the end is more than twice what any reading of the weeks before rose by."""
    day = (track.at >= start - DAY) & (track.at <= start)
    weeks = (track.at >= start - AROUND) & (track.at <= start)
    frozen = (track.at >= start) & (track.at <= start + hours * HOUR)
    rises = np.diff(track.micro[weeks])
    made_up = int(track.micro[frozen][-1] - track.micro[frozen][0])
    lively = bool((np.diff(track.micro[day]) > 0).all())
    return lively and made_up > FROZEN_TIMES_RISE * 1.15 * int(rises.max())


def longest_run(amounts: Floats) -> int:
    """The most hours in a row with equal amounts; 1 where no two neighbours are equal."""
    breaks = np.flatnonzero(np.diff(amounts) != 0)
    ends = np.concatenate([[-1], breaks, [amounts.shape[0] - 1]])
    return int(np.diff(ends).max())


def level_around(track: Track, start: int, end: int) -> float:
    """The mean amount of an hour from four weeks before ``start`` to four weeks after ``end``."""
    hours, amounts = track.hours
    return float(amounts[_within(hours, start - AROUND, end + AROUND)].mean())


def level_within(track: Track, start: int, end: int) -> float:
    """The mean amount of an hour in [start, end)."""
    hours, amounts = track.hours
    return float(amounts[_within(hours, start, end)].mean())


def _within(hours: Ints, start: int, end: int) -> Ints:
    return np.flatnonzero((hours >= start) & (hours < end))


def shape_strength(track: Track, start: int, end: int) -> float:
    """How much of the variance within days the hour of the day explains, 0 to 1."""
    hours, amounts = track.hours
    near = _within(hours, start - AROUND, end + AROUND)
    days = near.shape[0] // 24
    table = amounts[near[: days * 24]].reshape(days, 24)
    table = table - table.mean(axis=1, keepdims=True)
    everything = float(table.var())
    return float(table.mean(axis=0).var()) / everything if everything else 0.0
