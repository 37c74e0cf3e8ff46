"""Results of seeds, remembered line by line, so that a long run goes on where it was stopped."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from benchmarks.faults.measure import Measured, code, measure
from benchmarks.faults.scene import Mix, scene_of
from tests.prove.proof import FOLDER, remember, remembered

RESULTS = FOLDER / "vee.jsonl"


def measured(seeds: Iterable[int], mix: Mix | None = None) -> Iterator[Measured]:
    """The result of each seed, from ``RESULTS`` where this code has measured it before."""
    now = code()
    before = (Measured.from_document(document) for document in remembered(RESULTS))
    known = {(one.seed, one.mix): one for one in before if one.code == now}
    for seed in seeds:
        found = known.get((seed, scene_of(seed, mix).mix.value))
        if found is None:
            found = measure(seed, mix)
            remember(RESULTS, asdict(found))
        yield found
