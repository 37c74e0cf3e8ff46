"""What can be read, and a file tried on its mapping."""

import argparse
from dataclasses import asdict, fields
from datetime import timedelta

from pipelines.cli import asked
from pipelines.cli.show import document, number, table
from pipelines.sources import FORMATS, PLAIN_DROP
from pipelines.stages.freshness import freshness
from pipelines.stages.probe import Probed, probe, sources_there
from pipelines.stages.workshop import open_workshop, remembered
from schemas.estate.source import Source

DAY = timedelta(days=1)


def sources(options: argparse.Namespace) -> int:
    """The formats that there are; of an estate its sources, the files that they take, and how far
    those that were landed tell."""
    formats = [(name, one.reads) for name, one in FORMATS.items()]
    mapped = _mapped(options) if options.estate is not None else []
    if options.json:
        document(
            {
                "formats": [{"format": name, "reads": reads} for name, reads in formats],
                "sources": mapped,
            }
        )
        return 0
    table(("format", "reads"), formats)
    if mapped:
        print()
        rows = [
            (
                one["match"],
                one["format"],
                one["files"],
                one["until"] or "—",
                "overdue" if one["late"] else one["due"] or "",
            )
            for one in mapped
        ]
        table(("files of inbox/", "format", "there", "landed until", "next due"), rows)
    return 0


def _mapped(options: argparse.Namespace) -> list[dict[str, str | int | bool | None]]:
    """Every source of the estate, and the plain drop, as far as they are known at ``--now``."""
    now = asked.now(options.now)
    shop = remembered(options.estate)
    return [
        {
            "match": "anything else: the plain drop" if one is PLAIN_DROP else one.match,
            "format": one.format,
            "files": files,
            "until": fresh.until.isoformat() if fresh.until else None,
            "due": fresh.due.isoformat() if fresh.due else None,
            "late": fresh.is_late(now),
        }
        for (one, files), fresh in zip(sources_there(shop), freshness(shop), strict=True)
    ]


def try_out(options: argparse.Namespace) -> int:
    """One file of the inbox under its mapping; nothing is written."""
    found = probe(open_workshop(options.estate), options.source, asked.now(options.now))
    if options.json:
        document(
            {
                "file": found.path,
                "format": found.source.format,
                "mapping": dict(_mapping(found.source)),
                "rows": found.landed,
                "kept": found.kept,
                "quarantined": dict(found.reasons),
                "problem": found.problem,
                "readings": [asdict(one) for one in found.readings],
                "refusals": [asdict(one) for one in found.refusals],
            }
        )
        return 0
    _print(found)
    return 0


def _print(found: Probed) -> None:
    mapped = f"the source '{found.source.match}'" if found.is_mapped else "the plain drop"
    print(f"inbox/{found.path}: {FORMATS[found.source.format].reads}, as {mapped}")
    for name, value in _mapping(found.source):
        print(f"  {name}  {value}")
    if found.problem:
        print(f"\nCannot be read: {found.problem}")
    quarantined = found.landed - found.kept
    counts = f"Rows: {number(found.landed)}; kept so far: {number(found.kept)}"
    print(f"\n{counts}; quarantined: {number(quarantined)}")
    if found.readings:
        print("\nThe first readings, at the site's time and in canonical units")
        titles = ("line", "meter_id", "at", "value", "unit")
        table(titles, [tuple(asdict(one)[name] for name in titles) for one in found.readings])
    if found.refusals:
        print("\nWould be quarantined, by reason")
        table(("reason", "rows"), found.reasons.most_common())
        print()
        shown = ("line", "meter_id", "timestamp", "value", "reasons", "detail")
        table(shown, [tuple(asdict(one)[name] for name in shown) for one in found.refusals])


def _mapping(source: Source) -> list[tuple[str, str]]:
    """What the source says, as far as it says anything."""
    usual = Source(match=source.match)
    said = []
    for one in fields(Source):
        value = getattr(source, one.name)
        if one.name in ("match", "format", "wide") or value == getattr(usual, one.name):
            continue
        if isinstance(value, tuple):
            said += [(f"{key}:", text) for key, text in value]
        else:
            said.append((one.name, f"{value / DAY:g} days" if one.name == "every" else repr(value)))
    return [*said, *((f"'{title}' →", meter) for title, meter in source.wide)]
