"""Rules about the clock of a source: right amounts at the wrong hour."""

from datetime import timedelta

from schemas.rules.rule import Action, Rule, RuleId, Severity

_PRACTICE = "VEE: time tolerance and daylight-saving check."

#: Where nobody knows when a source's summer ends, it is taken to be as long as anywhere.
LONGEST_SUMMER = timedelta(weeks=35)
#: A clock that is off for less time than this is not told from a day unlike others.
SHIFT_DAYS = 5
#: Hours that a clock is looked for to be off by; more than these is no common mistake.
SHIFTS = (-2, -1, 1, 2)
#: How much more likely a week must be with a clock that is off: by a factor of e to this power.
#: The second is asked of the meter's usual days alone, where no other meter may speak for it.
EVIDENCE, EVIDENCE_ALONE = 7.0, 30.0
#: Another meter's steps from hour to hour tell the time of this one if they explain this share more
#: of its variance than they do an hour early or late.
WITNESS = 0.25

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
        limit="One hour of the two measured and the other without a row, in a meter of intervals "
        "read every hour; of a register, whose hours before and after tell that a reading stands "
        "an hour early.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.CLOCK_SHIFT,
        meaning="The meter's days run an hour or more early or late beside their usual shape.",
        remedy="Check the clock of the source; sign the proposed shift as an edit.",
        action=Action.WIDEN,
        severity=Severity.WARNING,
        parameters={
            "days at least": SHIFT_DAYS,
            "share of variance the hour of the day explains": 0.5,
            "share of variance that another meter's steps explain more than an hour off": WITNESS,
        },
        limit="A week off by an hour, begun and ended in the data, in a meter whose days have a "
        "clear shape; or 5 days, in a meter that moves with another one.",
        practice=_PRACTICE,
    ),
)
