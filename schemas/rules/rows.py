"""Rules that look at one row alone: what fails them is quarantined with file and line."""

from schemas.rules.rule import Rule, RuleId

GROUP = (
    Rule(
        id=RuleId.MALFORMED_ROW,
        meaning="The row has more or fewer cells than the header.",
        remedy="Mend the row in the source system and export the file again.",
        practice="VEE: record format check.",
    ),
    Rule(
        id=RuleId.UNKNOWN_METER,
        meaning="No meter of the register has this id.",
        remedy="Add the meter to meters.csv, or mend the id.",
        practice="VEE: meter identification check.",
    ),
    Rule(
        id=RuleId.UNKNOWN_SERIAL,
        meaning="The meter register knows the meter, but not with this serial.",
        remedy="Add the exchange to meters.csv as a second row with its serial and validity.",
        practice="VEE: meter identification check.",
    ),
    Rule(
        id=RuleId.UNKNOWN_UNIT,
        meaning="The row's unit does not measure this quantity, or is not known.",
        remedy="Use one of the units the quantity accepts; apparent power is never energy.",
        practice="VEE: unit of measure check.",
    ),
    Rule(
        id=RuleId.UNPARSABLE_TIME,
        meaning="The time is not ISO 8601, nor the format mapped for the file.",
        remedy="Set time_format for the source, or export ISO 8601.",
        practice="VEE: record format check.",
    ),
    Rule(
        id=RuleId.DST_HOLE,
        meaning="The local time does not exist: clocks jumped over it in spring.",
        remedy="Export times with their offset, or in UTC.",
        practice="VEE: time tolerance and daylight-saving check.",
    ),
    Rule(
        id=RuleId.AMBIGUOUS_TIME,
        meaning="The local time stands more than twice in autumn's double hour.",
        remedy="Export times with their offset, or in UTC.",
        practice="VEE: time tolerance and daylight-saving check.",
    ),
    Rule(
        id=RuleId.UNPARSABLE_VALUE,
        meaning="The value is empty or not a number with the file's decimal mark.",
        remedy="An empty value is a missing one: leave the row out. Else mend the number.",
        practice="VEE: record format check.",
    ),
    Rule(
        id=RuleId.OUTSIDE_VALIDITY,
        meaning="The meter was not in place at this time.",
        remedy="Mend valid_from or valid_to in meters.csv, or the time.",
        practice="VEE: meter identification check.",
    ),
    Rule(
        id=RuleId.FUTURE_TIME,
        meaning="The time is more than a day after the file arrived.",
        remedy="Check the clock of the source.",
        practice="VEE: date and time check.",
    ),
    Rule(
        id=RuleId.ANCIENT_TIME,
        meaning="The time is before the first month the estate keeps.",
        remedy="Check the clock of the source, or set policies.first_month earlier.",
        practice="VEE: date and time check.",
    ),
    Rule(
        id=RuleId.INVALID_END,
        meaning="The row's own end cannot be read, is not after its start or more than a year "
        "later, or the meter is of a kind that has no intervals.",
        remedy="Mend the end, or say with 'until' whether ends are inclusive; a meter whose rows "
        "have ends is of kind interval or average.",
        practice="VEE: interval length check.",
    ),
    Rule(
        id=RuleId.UNKNOWN_QUALITY,
        meaning="The file marks the value with a word that the source does not explain.",
        remedy="Say under the source's 'quality' whether the word means good, estimated or bad.",
        practice="VEE: meter reading status check.",
    ),
    Rule(
        id=RuleId.BAD_QUALITY,
        meaning="The file itself says that the value is wrong.",
        remedy="Nothing, if that is so: the time is estimated from good values.",
        practice="VEE: meter reading status check.",
    ),
    Rule(
        id=RuleId.ESTIMATED_LEVEL,
        meaning="The file marks the value as an estimate, and the meter is a register or gauge: "
        "its own readings bridge the time better.",
        remedy="Nothing; the next true reading settles it.",
        practice="VEE: meter reading status check.",
    ),
    Rule(
        id=RuleId.NEGATIVE_AMOUNT,
        meaning="An amount cannot be below zero: import and export are two registers.",
        remedy="Check the sign, or register the export as a meter of its own.",
        practice="VEE: reverse energy flow check.",
    ),
    Rule(
        id=RuleId.OUT_OF_RANGE,
        meaning="The value is outside what is physically possible for the quantity.",
        remedy="Check unit and multiplier of the meter.",
        practice="VEE: high/low check against physical limits.",
    ),
    Rule(
        id=RuleId.IMPOSSIBLE_RATE,
        meaning="The meter's maximum rate makes this value impossible.",
        remedy="Check unit, multiplier and max_rate of the meter.",
        practice="VEE: high/low check against the meter's maximum demand.",
    ),
)
