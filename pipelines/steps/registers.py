"""What a cumulative register's readings say of each other: good, contradicted, rolled over, reset.

A reading is never judged by the one before it alone: what comes later decides whether a fall was
a bad reading or a lower level that stays.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from pipelines.steps.trail import Chain, Trail
from schemas.rules import RULES, RuleId

_FROZEN = RULES[RuleId.FROZEN].parameters
#: Fewer rises do not tell how fast a register can be.
DOZEN = int(_FROZEN["rises before at least"])
#: A rise so many times as fast as the fastest of the others is none of the register's own.
SUDDEN = Fraction(_FROZEN["the leap that ends it, × the fastest rise"])


#: A reading this many steps after the one before it comes after a gap.
_LATE = 1.5


class Event(StrEnum):
    """What happened to the register at a good reading."""

    ROLLOVER = "rollover"  # the modulus is added
    RESET = "reset"  # a lower level that stays: nothing is known of the time before it
    JUMP = "jump"  # a higher level that stays: likewise


@dataclass(frozen=True)
class Verdict:
    """For each reading: the rule that refuses it, or the event that happened at it, or neither."""

    refused: list[RuleId | None] = field(default_factory=list)
    events: list[Event | None] = field(default_factory=list)


def judge(trail: Trail) -> Verdict:
    """Walks a register's readings and decides each by its neighbours on both sides.

    - Readings that the next ones contradict while they go on from the last good one are
      ``contradicted``: a glitch down or up, of one reading or of many. The register bridges it
      exactly.
    - Readings that repeat a count while the register went on are ``frozen``: the leap that ends
      them tells. The register bridges them exactly.
    - A fall that stays is a reset, a leap that stays a jump: the chain breaks there, and nothing
      is claimed of the time between.
    - A fall or leap with nothing after it is ``unconfirmed``.
    - A fall that fits the modulus is a rollover.
    """
    size = len(trail.times)
    verdict = Verdict([None] * size, [None] * size)
    chain, place = Chain(trail, 0), 1
    while place < size:
        good = chain.places[-1]
        fell = trail.values[place] < trail.values[good]
        if repeats := _frozen(trail, chain, place):
            _refuse_last(verdict, chain, repeats, RuleId.FROZEN)
            continue
        if trail.follows(good, place):
            back = _leap_back(trail, chain, place) if fell else None
            if back is not None:
                verdict.refused[place:back] = [RuleId.CONTRADICTED] * (back - place)
                place = back
                continue
            if _is_spike(trail, good, place) and not _would_freeze(trail, chain, place):
                verdict.refused[place] = RuleId.CONTRADICTED
            elif fell:
                verdict.events[place] = Event.ROLLOVER
                chain = Chain(trail, place)
            else:
                chain.places.append(place)
            place += 1
            continue
        back = _return_to_level(trail, good, place)
        if back is not None:
            verdict.refused[place:back] = [RuleId.CONTRADICTED] * (back - place)
            place = back
        elif fell and (taken := _ended_glitch(trail, chain, place)):
            _refuse_last(verdict, chain, taken, RuleId.CONTRADICTED)
        elif place + 1 == size:
            verdict.refused[place] = RuleId.UNCONFIRMED
            place += 1
        elif trail.follows(place, place + 1):
            verdict.events[place] = Event.RESET if fell else Event.JUMP
            chain = Chain(trail, place)
            place += 1
        else:
            verdict.refused[place] = RuleId.CONTRADICTED
            place += 1
    return verdict


def _refuse_last(verdict: Verdict, chain: Chain, count: int, rule: RuleId) -> None:
    """Takes back that the last so many readings were good."""
    for one in chain.take_back(count):
        verdict.refused[one] = rule


def _would_freeze(trail: Trail, chain: Chain, place: int) -> int:
    """What the reading after ``place`` would say were it frozen, if ``place`` were good."""
    chain.places.append(place)
    repeats = _frozen(trail, chain, place + 1)
    chain.take_back(1)
    return repeats


def _frozen(trail: Trail, chain: Chain, place: int) -> int:
    """How many of the last accepted readings only repeat the one before them.

    A register that rose with every reading stands still, and then makes up for it in one leap.
    Where it often stands still, or goes on as it was before, it did stand still. What comes after
    the leap must go on from there.
    """
    places, values = chain.places, trail.values
    count = values[places[-1]]
    if values[place] <= count or len(places) < 2 or values[places[-2]] != count:
        return 0
    run = 2
    while run < len(places) and values[places[-run - 1]] == count:
        run += 1
    first, size = places[-run], len(places) - run + 1
    lively = places[max(0, size - DOZEN - 1) : size]
    if len(lively) <= DOZEN:
        return 0
    if any(values[one] == values[other] for one, other in pairwise(lively)):
        return 0
    stays = place + 1 < len(trail.times) and trail.follows(place, place + 1)
    made_up = trail.rises(first, place) and not _is_sudden(chain, size, first, place)
    leaps = not trail.rises(places[-1], place) or _is_sudden(chain, size, places[-1], place)
    if not (stays and made_up and leaps):
        return 0
    # After a gap the first of them may be a repetition too, of a reading that is lost.
    steps = [trail.times[other] - trail.times[one] for one, other in pairwise(lively)]
    return run if steps[-1] > _LATE * min(steps) else run - 1


def _ended_glitch(trail: Trail, chain: Chain, place: int) -> int:
    """How many of the last accepted readings were a higher level that has just ended.

    Where ``max_rate`` is no limit worth the name, a day in another scale follows what was before
    it. What ends it goes on from there: the leap up was at least half as large as the fall, and
    faster than anything the register did before. One that was set back to what it once showed
    never leapt.
    """
    places = chain.places
    fall = trail.values[places[-1]] - trail.values[place]
    for taken in range(1, len(places)):
        before, first = places[-taken - 1], places[-taken]
        if trail.values[before] <= trail.values[place]:
            leap = trail.values[first] - trail.values[before]
            sudden = _is_sudden(chain, len(places) - taken, before, first)
            return taken if 2 * leap >= fall and sudden and trail.rises(before, place) else 0
    return 0


def _leap_back(trail: Trail, chain: Chain, place: int) -> int | None:
    """The later reading that goes on from the last good one with a leap, though ``place`` could
    have rolled over: a register that did so climbs back to its old level as it always climbs."""
    good = chain.places[-1]
    fall = trail.values[good] - trail.values[place]
    for back in range(place + 1, len(trail.times)):
        if trail.rises(good, back):
            step = trail.values[back] - trail.values[back - 1]
            stays = back + 1 == len(trail.times) or trail.rises(back, back + 1)
            sudden = _is_sudden(chain, len(chain), back - 1, back)
            return back if 2 * step >= fall and stays and sudden else None
    return None


def _is_sudden(chain: Chain, size: int, before: int, after: int) -> bool:
    """Whether a rise is more than twice as fast as the fastest of a good dozen others: of the
    chain's first ``size`` readings."""
    return size > DOZEN and chain.trail.rate(before, after) > SUDDEN * chain.fastest(size)


