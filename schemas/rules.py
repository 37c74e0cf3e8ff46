"""The rules of validation: what each looks at, what it does, and when it stays silent.

One word each, the same in every table and page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Action(StrEnum):
    """What a rule does where it fires. None of them changes a value."""

    ACCEPT = "accept"  # told, and nothing more
    FLAG = "flag"  # the figure stands; a person should look
    QUARANTINE = "quarantine"  # the reading does not count
    WITHHOLD = "withhold"  # what the readings say of these hours does not count; it is estimated
    WIDEN = "widen"  # amounts stand, but not to the hour: bounds at every border are widened


class Severity(StrEnum):
    """How loudly a finding speaks."""

    NOTE = "note"
    WARNING = "warning"
    BLOCKING = "blocking"


class RuleId(StrEnum):
    """Every rule: of rows, of registers, of hours of one meter, between meters, of files."""

    UNREADABLE_FILE = "unreadable_file"
    MALFORMED_ROW = "malformed_row"
    UNKNOWN_METER = "unknown_meter"
    UNKNOWN_SERIAL = "unknown_serial"
    UNKNOWN_UNIT = "unknown_unit"
    UNPARSABLE_TIME = "unparsable_time"
    DST_HOLE = "dst_hole"
    AMBIGUOUS_TIME = "ambiguous_time"
    UNPARSABLE_VALUE = "unparsable_value"
    OUTSIDE_VALIDITY = "outside_validity"
    FUTURE_TIME = "future_time"
    ANCIENT_TIME = "ancient_time"
    NEGATIVE_AMOUNT = "negative_amount"
    OUT_OF_RANGE = "out_of_range"
    IMPOSSIBLE_RATE = "impossible_rate"
    CONFLICT = "conflict"
    OVERLAP = "overlap"
    CONTRADICTED = "contradicted"
    UNCONFIRMED = "unconfirmed"
    MISSING = "missing"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "out_of_order"
    ROLLOVER = "rollover"
    RESET = "reset"
    JUMP = "jump"
    EXCHANGE = "exchange"
    STUCK = "stuck"
    SPIKE = "spike"
    SCALE_CHANGE = "scale_change"
    SIGN_FLIP = "sign_flip"
    UNEXPECTED_ZERO = "unexpected_zero"
    ZERO_BELOW_PARENT = "zero_below_parent"
    CLOCK_WITHOUT_DST = "clock_without_dst"
    DOUBLE_HOUR_COLLAPSED = "double_hour_collapsed"
    CLOCK_SHIFT = "clock_shift"
    CHILDREN_ABOVE_PARENT = "children_above_parent"
    RESIDUAL = "residual"
    SWAPPED = "swapped"
    BOUND_TWICE = "bound_twice"
    IT_ABOVE_FACILITY = "it_above_facility"
    UPS_ABOVE_INPUT = "ups_above_input"
    WATER_WITHOUT_COOLING = "water_without_cooling"
    PUE_BELOW_ONE = "pue_below_one"
    LATE_ARRIVAL = "late_arrival"
    STALE_METER = "stale_meter"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it means, what it does, and what a person does about it.

    Args:
        parameters: what it compares with, by name with its unit.
        limit: the smallest fault it is sure to find, in words; smaller ones may pass.
        practice: where metering practice has it from.
    """

    id: RuleId
    meaning: str
    remedy: str
    action: Action = Action.QUARANTINE
    severity: Severity = Severity.BLOCKING
    parameters: Mapping[str, float] = field(default_factory=dict)
    limit: str = ""
    practice: str = ""


def _rule(identity: RuleId, meaning: str, remedy: str) -> tuple[RuleId, Rule]:
    return identity, Rule(id=identity, meaning=meaning, remedy=remedy)


RULES: dict[RuleId, Rule] = dict(
    (
        _rule(
            RuleId.UNREADABLE_FILE,
            "The file cannot be read as the format its name is mapped to.",
            "Export it again, or map its format under 'sources' in estate.yaml.",
        ),
        _rule(
            RuleId.MALFORMED_ROW,
            "The row has more or fewer cells than the header.",
            "Mend the row in the source system and export the file again.",
        ),
        _rule(
            RuleId.UNKNOWN_METER,
            "No meter of the register has this id.",
            "Add the meter to meters.csv, or mend the id.",
        ),
        _rule(
            RuleId.UNKNOWN_SERIAL,
            "The meter register knows the meter, but not with this serial.",
            "Add the exchange to meters.csv as a second row with its serial and validity.",
        ),
        _rule(
            RuleId.UNKNOWN_UNIT,
            "The row's unit does not measure this quantity, or is not known.",
            "Use one of the units the quantity accepts; apparent power is never energy.",
        ),
        _rule(
            RuleId.UNPARSABLE_TIME,
            "The time is not ISO 8601, nor the format mapped for the file.",
            "Set time_format for the source, or export ISO 8601.",
        ),
        _rule(
            RuleId.DST_HOLE,
            "The local time does not exist: clocks jumped over it in spring.",
            "Export times with their offset, or in UTC.",
        ),
        _rule(
            RuleId.AMBIGUOUS_TIME,
            "The local time stands more than twice in autumn's double hour.",
            "Export times with their offset, or in UTC.",
        ),
        _rule(
            RuleId.UNPARSABLE_VALUE,
            "The value is empty or not a number with the file's decimal mark.",
            "An empty value is a missing one: leave the row out. Else mend the number.",
        ),
        _rule(
            RuleId.OUTSIDE_VALIDITY,
            "The meter was not in place at this time.",
            "Mend valid_from or valid_to in meters.csv, or the time.",
        ),
        _rule(
            RuleId.FUTURE_TIME,
            "The time is more than a day after the file arrived.",
            "Check the clock of the source.",
        ),
        _rule(
            RuleId.ANCIENT_TIME,
            "The time is before the first month the estate keeps.",
            "Check the clock of the source, or set policies.first_month earlier.",
        ),
        _rule(
            RuleId.NEGATIVE_AMOUNT,
            "An amount cannot be below zero: import and export are two registers.",
            "Check the sign, or register the export as a meter of its own.",
        ),
        _rule(
            RuleId.OUT_OF_RANGE,
            "The value is outside what is physically possible for the quantity.",
            "Check unit and multiplier of the meter.",
        ),
        _rule(
            RuleId.IMPOSSIBLE_RATE,
            "The meter's maximum rate makes this value impossible.",
            "Check unit, multiplier and max_rate of the meter.",
        ),
        _rule(
            RuleId.CONFLICT,
            "Two rows give the same meter and time different values; neither is taken.",
            "Decide with an edit, or send a corrected file under the old name.",
        ),
        _rule(
            RuleId.OVERLAP,
            "The interval begins before the meter's previous one ends.",
            "Check the meter's interval and stamp.",
        ),
        _rule(
            RuleId.CONTRADICTED,
            "Later readings of the register contradict this one; it is bridged.",
            "Nothing, if it was a glitch. Else add the exchange to meters.csv.",
        ),
        _rule(
            RuleId.UNCONFIRMED,
            "The register fell or leapt with its last reading; later readings must decide.",
            "Wait for the next file.",
        ),
    )
)
