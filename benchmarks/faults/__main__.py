"""Simulated years spoiled by known faults: other tools' policies and ours beside the truth.

    python -m benchmarks.faults [--seeds N] [--write]

Results are remembered in ``.prove/vee.jsonl``, shared with ``python -m tests.prove --only vee``: a
seed that is done for this code is not measured again.
"""

import argparse
import sys
from collections.abc import Iterable
from statistics import median

from benchmarks.faults.measure import Measured
from benchmarks.faults.results import measured
from benchmarks.faults.scene import Mix
from benchmarks.faults.told.page import told_below, write_page
from benchmarks.faults.told.tables import by_meters, costs, together, widths

#: One seed in so many is measured with faults below the limits too.
_BELOW_EVERY = 40


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--seeds", type=int, default=16, help="how many (default: 16)")
    parser.add_argument("--write", action="store_true", help="write benchmarks/FAULTS.md")
    args = parser.parse_args()
    seeds = range(1, args.seeds + 1)
    found = list(_shown(measured(seeds)))
    small = list(_shown(measured(seeds[::_BELOW_EVERY], Mix.BELOW)))
    print(together(found), by_meters(found), widths(found), costs(small), sep="\n\n", end="\n\n")
    print(told_below(small))
    if args.write:
        write_page(found, small, median(one.seconds for one in found))


def _shown(results: Iterable[Measured]) -> Iterable[Measured]:
    for one in results:
        print(
            f"seed {one.seed:>3} {one.scene}: {len(one.outside)} of {one.figures} outside, "
            f"{one.seconds:.0f} s",
            file=sys.stderr,
        )
        yield one


if __name__ == "__main__":
    main()
