"""The register of edits: ``registers/edits.csv``, what persons signed for hours of a meter."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from schemas.domains import QUANTITIES
from schemas.errors import Problem, nearest
from schemas.estate.edit import RULE_FORMS, Deed, Edit, Ruling, counting, overlaps, ruling_of
from schemas.estate.model import Facility, Meter
from schemas.estate.policies import Policies
from schemas.estate.record import Record
from schemas.estate.registers.read import register_file, repeated
from schemas.estate.table_file import read_table
from schemas.quantities import Kind, Nature

REQUIRED = ("edit_id", "meter_id", "start", "end", "author", "reason")
COLUMNS = (
    "edit_id,meter_id,start,end,value,rule,author,reason,evidence,expires,reviewed_by"
).split(",")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: Values have as many places as the lake, and no more digits than it can add up.
_PLACES = 12
_LARGEST = Decimal(10) ** 15


def read_edits(
    folder: Path,
    facilities: Mapping[str, Facility],
    meters: Sequence[Meter],
    policies: Policies,
    day: date | None = None,
) -> tuple[tuple[Edit, ...] | None, list[Problem]]:
    """The edits, and every problem of them; None where there is no such file.

    Refused: an unknown meter; a stretch that is empty, does not begin and end on the hour of the
    site's clock, or leaves the meter's validity; both or neither of value and rule; a rule that is
    not known or does not suit the meter; a value below zero, or above what the meter can reach; a
    reviewer who is the author; two edits that count for the same hours of a meter.

    Args:
        day: the day it is. Edits that have expired by then overlap with none, and an edit about
            later days is refused. None: nobody knows; edits that expire are not compared.
    """
    path = register_file(folder, "edits")
    if path is None:
        return None, []
    name = f"registers/{path.name}"
    records, problems = read_table(path, name, COLUMNS, REQUIRED)
    by_id: dict[str, list[Meter]] = {}
    for meter in meters:
        by_id.setdefault(meter.meter_id, []).append(meter)
    edits = []
    for record in records:
        edit = _edit(record, facilities, by_id)
        if edit is not None and not record.problems:
            _check_day(record, edit, day)
            edits.append(edit)
        problems += record.problems
    problems += repeated(records, "edit_id", "an edit is told by its id")
    counted = counting(edits, day, needs_review=policies.edits_need_review)
    return tuple(edits), problems + overlap_problems(counted, name)


def overlap_problems(edits: Sequence[Edit], name: str = "registers/edits.csv") -> list[Problem]:
    """Two edits that count for the same hours of a meter: nobody could say which of them does."""
    return [
        Problem(
            where=f"{name}:{second.line}",
            what=f"edit '{second.edit_id}' is about hours of '{meter_id}' that edit "
            f"'{first.edit_id}' in line {first.line} decides.",
            remedy="Shorten one of them, or give it an 'expires' that has passed.",
        )
        for first, second, meter_id in overlaps(edits)
    ]


def _edit(
    record: Record, facilities: Mapping[str, Facility], by_id: Mapping[str, Sequence[Meter]]
) -> Edit | None:
    for key in REQUIRED:
        record.required(key)
    rows = by_id.get(record.text("meter_id"))
    if rows is None:
        if record.text("meter_id"):
            record.refuse(
                "meter_id",
                f"meter '{record.text('meter_id')}' is not in the meter register.",
                nearest(record.text("meter_id"), sorted(by_id)),
            )
        return None
    zone = facilities[rows[0].facility_id].zone
    start, end = _hour(record, "start", zone), _hour(record, "end", zone)
    value, ruling = _value_or_rule(record)
    _check_review(record)
    if start is None or end is None or ruling is None:
        return None
    if start >= end:
        record.refuse("end", "the end is not after the start.", "An edit is about [start, end).")
        return None
    edit = Edit(
        edit_id=record.text("edit_id"),
        meter_id=rows[0].meter_id,
        facility_id=rows[0].facility_id,
        start=start,
        end=end,
        value=value,
        rule=record.text("rule"),
        ruling=ruling,
        author=record.text("author"),
        reason=record.text("reason"),
        evidence=record.text("evidence"),
        expires=record.day("expires"),
        reviewed_by=record.text("reviewed_by"),
        line=record.line,
    )
    _check_validity(record, edit, rows, zone)
    _check_ruling(record, edit, rows, by_id)
    if ruling.deed in (Deed.VALUE, Deed.ZERO):
        _check_value(record, edit, rows)
    return edit


def _hour(record: Record, key: str, zone: ZoneInfo) -> datetime | None:
    moment = record.instant(key, zone)
    if moment is None:
        return None
    local = moment.astimezone(zone)
    written = datetime.fromisoformat(record.text(key))
    if written.tzinfo is None and local.replace(tzinfo=None) != written:
        record.refuse(
            key,
            f"{key} {record.text(key)} does not exist in {zone.key}: clocks leap over it.",
            "Give the time with its offset.",
        )
    elif (local.minute, local.second, local.microsecond) != (0, 0, 0):
        record.refuse(
            key, f"{key} {record.text(key)} is not on the hour.", "Edits are about whole hours."
        )
    return moment


def _value_or_rule(record: Record) -> tuple[Decimal | None, Ruling | None]:
    """The value, and what the edit does; the latter None where nobody can tell."""
    written, rule = record.text("value"), record.text("rule")
    if bool(written) == bool(rule):
        which = "both value and rule are" if rule else "neither value nor rule is"
        record.refuse("value", f"{which} given.", f"Give one. Rules: {', '.join(RULE_FORMS)}.")
        return None, None
    if rule:
        try:
            return None, ruling_of(rule, record.text("meter_id"))
        except ValueError as error:
            record.refuse("rule", *error.args)
            return None, None
    value = record.decimal("value")
    if value is None:
        return None, None
    exponent = value.normalize().as_tuple().exponent
    if abs(value) >= _LARGEST or (isinstance(exponent, int) and -exponent > _PLACES):
        record.refuse(
            "value",
            f"value {value} is too large or too fine.",
            f"Below {_LARGEST:.0f}, with at most {_PLACES} places after the point, is allowed.",
        )
    return value, Ruling(deed=Deed.VALUE)


def _check_review(record: Record) -> None:
    author, reviewer = record.text("author"), record.text("reviewed_by")
    if author and author.casefold() == reviewer.casefold():
        record.refuse(
            "reviewed_by",
            f"'{reviewer}' reviews an edit of their own.",
            "Name a second person, or nobody.",
        )


def _check_day(record: Record, edit: Edit, day: date | None) -> None:
    if day is not None and edit.end.date() > day + DAY:
        record.refuse(
            "end",
            f"the edit is about hours that have not been: it ends after {day}.",
            "End it with the hours that are known.",
        )


def _check_validity(record: Record, edit: Edit, rows: Sequence[Meter], zone: ZoneInfo) -> None:
    """Every hour of the edit lies in the validity of one of the meter's rows, at least in part."""
    reached = edit.start
    for meter in sorted(rows, key=lambda one: one.valid_from or edit.start):
        begins = _whole(meter.valid_from, zone) if meter.valid_from else edit.start
        if begins <= reached:
            ends = _whole(meter.valid_to, zone, up=True) if meter.valid_to else edit.end
            reached = max(reached, ends)
    if reached < edit.end:
        record.refuse(
            "start",
            f"meter '{edit.meter_id}' is not valid at {reached.astimezone(zone).isoformat()}, "
            "which the edit is about.",
            "Keep the edit within valid_from and valid_to of the meter register.",
        )


