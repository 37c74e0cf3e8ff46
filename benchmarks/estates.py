"""Simulated estates, made once and kept for the next time."""

import tempfile
from pathlib import Path

from sample_data.simulate import simulate

FOLDER = Path(tempfile.gettempdir()) / "wattledger-benchmark"


def simulated(name: str, *, facilities: int, years: int, interval: str) -> Path:
    """Years up to 2025 without faults; the folder appears whole or not at all."""
    folder = FOLDER / name
    if not folder.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as beside:
            simulate(
                Path(beside) / "estate",
                facilities=facilities,
                years=years,
                interval=interval,
                first_year=2025 - years + 1,
                seed=1,
                faults=False,
            )
            (Path(beside) / "estate").rename(folder)
    return folder


def hourly(facilities: int, years: int) -> Path:
    """Hourly meters."""
    name = f"{facilities}-facilities-{years}-years-1h"
    return simulated(name, facilities=facilities, years=years, interval="1h")
