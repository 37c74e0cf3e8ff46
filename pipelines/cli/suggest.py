"""A mapping proposed for a file, for a person to accept into estate.yaml and meters.csv."""

import argparse
from dataclasses import asdict, fields

from pipelines.cli.show import document, number
from pipelines.suggest import ProposedMeter, Suggestion
from pipelines.suggest import suggest as suggested
from pipelines.suggest.suggestion import entry_of
from schemas.errors import UsageError

COLUMNS = [one.name for one in fields(ProposedMeter) if one.name != "title"]
#: Columns of ``meters.csv`` that stand only where a meter needs them.
_SELDOM = ("multiplier", "stamp")


def suggest(options: argparse.Namespace) -> int:
    """One file looked at; nothing is written."""
    if not options.file.is_file():
        raise UsageError(f"{options.file} is no file.\n  Name the file that is to be mapped.")
    found = suggested(options.file, timezone=options.timezone)
    if options.json:
        source = {key: value for key, value in asdict(found.source).items() if value is not None}
        pairs = ("columns", "wide", "quality")
        document(
            {
                "source": {**source, **{key: dict(source[key]) for key in pairs}},
                "meters": [asdict(one) for one in found.meters],
                "kept": found.kept,
                "refused": found.refused,
                "evidence": found.evidence,
                "questions": found.questions,
            }
        )
        return 0
    _print(found)
    return 0


def _print(found: Suggestion) -> None:
    if found.meters:
        _print_mapping(found)
    else:
        print("Nothing in it makes a meter.")
    for title, lines in (("Rests on", found.evidence), ("To be answered", found.questions)):
        if lines:
            print(f"\n{title}")
            print("\n".join(f"  {line}" for line in lines))


def _print_mapping(found: Suggestion) -> None:
    print(f"Rows: {number(found.kept)} would be kept, {number(found.refused)} refused.\n")
    print("For estate.yaml")
    print(f"sources:\n{entry_of(found.source)}")
    print("For meters.csv (facility_id and max_rate are yours to add)")
    columns = [
        name
        for name in COLUMNS
        if name not in _SELDOM or any(getattr(meter, name) for meter in found.meters)
    ]
    print(",".join(columns))
    for meter in found.meters:
        print(",".join(_cell(getattr(meter, name)) for name in columns))


def _cell(text: str) -> str:
    return f'"{text}"' if "," in text else text
