"""3,650 facility-days built twice, with readers that never pause.

Ten sites and a year are backfilled, every meter's accuracy is changed, and all is built again while
readers open the warehouse, its views over the lake, and the viewer's publication as fast as they
can. Nothing they ask may fail or wait, each answer must be of one publication, and at the end the
bytes are those of an estate that was built once.
"""

import csv
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from pipelines.stages.workshop import code_hash
from pipelines.storage.files import read_json
from sample_data.clock import HOUR
from sample_data.meters import Paces
from sample_data.simulate import Wish, write_estate
from tests.flow.small_estate import alone, hashes
from tests.prove.proof import FOLDER, Goal, remember, remembered

RESULTS = FOLDER / "readers.jsonl"
NOW = ("--now", "2026-02-01T00:00Z")


@dataclass(frozen=True, kw_only=True)
class Result:
    """How many facility-days were built twice, what readers asked, and what went wrong."""

    code: str
    days: int
    reads: dict[str, int]
    errors: list[str]
    left: list[str]
    seconds: float


@dataclass
class Readers:
    """What several readers have seen so far."""

    reads: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def keep_on(self, name: str, read: Callable[[], None]) -> None:
        """Reads until all is done."""
        self.reads[name] = 0
        while not self.stop.is_set():
            try:
                read()
            # Whatever comes up is what this looks for.
            except Exception as error:  # noqa: BLE001
                self.errors.append(f"{name}: {type(error).__name__}: {error}")
            self.reads[name] += 1


def prove(sample: int | None) -> list[Goal]:
    """``sample`` is two sites and a quarter of a year."""
    facilities, months = (2, 3) if sample is not None else (10, 12)
    code = f"{code_hash()[:12]}-{facilities}"
    known = [Result(**one) for one in remembered(RESULTS) if one["code"] == code]
    found = known[-1] if known else _prove(facilities, months, code)
    if not known:
        remember(RESULTS, asdict(found))
    for line in (*found.errors[:20], *found.left[:20]):
        print(line, flush=True)
    reads = ", ".join(f"{count} {name}" for name, count in found.reads.items())
    return [
        Goal(
            f"{found.days} facility-days are built again beside readers without a lock error",
            f"{len(found.errors)} errors in {reads}, {found.seconds:.0f} s",
            not found.errors and all(found.reads.values()),
        ),
        Goal("built twice is built once", f"{len(found.left)} files differ", not found.left),
    ]


def _prove(facilities: int, months: int, code: str) -> Result:
    with tempfile.TemporaryDirectory(prefix="readers-") as folder:
        twice, once = Path(folder) / "twice", Path(folder) / "once"
        paces = Paces(main=HOUR, slow=HOUR)
        wish = Wish(
            facilities=facilities,
            months=months,
            paces=paces,
            first_year=2025,
            seed=1,
            faults=True,
            shape="plain",
        )
        write_estate(twice, wish)
        _backfill(twice)
        _other_accuracy(twice / "meters.csv")
        shutil.copytree(twice, once, ignore=shutil.ignore_patterns("var"))
        begun = time.monotonic()
        with _reading(twice / "var") as readers:
            _backfill(twice)
        seconds = time.monotonic() - begun
        _backfill(once)
        mine, theirs = (hashes(one / "var" / "lake", ".parquet") for one in (twice, once))
        left = {name for name in mine | theirs if mine.get(name) != theirs.get(name)}
    return Result(
        code=code,
        days=facilities * round(months * 365 / 12),
        reads=readers.reads,
        errors=readers.errors,
        left=sorted(left),
        seconds=round(seconds, 1),
    )


def _backfill(estate: Path) -> None:
    answer = alone("backfill", estate, *NOW)
    if answer.code:
        raise RuntimeError(answer.err)


def _other_accuracy(meters: Path) -> None:
    """Every partition rests on the meter table."""
    with meters.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with meters.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows({**row, "accuracy_percent": "1.5"} for row in rows)


@contextmanager
def _reading(var: Path) -> Iterator[Readers]:
    """Readers at work, each in a thread of its own."""
    readers = Readers()
    figures = "SELECT count(*), count(DISTINCT facility_id) FROM metrics"
    hours = (
        "SELECT facility_id, sum(value) FROM intervals GROUP BY facility_id ORDER BY facility_id"
    )
    threads = [
        threading.Thread(target=readers.keep_on, args=(name, read))
        for name, read in {
            "of the warehouse": lambda: _asked(var, figures),
            "of the lake's views": lambda: _asked(var, hours),
            "of the viewer's publication": lambda: _published(var / "viewer"),
        }.items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield readers
    finally:
        readers.stop.set()
        for thread in threads:
            thread.join()


def _asked(var: Path, query: str) -> None:
    """A client of its own, as anybody may have one."""
    with duckdb.connect(str(var / "warehouse.duckdb"), read_only=True) as warehouse:
        rows = warehouse.execute(query).fetchall()
    if not rows or None in rows[0]:
        raise ValueError(f"an answer without figures: {rows[:1]}")


def _published(folder: Path) -> None:
    """Every file that a publication names is there."""
    current = read_json(folder / "current.json") or {}
    for file in current["views"].values():
        (folder / file).stat()
    if pl.read_parquet(folder / current["tables"]["metrics"]).is_empty():
        raise ValueError("a publication without figures")
