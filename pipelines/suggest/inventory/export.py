"""Our meters as Project Haystack has points: a grid of JSON (Hayson)."""

from collections.abc import Mapping

from pipelines.suggest.inventory.haystack import OWN
from schemas.estate.model import Estate, Facility, Meter
from schemas.quantities import Kind

#: What each quantity is in Haystack's words, as far as it has them.
_MARKERS: Mapping[str, tuple[str, ...]] = {
    "grid_import": ("elec", "energy", "siteMeter", "import"),
    "grid_export": ("elec", "energy", "siteMeter", "export"),
    "generator_output": ("elec", "energy", "generator"),
    "onsite_renewable": ("elec", "energy", "pv"),
    "ups_input": ("elec", "energy", "ups", "input"),
    "ups_output": ("elec", "energy", "ups", "output"),
    "pdu_output": ("elec", "energy", "pdu", "output"),
    "it_input": ("elec", "energy", "rack", "input"),
    "cooling_electricity": ("elec", "energy", "chiller"),
    "lighting": ("elec", "energy", "lighting"),
    "potable_water": ("domestic", "water", "volume"),
    "outdoor_temperature": ("outside", "air", "temp"),
    "intake_air_temperature": ("rack", "inlet", "air", "temp"),
}
_MARKER = {"_kind": "marker"}

Grid = dict[str, object]


def grid_of(estate: Estate) -> Grid:
    """Every facility as a site and every meter as a point. What Haystack has no word for stands in
    tags of our own (``wattledgerQuantity``), so that an import finds it again."""
    rows = [_site(one) for one in estate.facilities]
    rows += [_point(one, estate.facility(one.facility_id)) for one in estate.meters]
    names = dict.fromkeys(name for row in rows for name in row)
    return {
        "_kind": "grid",
        "meta": {"ver": "3.0"},
        "cols": [{"name": name} for name in names],
        "rows": rows,
    }


def _site(one: Facility) -> Grid:
    told = {
        "id": {"_kind": "ref", "val": one.id, "dis": one.name},
        "dis": one.name,
        "site": _MARKER,
        "tz": one.timezone.rpartition("/")[2],
        "geoCountry": one.country,
        "geoPostalCode": one.postal_code,
    }
    return {name: value for name, value in told.items() if value}


def _point(one: Meter, site: Facility) -> Grid:
    own = {
        "MeterId": one.meter_id,
        "Quantity": one.quantity,
        "Kind": one.kind.value,
        "Unit": one.unit,
        "Multiplier": f"{one.multiplier:f}" if one.multiplier != 1 else "",
        "Interval": _interval(one) if one.kind in (Kind.INTERVAL, Kind.AVERAGE) else "",
        "Stamp": one.stamp if one.stamp == "end" else "",
        "Modulus": "" if one.modulus is None else f"{one.modulus:f}",
        "MaxRate": "" if one.max_rate is None else f"{one.max_rate:f}",
        "Serial": one.serial,
        "Parent": one.parent,
        "Room": one.room,
        "Rack": one.rack,
    }
    identity = f"{one.meter_id}:{one.serial}" if one.serial else one.meter_id
    return {
        "id": {"_kind": "ref", "val": identity, "dis": one.label or one.meter_id},
        "dis": one.label or one.meter_id,
        "point": _MARKER,
        "sensor": _MARKER,
        "kind": "Number",
        "unit": one.unit,
        "tz": site.timezone.rpartition("/")[2],
        "siteRef": {"_kind": "ref", "val": site.id, "dis": site.name},
        **dict.fromkeys(_MARKERS.get(one.quantity, ()), _MARKER),
        **{f"{OWN}{name}": value for name, value in own.items() if value},
    }


def _interval(one: Meter) -> str:
    if one.interval_months:
        return f"P{one.interval_months}M"
    return f"{round(one.interval.total_seconds() / 60)}min"
