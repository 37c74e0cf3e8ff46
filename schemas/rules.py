"""The rules of screening: why a row is refused. One word each, the same in every table and page."""

from dataclasses import dataclass
from enum import StrEnum


class RuleId(StrEnum):
    """Reasons in quarantine."""

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


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule: what it means and what a person does about it."""

    id: RuleId
    meaning: str
    remedy: str


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
