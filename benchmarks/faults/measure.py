"""One seed from its scene to what each policy made of it, beside the truth."""

import csv
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from benchmarks.faults.costs import Cost, costs_of
from benchmarks.faults.inject import LATER, spoiled_estate
from benchmarks.faults.ours import backfill
from benchmarks.faults.peers import pue_of, read_rows, year_energies
from benchmarks.faults.scene import YEAR, Mix, scene_of
from pipelines.stages.workshop import code_hash
from tests.prove.truth import Compared, compared

OURS = "ours"
_TELLING = ("__main__.py", "results.py")
_PUE = ("pue", "1", str(YEAR))


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What came of one seed.

    Args:
        seed, scene, kinds, mix, generous: what it was about.
        code: hash of everything that the result rests on.
        pue: relative error of the year's PUE of category 1, by policy; None where withheld.
        energies: relative error of the year's energies, by policy and quantity.
        figures: true totals and metrics that were published.
        outside: those of them whose truth lies outside the hard bounds, in words.
        estimated: figures whose bounds leave room; ``likely`` of them lie in the likely band.
        pue_width: width of the hard bounds of that PUE, as a share of the truth; ``pue_likely``
            likewise of the likely band. None where a bound is not known.
        flagged: share of our meter hours that are told not to be measured.
        costs: what each fault below the limits would do to its total if nobody found it.
        seconds: from simulation to comparison.
    """

    seed: int
    scene: str
    kinds: str
    mix: str
    generous: bool
    code: str
    pue: dict[str, float | None]
    energies: dict[str, dict[str, float | None]]
    figures: int
    outside: list[str]
    estimated: int
    likely: int
    pue_width: float | None
    pue_likely: float | None
    flagged: float
    costs: list[Cost]
    seconds: float

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The result that ``asdict`` made the document of."""
        costs = [Cost(**cost) for cost in document["costs"]]
        return cls(**{**document, "costs": costs})


def measure(seed: int, mix: Mix | None = None) -> Measured:
    """Simulates, spoils, backfills and compares one seed in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        return measure_in(Path(folder) / "estate", seed, mix)


def measure_in(estate: Path, seed: int, mix: Mix | None = None) -> Measured:
    """The same in a folder that stays, to look at."""
    begun = time.monotonic()
    scene = scene_of(seed, mix)
    spoiled = spoiled_estate(estate, scene)
    rows = read_rows([estate / "inbox", estate / LATER], spoiled.zone)
    peers = year_energies(rows, spoiled.meters, spoiled.zone, YEAR)
    flagged = backfill(estate)
    figures = compared(estate)
    truth = _true_energies(estate / "truth" / "totals.csv")
    mine = {one.key[1]: one.value for one in figures if one.key[3] == str(YEAR)}
    pue = next(one for one in figures if one.key[1:] == _PUE)
    estimated = [one for one in figures if one.is_estimated]
    return Measured(
        seed=seed,
        scene=scene.name,
        kinds=scene.kinds,
        mix=scene.mix.value,
        generous=scene.generous,
        code=code(),
        pue={OURS: _error(pue.value, pue.truth)}
        | {policy: _error(pue_of(found), pue_of(truth)) for policy, found in peers.items()},
        energies={OURS: _errors(mine, truth)}
        | {policy: _errors(found, truth) for policy, found in peers.items()},
        figures=len(figures),
        outside=[str(one) for one in figures if not one.contained],
        estimated=len(estimated),
        likely=sum(one.likely for one in estimated),
        pue_width=_width(pue, pue.low, pue.high),
        pue_likely=_width(pue, pue.likely_low, pue.likely_high),
        flagged=flagged.flagged / flagged.hours,
        costs=list(costs_of(spoiled)) if scene.mix is Mix.BELOW else [],
        seconds=round(time.monotonic() - begun, 1),
    )


def _true_energies(path: Path) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["quantity"]: float(row["value"])
            for row in csv.DictReader(file)
            if row["period"] == str(YEAR) and row["unit"] == "kWh" and float(row["value"])
        }


def _errors(
    found: Mapping[str, float | None], truth: Mapping[str, float]
) -> dict[str, float | None]:
    return {name: _error(found.get(name), true) for name, true in truth.items()}


def _error(found: float | None, true: float) -> float | None:
    return None if found is None else abs(found - true) / true


def _width(figure: Compared, low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / figure.truth


def code() -> str:
    """The hash of what results rest on: our pipelines, the simulator, and the faults.

    What only tells of results does not count, so that a word in it costs no new run.
    """
    here = Path(__file__).parent
    digest = sha256(code_hash().encode())
    for folder in (here, here.parents[1] / "sample_data"):
        for source in sorted(folder.glob("*.py")):
            if source.name not in _TELLING:
                digest.update(source.read_bytes())
    return digest.hexdigest()[:12]
