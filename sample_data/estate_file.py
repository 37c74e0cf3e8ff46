"""estate.yaml and meters.csv: the configuration that describes the simulated estate."""

from collections.abc import Iterable, Mapping, Sequence

import yaml

from sample_data.clock import interval_text
from sample_data.facilities import Facility
from sample_data.meters import Meter
from sample_data.rows import Exchange

Cells = tuple[str, ...]
Plain = str | int | float | Mapping[str, "Plain"] | Sequence["Plain"]

OPERATOR = "Nordlicht Cloud GmbH"
METERS_HEADER: Cells = (
    "meter_id",
    "facility_id",
    "quantity",
    "kind",
    "unit",
    "multiplier",
    "modulus",
    "interval",
    "stamp",
    "parent",
    "accuracy_percent",
    "max_rate",
    "serial",
    "valid_from",
    "valid_to",
    "label",
    "room",
)


class _Dumper(yaml.SafeDumper):
    """YAML in which a code such as 0180 stays text, whoever reads it."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text[:1].isdigit() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def estate_text(facilities: Iterable[Facility], sources: Sequence[Mapping[str, Plain]]) -> str:
    """The text of estate.yaml."""
    estate: dict[str, Plain] = {
        "operator": {"name": OPERATOR, "country": "DE"},
        "facilities": [_facility(facility) for facility in facilities],
    }
    if sources:
        estate["sources"] = list(sources)
    estate["policies"] = {"coverage_clean": 0.99, "coverage_minimum": 0.95}
    text: str = yaml.dump(estate, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return "# Simulated. Operator, facilities and figures are invented.\n" + text


def _facility(facility: Facility) -> Mapping[str, Plain]:
    kind, rated = facility.archetype, facility.rated_it_kw
    place: dict[str, Plain] = {
        "id": facility.id,
        "name": facility.name,
        "country": kind.country,
        "timezone": kind.timezone,
        "latitude": kind.latitude,
        "longitude": kind.longitude,
    }
    # Outside the European Union there is neither a LAU nor a NUTS code.
    if kind.lau is not None and kind.nuts3 is not None:
        place |= {"lau": kind.lau, "nuts3": kind.nuts3}
    return place | {
        "postal_code": kind.postal_code,
        "grid_zone": kind.grid_zone,
        "type": kind.business,
        "structure": "structure",
        "commissioned": facility.commissioned,
        "owner": "Nordlicht Immobilien GmbH",
        "contact": "energie@nordlicht-cloud.example",
        "reference_id": f"{kind.country}-DC-{facility.id.upper()}",
        "redundancy": dict(kind.redundancy),
        "cooling": kind.plant.name,
        "boundary": {"chp": "external", "district_cooling": "external"},
        "grid_functions": kind.grid_functions,
        "without": _without(facility),
        "design_pue": kind.design_pue,
        "rated_cooling_kw": round(1.1 * rated),
        "installed_it_kw": round(0.92 * rated),
        "rated_it_kw": rated,
        "nonredundant_connected_kw": round(1.6 * rated),
        "floor_area_m2": kind.floor_area_m2,
        "computer_room_m2": kind.computer_room_m2,
    }


def _without(facility: Facility) -> list[str]:
    """What the site does not have at all."""
    heat = [] if facility.reuses_heat else ["heat_reused"]
    return heat if facility.evaporates else [*heat, "water_stock"]


def meter_rows(meters: Iterable[Meter], exchange: Exchange | None) -> list[Cells]:
    """The rows of meters.csv; an exchanged meter has two, with adjoining validity."""
    rows: list[Cells] = []
    for meter in meters:
        if exchange is None or meter.name != exchange.meter.name:
            rows.append(_meter(meter, serial=meter.serial, valid_from="", valid_to=""))
            continue
        moment, new = exchange.moment, exchange.new_serial
        rows.append(_meter(meter, serial=meter.serial, valid_from="", valid_to=moment))
        rows.append(_meter(meter, serial=new, valid_from=moment, valid_to=""))
    return rows


def _meter(meter: Meter, *, serial: str, valid_from: str, valid_to: str) -> Cells:
    return (
        meter.id,
        meter.facility_id,
        meter.quantity,
        meter.kind,
        meter.unit,
        "" if meter.multiplier == 1 else str(meter.multiplier),
        "" if meter.modulus is None else str(meter.modulus),
        "" if meter.kind == "gauge" else interval_text(meter.cadence),
        meter.stamp if meter.stamp == "end" else "",
        meter.parent_id,
        "" if meter.accuracy_percent is None else f"{meter.accuracy_percent:g}",
        "" if meter.highest_rate is None else plain_number(meter.highest_rate),
        serial,
        valid_from,
        valid_to,
        meter.label,
        meter.room,
    )


def plain_number(value: float) -> str:
    """A number as short text without an exponent."""
    text = f"{value:.12f}".rstrip("0").rstrip(".")
    return text or "0"
