"""Heat where no heat meter counts it: from a flow and two temperatures, hour by hour."""

from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, merged, remarked
from pipelines.metrics.inputs import Inputs

FLOW = ("heat_flow", "heat_supply_temperature", "heat_return_temperature")
_KJ_PER_KWH = 3600


def heat_from_flow(inputs: Inputs) -> Figure:
    """Heat that a fluid carried out [kWh].

        Σ over hours: flow × density × heat capacity × (supply − return) / 3600

    An hour in which the fluid came back warmer than it left carried nothing out, and is said. The
    fluid's density and heat capacity are the facility's; the defaults are water near 50 °C.

    Source:
        Q = m · c · ΔT.
    """
    hours = _hours(inputs)
    told = merged([inputs.total(name) for name in FLOW])
    site = inputs.facility
    factor = Fraction(str(site.heat_density_kg_m3)) * Fraction(str(site.heat_capacity_kj_kgk))

    def sum_of(flow: str, supply: str, back: str) -> Fraction | None:
        if hours.is_empty() or any(hours[name].null_count() for name in (flow, supply, back)):
            return None
        # Products of two decimals with twelve places do not fit into 128 bits: exact in Python.
        pairs = hours.select(pl.col(flow), warmer=pl.col(supply) - pl.col(back))
        ticks = sum(
            Fraction(volume) * max(Fraction(0), Fraction(warmer))
            for volume, warmer in pairs.iter_rows()
        )
        return ticks * factor / _KJ_PER_KWH

    whole = all(inputs.total(name).value is not None for name in FLOW)
    found = Figure(
        **{
            **told.__dict__,
            "value": sum_of("flow", "supply", "back") if whole else None,
            "low": sum_of("flow_low", "supply_low", "back_high") or Fraction(0),
            "high": sum_of("flow_high", "supply_high", "back_low") if whole else None,
        }
    )
    turned = hours.filter((pl.col("supply") < pl.col("back")) & (pl.col("flow") > 0)).height
    if not turned:
        return found
    return remarked(found, f"in {turned} hours the fluid came back warmer than it left")


def _hours(inputs: Inputs) -> pl.DataFrame:
    """Flow, supply and return side by side; null where an hour lacks one."""
    frames = [
        inputs.hours_of(name).select(
            "start",
            pl.col("value").alias(short),
            pl.col("low").alias(f"{short}_low"),
            pl.col("high").alias(f"{short}_high"),
        )
        for name, short in zip(FLOW, ("flow", "supply", "back"), strict=True)
    ]
    flow, supply, back = frames
    return flow.join(supply, on="start", how="left").join(back, on="start", how="left")
