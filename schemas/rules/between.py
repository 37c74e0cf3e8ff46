"""Rules between meters: what one says of the other."""

from schemas.rules.rule import Action, Rule, RuleId, Severity

_BALANCE = "Energy balance of the metering tree (EN 50600-4-2, sub-metering checks)."

GROUP = (
    Rule(
        id=RuleId.ZERO_BELOW_PARENT,
        meaning="The meter says zero while its parent leaves over what it usually shows.",
        remedy="Check meter and gateway; a true standstill is signed as an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={"hours at least": 2, "of the usual amount missing in the balance": 0.5},
        limit="2 hours of zero, in a meter of intervals whose usual amount the parent leaves over.",
        practice=_BALANCE,
    ),
    Rule(
        id=RuleId.CHILDREN_ABOVE_PARENT,
        meaning="The meters below show more than their parent, beyond both limits of error.",
        remedy="Check multipliers and which meters hang below; the parent may miss a feed.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"share of the parent": 0.02},
        limit="More than 2 % beyond the meters' own limits of error, over a day.",
        practice=_BALANCE,
    ),
    Rule(
        id=RuleId.RESIDUAL,
        meaning="What the parent shows beyond the meters below it has changed.",
        remedy="Look for a new load without a meter, or a meter below that fails.",
        action=Action.FLAG,
        severity=Severity.NOTE,
        parameters={"share of the parent": 0.1, "days before at least": 8},
        limit="A day whose residual, as an amount and as a share of the parent, is off all but two "
        "days of the two weeks before by 10 % of the parent, both up or both down.",
        practice=_BALANCE,
    ),
    Rule(
        id=RuleId.SWAPPED,
        meaning="Two meters bear each other's name: each shows the other's amounts.",
        remedy="Check the wiring list; sign the swap as an edit.",
        action=Action.WITHHOLD,
        severity=Severity.BLOCKING,
        parameters={"ratio of their levels": 1.5, "hours at least": 24},
        limit="A day of two meters of one kind, unit and cadence that run in nine hours of ten, "
        "whose levels differ by half where it begins or ends, and that begins or ends within the "
        "month or its neighbours; not of meters that change places more than six times.",
        practice="Point-to-point check of the metering list.",
    ),
    Rule(
        id=RuleId.BOUND_TWICE,
        meaning="Two meters tell exactly the same amounts: one point is bound twice.",
        remedy="Check the point list of the source; take one of them out of meters.csv.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"hours at least": 48, "different amounts among them at least": 24},
        limit="48 equal hours above zero in a row, with 24 different amounts among them.",
        practice="Point-to-point check of the metering list.",
    ),
    Rule(
        id=RuleId.IT_ABOVE_FACILITY,
        meaning="The IT equipment used more than entered the facility.",
        remedy="Look for a feed without a boundary meter, or a wrong multiplier.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        limit="A day, beyond the meters' limits of error.",
        practice=_BALANCE,
    ),
    Rule(
        id=RuleId.UPS_ABOVE_INPUT,
        meaning="The UPS gave more than it took, beyond both limits of error.",
        remedy="Check multipliers and whether every input has a meter.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        limit="A day, beyond the meters' limits of error.",
        practice=_BALANCE,
    ),
    Rule(
        id=RuleId.WATER_WITHOUT_COOLING,
        meaning="Water flows as ever while the cooling stands still.",
        remedy="Look for a leak, or a cooling meter that fails.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        parameters={"hours at least": 24, "of the usual water": 0.5},
        limit="24 hours of half the usual water in a row without any cooling electricity.",
        practice="Cross-check of water against cooling.",
    ),
    Rule(
        id=RuleId.PUE_BELOW_ONE,
        meaning="The hour's PUE is below 1, which cannot be.",
        remedy="Look for a feed without a boundary meter, a wrong multiplier or a clock.",
        action=Action.FLAG,
        severity=Severity.WARNING,
        limit="An hour, beyond the meters' limits of error.",
        practice="EN 50600-4-2: PUE is above 1 by definition.",
    ),
)
