"""What a rule is: its name, what it does, and how loudly it speaks."""

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
    INVALID_END = "invalid_end"
    UNKNOWN_QUALITY = "unknown_quality"
    BAD_QUALITY = "bad_quality"
    ESTIMATED_LEVEL = "estimated_level"
    NEGATIVE_AMOUNT = "negative_amount"
    OUT_OF_RANGE = "out_of_range"
    IMPOSSIBLE_RATE = "impossible_rate"
    CONFLICT = "conflict"
    OVERLAP = "overlap"
    ESTIMATE_REPLACED = "estimate_replaced"
    CONTRADICTED = "contradicted"
    UNCONFIRMED = "unconfirmed"
    FROZEN = "frozen"
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
