"""The shapes of drops: the plain one, and the untidy exports of three sites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sample_data.estate_file import Plain
from sample_data.facilities import Facility
from sample_data.meters import Meter

Shape = Literal["plain", "site"]

_FOOTER = r"^\(\d+ rows affected\)|^Completion time:|^\s*$"
_PLAIN_COLUMNS = ("meter_id", "timestamp", "value", "serial")
_POWER = frozenset(
    {
        "grid_import",
        "grid_export",
        "generator_output",
        "onsite_renewable",
        "ups_input",
        "ups_output",
        "pdu_output",
        "it_input",
        "lighting",
        "other_facility",
    }
)
_COOLING = frozenset(
    {"cooling_electricity", "compressor_electricity", "heat_removed", "heat_rejected"}
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How one export writes its rows.

    ``columns`` are the headers of meter, timestamp, value and serial; a wide layout uses only the
    timestamp's. ``timezone`` None means UTC stamps. ``pattern`` is chrono's strftime.
    """

    columns: tuple[str, str, str, str] = _PLAIN_COLUMNS
    separator: str = ","
    decimal_comma: bool = False
    bom: bool = False
    wide: bool = False
    timezone: str | None = None
    pattern: str = "%Y-%m-%dT%H:%M:%SZ"
    newest_first: bool = False
    footer: bool = False
    suffix: str = "csv"
    broken_stamp: str = "2025-02-31T25:61:00Z"
    broken_value: str = "offline"


@dataclass(frozen=True, kw_only=True)
class Feed:
    """The files of one export of one facility: which meters, under which name, how written."""

    prefix: str
    layout: Layout
    meters: tuple[Meter, ...]
    source: Mapping[str, Plain] | None = None

    @property
    def maps_serials(self) -> bool:
        """Whether its mapping names a column of serials, which must then be in every file."""
        columns = (self.source or {}).get("columns")
        return isinstance(columns, Mapping) and "serial" in columns


PLAIN = Layout()


def feeds_of(facility: Facility, meters: Sequence[Meter], shape: Shape) -> tuple[Feed, ...]:
    """The exports by which a facility delivers its rows."""
    if shape == "plain":
        return (Feed(prefix=facility.id, layout=PLAIN, meters=tuple(meters)),)
    if facility.reuses_heat:
        return _building_system(facility, meters)
    if facility.evaporates:
        return (_database_export(facility, meters),)
    power = [meter for meter in meters if meter.quantity in _POWER]
    cooling = [meter for meter in meters if meter.quantity in _COOLING]
    levels = [meter for meter in meters if meter.is_level]
    told = {*power, *cooling, *levels}
    rest = tuple(meter for meter in meters if meter not in told)
    return (
        _german_wide(facility, "bms", power),
        _german_cooling(facility, cooling),
        _german_wide(facility, "raum", levels),
        Feed(prefix="rest", layout=PLAIN, meters=rest),
    )


def wide_header(meter: Meter) -> str:
    """The column header of a meter in a wide export, with its unit."""
    return f"{meter.label} [{meter.unit}]"


def _german_wide(facility: Facility, prefix: str, meters: Sequence[Meter]) -> Feed:
    """A column per meter, decimal comma, byte order mark, local time without offset."""
    layout = Layout(
        columns=("", "Zeitstempel", "", ""),
        separator=";",
        decimal_comma=True,
        bom=True,
        wide=True,
        timezone=facility.timezone,
        pattern="%d.%m.%Y %H:%M",
        broken_stamp="31.02.2025 25:61",
        broken_value="Störung",
    )
    source: dict[str, Plain] = {
        "match": f"{facility.id}/{prefix}_*.csv",
        "format": "csv",
        "separator": ";",
        "decimal": ",",
        "timezone": facility.timezone,
        "time_format": "%d.%m.%Y %H:%M",
        "columns": {"timestamp": "Zeitstempel"},
        "wide": {wide_header(meter): meter.id for meter in meters},
    }
    return Feed(prefix=prefix, layout=layout, meters=tuple(meters), source=source)


def _german_cooling(facility: Facility, meters: Sequence[Meter]) -> Feed:
    """A row per meter and instant, with German headers and local time without offset."""
    layout = Layout(
        columns=("Messstelle", "Zeit", "Wert", "Zählernummer"),
        separator=";",
        decimal_comma=True,
        bom=True,
        timezone=facility.timezone,
        pattern="%d.%m.%Y %H:%M",
        broken_stamp="31.02.2025 25:61",
        broken_value="Störung",
    )
    source: dict[str, Plain] = {
        "match": f"{facility.id}/klima_*.csv",
        "format": "csv",
        "separator": ";",
        "decimal": ",",
        "timezone": facility.timezone,
        "time_format": "%d.%m.%Y %H:%M",
        "columns": {"meter": "Messstelle", "timestamp": "Zeit", "value": "Wert"},
    }
    return Feed(prefix="klima", layout=layout, meters=tuple(meters), source=source)


def _building_system(facility: Facility, meters: Sequence[Meter]) -> tuple[Feed, ...]:
    """Tab-separated with local time and offset: a long file, and a wide one for the levels."""
    layout = Layout(
        columns=("matpunkt", "tidpunkt", "varde", "matarnummer"),
        separator="\t",
        timezone=facility.timezone,
        pattern="%Y-%m-%dT%H:%M:%S%:z",
        suffix="tsv",
        broken_stamp="2025-02-31T25:61:00+01:00",
    )
    levels = tuple(meter for meter in meters if meter.is_level)
    common: dict[str, Plain] = {
        "format": "csv",
        "separator": "\t",
        "timezone": facility.timezone,
    }
    named: dict[str, Plain] = {wide_header(meter): meter.id for meter in levels}
    stamp: dict[str, Plain] = {"timestamp": layout.columns[1]}
    return (
        Feed(
            prefix="energi",
            layout=layout,
            meters=tuple(meter for meter in meters if meter not in levels),
            source={"match": f"{facility.id}/energi_*.tsv"} | common | {"columns": _named(layout)},
        ),
        Feed(
            prefix="rum",
            layout=replace(layout, wide=True),
            meters=levels,
            source={"match": f"{facility.id}/rum_*.tsv"}
            | common
            | {"columns": stamp, "wide": named},
        ),
    )


def _database_export(facility: Facility, meters: Sequence[Meter]) -> Feed:
    """A query's output: newest rows first, local time without offset, two lines of footer."""
    layout = Layout(
        columns=("TagName", "DateTime", "Value", "SerialNo"),
        timezone=facility.timezone,
        pattern="%Y-%m-%d %H:%M:%S",
        newest_first=True,
        footer=True,
        broken_stamp="2025-02-31 25:61:00",
    )
    source: dict[str, Plain] = {
        "match": f"{facility.id}/scada_*.csv",
        "format": "csv",
        "timezone": facility.timezone,
        "time_format": "%Y-%m-%d %H:%M:%S",
        "columns": _named(layout),
        "footer": _FOOTER,
    }
    return Feed(prefix="scada", layout=layout, meters=tuple(meters), source=source)


def _named(layout: Layout) -> Mapping[str, Plain]:
    return dict(zip(("meter", "timestamp", "value", "serial"), layout.columns, strict=True))
