"""Where a cell's content can come from: the kinds that a line of a regime chooses among."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.metrics import Metric
from schemas.size_classes import SizeClasses


@dataclass(frozen=True, kw_only=True)
class FromMetric:
    """A figure: the metric in the first of the preferred categories that has a value."""

    metric: Metric
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FromSum:
    """The sum of figures, each in the first of its categories that has a value.

    Args:
        parts: all are needed: without one there is no sum, and only the bounds that can be had.
        perhaps: what may belong to the sum and is not known to: it raises the upper bound, and a
            sum with any of it is filed with a remark.
        because: why ``perhaps`` is in doubt, for the remark.
    """

    parts: tuple[FromMetric, ...]
    perhaps: tuple[FromMetric, ...] = ()
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class FromCategory:
    """A declaration: the category of the figure that ``FromMetric`` chose for the same metric."""

    metric: Metric
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """One piece of a master-data cell.

    Args:
        fields: where it stands, as ``facility.owner`` or ``facility.redundancy.rack``; the first
            one that is not empty counts.
        label: the word before it, where a cell has several parts.
        optional: it may be empty without leaving a hole.
    """

    fields: tuple[str, ...]
    label: str = ""
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class FromMaster:
    """Master data of operator and facility, from ``estate.yaml``."""

    parts: tuple[Part, ...]


@dataclass(frozen=True, kw_only=True)
class FromMonth:
    """A month in ``estate.yaml``, at the latest in the reporting period."""

    field: str


@dataclass(frozen=True, kw_only=True)
class FromYesNo:
    """A declaration in ``estate.yaml``: ``no``, or ``yes`` with or without words of detail."""

    field: str


@dataclass(frozen=True, kw_only=True)
class FromRefrigerants:
    """The refrigerants that the register says were on site in the period."""


@dataclass(frozen=True, kw_only=True)
class FromPeriod:
    """The reporting period itself: first and last day in the facility's calendar."""


@dataclass(frozen=True, kw_only=True)
class NotComputed:
    """Not computed in this edition of wattledger, because …"""

    because: str


@dataclass(frozen=True, kw_only=True)
class FromClass:
    """The class of the European label that a figure would get; a preview, never the label."""

    metric: Metric
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FromLimit:
    """Whether a limit of ``schemas.limits`` is kept over the period: the limit by its key."""

    key: str


@dataclass(frozen=True, kw_only=True)
class FromBand:
    """The size class of a number in ``estate.yaml``.

    Args:
        fields: where the number stands; the first one that is not empty counts.
        sizes: the classes, as the rule draws their edges.
    """

    fields: tuple[str, ...]
    sizes: SizeClasses


class Practices(StrEnum):
    """What is looked at in the register of practices."""

    EXPECTED = "expected"
    IMPLEMENTED = "implemented"
    ALL = "all"
    VERIFIED = "verified"


@dataclass(frozen=True, kw_only=True)
class FromPractices:
    """The practices of the Code of Conduct, as the register tells them on the last day."""

    what: Practices


@dataclass(frozen=True, kw_only=True)
class FromHighestPotential:
    """Whether no refrigerant on site has a warming potential above a limit [kg CO2e/kg]."""

    at_most: int


FromFigures = FromMetric | FromSum | FromCategory | FromClass | FromLimit
FromEstate = FromBand | FromMaster | FromMonth | FromYesNo | FromRefrigerants | FromPeriod
FromPeople = FromPractices | FromHighestPotential
Content = FromFigures | FromEstate | FromPeople | NotComputed
