"""Faults below the limits: none of the rules promises to find them, and what that costs is told."""

from benchmarks.faults.fault import OVERWRITTEN, Fault, FaultKind
from benchmarks.faults.limits import (
    CLEAR_SHAPE,
    NEVER_ZERO,
    STUCK_HOURS,
    SWAP_RATIO,
    is_idling,
    level_within,
    shape_strength,
    spike_is_found,
)
from benchmarks.faults.meters import Track
from benchmarks.faults.plan import Plan
from benchmarks.faults.standard import alike
from sample_data.clock import DAY, HOUR


def add_below(plan: Plan) -> None:
    """Two of each kind, in meters that are never idle."""
    busy = [track for track in plan.amounts() if not is_idling(track)]
    for _ in range(2):
        _spike(plan, busy)
        _scale(plan, busy)
        _stuck(plan, busy)
        _dead(plan, busy)
        _swapped(plan, busy)
        _clock_shift(plan, busy)


def _spike(plan: Plan, tracks: list[Track]) -> None:
    """An hour up to twice its due, which does not stand out from the highest around it."""

    def draw() -> Fault | None:
        track, factor = plan.some(*tracks), round(plan.chance.uniform(1.3, 2.0), 2)
        at = int(track.at[plan.chance.randrange(24, track.at.shape[0] - 24)])
        if spike_is_found(track, at, factor):
            return None
        return _of(FaultKind.SPIKE, track, at, at + track.meter.cadence, size=factor)

    plan.place(draw)


def _scale(plan: Plan, tracks: list[Track]) -> None:
    """A day off by a factor that is no change of unit."""

    def draw() -> Fault:
        track, factor = plan.some(*tracks), plan.chance.choice([0.5, 0.7, 1.3])
        start = plan.hour(24) + track.meter.lag
        return _of(FaultKind.SCALE, track, start, start + DAY, size=factor)

    plan.place(draw)


def _stuck(plan: Plan, tracks: list[Track]) -> None:
    """Fewer hours than it takes to call a meter stuck."""

    def draw() -> Fault:
        track, hours = plan.some(*tracks), plan.chance.randrange(2, STUCK_HOURS)
        start = plan.hour(hours) + track.meter.lag
        return _of(FaultKind.STUCK, track, start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _dead(plan: Plan, tracks: list[Track]) -> None:
    """Zeros of a meter that may stand still for all anyone knows, or for less than an hour."""

    def draw() -> Fault | None:
        track, hours = plan.some(*tracks), plan.chance.randrange(3, 13)
        start = plan.hour(hours) + track.meter.lag
        if track.meter.quantity not in NEVER_ZERO:
            return _of(FaultKind.DEAD, track, start, start + hours * HOUR, size=hours)
        if track.meter.cadence == HOUR:
            return None
        length = track.meter.cadence
        return _of(FaultKind.DEAD, track, start, start + length, size=length / HOUR)

    plan.place(draw)


def _swapped(plan: Plan, tracks: list[Track]) -> None:
    """Two meters of nearly the same level, for a day."""

    def draw() -> Fault | None:
        one = plan.some(*tracks)
        others = [track for track in tracks if alike(one, track)]
        if not others:
            return None
        other = plan.some(*others)
        start, end = plan.days_from(1)
        ratio = level_within(one, start, end) / level_within(other, start, end)
        start, end = start + one.meter.lag, end + one.meter.lag
        if max(ratio, 1 / ratio) >= SWAP_RATIO or not plan.free(other.meter.id, start, end):
            return None
        return _of(FaultKind.SWAPPED, one, start, end, size=ratio, detail=other.meter.id)

    found = plan.place(draw)
    if found is not None:
        plan.reserve(found.detail, (found.start, found.end))


def _clock_shift(plan: Plan, tracks: list[Track]) -> None:
    """A clock that is off for a week, in a meter whose days have no clear shape."""

    def draw() -> Fault | None:
        track = plan.some(*tracks)
        start, end = plan.days_from(7)
        if shape_strength(track, start, end) >= CLEAR_SHAPE:
            return None
        lag, shift = track.meter.lag, plan.chance.choice([-1, 1])
        return _of(
            FaultKind.CLOCK_SHIFT, track, start + lag, end + lag, size=shift, detail=OVERWRITTEN
        )

    plan.place(draw)


def _of(
    kind: FaultKind, track: Track, start: int, end: int, *, size: float, detail: str = ""
) -> Fault:
    return Fault(
        kind=kind,
        meter=track.meter.id,
        start=start,
        end=end,
        size=size,
        above_limit=False,
        detail=detail,
    )
