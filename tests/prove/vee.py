"""Two hundred years of one site with known faults: bounds, likely bands, and other policies.

Every fault is above the limits of the rules, so that none may deceive us: the truth lies within the
hard bounds of every total and metric. The likely band is held to its name, and the year's PUE must
be nearer to the truth than every other policy's.
"""

import sys
from collections.abc import Sequence
from statistics import median

from benchmarks.faults.measure import OURS, Measured
from benchmarks.faults.results import measured
from benchmarks.faults.scene import Mix
from benchmarks.faults.told.tables import NAMES, percent, pue_errors
from tests.prove.proof import Goal

SEEDS = range(1, 201)
#: Seeds apart in a sample: another plant, other meters, another pace.
_STRIDE, _SAMPLED = 4, 3
#: Policies that are named after what other tools do; a register's last less its first is exact
#: where it has no fault at all, so it is shown beside them and not held against us.
_BEATEN = ("zero", "hold", "bridge", "sigma")
_LIKELY = (0.85, 0.99)


def prove(sample: int | None) -> list[Goal]:
    """Prints a row for each seed. A few seeds prove only that no bound is false: medians, worst
    seeds and shares are those of all."""
    seeds = SEEDS
    if sample is not None:
        seeds = range(sample, sample + _STRIDE * _SAMPLED, _STRIDE)
    print(_HEADER, flush=True)
    found = []
    for one in measured(seeds):
        print(_row(one), flush=True)
        for line in one.outside:
            print(f"seed {one.seed}: {line}", file=sys.stderr)
        found.append(one)
    outside, figures = sum(len(one.outside) for one in found), sum(one.figures for one in found)
    goals = [
        Goal("no false certainty", f"{outside} of {figures} figures outside", outside == 0),
        Goal("a year's PUE is given", *_given(found)),
    ]
    return (
        goals if sample is not None else [*goals, _likely(found), *_nearer(found), *_narrow(found)]
    )


def _given(found: Sequence[Measured]) -> tuple[str, bool]:
    withheld = [one.seed for one in found if one.pue[OURS] is None]
    return (f"withheld for seeds {withheld}", False) if withheld else ("for every seed", True)


def _likely(found: Sequence[Measured]) -> Goal:
    estimated, likely = sum(one.estimated for one in found), sum(one.likely for one in found)
    share = likely / estimated
    low, high = _LIKELY
    return Goal(
        f"the likely band holds the truth in {low:.0%} to {high:.0%} of estimated figures",
        f"{share:.1%} of {estimated}",
        low <= share <= high,
    )


def _nearer(found: Sequence[Measured]) -> list[Goal]:
    """Our error of the year's PUE below every other policy's: on the median, and at the worst."""
    ours = pue_errors(found, OURS)
    goals = []
    for policy in _BEATEN:
        theirs = pue_errors(found, policy)
        goals.append(
            Goal(
                f"PUE nearer to the truth than '{NAMES[policy]}', median and worst",
                f"{percent(median(ours))} and {percent(max(ours))} against "
                f"{percent(median(theirs))} and {percent(max(theirs))}",
                median(ours) < median(theirs) and max(ours) < max(theirs),
            )
        )
    return goals


def _narrow(found: Sequence[Measured]) -> list[Goal]:
    """Bounds that are of use: with registers, and with gaps in meters that keep none."""
    known = [one for one in found if not one.generous]
    registers = [
        one.pue_width for one in known if one.mix == Mix.STANDARD and one.kinds != "amounts"
    ]
    gaps = [one for one in known if one.mix == Mix.GAPS]
    return [
        _below("PUE bounds with registers", registers, 0.005),
        _below("PUE bounds without registers, 1 % of gaps", [g.pue_width for g in gaps], 0.04),
        _below("PUE likely band, the same", [g.pue_likely for g in gaps], 0.01),
    ]


def _below(text: str, widths: Sequence[float | None], limit: float) -> Goal:
    """An unknown bound is as wide as can be."""
    middle = median(float("inf") if width is None else width for width in widths)
    return Goal(f"{text}: median width below {limit:.1%}", f"{middle:.3%}", middle < limit)


_HEADER = (
    f"{'seed':>4}  {'scene':<40}{'figures':>7}  outside  likely  "
    f"{'PUE error':>10}  {'bounds':>8}  {'band':>8}     s"
)


def _row(one: Measured) -> str:
    likely = one.likely / one.estimated if one.estimated else 1.0
    error, hard, band = (
        "-" if share is None else f"{share:.4%}"
        for share in (one.pue[OURS], one.pue_width, one.pue_likely)
    )
    return (
        f"{one.seed:>4}  {one.scene:<40}{one.figures:>7}  {len(one.outside):>7}  {likely:>6.1%}  "
        f"{error:>10}  {hard:>8}  {band:>8}  {one.seconds:>4.0f}"
    )
