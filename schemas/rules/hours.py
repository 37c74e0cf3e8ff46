"""Rules about one meter's hours: what its own history makes unlikely or impossible."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

GROUP = (
    Rule(
        id=RuleId.STUCK,
        meaning="The meter repeats one value; it is not taken for a measurement.",
        remedy="Check the meter and its gateway; deliver the true values, or sign an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={
            "hours at least": 6,
            "× the meter's longest other run": 3,
            "runs at most": 3,
        },
        limit="6 equal hours above zero, and more than 3 times the longest other run, in a meter "
        "without register; not of a lowest or highest amount that comes back.",
        practice="VEE: consecutive identical values check.",
    ),
    Rule(
        id=RuleId.SPIKE,
        meaning="An hour far above everything the meter showed in the four weeks on either side.",
        remedy="Check the rows; deliver a corrected file, or sign an edit that keeps them.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={"× the highest other hour": 2, "days on either side": 28, "hours at most": 3},
        limit="Above twice the highest other hour within 28 days, in a meter with 24 other hours "
        "above zero; not in the first or last 3 hours of its readings.",
        practice="VEE: spike check, high/low check against history.",
    ),
    Rule(
        id=RuleId.SCALE_CHANGE,
        meaning="For whole hours on end the meter tells its amounts in another scale.",
        remedy="Check unit and multiplier of the rows; sign the proposed factor as an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={
            "hours at least": 4,
            "off by at most, × the factor": 3,
            "multiplier at least": 8,
            "multiplier that needs no steady meter": 100,
            "hours at least of a smaller one": 12,
        },
        limit="4 hours above zero, off by 1000 or a multiplier from 100 on, or the inverse, in a "
        "meter with 24 hours above zero; by a smaller multiplier 12 hours of a steady meter.",
        practice="VEE: CT/PT ratio and meter constant check.",
    ),
    Rule(
        id=RuleId.SIGN_FLIP,
        meaning="Rows were refused as negative whose size is what the meter usually shows.",
        remedy="Swap the direction of the current transformer; sign the proposed factor −1.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"rows at least": 3, "off by at most, × the usual": 3},
        limit="3 negative rows in a row, from a third of the meter's low amounts to 3 times its "
        "high ones.",
        practice="VEE: reverse energy flow check.",
    ),
    Rule(
        id=RuleId.UNEXPECTED_ZERO,
        meaning="A meter that never stands still while the site runs says zero.",
        remedy="Check meter and gateway; a true standstill is signed as an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={
            "hours at least": 1,
            "carried by others from, × the usual": 0.9,
            "a share of the usual at least": 0.2,
        },
        limit="One hour of zero, in grid import, UPS, PDU and IT meters that keep no register, "
        "while others do not carry the whole load.",
        practice="VEE: zero consumption check on active meters.",
    ),
)
