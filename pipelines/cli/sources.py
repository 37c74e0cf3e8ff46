"""What can be read, and a file tried on its mapping."""

import argparse
import sys
from dataclasses import asdict, fields
from datetime import timedelta

from pipelines.cli import asked
from pipelines.cli.show import document, number, table
from pipelines.sources import FORMATS, PLAIN_DROP
from pipelines.sources.remote import REMOTES, FetchProblem
from pipelines.stages.freshness import freshness
from pipelines.stages.probe import Probed, probe, sources_there
from pipelines.stages.workshop import open_workshop, remembered
from schemas.estate.drop import PLACES
from schemas.estate.source import Source

DAY = timedelta(days=1)
#: Characters of a refused cell that are shown.
WIDTH = 60


def sources(options: argparse.Namespace) -> int:
    """The formats that there are; of an estate its sources, the files that they take, and how far
    those that were landed tell."""
    formats = [(name, one.reads) for name, one in FORMATS.items()]
    systems = _systems()
    mapped = _mapped(options) if options.estate is not None else []
    if options.json:
        document(
            {
                "formats": [{"format": name, "reads": reads} for name, reads in formats],
                "systems": [
                    {"kind": kind, "asked_for": what, "such_as": url} for kind, what, url in systems
                ],
                "sources": mapped,
            }
        )
        return 0
    table(("format", "reads"), formats)
    print()
    table(("fetched from", "asked for", "such as"), systems)
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


def _systems() -> list[tuple[str, str, str]]:
    """What ``fetch`` can ask, what for, and an address."""
    remotes = [
        (kind, "a history, day by day" if one.told.has_history else "counters, at the moment",
         one.told.such_as)
        for kind, one in REMOTES.items()
    ]  # fmt: skip
    return [*remotes, *((kind, "files, new and changed", url) for kind, url in PLACES.items())]


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
    """One file under its mapping; nothing is written. 1 where a remote or drop does not give it."""
    shop = open_workshop(options.estate)
    try:
        found = probe(shop, options.source, asked.now(options.now))
    except FetchProblem as problem:
        print(f"{options.source}: {problem.reason}", file=sys.stderr)
        return 1
    if options.json:
        document(
            {
                "file": found.path,
                "asked": found.asked or None,
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
    if found.asked:
        print(f"{found.asked} was asked for what would be")
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
        rows = ([asdict(one)[name] for name in shown] for one in found.refusals)
        table(shown, [tuple(_cut(cell) for cell in row) for row in rows])


def _cut(cell: object) -> str:
    """A cell of a file, whose rows may be of any length; ``--json`` has all of it."""
    text = str(cell)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


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
