"""OPC UA as ``wattledger fetch`` keeps it: the history of some nodes, a day in each file."""

import json
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from pipelines.sources.table import finished
from pipelines.sources.unreadable import Unreadable
from schemas.estate.source import Source
from schemas.tables import RAW

_COLUMNS = ("line", "meter_id", "timestamp", "value", "quality")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
#: What a value's status is worth, by the severity of its code (OPC 10000-4, 7.39): an uncertain
#: value is an estimate of its server's.
SEVERITIES = ("good", "estimated", "bad")


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the nodes that ``wide`` maps to meters (``ns=2;s=Energy``).

    A value that its server has none for is no row. ``line`` is the value's place among those of
    the file, from 1.

    Raises:
        Unreadable: no such file, or a mapped node that is not in it.
    """
    try:
        document = json.load(file, parse_float=str, parse_int=str)
        answers = {str(one["node"]): list(one["values"]) for one in document["answers"]}
        first, place = {}, 1
        for node, values in answers.items():
            first[node] = place
            place += len(values)
        meters = dict(source.wide)
        if absent := sorted(set(meters) - set(answers)):
            raise Unreadable(f"the node '{absent[0]}' was not asked for")
        found = [
            (first[node] + number, meter, str(at), str(value), SEVERITIES[int(status) >> 30])
            for node, meter in meters.items()
            for number, (at, value, status) in enumerate(answers[node])
            if value is not None
        ]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise Unreadable(f"this is no file of OPC UA's history ({error!r})") from error
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
