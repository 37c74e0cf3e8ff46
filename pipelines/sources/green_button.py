"""Green Button: interval data of utilities, as XML by NAESB's ESPI in an Atom feed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

import polars as pl
from lxml import etree

from pipelines.sources.table import finished, malformed
from pipelines.sources.unreadable import Unreadable
from schemas.errors import nearest
from schemas.estate.source import Source
from schemas.tables import BAD, ESTIMATED, GOOD, RAW

#: Rows at a time, so that memory stays bounded.
ROWS = 100_000
#: A series that is the only one of its file.
ANY = "*"
#: Units of measure by their number (``UomType`` of ESPI, after IEC 61968-9), as ours are written.
UNITS = {
    "31": "J", "38": "W", "42": "m3", "61": "VA", "63": "var", "71": "VAh", "72": "Wh",
    "73": "varh", "119": "ft3", "125": "m3/h", "128": "gal", "130": "igal", "132": "Btu",
    "133": "Btu/h", "134": "L", "137": "L/h", "169": "therm",
}  # fmt: skip
#: ``QualityOfReading`` of ESPI. What neither was read nor is surely wrong keeps its own word, which
#: the source must explain.
QUALITIES = {
    "0": GOOD, "7": "manually edited", "8": ESTIMATED, "9": ESTIMATED, "10": "questionable",
    "11": "derived", "12": ESTIMATED, "13": "mixed", "14": GOOD, "15": "normalised for weather",
    "16": "other", "17": GOOD, "18": GOOD, "19": GOOD, "good": GOOD, "bad": BAD,
}  # fmt: skip
#: ``accumulationBehaviour`` of registers, whose readings have no interval.
_CUMULATIVE = ("1", "3")
_COLUMNS = ("line", "meter_id", "timestamp", "until", "value", "unit", "quality")
_SCHEMA = pl.Schema({name: RAW[name] for name in _COLUMNS})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class _Type:
    """A ReadingType: the unit as ours is written, the power of ten of values, and whether they are
    a register's."""

    unit: str | None = None
    power: int = 0
    cumulative: bool = False


@dataclass(kw_only=True)
class _Feed:
    """What the entries of a feed say of each other, by their own links."""

    titles: dict[str, str] = field(default_factory=dict)
    types: dict[str, _Type] = field(default_factory=dict)
    related: dict[str, list[str]] = field(default_factory=dict)
    readings: dict[str, int] = field(default_factory=dict)

    def type_of(self, series: str) -> _Type:
        """The type of a MeterReading; a bare block has none, and the meter's unit counts."""
        for link in self.related.get(series, ()):
            if link in self.types:
                return self.types[link]
        return _Type()


def rows(file: BinaryIO, source: Source) -> Iterator[pl.DataFrame]:
    """Raw rows of the series that ``wide`` maps to meters; other series are none.

    A series is a MeterReading, named by its link or its title; of a file with one series ``"*"``
    will do. Times are UTC by the standard, whatever a file says of local time. The value is the
    file's times its power of ten, exactly; a unit that is no energy, power or volume of ours keeps
    its number (``uom 111``) and is refused later. XML has no lines worth quoting: ``line`` is the
    reading's place in the file, from 1.

    Raises:
        Unreadable: no XML of that kind, one with a DOCTYPE, no mapping, or a mapped series that the
            file does not hold.
    """
    feed = _feed(file)
    meter_of = _mapped(feed, source)
    file.seek(0)
    found: list[tuple[object, ...]] = []
    broken: list[tuple[int, str]] = []
    number = 0
    for series, block in _blocks(file):
        meter, kind = meter_of.get(series), feed.type_of(series)
        for reading in block.iterchildren("{*}IntervalReading"):
            number += 1
            if meter is None:
                continue
            row = _row(reading, number, meter, kind)
            if row is None:
                broken.append((number, etree.tostring(reading, encoding="unicode")))
            else:
                found.append(row)
        if len(found) >= ROWS:
            yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
            found = []
    yield finished(pl.DataFrame(found, schema=_SCHEMA, orient="row"))
    yield from malformed(broken)


def _feed(file: BinaryIO) -> _Feed:
    """What stands beside the readings: links may lead on as well as back."""
    feed = _Feed()
    for entry in _entries(file):
        own, others = _links(entry)
        content = next(iter(entry.iterfind("{*}content/*")), None)
        if content is None:
            continue
        match etree.QName(content).localname:
            case "MeterReading":
                feed.titles[own] = (entry.findtext("{*}title") or "").strip()
                feed.related[own] = others
                feed.readings.setdefault(own, 0)
            case "ReadingType":
                feed.types[own] = _type(content)
            case "IntervalBlock":
                series = _series(own, others)
                count = sum(1 for _ in content.iterchildren("{*}IntervalReading"))
                feed.readings[series] = feed.readings.get(series, 0) + count
    if not feed.readings:
        raise Unreadable("no entry of the file is an interval block of Green Button")
    return feed


