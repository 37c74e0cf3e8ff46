"""What is suggested: a mapping, its meters, what both rest on, and what stays open."""

from dataclasses import dataclass, fields

import yaml

from schemas.estate.source import Source


@dataclass(frozen=True, kw_only=True)
class ProposedMeter:
    """One series of the file as a row of ``meters.csv`` would tell it.

    Args:
        title: its column, or its id in a long table.
        meter_id: what the mapping calls it.
        quantity: empty where its words do not tell.
        multiplier: empty is 1.
        interval: as ``meters.csv`` writes it; of registers and gauges how often they are read.
        stamp: ``start`` or ``end`` of intervals, empty where there are none.
    """

    title: str
    meter_id: str
    quantity: str
    kind: str
    unit: str
    multiplier: str = ""
    interval: str
    stamp: str


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A proposal. ``kept`` and ``refused`` are rows of the file as it would be read."""

    source: Source
    meters: tuple[ProposedMeter, ...]
    kept: int
    refused: int
    evidence: tuple[str, ...]
    questions: tuple[str, ...]


def entry_of(source: Source) -> str:
    """The source as an entry of ``sources`` in ``estate.yaml``, with what is not usual only."""
    usual = Source(match=source.match)
    told: dict[str, object] = {"match": source.match}
    for one in fields(Source):
        value = getattr(source, one.name)
        if one.name != "match" and value != getattr(usual, one.name):
            told[one.name] = dict(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump([told], allow_unicode=True, sort_keys=False, width=1000)
    return "".join(f"  {line}\n" for line in text.splitlines())
