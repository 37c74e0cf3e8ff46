"""Rules about a meter's readings beside each other: which count, which come twice, which lack."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

GROUP = (
    Rule(
        id=RuleId.CONFLICT,
        meaning="Two rows give the same meter and time different values; neither is taken.",
        remedy="Decide with an edit, or send a corrected file under the old name.",
        practice="VEE: duplicate interval check.",
    ),
    Rule(
        id=RuleId.OVERLAP,
        meaning="The interval begins before the meter's previous one ends.",
        remedy="Check the meter's interval and stamp.",
        practice="VEE: time sequence check.",
    ),
    Rule(
        id=RuleId.ESTIMATE_REPLACED,
        meaning="The file marks the value as an estimate, and another row gives the read one.",
        remedy="Nothing.",
        practice="VEE: actual reads replace estimated ones.",
    ),
    Rule(
        id=RuleId.MISSING,
        meaning="Readings do not tell of the whole of these hours.",
        remedy="Ask the source for the rows and drop them into the inbox; else sign an edit.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        limit="Any hour of which a second is not measured.",
        practice="VEE: missing interval check.",
    ),
    Rule(
        id=RuleId.DUPLICATE,
        meaning="A row stands more than once with the same value; it counts once.",
        remedy="Nothing. If it happens with every file, mend the export.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        limit="Any row of the same meter, serial, time and value, in one file or several.",
        practice="VEE: duplicate interval check.",
    ),
)
