"""Installed IT power over time."""

from dataclasses import replace
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, withheld
from pipelines.metrics.fleet import IT, NO_REGISTER, days_in_place, lines_of, mine
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Status


def installed_it_power(inputs: Inputs) -> tuple[Figure, str]:
    """Installed IT power demand (PDIT) [kW] and how it was determined: installed or rated.

        Σ count × rated power × days in place ÷ days of the period

    From the equipment register; without one from the facility's ``installed_it_kw``, else from
    ``rated_it_kw``, which the law allows where the first cannot be determined. So too, with a
    remark, where an asset that stood in the period has no rated power.
    """
    assets = [
        one for one in mine(inputs) or () if one.category in IT and days_in_place(one, inputs)
    ]
    unpowered = [one.asset_id for one in assets if one.rated_power_kw is None]
    if assets and not unpowered:
        power = sum(
            (
                one.count * Fraction(one.rated_power_kw or 0) * days_in_place(one, inputs)
                for one in assets
            ),
            Fraction(0),
        )
        return known(power / inputs.days, *lines_of(assets)), "installed"
    names = f"{', '.join(unpowered[:3])}{' …' if len(unpowered) > 3 else ''}"
    lacking = f"registers/equipment.csv has no rated_power_kw for {names}"
    facility = inputs.facility
    for power_kw, method in (
        (facility.installed_it_kw, "installed"),
        (facility.rated_it_kw, "rated"),
    ):
        if power_kw is not None:
            figure = known(Fraction(str(power_kw)), f"estate.yaml:{method}_it_kw")
            if unpowered:
                remark = f"{lacking}; taken from {method}_it_kw in estate.yaml"
                figure = replace(figure, status=Status.FLAGGED, reason=remark)
            return figure, method
    return withheld(lacking if unpowered else NO_REGISTER, "equipment"), ""
