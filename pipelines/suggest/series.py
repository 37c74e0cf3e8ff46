"""Series: the readings of one column or id, and what is noted on the way to a proposal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pipelines.suggest.behaviour import kind_of
from pipelines.suggest.numbers import number_of
from pipelines.suggest.table import Table
from pipelines.suggest.times import moment
from pipelines.suggest.words import kind_by_unit, unit_of
from schemas.quantities import Kind
from schemas.units import is_unit


@dataclass(frozen=True, kw_only=True)
class Series:
    """The readings of one column or id: times as the file's clock shows them, in their order."""

    title: str
    unit: str
    times: Sequence[datetime]
    values: Sequence[Decimal]


class Notes:
    """What a proposal rests on, and what stays open."""

    def __init__(self) -> None:
        self.evidence: list[str] = []
        self.questions: list[str] = []


def series_of(table: Table, marks: tuple[str, str], notes: Notes) -> list[Series]:
    """Every series of the table, in the order in which they come up."""
    found: dict[str, tuple[str, list[tuple[datetime, Decimal]]]] = {}
    beside = _unit_beside(table)
    for _, cells in table.rows:
        at = moment(table.stamp(cells), table.shape)
        for place in table.values:
            title = table.titles[place] if table.id is None else cells[table.id]
            if table.unit is not None:
                unit = cells[table.unit]
            else:
                unit = unit_of(table.titles[place]) or beside
            value = number_of(cells[place], marks)
            told = found.setdefault(title, (unit, []))
            if at is not None and value is not None:
                told[1].append((at, value))
    series = []
    for title, (unit, pairs) in found.items():
        if not pairs or not title:
            continue
        ordered = pairs if pairs[0][0] <= pairs[-1][0] else pairs[::-1]
        times, values = zip(*ordered, strict=True)
        series.append(Series(title=title, unit=unit, times=times, values=values))
    unknown = [one.title for one in series if not is_unit(one.unit)]
    if unknown and len(unknown) < len(series) and table.id is None:
        notes.questions.append(f"Left out, for nothing says their unit: {', '.join(unknown)}")
        return [one for one in series if is_unit(one.unit)]
    if unknown:
        notes.questions.append(f"In which unit are these? {', '.join(unknown)}")
    return series


def _unit_beside(table: Table) -> str:
    """The unit that words above the table name for all of it."""
    return next((unit for text in table.beside if (unit := unit_of(text))), "")


def kinds_of(series: Sequence[Series], notes: Notes) -> dict[str, str]:
    """The kind of each series: by its unit, else by what its values do, else like the others."""
    found = {}
    for one in series:
        by_unit = kind_by_unit(one.unit) if one.unit else ""
        found[one.title] = by_unit or kind_of(one.values)
    amounts = [kind for kind in found.values() if kind in (Kind.REGISTER, Kind.INTERVAL)]
    usual = max(set(amounts), key=amounts.count, default=Kind.INTERVAL.value)
    for title, kind in found.items():
        if not kind:
            found[title] = usual
            notes.questions.append(f"'{title}' stands still: is it a {usual}, as the others are?")
    return found