def _blocks(file: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    """Every interval block with the series it belongs to."""
    for entry in _entries(file):
        for block in entry.iterfind("{*}content/{*}IntervalBlock"):
            yield _series(*_links(entry)), block


def _entries(file: BinaryIO) -> Iterator[etree._Element]:
    """The feed's entries one by one; what was looked at is let go."""
    try:
        parsed = etree.iterparse(
            file, events=("end",), tag="{*}entry", resolve_entities=False, no_network=True,
            remove_comments=True,
        )  # fmt: skip
        for _, entry in parsed:
            if entry.getroottree().docinfo.doctype:
                raise Unreadable("the XML has a DOCTYPE, which Green Button has not")
            yield entry
            entry.clear()
            while entry.getprevious() is not None:
                del entry.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise Unreadable(f"this is not whole XML ({error.msg})", line=error.lineno or 1) from error


def _links(entry: etree._Element) -> tuple[str, list[str]]:
    """An entry's own link, and those that lead elsewhere."""
    links = [(one.get("rel"), one.get("href", "")) for one in entry.iterfind("{*}link")]
    own = next((href for rel, href in links if rel == "self"), "")
    return own, [href for rel, href in links if rel != "self"]


def _series(own: str, others: Sequence[str]) -> str:
    """The MeterReading above an interval block: its link is the beginning of the block's."""
    link = next((one for one in (own, *others) if "/IntervalBlock" in one), own)
    return link.partition("/IntervalBlock")[0]


def _type(element: etree._Element) -> _Type:
    def text(name: str) -> str:
        return (element.findtext(f"{{*}}{name}") or "").strip()

    uom, power = text("uom"), text("powerOfTenMultiplier")
    return _Type(
        unit=UNITS.get(uom, f"uom {uom}") if uom else None,
        power=int(power) if power.lstrip("-").isdigit() else 0,
        cumulative=text("accumulationBehaviour") in _CUMULATIVE,
    )


def _mapped(feed: _Feed, source: Source) -> Mapping[str, str]:
    """Meters by series."""
    names: dict[str, str] = {}
    for series in feed.readings:
        names.setdefault(feed.titles.get(series, ""), series)
    names |= {series: series for series in feed.readings}
    if len(feed.readings) == 1:
        names[ANY] = next(iter(feed.readings))
    there = "; ".join(_told(feed, series) for series in feed.readings)
    if not source.wide:
        raise Unreadable(f"Green Button needs a mapping: wide {{SERIES: METER}}. There is: {there}")
    for title, _ in source.wide:
        if title not in names:
            raise Unreadable(
                f"no series '{title}'. {nearest(title, sorted(filter(None, names)))} "
                f"There is: {there}"
            )
    return {names[title]: meter for title, meter in source.wide}


def _told(feed: _Feed, series: str) -> str:
    title, unit = feed.titles.get(series), feed.type_of(series).unit
    words = [f"'{series}'", f"({title})" if title else "", f"in {unit}" if unit else ""]
    return " ".join(filter(None, [*words, f"with {feed.readings[series]} readings"]))


def _row(
    reading: etree._Element, number: int, meter: str, kind: _Type
) -> tuple[object, ...] | None:
    start = (reading.findtext("{*}timePeriod/{*}start") or "").strip()
    length = (reading.findtext("{*}timePeriod/{*}duration") or "").strip()
    value = (reading.findtext("{*}value") or "").strip()
    try:
        begin = _EPOCH + timedelta(seconds=int(start))
        end = begin + timedelta(seconds=int(length or 0))
        shown = format(Decimal(value).scaleb(kind.power), "f")
    except (ValueError, InvalidOperation, OverflowError):
        return None
    until = None if kind.cumulative or end <= begin else _stamp(end)
    return number, meter, _stamp(begin), until, shown, kind.unit, _quality(reading)


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _quality(reading: etree._Element) -> str | None:
    """The first word that is not good, of all that are said of a reading."""
    codes = [(one.text or "").strip() for one in reading.iterfind("{*}ReadingQuality/{*}quality")]
    words = [QUALITIES.get(code, f"quality {code}") for code in codes]
    return next((word for word in words if word != GOOD), GOOD if words else None)
