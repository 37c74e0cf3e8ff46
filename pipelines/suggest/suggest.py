"""From a file to a proposal, tried by reading the file with it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pipelines.suggest.behaviour import interval_of, step_of, usual
from pipelines.suggest.cells import cells_of
from pipelines.suggest.numbers import marks_of
from pipelines.suggest.series import Notes, Series, kinds_of, series_of
from pipelines.suggest.suggestion import ProposedMeter, Suggestion
from pipelines.suggest.table import Table, table_of
from pipelines.suggest.times import has_offset, moment
from pipelines.suggest.tried import tried
from pipelines.suggest.walk import is_walk, suggest_walk
from pipelines.suggest.words import (
    hours_beside_utc,
    quantity_of,
    tells_begin,
    tells_end,
    words_of,
)
from pipelines.suggest.zones import shown_by
from schemas.estate.source import Source
from schemas.quantities import Kind

_LASTING = (Kind.INTERVAL.value, Kind.AVERAGE.value)
_MIDNIGHT = timedelta(0)
_DAY = timedelta(days=1)


def suggest(path: Path, timezone: str = "") -> Suggestion:
    """A mapping of a tabular file, or of a walk of SNMP, tried on it.

    What the file shows is taken from it: separator, marks of numbers, header, times and their
    format, long or wide, units, and what values do. What it does not show is a question, and no
    guess is made without one.

    Args:
        timezone: the site's, for a file whose times do not show theirs.

    Raises:
        UsageError: a file that is no table, or has no times or values.
    """
    if is_walk(path):
        return suggest_walk(path)
    notes = Notes()
    cells = cells_of(path)
    table = table_of(cells, path.name)
    own = [row[place] for _, row in table.rows for place in table.values]
    marks, doubtful = marks_of(own, cells.source.separator)
    notes.evidence.append(f"numbers such as {next((text for text in own if text), '')}")
    if doubtful:
        notes.questions.append(
            f"Is '{marks[0]}' the decimal mark? Every number has three digits behind its mark."
        )
    series = series_of(table, marks, notes)
    source = _mapping(cells.source, table, marks, notes)
    source = replace(source, timezone=_zone(table, series, timezone, notes))
    kinds = kinds_of(series, notes)
    stamp = _stamp(table, series, notes)
    names = _names(series, table)
    lengths = _length(table, source.until)
    meters = tuple(
        ProposedMeter(
            title=one.title,
            meter_id=names[one.title],
            quantity=quantity_of(one.title, kinds[one.title], one.unit),
            kind=kinds[one.title],
            unit=one.unit,
            interval=lengths or interval_of(step_of(one.times)),
            stamp=stamp if kinds[one.title] in _LASTING else "",
        )
        for one in series
    )
    if table.id is None:
        wide = tuple((one.title, names[one.title]) for one in series)
        source = replace(source, wide=wide)
    if unknown := [one.title for one in meters if not one.quantity]:
        notes.questions.append(f"What does each of these measure? {', '.join(unknown)}")
    kept, refused = tried(path, source, meters, timezone)
    if not kept:
        notes.questions.append("Nothing of the file can be read with this; what is its layout?")
    return Suggestion(
        source=source,
        meters=meters,
        kept=kept,
        refused=refused,
        evidence=tuple(notes.evidence),
        questions=tuple(notes.questions),
    )


def _mapping(known: Source, table: Table, marks: tuple[str, str], notes: Notes) -> Source:
    titles = table.titles
    columns = {"timestamp": titles[table.time[0]]}
    if len(table.time) > 1:
        columns["time"] = titles[table.time[1]]
    until = "exclusive"
    if table.until is not None:
        columns["until"] = titles[table.until]
        until = _until(table, table.until, notes)
    if table.id is not None:
        columns |= {"meter": titles[table.id], "value": titles[table.values[0]]}
    if table.unit is not None:
        columns["unit"] = titles[table.unit]
    notes.evidence.append(
        f"times in '{columns['timestamp']}'"
        + (f" and '{columns['time']}'" if "time" in columns else "")
        + f", written as {table.shape or 'ISO 8601'}"
    )
    grouping = "" if marks == (",", ".") else marks[1]
    return replace(
        known,
        decimal=marks[0],
        grouping=grouping,
        time_format=table.shape,
        skip_lines=table.above,
        header_lines=table.header,
        footer=_footer(table),
        until=until,
        columns=tuple(columns.items()),
    )


def _until(table: Table, place: int, notes: Notes) -> str:
    """Whether an end is the next row's start, or the day before it."""
    starts = [moment(table.stamp(cells), table.shape) for _, cells in table.rows]
    ends = [moment(cells[place], table.shape) for _, cells in table.rows]
    gaps = [
        after - end
        for end, after in zip(ends, starts[1:], strict=False)
        if end is not None and after is not None
    ]
    inclusive, exclusive = gaps.count(_DAY), gaps.count(_MIDNIGHT)
    if not inclusive and not exclusive:
        notes.questions.append(f"Does '{table.titles[place]}' belong to the interval it ends?")
    else:
        notes.evidence.append(f"rows end in '{table.titles[place]}', and the next begins then")
    return "inclusive" if inclusive > exclusive else "exclusive"


