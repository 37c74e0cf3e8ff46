"""Samples of Prometheus as ``wattledger fetch`` keeps them: one file for each day."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the queries that ``wide`` maps to meters: times since 1970 in seconds, values as
    they were answered. A counter is a register, and starts anew where its exporter did. JSON has
    no lines worth quoting: ``line`` is the sample's place in the file, from 1.

    Raises:
        Unreadable: no such file, or an answer in it that is none.
    """
    meters = dict(source.wide)
    try:
        document = json.load(file, parse_float=str, parse_int=str)
        answers = [(one["query"], one["answer"]["data"]["result"]) for one in document["answers"]]
        found = []
        number = 0
        for query, series in answers:
            for one in series:
                for at, value in one["values"]:
                    number += 1
                    if query in meters:
                        found.append((number, meters[query], str(at), str(value)))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unreadable(f"this is no day of Prometheus' samples ({error!r})") from error
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
