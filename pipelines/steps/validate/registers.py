"""What registers did: passed their modulus, fell, leapt, or were exchanged. Screening saw it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import polars as pl

from pipelines.steps.validate.window import Finding, Window
from schemas.domains import QUANTITIES
from schemas.rules import RuleId

#: A reading is an instant; what is found at it is told of the hour that begins with it.
_HOUR = timedelta(hours=1)
_STAMP = "%Y-%m-%dT%H:%MZ"


def rollover(window: Window) -> Iterator[Finding]:
    """Readings at which a register had passed its modulus."""
    sizes = {
        (meter, serial): (modulus, QUANTITIES[quantity].unit.value)
        for meter, serial, modulus, quantity in window.meters.select(
            "meter_id", "serial", "modulus", "quantity"
        ).iter_rows()
    }
    for meter, serial, at in _events(window, RuleId.ROLLOVER):
        modulus, unit = sizes[meter, serial]
        yield _at(
            RuleId.ROLLOVER,
            meter,
            at,
            f"{_register(serial)} had passed its modulus of {_plain(modulus)} {unit} by then; "
            "it is added",
        )


def reset(window: Window) -> Iterator[Finding]:
    """Readings at which a register had fallen and stayed low."""
    for meter, serial, at in _events(window, RuleId.RESET):
        yield _at(
            RuleId.RESET,
            meter,
            at,
            f"{_register(serial)} had fallen by then and stayed low; no amount is taken from the "
            "reading before",
        )


def jump(window: Window) -> Iterator[Finding]:
    """Readings at which a register had leapt faster than it can count, and stayed."""
    for meter, serial, at in _events(window, RuleId.JUMP):
        yield _at(
            RuleId.JUMP,
            meter,
            at,
            f"{_register(serial)} had leapt by then, faster than max_rate allows, and stayed; no "
            "amount is taken from the reading before",
        )


def exchange(window: Window) -> Iterator[Finding]:
    """Borders between two serials of a meter, and whether readings cover the time beside them."""
    table = window.meters.sort("meter_id", "valid_from", nulls_last=False)
    second = (pl.col("meter_id") == pl.col("meter_id").shift()).fill_null(value=False)
    borders = (
        table.with_columns(
            old=pl.col("serial").shift(),
            until=pl.coalesce(pl.col("valid_to").shift(), "valid_from"),
        )
        .filter(second & pl.col("valid_from").is_between(window.start, window.end, closed="left"))
        .select("meter_id", "old", "serial", "until", "valid_from")
    )
    for meter, old, new, until, since in borders.iter_rows():
        covered = _covered(window, meter, until, since)
        yield _at(
            RuleId.EXCHANGE,
            meter,
            since,
            f"serial '{old}' until {until.strftime(_STAMP)}, serial '{new}' since "
            f"{since.strftime(_STAMP)}; readings "
            f"{'cover both sides' if covered else 'do not cover the time beside it'}",
        )


def _events(window: Window, rule: RuleId) -> Iterator[tuple[str, str, datetime]]:
    """Meter, serial and instant of each event of the rule's name."""
    events = window.events.filter(pl.col("event") == rule.value)
    yield from events.select("meter_id", "serial", "measured_at").sort(pl.all()).iter_rows()


def _covered(window: Window, meter: str, until: datetime, since: datetime) -> bool:
    """Whether readings cover the hours in which one serial ends and the next begins."""
    hour = pl.col("start")
    ends = (hour < until) & (hour + _HOUR >= until)
    begins = (hour <= since) & (hour + _HOUR > since)
    beside = window.hours.filter((pl.col("meter_id") == meter) & (ends | begins))
    return bool((beside["covered_seconds"] >= beside["seconds"]).all())


def _at(rule: RuleId, meter: str, at: datetime, detail: str) -> Finding:
    return Finding(rule=rule, meter_id=meter, start=at, end=at + _HOUR, detail=detail)


def _register(serial: str) -> str:
    return f"register '{serial}'" if serial else "the register"


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
