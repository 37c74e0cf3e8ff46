"""``wattledger edits``: every edit, whether it counts, what it touches and what it moves."""

import argparse
from typing import Any

from pipelines.cli import asked
from pipelines.cli.show import document, number, table
from pipelines.stages.workshop import remembered


def edits(options: argparse.Namespace) -> int:
    """The register of edits, as the figures of the last backfill hold it."""
    from pipelines.stages.edits_told import edits_told

    shop = remembered(options.estate)
    rows = edits_told(shop, asked.now(options.now).date())
    if options.json:
        day = shop.day.isoformat() if shop.day else None
        document({"operator": shop.estate.operator.name, "day": day, "edits": rows})
        return 0
    if not rows:
        print(f"{options.estate}: no edit is signed.\n  They stand in registers/edits.csv.")
        return 0
    titles = ("edit_id", "state", "meter_id", "start", "end", "does", "author", "reviewed_by")
    table(titles, [tuple(row[title] or "—" for title in titles) for row in rows])
    for row in rows:
        print(f"\n{row['edit_id']} (line {row['line']}): {row['reason']}")
        for line in _told(row):
            print(f"  {line}")
    return 0


def _told(row: dict[str, Any]) -> list[str]:
    found = [row["remark"]] if row["remark"] else []
    if row["evidence"]:
        found.append(f"evidence: {row['evidence']}")
    if row["findings"]:
        found.append(f"rules found here: {', '.join(row['findings'])}")
    found += [
        f"{one['hours']} hours of {one['meter_id']}: {number(one['value'])} {one['unit']}, "
        f"without edits {number(one['without'])}"
        for one in row["hours"]
    ]
    found += [
        f"{one['year']} {one['quantity']}: {number(one['value'])} {one['unit']}, "
        f"without edits {number(one['without'])}"
        for one in row["totals"]
    ]
    return found
