"""How the value of an hour came to be: one word each, the same in every table and page."""

from enum import StrEnum


class Method(StrEnum):
    """How the part of an hour that no reading tells of was filled."""

    MEASURED = "measured"
    PROFILE_SHAPE = "exact_sum_profile_shape"
    EVEN_SHAPE = "exact_sum_even_shape"
    PARENT_MINUS_SIBLINGS = "parent_minus_siblings"
    REDUNDANT_METER = "redundant_meter"
    DELIVERED = "delivered_estimate"
    SIMILAR_DAYS = "similar_days"
    LINEAR = "linear"
    OPERATOR_VALUE = "operator_value"
    OPERATOR_REPAIR = "operator_repair"
    NONE = "none"


#: What a person signed as an edit: it speaks for its own hours, and is no evidence for others.
SIGNED = (Method.OPERATOR_VALUE.value, Method.OPERATOR_REPAIR.value)


MEANINGS: dict[Method, str] = {
    Method.MEASURED: "Read by the meter for the whole hour.",
    Method.PROFILE_SHAPE: "Exact sum from the register on both sides; shaped like similar days.",
    Method.EVEN_SHAPE: "Exact sum from the register on both sides; spread evenly over the time.",
    Method.PARENT_MINUS_SIBLINGS: "What the upper meter leaves over beside the other meters below "
    "it, less what it usually leaves over.",
    Method.REDUNDANT_METER: "What the check meter at the same point says.",
    Method.DELIVERED: "What the source itself gives and marks as an estimate.",
    Method.SIMILAR_DAYS: "The mean of the same hour on similar days, four weeks to either side.",
    Method.LINEAR: "A straight line between the hours before and after.",
    Method.OPERATOR_VALUE: "A figure that the operator signed as an edit.",
    Method.OPERATOR_REPAIR: "Readings that the operator's signed edit scales, shifts or swaps.",
    Method.NONE: "Missing: nothing to rest an estimate on.",
}
