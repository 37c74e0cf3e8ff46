"""Sources: one file per format, from an open file and its mapping to raw rows."""

from pipelines.sources.formats import FORMATS, PLAIN_DROP, Format, rows, source_of
from pipelines.sources.packed import lines_of
from pipelines.sources.unreadable import Unreadable

__all__ = ["FORMATS", "PLAIN_DROP", "Format", "Unreadable", "lines_of", "rows", "source_of"]
