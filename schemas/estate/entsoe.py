"""Answers of ENTSO-E's transparency platform: generation by type, from which an intensity is made.

The platform tells what each type generated, not what it emitted. The intensity of an interval is
Σ generation × factor of its type ÷ Σ generation: that of production in the zone, without trade.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from schemas.errors import Problem
from schemas.estate.factor_series import Point
from schemas.estate.source import FactorSet

#: Lengths of intervals as documents name them.
_STEPS = {"PT15M": 15, "PT30M": 30, "PT60M": 60, "PT1H": 60}
#: Of this kind of curve a position that is not there has the value of the one before.
_BLOCKS = "A03"
_DOCUMENT = "GL_MarketDocument"

Generated = dict[datetime, dict[str, Decimal]]


class _Wrong(Exception):
    """What is not as a document of generation has it, and its line."""

    def __init__(self, what: str, line: int = 1) -> None:
        super().__init__(what)
        self.what = what
        self.line = line


def entsoe_points(content: bytes, one: FactorSet, name: str) -> tuple[list[Point], list[Problem]]:
    """Intensities [the set's unit] of every interval in which all types of the document are told.

    What storage consumed (series with an ``outBiddingZone``) is no generation. ``line`` is an
    interval's place, from 1.
    """
    try:
        generated = _generated(content)
    except etree.XMLSyntaxError as error:
        return [], [Problem(where=name, what=f"this is no XML: {error.msg}.")]
    except _Wrong as wrong:
        return [], [Problem(where=f"{name}:{wrong.line}", what=wrong.what)]
    factors = dict(one.types)
    kinds = sorted({kind for some in generated.values() for kind in some})
    if unknown := [kind for kind in kinds if kind not in factors]:
        what = f"no factor is stated for the types {', '.join(unknown)}."
        remedy = f"Write, in {one.unit}: types: {{{unknown[0]}: …}}"
        return [], [Problem(where=name, what=what, remedy=remedy)]
    points = []
    for number, (at, some) in enumerate(sorted(generated.items()), start=1):
        total = sum(some.values(), Decimal(0))
        if len(some) == len(kinds) and total > 0:
            emitted = sum((amount * factors[kind] for kind, amount in some.items()), Decimal(0))
            points.append(Point(stamp=at.isoformat(), value=str(emitted / total), line=number))
    return points, []


def _generated(content: bytes) -> Generated:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(content, parser)
    if b"<!DOCTYPE" in content:
        raise _Wrong("a document type is declared, which no answer has.")
    if etree.QName(root).localname != _DOCUMENT:
        raise _Wrong(f"a {_DOCUMENT} was expected, not a {etree.QName(root).localname}.")
    found: Generated = {}
    for series in _children(root, "TimeSeries"):
        if next(_children(series, "outBiddingZone_Domain.mRID"), None) is not None:
            continue
        kind = _text(next(_children(series, "MktPSRType"), series), "psrType")
        blocks = _text(series, "curveType") == _BLOCKS
        for period in _children(series, "Period"):
            for at, amount in _period(period, is_blocks=blocks):
                types = found.setdefault(at, {})
                types[kind] = types.get(kind, Decimal(0)) + amount
    if not found:
        raise _Wrong("the document tells of no generation.")
    return found


def _period(period: etree._Element, *, is_blocks: bool) -> Iterator[tuple[datetime, Decimal]]:
    """The intervals of a period, each with its generation."""
    interval = next(_children(period, "timeInterval"), period)
    resolution = _text(period, "resolution")
    try:
        start, end = (datetime.fromisoformat(_text(interval, word)) for word in ("start", "end"))
        step = timedelta(minutes=_STEPS[resolution])
        told = {
            int(_text(point, "position")): Decimal(_text(point, "quantity"))
            for point in _children(period, "Point")
        }
    except (ValueError, KeyError, InvalidOperation) as error:
        raise _Wrong(f"a period cannot be read ({error!r}).", _line(period)) from error
    count = (end - start) // step
    beyond = [place for place in told if not 1 <= place <= count]
    if beyond or start + step * count != end:
        raise _Wrong(f"a period of {count} intervals cannot hold its points.", _line(period))
    last: Decimal | None = None
    for place in range(1, count + 1):
        amount = told.get(place, last if is_blocks else None)
        if amount is not None:
            yield start + step * (place - 1), amount
        last = amount


def _children(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (one for one in element.iterchildren("{*}" + name))


def _text(element: etree._Element, name: str) -> str:
    found = next(_children(element, name), None)
    if found is None or not found.text:
        raise _Wrong(f"a {etree.QName(element).localname} has no {name}.", _line(element))
    return found.text.strip()


def _line(element: etree._Element) -> int:
    return int(str(element.sourceline))
