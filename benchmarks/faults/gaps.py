"""Many short gaps: the commonest fault of all, in every meter."""

from benchmarks.faults.fault import Fault, FaultKind
from benchmarks.faults.meters import Track
from benchmarks.faults.plan import Plan
from sample_data.clock import HOUR

SHARE = 0.01
LONGEST = 2 * HOUR
#: From any other fault of the meter, whose length and size they would change.
_APART = 3 * HOUR


def add_gaps(plan: Plan, *, share: float = SHARE, longest: int = LONGEST) -> None:
    """Gaps of at most ``longest`` seconds in every meter until ``share`` of its rows is gone.

    They keep off other faults, and off the changes of the clocks, where a lone local stamp could
    be taken for the other pass.
    """
    changes = [(change, change) for change in plan.clock_changes()]
    for track in plan.tracks.values():
        _thin_out(
            plan, track, [*changes, *plan.rooms(track.meter.id)], share=share, longest=longest
        )


def _thin_out(
    plan: Plan, track: Track, spared: list[tuple[int, int]], *, share: float, longest: int
) -> None:
    cadence, name = track.meter.cadence, track.meter.id
    wanted = int(share * track.at.shape[0])
    most = longest // cadence
    taken: set[int] = set()
    while wanted > 0:
        rows = min(wanted, plan.chance.randrange(1, most + 1))
        place = plan.chance.randrange(1, track.at.shape[0] - rows - 1)
        start = int(track.at[place])
        end = start + rows * cadence
        near = range(place - 1, place + rows + 1)
        if taken.intersection(near) or any(
            end + _APART > begun and start - _APART < ended for begun, ended in spared
        ):
            continue
        taken.update(near[1:-1])
        wanted -= rows
        hours = rows * cadence / HOUR
        plan.add(Fault(kind=FaultKind.GAP, meter=name, start=start, end=end, size=hours))
