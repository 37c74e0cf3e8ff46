"""Answers of Electricity Maps: the carbon intensity of a zone's history or of a past range."""

import json

from schemas.errors import Problem
from schemas.estate.factor_series import Point
from schemas.estate.source import FactorSet

#: Where an answer has its values, by the question that was asked.
_LISTS = ("history", "data")
#: The one unit that the service answers in, and what it counts.
_UNIT, _GASES = "gCO2eq/kWh", "co2e"


def electricity_maps_points(
    content: bytes, one: FactorSet, name: str
) -> tuple[list[Point], list[Problem]]:
    """The points of an answer, each marked where the service estimated it.

    Its zone must be the set's key, and the set must say the unit that the service answers in. An
    answer has no lines: ``line`` is a value's place in it, from 1.
    """
    try:
        answer = json.loads(content, parse_float=str, parse_int=str)
        zone = str(answer["zone"])
        values = [dict(value) for key in _LISTS for value in answer.get(key, ())]
        points = [
            Point(
                stamp=str(value["datetime"]),
                value=str(value["carbonIntensity"]),
                line=number,
                estimated=str(bool(value.get("isEstimated"))),
            )
            for number, value in enumerate(values, start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        return [], [Problem(where=name, what=f"this is no answer of Electricity Maps ({error!r}).")]
    problems = []
    if zone != one.key:
        what = f"the answer is of zone '{zone}', and the set's key is '{one.key}'."
        problems.append(Problem(where=name, what=what, remedy="Correct key, or fetch the zone."))
    if (one.unit, one.gases) != (_UNIT, _GASES):
        what = f"Electricity Maps answers in {_UNIT}, gases {_GASES}; the set says otherwise."
        problems.append(Problem(where=name, what=what, remedy=f"Write: unit: {_UNIT}"))
    if not points:
        problems.append(Problem(where=name, what="the answer holds no values."))
    return ([] if problems else points), problems
