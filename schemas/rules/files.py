"""Rules about files and how they arrive."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

GROUP = (
    Rule(
        id=RuleId.UNREADABLE_FILE,
        meaning="The file cannot be read as the format its name is mapped to.",
        remedy="Export it again, or map its format under 'sources' in estate.yaml.",
    ),
    Rule(
        id=RuleId.OUT_OF_ORDER,
        meaning="Rows of the file go back and forth in time; they are sorted.",
        remedy="Nothing. If stamps are wrong too, check the clock of the source.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        limit="Any row against the order of most rows of its file.",
        practice="VEE: time sequence check.",
    ),
    Rule(
        id=RuleId.LATE_ARRIVAL,
        meaning="The file came long after the time it tells of.",
        remedy="Nothing, if it was expected; figures of these months moved with it.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        parameters={"days after the last reading, and after the month": 31},
        limit="More than 31 days after both the last row it holds and the end of its month.",
        practice="VEE: late data is validated and estimated anew.",
    ),
    Rule(
        id=RuleId.STALE_METER,
        meaning="The meter has stopped telling while others go on.",
        remedy="Check meter, gateway and export; if it was taken out, set valid_to in meters.csv.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"days without a reading up to the newest of the facility": 7},
        limit="7 days without a reading before the facility's newest, and none after.",
        practice="Meter reading performance: meters that no longer communicate.",
    ),
)
