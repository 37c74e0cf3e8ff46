"""``wattledger status``: how the estate stands, section by section."""

import argparse
from collections.abc import Sequence
from typing import Any

from pipelines.cli import asked
from pipelines.cli.show import document, number, percent, table
from pipelines.stages.workshop import remembered

Row = dict[str, Any]

_FILE = ("path", "state", "landed", "kept", "quarantined", "duplicate", "pending")
_RULE = ("rule", "severity", "action", "found", "meters", "hours")


def status(options: argparse.Namespace) -> int:
    """Files, quarantine, open figures, rules, what to fix first, edits, deadlines."""
    from pipelines.stages.standing import standing

    today = asked.now(options.now).date()
    found = standing(remembered(options.estate), today)
    if options.json:
        document(found.document())
        return 0
    as_of = f" as of {found.as_of}" if found.as_of else ""
    print(f"{found.operator}{as_of}")
    print("\nFiles: landed = kept + quarantined + duplicate (+ pending: months not backfilled)")
    table(_FILE, [tuple(row[name] for name in _FILE) for row in found.files])
    print("\nQuarantine, by reason")
    if found.quarantine:
        table(("reason", "rows", "first at"), [tuple(row.values()) for row in found.quarantine])
    else:
        print("  empty")
    _section("Years", [_year(row) for row in found.years])
    print("\nRules that found something")
    if found.rules:
        table(_RULE, [tuple(row[name] for name in _RULE) for row in found.rules])
    else:
        print("  none")
    first = "Fix first: what widens the bounds of the year's PUE most"
    _section(first, [_fix(row) for row in found.fixes], "nothing")
    _section("Edits", [_edit(row) for row in found.edits], "none")
    deadlines = [f"{_deadline(row)} ({row['days']} days from {today})" for row in found.deadlines]
    _section("Deadlines", deadlines, "none known")
    return 0


def _section(title: str, lines: Sequence[str], otherwise: str = "") -> None:
    print(f"\n{title}")
    for line in lines or ([otherwise] if otherwise else []):
        print(f"  {line}")


def _year(row: Row) -> str:
    return (
        f"{row['facility']} {row['year']}: lowest coverage {percent(row['coverage'])}"
        f" ({row['quantity']}); {row['withheld']} of {row['metrics']} metrics withheld"
    )


def _fix(row: Row) -> str:
    effect = row["effect"]
    wide = "no upper bound" if effect is None else f"{number(effect)} of PUE"
    return (
        f"{row['facility']} {row['year']}: {row['meter_id']}, {row['cause']}, "
        f"{row['hours']} hours from {row['first']} to {row['last']}: {wide}\n"
        f"    {row['remedy']}"
    )


def _edit(row: Row) -> str:
    told = f": {row['remark']}" if row["remark"] else ""
    return (
        f"{row['edit_id']} {row['state']}: {row['meter_id']} {row['start']} to {row['end']}, "
        f"{row['does']}{told}"
    )


def _deadline(row: Row) -> str:
    return f"{row['due']}: {row['regime']} of {row['facility']} for {row['year']}: {row['state']}"
