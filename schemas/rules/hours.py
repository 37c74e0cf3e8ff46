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
        limit="6 equal hours in a row, and more than 3 times the longest other run.",
        practice="VEE: consecutive identical values check.",
    ),
    Rule(
        id=RuleId.SPIKE,
        meaning="An hour far above everything the meter showed in the four weeks on either side.",
        remedy="Check the rows; deliver a corrected file, or sign an edit that keeps them.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={"× the highest other hour": 2, "days on either side": 28, "hours at most": 3},
        limit="Above twice the highest other hour within 28 days.",
        practice="VEE: spike check, high/low check against history.",
    ),
    Rule(
        id=RuleId.SCALE_CHANGE,
        meaning="For whole hours on end the meter tells its amounts in another scale.",
        remedy="Check unit and multiplier of the rows; sign the proposed factor as an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={"hours at least": 4, "off by at most, × the factor": 3},
        limit="4 hours by 1000, 0.001, the multiplier or its inverse.",
        practice="VEE: CT/PT ratio and meter constant check.",
    ),
    Rule(
        id=RuleId.SIGN_FLIP,
        meaning="Rows were refused as negative whose size is what the meter usually shows.",
        remedy="Swap the direction of the current transformer; sign the proposed factor −1.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"rows at least": 3, "off by at most, × the usual": 3},
        limit="3 negative rows in a row of the usual size.",
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
        limit="One hour of zero, in grid import, UPS, PDU and IT meters that keep no register.",
        practice="VEE: zero consumption check on active meters.",
    ),
)
