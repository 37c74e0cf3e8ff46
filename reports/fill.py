"""From published figures and master data to a filled form, with every hole named."""

from collections.abc import Sequence
from datetime import datetime

from reports.content.assessed import band_cell, class_cell, limit_cell
from reports.content.cells import Inputs
from reports.content.declarations import (
    MONTH,
    master_cell,
    month_cell,
    not_computed_cell,
    period_cell,
    refrigerants_cell,
    yes_no_cell,
)
from reports.content.figures import category_cell, figure_cell
from reports.content.kinds import (
    FromBand,
    FromCategory,
    FromClass,
    FromEstate,
    FromFigures,
    FromHighestPotential,
    FromLimit,
    FromMaster,
    FromMetric,
    FromMonth,
    FromPeople,
    FromPeriod,
    FromPractices,
    FromRefrigerants,
    FromSum,
    FromYesNo,
    NotComputed,
)
from reports.content.practices import potential_cell, practices_cell
from reports.content.sums import sum_cell
from reports.cross_checks import blocked, cross_check, flagged
from reports.form import FilledCell, Form
from reports.regime import Cell, Regime
from schemas.errors import UsageError
from schemas.estate.model import Facility, Operator
from schemas.estate.policies import Policies
from schemas.estate.registers.practices import Practice
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import MetricValue


def fill(
    regime: Regime,
    *,
    operator: Operator,
    facility: Facility,
    year: int,
    metrics: Sequence[MetricValue],
    refrigerants: Sequence[RefrigerantEvent] | None = None,
    practices: Sequence[Practice] | None = None,
    policies: Policies,
) -> Form:
    """One regime's form for one facility and year.

    Args:
        metrics: published figures; those of other facilities and periods are passed over.
        refrigerants, practices: the registers' lines, or None where the estate has no such
            register, which is not the same as a register without a line.

    Returns:
        A form with every cell of the regime. A cell without an honest value has none, and a reason.

    Raises:
        UsageError: the regime has no form for that year.
    """
    if year < regime.first_year:
        raise UsageError(
            f"{regime.key}: there is no form for {year}.\n"
            f"  The first year reported on it is {regime.first_year}."
        )
    start, end = reporting_period(facility, year)
    inputs = Inputs(
        operator=operator,
        facility=facility,
        year=year,
        start=start,
        end=end,
        figures=tuple(m for m in metrics if (m.facility_id, m.period) == (facility.id, str(year))),
        refrigerants=refrigerants,
        practices=practices,
        policies=policies,
    )
    cells = tuple(_within(cell, _filled(cell, inputs)) for cell in regime.cells)
    return Form(
        regime=regime.key,
        title=regime.title,
        edition=regime.edition,
        jurisdiction=regime.jurisdiction,
        source=regime.source,
        state=regime.state.value,
        operator=operator.name,
        facility=facility.id,
        facility_name=facility.name,
        year=year,
        period_start=start,
        period_end=end,
        policies=policies,
        cells=cross_check(regime, cells),
        ratios=regime.ratios,
        notes=regime.notes,
        taxonomy=regime.taxonomy,
        lei=operator.lei,
        months=_months(regime, facility, year, metrics),
    )


def reporting_period(facility: Facility, year: int) -> tuple[datetime, datetime]:
    """The calendar year in the facility's zone, or its part from the month of commissioning on.

    Returns:
        Start and end, end exclusive. No figure is stretched to a whole year.
    """
    month = 1
    if MONTH.fullmatch(facility.commissioned) and facility.commissioned[:4] == f"{year}":
        month = int(facility.commissioned[5:])
    zone = facility.zone
    return datetime(year, month, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)


def _filled(cell: Cell, inputs: Inputs) -> FilledCell:
    content = cell.content
    if isinstance(content, NotComputed):
        return not_computed_cell(cell, content)
    if isinstance(content, FromFigures):
        return _from_figures(cell, content, inputs)
    if isinstance(content, FromPeople):
        return _from_people(cell, content, inputs)
    return _from_estate(cell, content, inputs)


def _from_figures(cell: Cell, content: FromFigures, inputs: Inputs) -> FilledCell:
    match content:
        case FromMetric():
            return figure_cell(cell, content, inputs)
        case FromSum():
            return sum_cell(cell, content, inputs)
        case FromCategory():
            return category_cell(cell, content, inputs)
        case FromClass():
            return class_cell(cell, content, inputs)
        case FromLimit():
            return limit_cell(cell, content, inputs)


def _from_people(cell: Cell, content: FromPeople, inputs: Inputs) -> FilledCell:
    match content:
        case FromPractices():
            return practices_cell(cell, content, inputs)
        case FromHighestPotential():
            return potential_cell(cell, content, inputs)


def _months(
    regime: Regime, facility: Facility, year: int, metrics: Sequence[MetricValue]
) -> tuple[MetricValue, ...]:
    """The figures that the regime asks for by the month, sorted as it asks and by month."""
    return tuple(
        one
        for asked in regime.monthly
        for one in sorted(metrics, key=lambda one: one.period)
        if one.facility_id == facility.id
        and one.period.startswith(f"{year:04d}-")
        and one.metric is asked.metric
        and one.category in asked.categories
    )


def _from_estate(cell: Cell, content: FromEstate, inputs: Inputs) -> FilledCell:
    match content:
        case FromBand():
            return band_cell(cell, content, inputs)
        case FromMaster():
            return master_cell(cell, content, inputs)
        case FromMonth():
            return month_cell(cell, content, inputs)
        case FromYesNo():
            return yes_no_cell(cell, content, inputs)
        case FromRefrigerants():
            return refrigerants_cell(cell, inputs)
        case FromPeriod():
            return period_cell(cell, inputs)


def _within(cell: Cell, filled: FilledCell) -> FilledCell:
    """Range checks: an impossible value is blocked, an implausible one carries a remark."""
    if cell.allowed and filled.value is not None and filled.value not in cell.allowed:
        known = ", ".join(cell.allowed)
        return blocked(filled, f"not filed: '{filled.value}' is not one of: {known}")
    if filled.exact is None:
        return filled
    if wrong := cell.limits.breach(filled.exact):
        return blocked(filled, f"not filed: {filled.exact:f} {wrong}")
    if odd := cell.plausible.breach(filled.exact):
        return flagged(filled, f"{filled.exact:f} {odd}")
    return filled