def _is_spike(trail: Trail, good: int, place: int) -> bool:
    """Whether the reading at ``place`` follows, but what comes after goes on from ``good``.

    Where the one after could as well be a dip, the steadier course decides; where both are equally
    steady, the earlier reading is refused.
    """
    after = place + 1
    if after >= len(trail.times) or trail.follows(place, after):
        return False
    if not trail.follows(good, after):
        return False
    later = after + 1
    if later >= len(trail.times) or not trail.follows(place, later):
        return True
    if not trail.follows(after, later):
        return False
    over, through = (max(trail.rate(good, one), trail.rate(one, later)) for one in (after, place))
    return over <= through


def _return_to_level(trail: Trail, good: int, place: int) -> int | None:
    """The later reading that goes on from ``good``, if those between are the bad ones.

    Readings of a lower level that climb back gradually are a reset, not a glitch: then the step
    up to the level of ``good`` is small beside the fall. One that could only have rolled over goes
    on from ``good`` where none has risen from it.
    """
    later = range(place + 1, len(trail.times))
    back = next((one for one in later if trail.rises(good, one)), None)
    if back is None:
        back = next((one for one in later if trail.rolls(good, one)), None)
    if back is None:
        return None
    fall = abs(trail.values[good] - trail.values[place])
    step = abs(trail.values[back] - trail.values[back - 1])
    if back == place + 1 or 2 * step >= fall or not trail.chained(place, back):
        return back
    return None
