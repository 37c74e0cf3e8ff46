"""``wattledger changes``: which figures moved, by how much, because of which file."""

import argparse
from collections.abc import Mapping
from typing import Any

from pipelines.cli.show import document, number, table
from pipelines.stages.workshop import remembered


def changes(options: argparse.Namespace) -> int:
    """What the last backfill that moved a figure moved."""
    from pipelines.stages.changes import latest

    report = latest(remembered(options.estate))
    if options.json:
        document(report or {"changes": [], "files": [], "others": []})
        return 0
    if report is None:
        print("no figure has moved since the first backfill")
        return 0
    table(
        ("facility", "figure", "period", "before", "after", "difference", "unit", "because of"),
        [
            (
                row["facility_id"],
                " ".join(part for part in (row["name"], row["category"]) if part),
                row["period"],
                _then(row["before"]),
                _then(row["after"]),
                row["difference"],
                row["unit"],
                "; ".join(row["causes"]),
            )
            for row in report["changes"]
        ],
    )
    return 0


def _then(figure: Mapping[str, Any]) -> str:
    value = figure["value"]
    low, high = number(figure["low"]), number(figure["high"])
    return figure["status"] if value is None else f"{number(value)} [{low} … {high}]"
