"""Equal duplicates and malformed rows in single files."""

from collections.abc import Sequence

import numpy as np

from sample_data.chance import Ints, draw, key_of
from sample_data.clock import Month
from sample_data.drops import Edit, Sheet, line_cells
from sample_data.faults import Fault
from sample_data.meters import Meter

_DUPLICATES = 12
_SPOILED_A_MONTH = 3
_LINE_KINDS = ("bad timestamp", "too few columns", "too many columns")
_CELL_KINDS = ("text value", "empty value")
_LONG_KINDS = (*_CELL_KINDS, *_LINE_KINDS, "unknown meter id")
_WIDE_KINDS = ("text value", *_LINE_KINDS)


def spoil(
    sheet: Sheet,
    meters: Sequence[Meter],
    *,
    month: Month,
    key: int,
    all_kinds: bool,
    exchanged: str,
    file: str,
) -> tuple[dict[int, Edit], list[Fault]]:
    """Repeat some lines and spoil others.

    A spoiled line stands in the place of a register's good one, whose energy the neighbouring
    readings still hold exactly. In wide files, where a line holds many meters, broken lines are
    added and only a register's cell is spoiled. An unknown meter is always an added line.

    Args:
        sheet: the file.
        meters: the columns of the feed.
        month: its month; only lines of days 2 to 24 are touched.
        key: chance.
        all_kinds: whether every kind of malformed row must occur in this one file.
        exchanged: id of the exchanged meter, whose rows are spared.
        file: how truth/faults.csv names the file.
    """
    calm = (sheet.instants >= month.at(2, 0)) & (sheet.instants < month.at(25, 0))
    spared = [meter.kind != "register" or meter.id == exchanged for meter in meters]
    if not sheet.layout.wide:
        calm &= ~np.array(spared)[sheet.meters]
    lines = np.flatnonzero(calm)
    edits: dict[int, Edit] = {}
    faults: list[Fault] = []
    if lines.shape[0] < 100:
        return edits, faults
    kinds = _kinds(sheet, key, month, all_kinds)
    if all(spared):
        kinds = tuple(kind for kind in kinds if kind not in _CELL_KINDS)
    chosen = _chosen(key, lines, _DUPLICATES + len(kinds))
    facility_id = meters[0].facility_id
    twice = chosen[len(kinds) :]
    for line in twice:
        text = sheet.layout.separator.join(line_cells(sheet, line))
        edits[line] = Edit(lines=(text,), replaces=False)
    repeated = sheet.instants[twice]
    faults.append(
        Fault(
            facility_id=facility_id,
            fault="duplicates",
            meter_id="",
            start=int(repeated.min()),
            end=int(repeated.max()),
            detail=f"{file}: {len(twice)} lines twice",
        )
    )
    for line, kind in zip(chosen, kinds, strict=False):
        column = _register_column(sheet, line, spared)
        edits[line] = _spoiled(sheet, line, kind, column=column, facility_id=facility_id)
        meter = column if sheet.layout.wide else int(sheet.meters[line])
        whole_line = sheet.layout.wide and kind in _LINE_KINDS
        faults.append(
            Fault(
                facility_id=facility_id,
                fault="malformed",
                meter_id="" if whole_line or kind == "unknown meter id" else meters[meter].id,
                start=int(sheet.instants[line]),
                end=int(sheet.instants[line]),
                detail=f"{file}: {kind}",
            )
        )
    return edits, faults


def _kinds(sheet: Sheet, key: int, month: Month, all_kinds: bool) -> tuple[str, ...]:
    kinds = _WIDE_KINDS if sheet.layout.wide else _LONG_KINDS
    if all_kinds:
        return kinds
    first = (month.month * _SPOILED_A_MONTH + key) % len(kinds)
    return tuple(kinds[(first + number) % len(kinds)] for number in range(_SPOILED_A_MONTH))


def _chosen(key: int, lines: Ints, count: int) -> list[int]:
    """Different lines, in an order of chance."""
    drawn = draw(key_of(key, "lines"), np.arange(4 * count, dtype=np.int64)) * lines.shape[0]
    different = dict.fromkeys(drawn.astype(np.int64).tolist())
    return [int(lines[number]) for number in list(different)[:count]]


def _register_column(sheet: Sheet, line: int, spared: Sequence[bool]) -> int:
    """In a wide file, the first register after a place of chance; −1 in a long one."""
    if not sheet.layout.wide:
        return -1
    columns = [number for number, is_spared in enumerate(spared) if not is_spared]
    return columns[line % len(columns)] if columns else -1


def _spoiled(sheet: Sheet, line: int, kind: str, *, column: int, facility_id: str) -> Edit:
    cells = line_cells(sheet, line)
    wide = sheet.layout.wide
    stamp, value = (0, 1 + column) if wide else (1, 2)
    match kind:
        case "text value":
            cells[value] = sheet.layout.broken_value
        case "empty value":
            cells[value] = ""
        case "bad timestamp":
            cells[stamp] = sheet.layout.broken_stamp
        case "too few columns":
            cells = cells[: 2 if not wide else len(cells) // 2]
        case "too many columns":
            cells = [*cells, "?", "?"]
        case _:
            cells[0] = f"{facility_id}.unknown"
    added = kind == "unknown meter id" or (wide and kind in _LINE_KINDS)
    return Edit(lines=(sheet.layout.separator.join(cells),), replaces=not added)
