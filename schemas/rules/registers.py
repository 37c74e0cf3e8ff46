"""Rules about cumulative registers: what a fall or a leap of the count means."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

_PRACTICE = "VEE: register read check (decrease, dial overflow, meter change-out)."

GROUP = (
    Rule(
        id=RuleId.CONTRADICTED,
        meaning="Later readings of the register contradict this one; it is bridged.",
        remedy="Nothing, if it was a glitch. Else add the exchange to meters.csv.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.UNCONFIRMED,
        meaning="The register fell or leapt with its last reading; later readings must decide.",
        remedy="Wait for the next file.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.FROZEN,
        meaning="The reading repeats an older count while the register went on; it is bridged.",
        remedy="Mend the logger or gateway: it sends its last value where it has no new one.",
        parameters={"rises before at least": 12, "the leap that ends it, × the fastest rise": 2},
        limit="Equal counts after a dozen rises in a row, ended by a leap more than twice as fast "
        "as any rise before, or above max_rate, which is neither over the time since the first.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.ROLLOVER,
        meaning="The register passed its modulus and began again; the modulus is added.",
        remedy="Nothing: the sum across it is exact.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        parameters={"mean rate at most, × max_rate": 1.2},
        limit="A fall that fits a known modulus at a known max_rate, in less time than the modulus "
        "lasts at that rate.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.RESET,
        meaning="The register fell and stayed low; nothing is claimed of the time before.",
        remedy="If the meter was exchanged, add the row with the new serial to meters.csv.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        limit="A fall that the next reading confirms and no modulus explains.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.JUMP,
        meaning="The register leapt faster than max_rate allows and stayed; the leap is no amount.",
        remedy="Check max_rate; if the meter was exchanged, add the row with the new serial.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        limit="A rise above max_rate × time by more than one count.",
        practice=_PRACTICE,
    ),
    Rule(
        id=RuleId.EXCHANGE,
        meaning="The meter was exchanged; no amount is taken across the two serials.",
        remedy="Nothing, if closing and opening readings are there; else find them.",
        action=Action.ACCEPT,
        severity=Severity.NOTE,
        limit="Any second row of a meter in meters.csv, at its valid_from.",
        practice=_PRACTICE,
    ),
)
