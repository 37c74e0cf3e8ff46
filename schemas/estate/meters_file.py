"""The meter register: ``meters.csv`` or ``meters.xlsx``."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from schemas import units
from schemas.domains import QUANTITIES
from schemas.errors import Problem, nearest
from schemas.estate.model import Facility, Meter
from schemas.estate.record import Interval, Record
from schemas.estate.table_file import read_table
from schemas.quantities import Kind, Nature, Quantity

REQUIRED = ("meter_id", "facility_id", "quantity", "kind", "unit")
COLUMNS = (
    *REQUIRED,
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
    "rack",
    "tenant",
    "tags",
)


def read_meters(
    path: Path, facilities: Mapping[str, Facility]
) -> tuple[tuple[Meter, ...], list[Problem]]:
    """The meters, and every problem of the register.

    Refused: unknown facility, quantity, kind or unit; a kind that does not suit the quantity;
    apparent power as energy; a meter twice (unless another serial with validity that does not
    overlap); parents that are unknown or go in a circle; interval and average without interval.
    """
    if not path.exists():
        return (), [
            Problem(
                where=path.name,
                what="is missing.",
                remedy=f"Write the meter register with columns {', '.join(REQUIRED)}, … .",
            )
        ]
    records, problems = read_table(path, path.name, COLUMNS, REQUIRED)
    meters = []
    for record in records:
        meter = _meter(record, facilities)
        problems.extend(record.problems)
        if meter is not None:
            meters.append(meter)
    problems.extend(_identity_problems(path.name, meters))
    problems.extend(_parent_problems(path.name, meters))
    problems.extend(_check_problems(path.name, meters))
    return tuple(meters), problems


def _meter(record: Record, facilities: Mapping[str, Facility]) -> Meter | None:
    for key in REQUIRED:
        record.required(key)
    facility = facilities.get(record.text("facility_id"))
    if facility is None and record.text("facility_id"):
        record.refuse(
            "facility_id",
            f"facility '{record.text('facility_id')}' is not in estate.yaml.",
            nearest(record.text("facility_id"), sorted(facilities)),
        )
    name = record.choice("quantity", tuple(QUANTITIES))
    kind = record.choice("kind", tuple(Kind))
    if facility is None or not name or not kind:
        return None
    quantity = QUANTITIES[name]
    if name in facility.without:
        record.refuse(
            "quantity",
            f"estate.yaml says that {facility.id} is without {name}.",
            "Take it out of 'without' there, or this meter out of the register.",
        )
    _check_kind(record, quantity, Kind(kind))
    _check_unit(record, quantity, Kind(kind))
    interval = record.interval("interval", Interval(length=timedelta(hours=1)))
    if kind in (Kind.INTERVAL, Kind.AVERAGE) and not record.text("interval"):
        record.refuse(
            "interval",
            f"a meter of kind {kind} needs its interval.",
            "Allowed: 15min, 1h, P1D, P1M and the like.",
        )
    if interval.months and kind not in (Kind.INTERVAL, Kind.AVERAGE):
        record.refuse(
            "interval",
            f"the cadence of a {kind} cannot be calendar months.",
            "Give days instead, for example P31D.",
        )
    valid_from = record.instant("valid_from", facility.zone)
    valid_to = record.instant("valid_to", facility.zone)
    if valid_from and valid_to and valid_from >= valid_to:
        record.refuse("valid_to", "valid_to is not after valid_from.", "Mend one of them.")
    return Meter(
        meter_id=record.text("meter_id"),
        facility_id=facility.id,
        quantity=name,
        kind=Kind(kind),
        unit=record.text("unit"),
        multiplier=record.decimal("multiplier", above=Decimal(0)) or Decimal(1),
        modulus=record.decimal("modulus", above=Decimal(0)),
        interval=interval.length,
        interval_months=interval.months,
        stamp=record.choice("stamp", ("start", "end"), "start"),
        parent=record.text("parent"),
        accuracy_percent=record.number("accuracy_percent", lowest=0),
        max_rate=record.decimal("max_rate", above=Decimal(0)),
        serial=record.text("serial"),
        valid_from=valid_from,
        valid_to=valid_to,
        label=record.text("label"),
        room=record.text("room"),
        rack=record.text("rack"),
        tenant=record.text("tenant"),
        tags=record.text("tags"),
        line=record.line,
    )


def _check_kind(record: Record, quantity: Quantity, kind: Kind) -> None:
    if kind in quantity.kinds:
        return
    allowed = f"Allowed for {quantity.name}: {', '.join(quantity.kinds)}."
    if quantity.nature is Nature.AMOUNT:
        record.refuse(
            "kind",
            f"{quantity.name} is an amount; a gauge shows a level at an instant, from which no "
            "amount follows without an assumption.",
            f"{allowed} Use 'average' if the device reports means over an interval.",
        )
    else:
        record.refuse("kind", f"{quantity.name} is a level and does not add up.", allowed)


def _check_unit(record: Record, quantity: Quantity, kind: Kind) -> None:
    text = record.text("unit")
    rate = kind is Kind.AVERAGE
    if not text or units.conversion(text, canonical=quantity.unit, rate=rate):
        return
    known = ", ".join(units.known_units(quantity.unit, rate=rate))
    reason = units.refusal(text) or f"'{text}' is not a unit of {quantity.name} for kind {kind}"
    record.refuse("unit", f"unit refused: {reason}.", f"Known units: {known}.")


def _identity_problems(name: str, meters: Sequence[Meter]) -> list[Problem]:
    rows: dict[str, list[Meter]] = {}
    for meter in meters:
        rows.setdefault(meter.meter_id, []).append(meter)
    problems = []
    for meter_id, same in rows.items():
        first, *others = same
        problems += [
            Problem(
                where=f"{name}:{other.line}",
                what=f"meter '{meter_id}' stands here and in line {first.line} with another "
                "facility, quantity or kind.",
                remedy="A meter id is unique in the estate; give this one an id of its own.",
            )
            for other in others
            if (other.facility_id, other.quantity, other.kind)
            != (first.facility_id, first.quantity, first.kind)
        ]
        same.sort(key=lambda meter: meter.valid_from or datetime.min.replace(tzinfo=UTC))
        for earlier, later in pairwise(same):
            if earlier.serial == later.serial:
                problems.append(_twice(name, earlier, later, "with the same serial"))
            elif earlier.valid_to is None or (
                later.valid_from is None or later.valid_from < earlier.valid_to
            ):
                problems.append(_twice(name, earlier, later, "with validity that overlaps"))
    return problems


def _twice(name: str, earlier: Meter, later: Meter, how: str) -> Problem:
    return Problem(
        where=f"{name}:{later.line}",
        what=f"meter '{later.meter_id}' stands here and in line {earlier.line} {how}.",
        remedy="An exchange is a second row with another serial, valid from where the first ends.",
    )


def _parent_problems(name: str, meters: Sequence[Meter]) -> list[Problem]:
    by_id = {meter.meter_id: meter for meter in meters}
    problems = []
    for meter in by_id.values():
        if meter.parent and meter.parent not in by_id:
            problems.append(
                Problem(
                    where=f"{name}:{meter.line}",
                    what=f"parent '{meter.parent}' is not a meter.",
                    remedy=nearest(meter.parent, sorted(by_id)),
                )
            )
        elif meter.parent and by_id[meter.parent].facility_id != meter.facility_id:
            problems.append(
                Problem(
                    where=f"{name}:{meter.line}",
                    what=f"parent '{meter.parent}' belongs to another facility.",
                    remedy="A parent feeds its children inside one facility.",
                )
            )
    reported: set[str] = set()
    for meter in by_id.values():
        path = [meter.meter_id]
        while (parent := by_id[path[-1]].parent) in by_id and parent not in path:
            path.append(parent)
        if parent in path and not reported & set(path):
            circle = path[path.index(parent) :]
            reported |= set(circle)
            problems.append(
                Problem(
                    where=f"{name}:{by_id[circle[0]].line}",
                    what=f"parents go in a circle: {' → '.join([*circle, circle[0]])}.",
                    remedy="Clear the parent of the meter nearest to the grid.",
                )
            )
    return problems


def _check_problems(name: str, meters: Sequence[Meter]) -> list[Problem]:
    """A check meter names another meter of its facility and quantity, which checks nothing."""
    by_id = {meter.meter_id: meter for meter in meters}
    problems = []
    for meter in by_id.values():
        other = by_id.get(meter.checks)
        what = ""
        if meter.checks and other is None:
            what = f"tag checks:{meter.checks} names no meter."
        elif other is not None and other.meter_id == meter.meter_id:
            what = "the meter checks itself."
        elif other is not None and other.checks:
            what = f"the meter checks '{other.meter_id}', which is a check meter itself."
        elif other is not None and (other.facility_id, other.quantity) != (
            meter.facility_id,
            meter.quantity,
        ):
            what = f"the meter checks '{other.meter_id}' of another facility or quantity."
        if what:
            problems.append(
                Problem(
                    where=f"{name}:{meter.line}",
                    what=what,
                    remedy="Name the meter at the same point: checks:<meter_id>, in column tags.",
                )
            )
    return problems
