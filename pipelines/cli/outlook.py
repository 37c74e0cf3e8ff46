"""Where the year will end, which limits it meets, and when capacity is used up."""

import argparse

import polars as pl

from pipelines.cli import asked
from pipelines.cli.show import document, table
from pipelines.stages.workshop import remembered


def outlook(options: argparse.Namespace) -> int:
    """Forecasts, limits and capacities of a facility, as the last backfill left them."""
    from pipelines.stages.outlook import load_outlook

    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    found = load_outlook(shop, [facility.id])
    limits = found.limits.filter(pl.col("applies").fill_null(value=True))
    if options.json:
        document(
            {
                "facility": facility.id,
                "forecasts": found.forecasts.to_dicts(),
                "limits": limits.to_dicts(),
                "capacities": found.capacities.to_dicts(),
            }
        )
        return 0
    if found.capacities.is_empty():
        print(
            f"{facility.name} has not been backfilled.\n"
            f"  Run: wattledger backfill {options.estate} --facility {facility.id}"
        )
        return 0
    _print(
        found.forecasts,
        *("metric", "category", "year", "as_of", "value", "low", "high", "unit", "reason"),
    )
    latest = limits.filter(pl.col("year") == limits["year"].max())
    _print(latest, *("limit", "year", "value", "probability", "met", "state", "reason"))
    _print(
        found.capacities,
        *("capacity", "limit_kw", "peak_kw", "headroom_kw", "growth_kw"),
        *("earliest", "likely", "latest", "reason"),
    )
    return 0


def _print(frame: pl.DataFrame, *columns: str) -> None:
    table(columns, frame.select(columns).rows())
    print()
