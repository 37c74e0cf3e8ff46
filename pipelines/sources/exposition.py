"""Metrics as exporters expose them: OpenMetrics, and the older text of Prometheus."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO

import polars as pl
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

_NAME = r"[a-zA-Z_:][\w:]*"
_LABEL = r'\s*[a-zA-Z_]\w*\s*=\s*"(?:\\.|[^"\\])*"\s*'
_SERIES = rf"({_NAME})(\{{(?:{_LABEL},?)*\}})?"
_SELECTOR = re.compile(_SERIES)
_SAMPLE = re.compile(rf"{_SERIES}\s+(\S+)(?:\s+([^\s#]\S*))?.*")
_LABELS = re.compile(r'([a-zA-Z_]\w*)\s*=\s*"((?:\\.|[^"\\])*)"')
_COLUMNS = ("line", "meter_id", "timestamp", "value")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
Read = Callable[[str], Iterable[Metric]]


@dataclass(frozen=True, kw_only=True)
class _Sample:
    line: int
    name: str
    labels: Mapping[str, str]
    value: str
    time: str

    def is_of(self, name: str, labels: Mapping[str, str]) -> bool:
        """Whether it has this name, and at least these labels."""
        return self.name == name and labels.items() <= self.labels.items()


def _rows(file: BinaryIO, source: Source, *, read: Read) -> Iterator[pl.DataFrame]:
    """Raw rows of the series that ``wide`` maps to meters: ``name{label="value"}``, each one that
    has at least these labels; values and times as they stand. A sample without a time has none
    here either, and is refused later: nobody knows when the page was asked for.

    Raises:
        Unreadable: a page that breaks the rules of its format anywhere, no mapping, a selector
            that nothing or more than one series matches.
    """
    text = file.read().decode(errors="replace")
    try:
        for _ in read(text):
            pass
    except (ValueError, IndexError) as error:  # of a cut-off HELP line its parser asks too much
        raise Unreadable(f"this is no whole page of metrics ({error})") from error
    samples = [
        sample
        for line, part in enumerate(text.split("\n"), start=1)
        if part.strip() and not part.startswith("#")
        for sample in [_sample(part.strip(), line)]
        if sample is not None
    ]
    found = []
    for title, meter in source.wide:
        selector = _SELECTOR.fullmatch(title)
        if selector is None:
            raise Unreadable(f"'{title}' names no series; write: name{{label=\"value\"}}")
        own = [one for one in samples if one.is_of(selector[1], _labels(selector[2]))]
        series = {tuple(sorted(sample.labels.items())) for sample in own}
        if len(series) != 1:
            raise Unreadable(
                f"{len(series)} series match '{title}', of which one meter cannot be made"
            )
        found += [(one.line, meter, one.time or None, one.value) for one in own]
    if not source.wide:
        raise Unreadable('a page of metrics needs a mapping: wide {name{label="value"}: METER}')
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))


def _sample(text: str, line: int) -> _Sample | None:
    found = _SAMPLE.fullmatch(text)
    if found is None:
        return None
    labels = _labels(found[2])
    return _Sample(line=line, name=found[1], labels=labels, value=found[3], time=found[4] or "")


def _labels(text: str | None) -> dict[str, str]:
    return dict(_LABELS.findall(text or ""))


openmetrics_rows = partial(_rows, read=openmetrics.text_string_to_metric_families)
prometheus_text_rows = partial(_rows, read=text_string_to_metric_families)
