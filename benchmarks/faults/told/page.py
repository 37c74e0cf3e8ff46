"""FAULTS.md: the tables, how they were made, and what they do not say."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults.measure import OURS, Measured
from benchmarks.faults.told.chart import chart
from benchmarks.faults.told.tables import (
    by_meters,
    costs,
    percent,
    pue_errors,
    together,
    widths,
)

FOLDER = Path(__file__).parents[2]
PAGE, CHART = FOLDER / "FAULTS.md", FOLDER / "faults.svg"


def write_page(results: Sequence[Measured], below: Sequence[Measured], seconds: float) -> None:
    """Writes the page and the chart beside it."""
    CHART.write_text(chart(results), encoding="utf-8")
    PAGE.write_text(_page(results, below, seconds), encoding="utf-8")


def told_below(below: Sequence[Measured]) -> str:
    """What became of the seeds with faults below the limits, in words."""
    wrong = sum(bool(one.outside) for one in below)
    errors = pue_errors(below, OURS)
    outside, figures = sum(len(one.outside) for one in below), sum(one.figures for one in below)
    return (
        f"In {wrong} of {len(below)} such seeds the truth lies outside the bounds of at least one "
        f"figure ({outside:,} of {figures:,}); the year's PUE is off by at most "
        f"{percent(max(errors))}."
    )


def _page(results: Sequence[Measured], below: Sequence[Measured], seconds: float) -> str:
    return f"""# What faults cost

The same spoiled files, read by five policies that other tools use and by wattledger; the truth is
known. {len(results)} seeds of one simulated facility and year each. This page is written by
`python -m benchmarks.faults --seeds {len(results)} --write`.

![Error of a year's PUE by policy](faults.svg)

{together(results)}

Errors are relative to the truth; "20 ×" is twenty times the truth.

## By the kind of meters

Error of the year's PUE, median … worst seed; the number of seeds in brackets.

{by_meters(results)}

A register forgives: between two sound readings its sum is exact, whatever was lost in between.
Where registers only have gaps, a straight line is as good as anything; what it does not say is
which hours are drawn by hand, and how far off they may be.

## How wide our bounds are

Of the year's PUE, as a share of the truth, with maximum rates as on a nameplate.

{widths(results)}

## Faults below the limits

A rule promises to find a fault from a certain size on (`schemas/rules.py`). Smaller ones, in other
seeds and in meters that keep no register:

{costs(below)}

{told_below(below)} No tool can see what leaves no trace; this is what that costs.

## Conditions

- Each seed is a facility in Frankfurt, Stockholm or Singapore in 2025, with 35 meters read every
  hour or, the main ones, every 15 minutes. A third of the seeds has mixed meters, a third none with
  a register, a third only registers; every tenth has nothing but gaps. In every fifth the maximum
  rates are so high that they refute nothing.
- Faults: 1 % of every meter's rows lost in gaps of at most two hours; an outage of a meter for days
  and of the site for hours; spikes of 20 times a value; a day × 1000 and one × 0.001; two meters
  swapped for days; a value repeated for up to 60 hours, a register frozen as long; zeros; a day of
  negative values; a rollover; an exchange; a clock without summer time; a double hour kept once; a
  clock one hour off for a week; rows, files and days that come twice, late, or contradict each
  other.
  `truth/injected.csv` of a spoiled estate lists every one.
- All policies read equal rows once, of contradicting rows the last, local stamps by the site's
  clock, a known modulus counted over and exchanged registers told apart. A register's fall that is
  no rollover is no amount, as monitoring systems have it; the last policy keeps it, so that last
  less first remains.
- The other policies know neither maximum rates nor anything else of a meter. None of them states
  bounds.
- One seed takes {seconds:.0f} s from simulation to comparison, with two backfills and one core.
"""
