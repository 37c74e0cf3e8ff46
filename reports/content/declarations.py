"""Cells from master data, registers and declarations. An empty one names where to fill it in."""

import re

from reports.content.cells import Inputs, bare, empty, number, text
from reports.content.kinds import FromMaster, FromMonth, FromYesNo, NotComputed
from reports.cross_checks import blocked
from reports.form import CellStatus, FilledCell
from reports.regime import Cell

#: What ``commissioned`` must look like to be a month.
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")

_NO = frozenset({"no", "none", "false"})
_YES = frozenset({"yes", "true"})
_REFRIGERANTS = "registers/refrigerants.csv"


def look_up(path: str, inputs: Inputs) -> object:
    """What stands under a path such as ``facility.redundancy.rack``; None where nothing does."""
    value: object = inputs
    for name in path.split("."):
        value = getattr(value, name)
    return None if value == "" else value


def master_cell(cell: Cell, content: FromMaster, inputs: Inputs) -> FilledCell:
    """One value, or several parts as ``label: value; …``. All empty keys are named at once."""
    words, holes = [], []
    for part in content.parts:
        value = next((v for path in part.fields if (v := look_up(path, inputs)) is not None), None)
        if isinstance(value, int | float) and cell.decimals is not None:
            return number(cell, value, "estate.yaml")
        if value is not None:
            words.append(f"{part.label}: {value}" if part.label else str(value))
        elif not part.optional:
            holes.append(part.fields)
    if holes or not words:
        return unfilled(cell, holes or [part.fields for part in content.parts], inputs)
    return text(cell, "; ".join(words), "estate.yaml")


def month_cell(cell: Cell, content: FromMonth, inputs: Inputs) -> FilledCell:
    """A month as YYYY-MM; blocked where it is no month or lies after the period."""
    month = look_up(content.field, inputs)
    if month is None:
        return unfilled(cell, [(content.field,)], inputs)
    filled = text(cell, str(month), "estate.yaml")
    if not MONTH.fullmatch(str(month)):
        return blocked(filled, f"not filed: '{month}' is not a month; write YYYY-MM")
    if str(month) > f"{inputs.year}-12":
        return blocked(filled, f"not filed: {month} is after the end of {inputs.year}")
    return filled


def yes_no_cell(cell: Cell, content: FromYesNo, inputs: Inputs) -> FilledCell:
    """``no``, ``yes`` or ``yes: words``. Empty is no answer, and above all not a no."""
    given = look_up(content.field, inputs)
    if given is None:
        return unfilled(cell, [(content.field,)], inputs, " ('no' is an answer)")
    answer = str(given).strip()
    if answer.casefold() in _NO:
        return text(cell, "no", "estate.yaml")
    if answer.casefold() in _YES:
        return text(cell, "yes", "estate.yaml")
    return text(cell, f"yes: {answer}", "estate.yaml")


def refrigerants_cell(cell: Cell, inputs: Inputs) -> FilledCell:
    """The refrigerants on site in the period."""
    names = refrigerants_on_site(inputs)
    if isinstance(names, str):
        return empty(cell, names)
    return text(cell, "; ".join(names), _REFRIGERANTS)


def refrigerants_on_site(inputs: Inputs) -> list[str] | str:
    """Those with an event in the period, or a stock carried into it; or why nobody can tell."""
    if inputs.refrigerants is None:
        return f"the file {_REFRIGERANTS} is absent"
    events = sorted(inputs.refrigerants, key=lambda event: (event.date, event.line))
    last = {
        event.refrigerant: event
        for event in events
        if event.facility_id == inputs.facility.id and event.date < inputs.end.date()
    }
    names = [
        name
        for name, event in sorted(last.items())
        if event.date >= inputs.start.date() or event.event != "closing" or event.kg > 0
    ]
    return names or (
        f"{_REFRIGERANTS} has no line for {inputs.facility.id} up to {inputs.year}; for a site "
        "without refrigerants write an opening of 0 kg with the refrigerant 'none'"
    )


def period_cell(cell: Cell, inputs: Inputs) -> FilledCell:
    """First and last day of the reporting period, as ISO 8601 writes an interval of days."""
    days = f"{inputs.start:%Y-%m-%d}/{inputs.year}-12-31"
    return text(cell, days, f"calendar of {inputs.facility.timezone}")


def not_computed_cell(cell: Cell, content: NotComputed) -> FilledCell:
    """An honest blank."""
    because = f"not computed in this edition of wattledger, because {content.because}"
    return bare(cell, CellStatus.NOT_COMPUTED, because)


def unfilled(
    cell: Cell, holes: list[tuple[str, ...]], inputs: Inputs, remark: str = ""
) -> FilledCell:
    """An empty cell that names the keys to fill in."""
    names = [" or ".join(_key(path) for path in paths) for paths in holes]
    verb = "is" if len(names) == 1 else "are"
    place = f"{', '.join(names)} {verb} empty in estate.yaml"
    return empty(cell, f"{place} ({inputs.facility.id}){remark}")


def _key(path: str) -> str:
    owner, _, key = path.partition(".")
    return f"{owner} '{key}'"
