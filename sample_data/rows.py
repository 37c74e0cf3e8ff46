"""From ticks to what the meters show: the rows of one month, before any fault."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_data.chance import Floats, Ints
from sample_data.clock import HOUR
from sample_data.meters import Meter
from sample_data.physics import Channels, Span


@dataclass(frozen=True, kw_only=True)
class Rows:
    """One month of rows: an instant per line, a meter per column, NaN where there is no row."""

    instants: Ints
    values: Floats
    meters: tuple[Meter, ...]

    def column(self, meter: Meter) -> Floats:
        """The values of one meter, a view that can be written to."""
        return self.values[:, self.meters.index(meter)]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """A meter replaced at ``at`` [s UTC], a full hour; the new one starts at ``first_count``.

    ``moment`` is how meters.csv tells the instant: a date (local midnight) or a UTC stamp.
    """

    meter: Meter
    at: int
    moment: str
    new_serial: str
    first_count: int

    @property
    def closing(self) -> int:
        """When the old register was read for the last time, at its count of the exchange.

        One second before, so that no drop holds two values for one meter and instant.
        """
        return self.at - 1


@dataclass(kw_only=True)
class Counts:
    """Where the registers stand: ticks passed since the start, and the ticks on top of them."""

    passed: dict[str, int]
    on_top: dict[str, int]


def month_rows(
    meters: Sequence[Meter],
    channels: Channels,
    span: Span,
    *,
    counts: Counts,
    closing: bool,
    exchange: Exchange | None,
) -> Rows:
    """The rows that a faultless month of drops holds; moves ``counts`` on to the month's end.

    Args:
        meters: the facility's meters.
        channels: ticks by meter name for each step of the month.
        span: the month's steps.
        counts: where the registers stand at the month's first instant.
        closing: whether registers are read at the month's last instant too.
        exchange: the meter exchange that falls into this month, if one does.

    Returns:
        A register at t shows the count of all ticks before t, modulo its modulus; an average at t
        is the mean power of [t, t + cadence); an amount stamped at its end closes [t − cadence, t).
    """
    instants = np.append(span.starts, span.starts[-1] + span.step)
    if exchange is not None:
        instants = np.sort(np.append(instants, exchange.closing))
    values = np.full((instants.shape[0], len(meters)), np.nan)
    for column, meter in enumerate(meters):
        at, ticks = _shown(meter, channels[meter.name], span, counts, closing)
        if exchange is not None and meter.name == exchange.meter.name:
            at, ticks = _exchanged(exchange, at, ticks, counts)
        values[np.searchsorted(instants, at), column] = _face(meter, ticks)
    return Rows(instants=instants, values=values, meters=tuple(meters))


def steps_of(start: int, end: int, step: int) -> Span:
    """The steps of [start, end)."""
    return Span(starts=np.arange(start, end, step, dtype=np.int64), step=step)


def per_cadence(ticks: Ints, step: int, cadence: int) -> Ints:
    """Amounts per step added up to amounts per cadence."""
    summed: Ints = ticks.reshape(-1, cadence // step).sum(axis=1)
    return summed


def _shown(
    meter: Meter, ticks: Ints, span: Span, counts: Counts, closing: bool
) -> tuple[Ints, Ints]:
    """Instants and ticks that a meter shows; registers count on and are not yet wrapped."""
    starts = span.starts[:: meter.cadence // span.step]
    if meter.sparse:
        moved = np.append(True, ticks[1:] != ticks[:-1])
        told = moved | (span.starts % HOUR == 0)
        return span.starts[told], ticks[told]
    if meter.kind == "gauge":
        return starts, ticks[:: meter.cadence // span.step]
    amounts = per_cadence(ticks, span.step, meter.cadence)
    if meter.kind != "register":
        return starts + (meter.cadence if meter.stamp == "end" else 0), amounts
    passed = counts.passed[meter.name] + np.append(0, np.cumsum(amounts))
    counts.passed[meter.name] = int(passed[-1])
    stands = passed + counts.on_top[meter.name]
    if closing:
        return np.append(starts, starts[-1] + meter.cadence), stands
    return starts, stands[:-1]


def _exchanged(exchange: Exchange, at: Ints, stands: Ints, counts: Counts) -> tuple[Ints, Ints]:
    """Close the old register one second early at its true count, and start the new one."""
    first_new = int(np.searchsorted(at, exchange.at))
    last_old = stands[first_new]
    step_up = exchange.first_count - last_old
    counts.on_top[exchange.meter.name] += int(step_up)
    stands = np.concatenate([stands[:first_new], [last_old], stands[first_new:] + step_up])
    return np.insert(at, first_new, exchange.closing), stands


def _face(meter: Meter, ticks: Ints) -> Floats:
    """The figure on the display: one correctly rounded division, so its shortest text is exact."""
    if meter.modulus_ticks is not None:
        ticks = ticks % meter.modulus_ticks
    numerator, denominator = meter.face
    shown: Floats = ticks * numerator / denominator
    return shown
