"""Free cooling: how long a load was cooled while no compressor ran."""

from dataclasses import replace
from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, merged, remarked
from pipelines.metrics.inputs import Inputs
from schemas.metrics import Status

COMPRESSORS = "compressor_electricity"
#: What tells that there was something to cool: IT at any point of the power chain, or its heat.
LOADS = ("ups_output", "pdu_output", "it_input", "heat_removed")
_ENDS = ("value", "low", "high")
_HOUR = 3600


def free_cooling_hours(inputs: Inputs) -> Figure:
    """Time in which there was a load to cool and the compressors used nothing [h].

    For certain where the load's lowest is above zero and the compressors' highest is zero;
    possibly where its highest is and their lowest is. Withheld without a meter of compressors, and
    where no meter tells of a load: an empty hall needs no cooling, and that is no merit.
    """
    compressors = inputs.total(COMPRESSORS)
    if not inputs.has(COMPRESSORS):
        return compressors
    loads = tuple(name for name in LOADS if inputs.has(name))
    hours = _beside(inputs, loads)
    free = {end: _free(end, loads) for end in _ENDS}
    told = hours.select("seconds", **free)
    undecided = told["value"].null_count() > 0 or told.is_empty()
    # A month that nobody has built yet may have been cooled for free as well.
    unbuilt = 0 if compressors.value is not None else inputs.seconds - _seconds(told)
    found = replace(
        merged([compressors, *(inputs.total(name) for name in loads)]),
        value=None
        if compressors.value is None or undecided
        else Fraction(_seconds(told.filter("value")), _HOUR),
        low=Fraction(_seconds(told.filter("low")), _HOUR),
        high=Fraction(_seconds(told.filter(pl.col("high").fill_null(value=True))) + unbuilt, _HOUR),
    )
    if not loads:
        words = f"no meter tells of a load: {', '.join(LOADS)}"
        return remarked(replace(found, status=Status.WITHHELD), words)
    return found


def _free(end: str, loads: tuple[str, ...]) -> pl.Expr:
    """Whether an hour counts; null where that hangs on what nobody knows.

    Less electricity of the compressors makes an hour free, and so does more load: the lowest count
    of hours is of their highest and its lowest.
    """
    other = {"value": "value", "low": "high", "high": "low"}[end]
    idle = pl.col(f"{COMPRESSORS}_{other}") == 0
    load = [pl.col(f"{name}_{end}") > 0 for name in loads]
    # Without a meter of any load it is not known: null, which a conjunction passes on.
    return idle & (pl.any_horizontal(load) if load else pl.lit(None, dtype=pl.Boolean))


def _beside(inputs: Inputs, loads: tuple[str, ...]) -> pl.DataFrame:
    """The compressors' hours with what each load was; null where an hour of it is lacking."""
    hours = inputs.hours_of(COMPRESSORS).select("start", "seconds", *_renamed(COMPRESSORS))
    for name in loads:
        load = inputs.hours_of(name).select("start", *_renamed(name))
        hours = hours.join(load, on="start", how="left")
    return hours


def _renamed(quantity: str) -> list[pl.Expr]:
    return [pl.col(end).alias(f"{quantity}_{end}") for end in _ENDS]


def _seconds(hours: pl.DataFrame) -> int:
    return int(hours["seconds"].cast(pl.Int64).sum())
