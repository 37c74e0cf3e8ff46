"""What moved between two publications, and which input moved it."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from pipelines.steps.calendar import months_of, next_month
from schemas.changes import Change, Figure, TouchedFile
from schemas.tables import VALUE

#: A month's figures rest on readings this many months away: rules look at the months beside it,
#: and estimates at the months beside those.
REACH = 2
_KEYS = {
    "total": ("facility_id", "quantity", "period"),
    "metric": ("facility_id", "metric", "category", "period"),
}
_BOUNDED = ("value", "low", "high")
_WORDS = {"status": pl.String(), "unit": pl.String()}
#: The columns that are compared, by kind of figure, as they are published.
COMPARED = {
    kind: pl.Schema(
        {
            **dict.fromkeys(keys, pl.String()),
            **dict.fromkeys(_BOUNDED, VALUE if kind == "total" else pl.Float64()),
            **_WORDS,
        }
    )
    for kind, keys in _KEYS.items()
}

Key = tuple[str, ...]


def moved(kind: str, before: pl.DataFrame, after: pl.DataFrame) -> list[Change]:
    """Figures of ``TOTALS`` (kind ``total``) or ``METRICS`` (``metric``) that differ, sorted.

    Value, bounds and status count; a figure that is new or gone differs from nothing.
    """
    then, now = _differing(*(_compared(kind, frame) for frame in (before, after)))
    found = []
    for key in sorted(then.keys() | now.keys()):
        old, unit_before = then.get(key, (Figure(), ""))
        new, unit_after = now.get(key, (Figure(), ""))
        if old == new:
            continue
        facility_id, name, *category, period = key
        found.append(
            Change(
                facility_id=facility_id,
                kind=kind,
                name=name,
                category=category[0] if category else "",
                period=period,
                unit=unit_after or unit_before,
                before=old,
                after=new,
            )
        )
    return found


def _compared(kind: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(COMPARED[kind].keys()).with_columns(pl.col(_BOUNDED).cast(pl.Float64))


def _differing(
    before: pl.DataFrame, after: pl.DataFrame
) -> tuple[dict[Key, tuple[Figure, str]], dict[Key, tuple[Figure, str]]]:
    """The figures of each that the other does not have just so: few, however long the history."""
    columns = before.columns
    return (
        _figures(before.join(after, on=columns, how="anti", nulls_equal=True)),
        _figures(after.join(before, on=columns, how="anti", nulls_equal=True)),
    )


def _figures(rows: pl.DataFrame) -> dict[Key, tuple[Figure, str]]:
    return {
        row[:-5]: (Figure(value=row[-5], low=row[-4], high=row[-3], status=row[-2]), row[-1])
        for row in rows.iter_rows()
    }


def causes_of(
    change: Change,
    quantities: Iterable[str],
    files: Sequence[TouchedFile],
    others: Sequence[str],
) -> tuple[str, ...]:
    """What a figure moved for.

    Files with rows of its own quantities in its period or as near as its hours look come first;
    where there is none, files of its facility as near (a meter is estimated from its neighbours);
    then whatever else changed: configuration, rules.

    Args:
        quantities: the quantity of a total, or those that a metric is made of.
        files: files that count now and did not before, or the other way round.
        others: changes of configuration and code, in words.
    """
    months, wanted = _within_reach(change.period), set(quantities)
    near = [
        (file, {key: count for key, count in file.rows.items() if key[1] in months})
        for file in files
    ]
    own = [
        (file, rows)
        for file, held in near
        if (rows := {k: n for k, n in held.items() if k[0] == change.facility_id})
    ]
    direct = [
        (file, rows)
        for file, held in own
        if (rows := {key: count for key, count in held.items() if key[2] in wanted})
    ]
    told = [_told(file, rows) for file, rows in direct or own]
    return (*told, *others)


def _told(file: TouchedFile, rows: Mapping[tuple[str, str, str], int]) -> str:
    months = sorted({month for _, month, _ in rows})
    span = months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}"
    return f"{file.path} {file.verb}: {sum(rows.values())} rows of {span}"


def _within_reach(period: str) -> set[str]:
    months = months_of(int(period)) if len(period) == 4 else [period]
    first, last = months[0], months[-1]
    before = [next_month(first, -step) for step in range(1, REACH + 1)]
    after = [next_month(last, step) for step in range(1, REACH + 1)]
    return {*months, *before, *after}