def _whole(moment: datetime, zone: ZoneInfo, *, up: bool = False) -> datetime:
    local = moment.astimezone(zone)
    past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return moment - past + (HOUR if up and past else timedelta(0))


def _check_ruling(
    record: Record, edit: Edit, rows: Sequence[Meter], by_id: Mapping[str, Sequence[Meter]]
) -> None:
    ruling = edit.ruling
    if ruling.deed is Deed.SHIFT and abs(ruling.hours) * HOUR >= edit.end - edit.start:
        record.refuse(
            "rule",
            f"'{edit.rule}' leaves none of the edit's hours.",
            "Hours move within [start, end); what leaves it is not counted twice.",
        )
    if ruling.deed is Deed.SWAP:
        _check_swap(record, edit, rows, by_id)
    if ruling.factor < 0 and not all(_turns(meter) for meter in rows):
        record.refuse(
            "rule",
            f"'{edit.rule}' cannot be told from rows of this meter: only amounts per interval "
            "shorter than a day stand for themselves.",
            "Export them again with the right sign, or sign a value.",
        )


def _turns(meter: Meter) -> bool:
    """Whether rows refused as negative can count with their sign turned."""
    amounts = QUANTITIES[meter.quantity].nature is Nature.AMOUNT
    return amounts and meter.kind is not Kind.REGISTER and meter.interval < DAY


def _check_swap(
    record: Record, edit: Edit, rows: Sequence[Meter], by_id: Mapping[str, Sequence[Meter]]
) -> None:
    other = edit.ruling.other
    if other not in by_id:
        record.refuse("rule", f"meter '{other}' is not known.", nearest(other, sorted(by_id)))
        return
    if by_id[other][0].facility_id != edit.facility_id:
        record.refuse("rule", f"meter '{other}' belongs to another facility.")
        return

    def converted(meters: Sequence[Meter]) -> set[tuple[str, str, Decimal]]:
        return {(QUANTITIES[one.quantity].unit, one.unit, one.multiplier) for one in meters}

    if converted(rows) != converted(by_id[other]):
        record.refuse(
            "rule",
            f"'{edit.meter_id}' and '{other}' have other units or multipliers.",
            "Their hours cannot be exchanged as they are; mend the names in the export.",
        )


def _check_value(record: Record, edit: Edit, rows: Sequence[Meter]) -> None:
    """An amount from nothing to the maximum rate; a level within what is possible."""
    quantity = QUANTITIES[rows[0].quantity]
    value = edit.value or Decimal(0)
    lowest = Decimal(str(quantity.lowest))
    if quantity.nature is Nature.LEVEL:
        highest = None if quantity.highest is None else Decimal(str(quantity.highest))
    else:
        lowest = Decimal(0)
        rates = [meter.max_rate for meter in rows if meter.max_rate is not None]
        hours = Decimal((edit.end - edit.start) // timedelta(seconds=1)) / 3600
        highest = max(rates) * hours if len(rates) == len(rows) else None
    if value < lowest or (highest is not None and value > highest):
        reach = f"from {lowest:f}" + ("" if highest is None else f" to {highest.normalize():f}")
        record.refuse(
            "value",
            f"{edit.does} is not possible: '{edit.meter_id}' can reach {reach} "
            f"{quantity.unit.value} in these hours.",
            "Check value, stretch and max_rate.",
        )
