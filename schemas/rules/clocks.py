"""Rules about the clock of a source: right amounts at the wrong hour."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

_PRACTICE = "VEE: time tolerance and daylight-saving check."

GROUP = (
    Rule(
        id=RuleId.CLOCK_WITHOUT_DST,
        meaning="The source stamps local time without summer time: an hour off in summer.",
        remedy="Map the source with the fixed offset it uses, or export with offsets.",
        action=Action.WIDEN,
        severity=Severity.WARNING,
        limit="Any row in the spring hole of the clocks.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.DOUBLE_HOUR_COLLAPSED,
        meaning="Autumn's double hour stands once where there should be two.",
        remedy="Export times with their offset, or in UTC.",
        action=Action.WITHHOLD,
        severity=Severity.WARNING,
        limit="One hour of the two measured and the other without a row.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.CLOCK_SHIFT,
        meaning="The meter's days run an hour or more early or late beside their usual shape.",
        remedy="Check the clock of the source; sign the proposed shift as an edit.",
        action=Action.WIDEN,
        severity=Severity.WARNING,
        parameters={"days at least": 5, "share of variance the hour of the day explains": 0.5},
        limit="5 days off by an hour or two, in a meter whose days have a clear shape.",
        practice=_PRACTICE,
    ),
)
