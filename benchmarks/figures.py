"""The figures that every contender prints, and whether they are the true ones."""

import csv
import json
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

TOLERANCE = 1e-9
#: Metrics and categories that every contender must give.
METRICS = (
    ("edc", ""),
    ("eit", "1"),
    ("pue", "1"),
    ("pue", "2"),
    ("pue", "3"),
    ("wue", "1"),
    ("wue", "2"),
    ("cer", ""),
)
_WATERS = ("potable_water", "surface_water", "ground_water", "rain_water", "reclaimed_water")


class Figure(NamedTuple):
    """One metric or total (``name`` is then the quantity) of one facility and year."""

    facility: str
    year: str
    name: str
    category: str
    value: float


def print_figures(figures: Iterable[Figure]) -> None:
    json.dump([list(figure) for figure in figures], sys.stdout)


def read_figures(text: str) -> list[Figure]:
    return [Figure(*entry) for entry in json.loads(text)]


def with_metrics(totals: Iterable[Figure]) -> list[Figure]:
    """Yearly totals, and the metrics that follow from them."""
    figures = list(totals)
    by_year: dict[tuple[str, str], dict[str, float]] = {}
    for total in figures:
        by_year.setdefault((total.facility, total.year), {})[total.name] = total.value
    for (facility, year), values in by_year.items():
        figures += [
            Figure(facility, year, name, category, value)
            for (name, category), value in zip(METRICS, _metrics(values), strict=True)
        ]
    return figures


def _metrics(total: Mapping[str, float]) -> tuple[float, ...]:
    energy = (
        total["grid_import"]
        - total.get("grid_export", 0.0)
        + total.get("onsite_renewable", 0.0)
        + total.get("generator_output", 0.0)
    )
    it = total["ups_output"]
    water = sum(total.get(name, 0.0) for name in _WATERS)
    return (
        energy,
        it,
        energy / it,
        energy / total["pdu_output"],
        energy / total["it_input"],
        total["potable_water"] / it * 1000,
        water / it * 1000,
        total["heat_removed"] / total["cooling_electricity"],
    )


def disagreements(contender: str, figures: Iterable[Figure], estate: Path) -> list[str]:
    """One line for each yearly total and metric that is absent or not the true one."""
    found = {tuple(figure[:4]): figure.value for figure in figures}
    problems = []
    for true in _true_figures(estate):
        value = found.get(tuple(true[:4]))
        if value is None or not math.isclose(value, true.value, rel_tol=TOLERANCE):
            name = " ".join(filter(None, true[:4]))
            problems.append(f"{contender}: {name} is {value}, true is {true.value}")
    return problems


def _true_figures(estate: Path) -> Iterable[Figure]:
    """What the simulator knows of whole years."""
    for row in _rows(estate / "truth" / "totals.csv"):
        yield Figure(row["facility_id"], row["period"], row["quantity"], "", float(row["value"]))
    for row in _rows(estate / "truth" / "metrics.csv"):
        name, category = row["metric"], "1" if row["metric"] == "eit" else row["category"]
        if (name, category) in METRICS:
            yield Figure(row["facility_id"], row["period"], name, category, float(row["value"]))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if len(row["period"]) == 4]
