"""File formats. A new one is one file here and one line in ``FORMATS``.

A format is a function from an open file and its mapping to raw rows: text as it stands in the
file, with the line it stands in. It converts nothing and judges nothing; what cannot be read at
all raises ``Unreadable``.
"""

from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import BinaryIO

import polars as pl

from pipelines.sources import delimited, open_meteo
from pipelines.sources.unreadable import Unreadable
from schemas.estate.model import Source

Format = Callable[[BinaryIO, Source], Iterator[pl.DataFrame]]

FORMATS: dict[str, Format] = {
    "csv": delimited.rows,
    "open-meteo": open_meteo.rows,
}

PLAIN_DROP = Source(match="*")


def source_of(path: str, sources: Sequence[Source]) -> Source:
    """The mapping of a file by its inbox path: the first that matches, else the plain drop."""
    for source in sources:
        if fnmatchcase(path, source.match):
            return source
    return PLAIN_DROP


__all__ = ["FORMATS", "PLAIN_DROP", "Unreadable", "source_of"]
