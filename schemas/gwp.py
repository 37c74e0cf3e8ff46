"""Warming potentials over 100 years of refrigerants, by assessment report, and what blends hold.

Values: IPCC AR4 (2007), AR5 (2013), AR6 (2021), for R-32, R-125, R-134a, R-143a and R-227ea also
in the public table of the Potsdam group; those of HFOs in AR4's and AR5's columns are unverified.
AR5 gives the two HFOs as "less than 1": there is no value then, only a bound.
"""

from dataclasses import dataclass
from fractions import Fraction

GWP_SETS = ("AR4", "AR5", "AR6")
#: The sets that a value is not verified of.
UNVERIFIED = {"R-1234yf": ("AR4", "AR5", "AR6"), "R-1234ze(E)": ("AR4", "AR5", "AR6")}

#: By gas and set [kg CO2e/kg]; a set that gives no number is absent.
PURE: dict[str, dict[str, Fraction]] = {
    "R-32": {"AR4": Fraction(675), "AR5": Fraction(677), "AR6": Fraction(771)},
    "R-125": {"AR4": Fraction(3500), "AR5": Fraction(3170), "AR6": Fraction(3740)},
    "R-134a": {"AR4": Fraction(1430), "AR5": Fraction(1300), "AR6": Fraction(1530)},
    "R-143a": {"AR4": Fraction(4470), "AR5": Fraction(4800), "AR6": Fraction(5810)},
    "R-227ea": {"AR4": Fraction(3220), "AR5": Fraction(3350), "AR6": Fraction(3600)},
    "R-1234yf": {"AR4": Fraction(4), "AR6": Fraction("0.501")},
    "R-1234ze(E)": {"AR4": Fraction(7), "AR6": Fraction("1.37")},
}
#: What a set says instead of a number: below that.
BELOW: dict[str, dict[str, Fraction]] = {
    "R-1234yf": {"AR5": Fraction(1)},
    "R-1234ze(E)": {"AR5": Fraction(1)},
}
#: Mass shares of the components, as ASHRAE 34 designates the blends.
BLENDS: dict[str, dict[str, Fraction]] = {
    "R-404A": {"R-125": Fraction(44, 100), "R-143a": Fraction(52, 100), "R-134a": Fraction(4, 100)},
    "R-407C": {"R-32": Fraction(23, 100), "R-125": Fraction(25, 100), "R-134a": Fraction(52, 100)},
    "R-410A": {"R-32": Fraction(1, 2), "R-125": Fraction(1, 2)},
    "R-450A": {"R-134a": Fraction(42, 100), "R-1234ze(E)": Fraction(58, 100)},
    "R-454B": {"R-32": Fraction(689, 1000), "R-1234yf": Fraction(311, 1000)},
    "R-513A": {"R-134a": Fraction(44, 100), "R-1234yf": Fraction(56, 100)},
    "R-515B": {"R-1234ze(E)": Fraction(911, 1000), "R-227ea": Fraction(89, 1000)},
}
#: Other ways to write the same gas.
SPELLINGS = {"R-1234ze": "R-1234ze(E)", "HFC-134a": "R-134a", "HFC-32": "R-32"}


def gas_of(text: str) -> str:
    """The designation of a refrigerant, however it is spelt: ``r410a`` is R-410A. A gas that is
    not known stays as it is written."""
    name = SPELLINGS.get(text.strip(), text.strip())
    folded = _folded(name)
    known = {_folded(one): one for one in (*PURE, *BLENDS)}
    return known.get(folded, name)


def _folded(name: str) -> str:
    return name.casefold().replace("-", "").replace(" ", "")


@dataclass(frozen=True, kw_only=True)
class Potential:
    """A warming potential [kg CO2e/kg]: ``value`` None where the set only says "below"."""

    value: Fraction | None
    low: Fraction
    high: Fraction


def potential(gas: str, gwp_set: str) -> Potential | None:
    """The potential of a gas in a set; of a blend the mean of its components by mass.

    Returns:
        None where neither the gas nor its composition is known, or a component has no value and no
        limit in the set.
    """
    parts = BLENDS.get(gas, {gas: Fraction(1)})
    found: list[tuple[Fraction | None, Fraction, Fraction]] = []
    for component, share in parts.items():
        exact = PURE.get(component, {}).get(gwp_set)
        below = BELOW.get(component, {}).get(gwp_set)
        if exact is not None:
            found.append((share * exact, share * exact, share * exact))
        elif below is not None:
            found.append((None, Fraction(0), share * below))
        else:
            return None
    values = [value for value, _, _ in found if value is not None]
    return Potential(
        value=sum(values, Fraction(0)) if len(values) == len(found) else None,
        low=sum((low for _, low, _ in found), Fraction(0)),
        high=sum((high for _, _, high in found), Fraction(0)),
    )
