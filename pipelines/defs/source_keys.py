"""What a source is called among the assets."""

import re
from collections.abc import Sequence

import dagster as dg

from pipelines.sources import PLAIN_DROP
from schemas.estate.source import Source

PLAIN = "plain_drop"


def source_keys(sources: Sequence[Source]) -> dict[dg.AssetKey, Source]:
    """Sources by their key, the plain drop last: the letters and digits of what they match, and a
    number where that alone would not tell two apart."""
    found: dict[dg.AssetKey, Source] = {}
    for source in sources:
        word = re.sub(r"[\W_]+", "_", source.match).strip("_") or "source"
        names = (word, *(f"{word}_{number}" for number in range(2, len(sources) + 2)))
        keys = (dg.AssetKey(["source", name]) for name in names)
        found[next(key for key in keys if key not in found)] = source
    return {**found, dg.AssetKey(["source", PLAIN]): PLAIN_DROP}
