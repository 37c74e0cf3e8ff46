"""Shorthand for the lines of regimes: one cell stays on one line, to be held against the annex."""

from reports.content.kinds import (
    FromCategory,
    FromClass,
    FromLimit,
    FromMaster,
    FromMetric,
    FromMonth,
    FromPeriod,
    FromSum,
    Part,
)
from reports.regime import Cell, Range, WhenMissing
from schemas.metrics import Metric
from schemas.units import Unit

KWH, MWH, KW, TCO2E, TONNE = (
    Unit.KILOWATT_HOUR,
    Unit.MEGAWATT_HOUR,
    Unit.KILOWATT,
    Unit.TONNE_CO2E,
    Unit.TONNE,
)
M3, M2, C, RATIO, PERCENT = (
    Unit.CUBIC_METRE,
    Unit.SQUARE_METRE,
    Unit.CELSIUS,
    Unit.RATIO,
    Unit.PERCENT,
)
OPTIONAL = WhenMissing.LEAVE_EMPTY
ABOVE_0, FROM_0, SHARE = Range(above=0), Range(lowest=0), Range(lowest=0, highest=1)

#: Where IT energy is measured: UPS output, else PDU output, else IT input.
IT = ("1", "2", "3")
#: The categories of water usage that the European form takes: 2, else 1.
WATER = ("2", "1")
#: Installed IT power demand, else rated IT load.
POWER = ("installed", "rated")

OWNERS = FromMaster(
    parts=(
        Part(label="owner", fields=("facility.owner",)),
        Part(label="operator", fields=("operator.name",)),
        Part(label="contact", fields=("facility.contact", "operator.contact")),
    )
)


def key(field: str) -> FromMaster:
    """One key of the facility in ``estate.yaml``."""
    return FromMaster(parts=(Part(fields=(f"facility.{field}",)),))


def figure(metric: Metric, *categories: str) -> FromMetric:
    """A figure; with categories, the first of them that has a value."""
    return FromMetric(metric=metric, categories=categories)


def total(*parts: FromMetric, perhaps: tuple[FromMetric, ...] = (), because: str = "") -> FromSum:
    """The sum of figures."""
    return FromSum(parts=parts, perhaps=perhaps, because=because)


def category(metric: Metric, *categories: str) -> FromCategory:
    """The category of the figure that ``figure`` would file."""
    return FromCategory(metric=metric, categories=categories)


def class_of(metric: Metric, *categories: str) -> FromClass:
    """The class of the European label that a figure would get."""
    return FromClass(metric=metric, categories=categories)


def limit(key: str, *, section: str, annex: str, label: str, note: str = "") -> Cell:
    """The line of a limit: kept or not, beside the form and never a hole in it."""
    return Cell(
        section=section,
        annex=annex,
        code=f"limit-{key}",
        label=label,
        content=FromLimit(key=key),
        allowed=("kept", "not kept"),
        when_missing=OPTIONAL,
        note=note,
    )


def head(section: str, annex: str = "wattledger") -> tuple[Cell, ...]:
    """Who reports, of which site and period: for forms that name no such lines of their own."""
    operator = FromMaster(parts=(Part(fields=("operator.name",)),))
    lines: tuple[tuple[str, str, FromMaster | FromPeriod | FromMonth], ...] = (
        ("OPERATOR", "Operator", operator),
        ("FACILITY", "Data centre", key("name")),
        ("PERIOD", "Period, first and last day", FromPeriod()),
    )
    return tuple(
        Cell(section=section, annex=annex, code=code, label=label, content=content)
        for code, label, content in lines
    )