def _length(table: Table, until: str) -> str:
    """The usual length of rows that tell their own end; empty where they don't."""
    if table.until is None:
        return ""
    late = _DAY if until == "inclusive" else _MIDNIGHT
    ends = ((table.stamp(cells), cells[table.until]) for _, cells in table.rows)
    read = ((moment(start, table.shape), moment(end, table.shape)) for start, end in ends)
    return interval_of(
        usual(end - start + late for start, end in read if start is not None and end is not None)
    )


def _footer(table: Table) -> str:
    """A pattern of the lines below the last row, by their first words and whatever numbers; empty
    without any."""
    words = []
    for _, cells in table.below:
        text = next((cell for cell in cells if cell), "")
        if text and not text[0].isdigit():
            plain = re.escape(text[:40]).replace(r"\ ", " ")
            words.append(re.sub(r"\d+", r"\\d+", plain))
    return f'^"?({"|".join(dict.fromkeys(words))})' if words else ""


def _zone(table: Table, series: Sequence[Series], asked: str, notes: Notes) -> str:
    """The zone of naive times: what they show, else what words say, else what was asked for."""
    first = table.stamp(table.rows[0][1])
    if table.shape.startswith("epoch") or has_offset(first):
        notes.evidence.append("times tell their distance from UTC")
        return ""
    longest = max(series, key=lambda one: len(one.times))
    shown = shown_by(longest.times, step_of(longest.times))
    if shown.zones:
        zone = asked if asked in shown.zones else shown.zones[0]
        notes.evidence.append(f"the clock changes as in {zone}")
        return zone
    titles = " ".join(table.titles[place] for place in table.time)
    hours = hours_beside_utc([*table.beside, titles])
    if hours is not None:
        notes.evidence.append(f"words beside the table say UTC{hours:+d}")
        return f"Etc/GMT{-hours:+d}" if hours else "UTC"
    if "utc" in words_of(titles):
        return "UTC"
    if shown.stood:
        notes.questions.append(
            "Clocks change within these times, and these do not: which time is it all year?"
        )
    elif not asked:
        notes.questions.append("In which time zone are these times? Nothing in the file shows it.")
    return asked


def _stamp(table: Table, series: Sequence[Series], notes: Notes) -> str:
    """Whether times begin or end intervals."""
    title = " ".join(table.titles[place] for place in table.time)
    if table.until is not None:
        return "start"
    for text in (title, *table.beside):
        if tells_end(text) != tells_begin(text) and (text == title or len(words_of(text)) == 1):
            stamp = "end" if tells_end(text) else "start"
            notes.evidence.append(f"'{text}' says that times are at the {stamp} of intervals")
            return stamp
    if any("24:00" in table.stamp(cells) for _, cells in table.rows):
        notes.evidence.append("hours are labelled up to 24:00")
        return "end"
    longest = max(series, key=lambda one: len(one.times))
    step, first, last = step_of(longest.times), min(longest.times), max(longest.times)
    at_first, at_last = (timedelta(hours=at.hour, minutes=at.minute) for at in (first, last))
    if at_first == step % _DAY and at_last == _MIDNIGHT and step < _DAY:
        notes.evidence.append("the first time is one interval after midnight, the last at midnight")
        return "end"
    if at_first != _MIDNIGHT or step >= _DAY:
        notes.questions.append("Do times begin or end their intervals? Taken as their start.")
    else:
        notes.evidence.append("the first time is at midnight, the last before it")
    return "start"


def _names(series: Sequence[Series], table: Table) -> dict[str, str]:
    """Meters by title: an id of a long table is one, a title is made one."""
    if table.id is not None:
        return {one.title: one.title for one in series}
    names: dict[str, str] = {}
    for one in series:
        bare = re.sub(r"\s*[\[(][^\])]*[\])]\s*$", "", one.title)
        word = re.sub(r"\W+", "_", bare).strip("_").lower() or "meter"
        taken = set(names.values())
        names[one.title] = next(
            name
            for name in (word, *(f"{word}_{number}" for number in range(2, len(series) + 2)))
            if name not in taken
        )
    return names
