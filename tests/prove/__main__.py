"""The long proofs, one after the other, each going on where it was stopped.

    python -m tests.prove [--sample SEED] [--only NAME]

``simulator``: twenty simulated years of three sites, and backfills killed midway.
``readers``: ten sites and a year built twice, with readers that never pause.
``vee``: two hundred years of one site with every fault above the limits of the rules.
``mutants``: every rule switched off, which a test must notice.
Results are lines of ``.prove/<name>.jsonl``: what is done for this code is skipped.
"""

import argparse
import sys

from tests.prove import mutants, readers, simulator, vee
from tests.prove.proof import Goal

PROOFS = {
    "simulator": simulator.prove,
    "readers": readers.prove,
    "vee": vee.prove,
    "mutants": mutants.prove,
}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.prove",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sample", type=int, metavar="SEED", help="few seeds, from this one on")
    parser.add_argument("--only", choices=PROOFS, help="one proof")
    options = parser.parse_args()
    goals: list[Goal] = []
    for name, prove in PROOFS.items():
        if options.only in (None, name):
            print(f"\n{name}", flush=True)
            found = prove(options.sample)
            print("\n".join(map(str, found)), flush=True)
            goals += found
    return 0 if all(goal.met for goal in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
