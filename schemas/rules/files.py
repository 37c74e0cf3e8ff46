"""Rules about files and how they arrive."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

LATE_DAYS = 31
STALE_DAYS = 7

GROUP = (
    Rule(
        id=RuleId.UNREADABLE_FILE,
        meaning="The file cannot be read as the format its name is mapped to.",
        remedy="Export it again, or map its format under 'sources' in estate.yaml.",
        practice="VEE: file format check.",
    ),
    Rule(
        id=RuleId.OUT_OF_ORDER,
        meaning="Rows of the file go back and forth in time; they are sorted.",
        remedy="Nothing. If stamps are wrong too, check the clock of the source.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        limit="Any row earlier than its meter's row above it, or later in a file that runs "
        "backwards; but not across the 24 MB that are read at once.",
        practice="VEE: time sequence check.",
    ),
    Rule(
        id=RuleId.LATE_ARRIVAL,
        meaning="The file came long after its month, when other files had told of that month.",
        remedy="Nothing, if it was expected; figures of these months moved with it.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        parameters={"days after its newest row, the month, and the month's first file": LATE_DAYS},
        limit=f"{LATE_DAYS} days after all of: its newest row, the end of the month, and another "
        "file with rows of the month.",
        practice="VEE: late data is validated and estimated anew.",
    ),
    Rule(
        id=RuleId.STALE_METER,
        meaning="The meter has stopped telling while others go on.",
        remedy="Check meter, gateway and export; if it was taken out, set valid_to in meters.csv.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"days without a reading up to the newest of the facility": STALE_DAYS},
        limit=f"{STALE_DAYS} days without a measured hour up to the facility's newest one, in the "
        "last month it has files of; not meters read less than once a day.",
        practice="Meter reading performance: meters that no longer communicate.",
    ),
)
