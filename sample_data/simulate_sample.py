"""Write the small estate that is kept with the code: `python -m sample_data.simulate_sample`."""

import shutil
import sys
from pathlib import Path

from sample_data.clock import HOUR
from sample_data.meters import Paces
from sample_data.simulate import Wish, write_estate

ESTATE = Path(__file__).parent / "estate"

_SAMPLE = Wish(
    facilities=3,
    months=1,
    paces=Paces(main=HOUR, slow=HOUR),
    first_year=2025,
    seed=1,
    faults=True,
    shape="site",
)


def sample_estate(target: Path) -> None:
    """Write three facilities and January 2025, hourly, untidy and with faults.

    Raises:
        SimulationError: the target is not empty.
    """
    write_estate(target, _SAMPLE)


def main() -> None:
    """Write the sample anew in its place, or where the first argument says."""
    if len(sys.argv) > 1:
        sample_estate(Path(sys.argv[1]))
        return
    if ESTATE.exists():
        shutil.rmtree(ESTATE)
    sample_estate(ESTATE)


if __name__ == "__main__":
    main()
