"""How an estate stands: status, and what the last backfill moved."""

import argparse
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.cli import asked
from pipelines.cli.show import document, number, percent, say, table
from pipelines.stages.workshop import remembered
from pipelines.storage.files import write_bytes


def status(options: argparse.Namespace) -> int:
    """How the estate stands: files, quarantine, open figures, deadlines."""
    from pipelines.stages.standing import standing

    today = asked.now(options.now).date()
    found = standing(remembered(options.estate), today)
    if options.json:
        document(found.document())
        return 0
    as_of = f" as of {found.as_of}" if found.as_of else ""
    print(f"{found.operator}{as_of}")
    print("\nFiles: landed = kept + quarantined + duplicate (+ pending: months not backfilled)")
    table(
        ("path", "state", "landed", "kept", "quarantined", "duplicate", "pending"),
        [
            tuple(
                row[name]
                for name in (
                    "path",
                    "state",
                    "landed",
                    "kept",
                    "quarantined",
                    "duplicate",
                    "pending",
                )
            )
            for row in found.files
        ],
    )
    print("\nQuarantine, by reason")
    if found.quarantine:
        table(("reason", "rows", "first at"), [tuple(row.values()) for row in found.quarantine])
    else:
        print("  empty")
    print("\nYears")
    for row in found.years:
        print(
            f"  {row['facility']} {row['year']}: lowest coverage {percent(row['coverage'])}"
            f" ({row['quantity']}); {row['withheld']} of {row['metrics']} metrics withheld"
        )
    print("\nRules that found something")
    if found.rules:
        titles = ("rule", "severity", "action", "found", "meters", "hours")
        table(titles, [tuple(row[name] for name in titles) for row in found.rules])
    else:
        print("  none")
    print("\nFix first: what widens the bounds of the year's PUE most")
    for row in found.fixes:
        effect = row["effect"]
        wide = "no upper bound" if effect is None else f"{number(effect)} of PUE"
        print(
            f"  {row['facility']} {row['year']}: {row['meter_id']}, {row['cause']}, "
            f"{row['hours']} hours from {row['first']} to {row['last']}: {wide}\n"
            f"    {row['remedy']}"
        )
    if not found.fixes:
        print("  nothing")
    print("\nEdits")
    for row in found.edits:
        told = f": {row['remark']}" if row["remark"] else ""
        print(
            f"  {row['edit_id']} {row['state']}: {row['meter_id']} {row['start']} to "
            f"{row['end']}, {row['does']}{told}"
        )
    if not found.edits:
        print("  none")
    print("\nDeadlines")
    for line in _deadlines(found.deadlines, today):
        print(f"  {line}")
    return 0


def readiness(options: argparse.Namespace) -> int:
    """What must be filed, by when, and what is still to mend. Exit code 0 whatever it says."""
    from pipelines.stages.readiness import readiness_of
    from reports.readiness import calendar
    from reports.readiness_page import readiness_page

    now = asked.now(options.now)
    shop = remembered(options.estate)
    if options.facility:
        asked.facility(shop.estate, options.facility)
    rows = [row for row in readiness_of(shop, now.date()) if options.facility in ("", row.facility)]
    if options.ics:
        write_bytes(options.ics, calendar(rows, now=now))
        say(f"written: {options.ics}")
        return 0
    if options.html:
        page = readiness_page(shop.estate.operator.name, rows, now.date())
        write_bytes(options.html, page.encode())
        say(f"written: {options.html}")
        return 0
    if options.json:
        document(
            {
                "as_of": now.date().isoformat(),
                "forms": [
                    {
                        **{name: value for name, value in vars(row).items() if name != "holes"},
                        "ready": row.ready,
                        "holes": [{"code": code, "reason": why} for code, why in row.holes],
                    }
                    for row in rows
                ],
            }
        )
        return 0
    table(
        ("due", "days", "regime", "facility", "year", "in scope", "done", "missing", "blocked"),
        [
            (
                row.due.isoformat() if row.due else "",
                row.days,
                row.regime,
                row.facility,
                row.year,
                {True: "yes", False: "no", None: "not known"}[row.in_scope],
                row.done,
                row.missing,
                row.blocked,
            )
            for row in rows
        ],
    )
    for row in rows:
        print(f"\n{row.regime}, {row.facility_name}, {row.year}: {row.why}")
        if row.holes:
            print(f"  to mend{f' by {row.owner}' if row.owner else ''}:")
        for code, why in row.holes:
            print(f"    {code}: {why}")
    return 0


def _deadlines(rows: list[dict[str, object]], today: date) -> list[str]:
    return [
        f"{row['due']}: {row['regime']} of {row['facility']} for {row['year']}: {row['state']}"
        f" ({_distance(int(str(row['days'])), today)})"
        for row in rows
    ] or ["none known"]


def _distance(days: int, today: date) -> str:
    return f"{days} days from {today}" if days >= 0 else f"{-days} days before {today}"


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
