"""Heat where no heat meter counts it: from a flow and two temperatures, hour by hour."""

from dataclasses import replace
from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import Figure, merged, remarked
from pipelines.metrics.inputs import Inputs

FLOW = ("heat_flow", "heat_supply_temperature", "heat_return_temperature")
_KJ_PER_KWH = 3600
#: Amounts and temperatures have twelve places.
_TICKS = 10**12


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

    def sum_of(flow: str, supply: str, back: str) -> Fraction:
        pairs = hours.select(
            pl.col(flow).to_physical(), warmer=(pl.col(supply) - pl.col(back)).to_physical()
        ).drop_nulls()
        # Products of two decimals with twelve places do not fit into 128 bits: exact in Python.
        ticks = sum(volume * warmer for volume, warmer in pairs.iter_rows() if warmer > 0)
        return Fraction(ticks, _TICKS**2) * factor / _KJ_PER_KWH

    def known(*names: str) -> bool:
        return not hours.is_empty() and not any(hours[name].null_count() for name in names)

    best, most = ("flow", "supply", "back"), ("flow_high", "supply_high", "back_low")
    whole = all(inputs.total(name).value is not None for name in FLOW)
    found = replace(
        told,
        value=sum_of(*best) if whole and known(*best) else None,
        # No hour takes heat away, so that what is not known of some leaves the lowest of the rest.
        low=sum_of("flow_low", "supply_low", "back_high"),
        high=sum_of(*most) if whole and known(*most) else None,
    )
    turned = hours.filter((pl.col("supply") < pl.col("back")) & (pl.col("flow") > 0)).height
    if not turned:
        return found
    return remarked(found, f"{turned} h in which the fluid came back warmer than it left")


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
