"""The classes of the European label for data centres, A to G, by PUE and by freshwater usage.

The act is adopted and not yet in force, and the label itself is made by the European database
alone: what is said here is a preview, and never the label.
"""

from collections.abc import Mapping
from fractions import Fraction

from schemas.metrics import Metric, State

CLASSES = ("A", "B", "C", "D", "E", "F", "G")
SOURCE = "Delegated Regulation C(2026) 3472 final, Annex I"
CITATION = "S-LBL, S-RCB"
STATE = State.ADOPTED
OFFICIAL = False
#: Highest value of classes A to F; G is above. Of water in litres by kWh: in m3 by kWh everything
#: would be of class A.
EDGES: Mapping[Metric, tuple[Fraction, ...]] = {
    Metric.PUE: tuple(map(Fraction, ("1.15", "1.25", "1.35", "1.5", "1.7", "1.9"))),
    Metric.WUE_FRE: tuple(map(Fraction, ("0.1", "0.2", "0.4", "0.6", "0.8", "1"))),
}


def class_of(metric: Metric, value: float | Fraction) -> str:
    """The class of a value: it reaches up to its edge, the edge included; nothing is rounded.

    Args:
        metric: PUE, or freshwater usage (``wue_fre``).
        value: exact, or the double nearest to it, which is held against the double nearest to the
            edge: 1.35 is of class C either way. Usage of water in L/kWh.

    Raises:
        KeyError: the label has no classes of this metric.
    """
    edges = EDGES[metric]
    above = (
        sum(value > edge for edge in edges)
        if isinstance(value, Fraction)
        else sum(value > float(edge) for edge in edges)
    )
    return CLASSES[above]
