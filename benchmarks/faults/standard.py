"""The standard faults of a year: one or two of each kind, all above the limits of the rules."""

from collections.abc import Callable
from statistics import fmean

from benchmarks.faults.fault import BOTH_KEPT, OVERWRITTEN, SUMMED, Fault, FaultKind
from benchmarks.faults.limits import (
    CLEAR_SHAPE,
    NEVER_ZERO,
    SWAP_RATIO,
    frozen_is_found,
    is_idling,
    level_around,
    level_within,
    shape_strength,
    spike_is_found,
    stuck_is_found,
)
from benchmarks.faults.meters import Track
from benchmarks.faults.plan import Plan
from sample_data.clock import DAY, HOUR

#: Beside the limit itself, for the rule sees the days around the fault without it.
MARGIN = 1.15
_NEW_COUNT = 3007


def add_standard(plan: Plan) -> None:
    """Places every kind of fault; one that finds no meter in this facility is left out."""
    for recipe, times in RECIPES:
        for _ in range(times):
            recipe(plan)


def _site_outage(plan: Plan) -> None:
    def draw() -> Fault:
        hours = plan.chance.randrange(4, 60)
        start = plan.hour(hours)
        return _of(FaultKind.OUTAGE, "", start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _outage(plan: Plan) -> None:
    def draw() -> Fault:
        track = plan.some(*plan.tracks.values())
        hours = plan.chance.randrange(24, 145)
        start = plan.hour(hours) + track.meter.lag
        return _of(FaultKind.OUTAGE, track.meter.id, start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _spike(plan: Plan) -> None:
    def draw() -> Fault | None:
        track = plan.some(*plan.amounts())
        at = int(track.at[plan.chance.randrange(24, track.at.shape[0] - 24)])
        if not track.meter.is_register and not spike_is_found(track, at, 20):
            return None
        return _of(FaultKind.SPIKE, track.meter.id, at, at + track.meter.cadence, size=20)

    plan.place(draw)


def _scale(factor: float) -> Callable[[Plan], None]:
    """A day at another scale: any 24 hours, or a local day of a meter that idles at times."""

    def recipe(plan: Plan) -> None:
        def draw() -> Fault | None:
            track = plan.some(*plan.amounts())
            start = plan.hour(24)
            end = start + DAY
            if is_idling(track):
                start, end = plan.days_from(1)
                if level_within(track, start, end) < 0.2 * level_around(track, start, end):
                    return None
            lag = track.meter.lag
            return _of(FaultKind.SCALE, track.meter.id, start + lag, end + lag, size=factor)

        plan.place(draw)

    return recipe


def _swapped(plan: Plan) -> None:
    """Two meters of one kind and unit, but of other levels, for some whole local days."""
    tracks = [track for track in plan.amounts() if not is_idling(track)]

    def draw() -> Fault | None:
        one = plan.some(*tracks)
        others = [track for track in tracks if alike(one, track)]
        if not others:
            return None
        other = plan.some(*others)
        start, end = plan.days_from(plan.chance.randrange(2, 6))
        ratios = [
            level(one, start, end) / level(other, start, end)
            for level in (level_around, level_within)
        ]
        larger = min(max(ratio, 1 / ratio) for ratio in ratios)
        start, end = start + one.meter.lag, end + one.meter.lag
        if larger < SWAP_RATIO * MARGIN or not plan.free(other.meter.id, start, end):
            return None
        return Fault(
            kind=FaultKind.SWAPPED,
            meter=one.meter.id,
            start=start,
            end=end,
            size=round(fmean(ratios), 6),
            detail=other.meter.id,
        )

    found = plan.place(draw)
    if found is not None:
        plan.reserve(found.detail, (found.start, found.end))


def alike(one: Track, other: Track) -> bool:
    """Whether the two tell the same thing in the same way, so that names can be mixed up."""

    def face(track: Track) -> tuple[object, ...]:
        meter = track.meter
        return (meter.kind, meter.unit, meter.multiplier, meter.cadence, meter.at_end)

    return one is not other and face(one) == face(other)


def _stuck(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if not track.meter.is_register]

    def draw() -> Fault | None:
        if not tracks:
            return None
        track, hours = plan.some(*tracks), plan.chance.randrange(8, 61)
        start = plan.hour(hours) + track.meter.lag
        if not track.value_at(start) or not stuck_is_found(track, hours):
            return None
        return _of(FaultKind.STUCK, track.meter.id, start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _frozen(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if track.meter.is_register]

    def draw() -> Fault | None:
        if not tracks:
            return None
        track, hours = plan.some(*tracks), plan.chance.randrange(4, 61)
        start = plan.hour(hours)
        if not frozen_is_found(track, start, hours):
            return None
        return _of(FaultKind.FROZEN, track.meter.id, start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _dead(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if track.meter.quantity in NEVER_ZERO]

    def draw() -> Fault:
        track, hours = plan.some(*tracks), plan.chance.choice([2, 5, 12, 30, 72])
        start = plan.hour(hours) + track.meter.lag
        return _of(FaultKind.DEAD, track.meter.id, start, start + hours * HOUR, size=hours)

    plan.place(draw)


def _sign_flip(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if not is_idling(track)]

    def draw() -> Fault:
        track = plan.some(*tracks)
        start = plan.hour(24) + track.meter.lag
        return _of(FaultKind.SIGN_FLIP, track.meter.id, start, start + DAY, size=24)

    plan.place(draw)


def _clock_shift(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if track.meter.quantity != "generator_output"]

    def draw() -> Fault | None:
        track = plan.some(*tracks)
        start, end = plan.days_from(7)
        if shape_strength(track, start, end) < CLEAR_SHAPE:
            return None
        start, end = start + track.meter.lag, end + track.meter.lag
        shift, kept = plan.chance.choice([-1, 1]), plan.chance.choice([BOTH_KEPT, OVERWRITTEN])
        return _of(FaultKind.CLOCK_SHIFT, track.meter.id, start, end, size=shift, detail=kept)

    plan.place(draw)


def _clock_without_dst(plan: Plan) -> None:
    """A source on winter time throughout the year; nothing else happens to its meter."""
    if not plan.clock_changes():
        return

    track = plan.some(*plan.amounts())
    start, end = int(track.at[0]), int(track.at[-1]) + 1
    plan.add(_of(FaultKind.CLOCK_WITHOUT_DST, track.meter.id, start, end, size=1))
    plan.close(track.meter.id)


def _double_hour_collapsed(plan: Plan) -> None:
    changes = plan.clock_changes()
    if not changes:
        return

    def draw() -> Fault:
        track, change = plan.some(*plan.tracks.values()), changes[-1]
        kept = SUMMED if track.meter.kind == "interval" else OVERWRITTEN
        start, end = change - HOUR, change + HOUR
        return _of(FaultKind.DOUBLE_HOUR_COLLAPSED, track.meter.id, start, end, size=1, detail=kept)

    plan.place(draw)


def _rollover(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if track.meter.modulus]

    def draw() -> Fault | None:
        if not tracks:
            return None
        track = plan.some(*tracks)
        at = plan.hour(1)
        stands, modulus = track.value_at(at), track.meter.modulus
        if stands is None or modulus is None:
            return None
        offset = (modulus - stands) / 1_000_000
        return _of(FaultKind.ROLLOVER, track.meter.id, at, int(track.at[-1]) + 1, size=offset)

    plan.place(draw)


def _exchange(plan: Plan) -> None:
    tracks = [track for track in plan.amounts() if track.meter.is_register]

    def draw() -> Fault | None:
        if not tracks:
            return None
        track, at = plan.some(*tracks), plan.hour(1)
        end = int(track.at[-1]) + 1
        serial = f"{track.meter.serial}-B"
        return _of(FaultKind.EXCHANGE, track.meter.id, at, end, size=_NEW_COUNT, detail=serial)

    plan.place(draw)


def _duplicate_rows(plan: Plan) -> None:
    start = plan.hour(5)
    plan.add(_of(FaultKind.DUPLICATE_ROWS, "", start, start + 5 * HOUR, size=5))


def _copied(kind: FaultKind, mark: str, most_days: int) -> Callable[[Plan], None]:
    """Rows of some days in a file of their own; values stay what they are, so nothing is in its
    way."""

    def recipe(plan: Plan) -> None:
        start, end = plan.days_from(plan.chance.randrange(1, most_days + 1))
        name = plan.file_name(start, mark)
        plan.add(_of(kind, "", start, end, size=(end - start) // HOUR, detail=name))

    return recipe


def _conflict(plan: Plan) -> None:
    def draw() -> Fault:
        track, hours = plan.some(*plan.amounts()), plan.chance.randrange(1, 7)
        start = plan.hour(hours) + track.meter.lag
        name = plan.file_name(start, "other")
        end = start + hours * HOUR
        return _of(FaultKind.CONFLICT, track.meter.id, start, end, size=1.05, detail=name)

    plan.place(draw)


def _of(
    kind: FaultKind, meter: str, start: int, end: int, *, size: float, detail: str = ""
) -> Fault:
    return Fault(kind=kind, meter=meter, start=start, end=end, size=size, detail=detail)


#: Those that need most room come first: the whole site, then a meter for the whole year.
RECIPES: tuple[tuple[Callable[[Plan], None], int], ...] = (
    (_site_outage, 1),
    (_clock_without_dst, 1),
    (_double_hour_collapsed, 1),
    (_rollover, 1),
    (_exchange, 1),
    (_clock_shift, 1),
    (_swapped, 1),
    (_stuck, 2),
    (_frozen, 2),
    (_scale(1000), 1),
    (_scale(0.001), 1),
    (_dead, 2),
    (_sign_flip, 1),
    (_outage, 1),
    (_spike, 3),
    (_conflict, 1),
    (_copied(FaultKind.LATE_FILE, "late", 5), 1),
    (_copied(FaultKind.DUPLICATE_FILE, "again", 20), 1),
    (_duplicate_rows, 1),
)
