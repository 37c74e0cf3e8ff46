"""What the IT equipment can do, does, and moves."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, ratio, scaled, withheld
from pipelines.metrics.fleet import (
    Measure,
    from_fleet,
    lacking,
    lines_of,
    servers_at_the_end,
    silent_on,
    standing_on,
    stated,
)
from pipelines.metrics.formula import Formula, single, total
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.points import over_points
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Metric, Status

#: What is installed since then must declare its capacity (entry into force of the act).
DECLARED_SINCE = date(2024, 6, 6)
#: Of the installed power of new equipment, what must be known for a colocation to extrapolate.
EXTRAPOLATED_FROM = Fraction(9, 10)


def server_efficiency(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Energy effectiveness of servers (ITEEsv) [score/kW]: benchmark ÷ power it took.

        Σ count × max_performance ÷ Σ count × max_power_kw

    Of servers in place on the last day of the period. Null, naming them, where some state neither
    or only one of the two; ``zero_denominator`` without servers.

    Source:
        ISO/IEC 30134-4 (from memory, unverified).
    """
    servers = servers_at_the_end(assets, inputs)
    silent = [
        one for one in servers if one.count and None in (one.max_performance, one.max_power_kw)
    ]
    if silent:
        columns = "max_performance or max_power_kw"
        some = len(silent) < sum(1 for one in servers if one.count)
        return withheld(
            lacking(columns, silent)
            if some
            else f"no server of registers/equipment.csv has {columns}",
            *lines_of(servers),
        )
    return ratio(
        known(stated(servers, lambda one: one.max_performance), *lines_of(servers)),
        known(stated(servers, lambda one: one.max_power_kw)),
    )


def server_capacity(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Declared performance of servers in place on the last day (CSERV) [SERT score].

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 2(a).
    """
    servers = servers_at_the_end(assets, inputs)
    return _capacity(servers, inputs, lambda one: one.sert_performance, "sert_performance")


def storage_capacity(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Raw capacity in place on the last day (CSTOR) [PB], decimal.

    Of storage, and of servers that state drives of their own.

    Source:
        Delegated Regulation (EU) 2024/1364, Annex II 2(b).
    """
    drives = [
        one
        for one in standing_on(assets, inputs.last_day)
        if one.storage_tb is not None or one.category == "storage"
    ]
    terabytes = _capacity(drives, inputs, lambda one: one.storage_tb, "storage_tb")
    return scaled(terabytes, Fraction(1, 1000))


def _capacity(assets: Sequence[Equipment], inputs: Inputs, measure: Measure, column: str) -> Figure:
    """Σ count × capacity, over what must state it: what was installed since 6 June 2024.

    Older equipment counts where it states its capacity; where it does not, it is left out with a
    remark, as the act allows. New equipment that is silent withholds the sum; a colocation may
    extrapolate over its installed power instead. What is missing can only add to the lowest.
    """
    whole = known(stated(assets, measure), *lines_of(assets))
    silent = silent_on(assets, measure)
    if not silent:
        return whole
    if any(map(_is_new, silent)):
        added_up, share, remark = _extrapolated(assets, inputs, measure)
        value = None if added_up is None else (whole.value or 0) + added_up
        parts = (lacking(column, silent), remark)
    else:
        value, share = whole.value or None, 0.0
        parts = (lacking(column, silent), "older equipment that the act lets be left out")
    return replace(
        whole,
        value=value,
        high=None,
        estimated_share=share,
        status=Status.FLAGGED,
        reason="; ".join(part for part in parts if part),
    )


def _extrapolated(
    assets: Sequence[Equipment], inputs: Inputs, measure: Measure
) -> tuple[Fraction | None, float, str]:
    """What silent new equipment adds, its share of the sum, and how it was told.

        capacity of new equipment that states it × (1 ÷ its share of the new installed power − 1)

    Only for a colocation, and from a share of 90 % on; None else.
    """
    if "colocation" not in (inputs.facility.type, inputs.facility.also):
        return None, 0.0, ""
    new = [one for one in assets if _is_new(one)]
    unpowered = silent_on(new, _power)
    power = stated(new, _power)
    if unpowered or not power:
        return None, 0.0, lacking("rated_power_kw", unpowered or new)
    covered = 1 - stated(silent_on(new, measure), _power) / power
    told = f"known of {float(covered * 100):.4g} % of the installed power of new equipment"
    if covered < EXTRAPOLATED_FROM:
        return None, 0.0, f"{told}, and a colocation may extrapolate from 90 % on"
    more = stated(new, measure) * (1 / covered - 1)
    whole = stated(assets, measure) + more
    return more, float(more / whole) if whole else 0.0, f"{told}, and extrapolated to all of it"


def _power(asset: Equipment) -> Decimal | None:
    return asset.rated_power_kw


def _is_new(asset: Equipment) -> bool:
    """Installed since the act; without a day it may have been, and so must declare."""
    return asset.installed_on is None or asset.installed_on >= DECLARED_SINCE


def _of_fleet(formula: Callable[[Sequence[Equipment], Inputs], Figure]) -> Formula:
    return single(from_fleet(formula))


COMPUTED: dict[Metric, Formula] = {
    Metric.ITEUSV: total("server_utilisation"),
    Metric.ITEESV: _of_fleet(server_efficiency),
    Metric.CSERV: _of_fleet(server_capacity),
    Metric.CSTOR: _of_fleet(storage_capacity),
    Metric.BIN: single(lambda inputs: over_points(inputs, "bandwidth_in")),
    Metric.BOUT: single(lambda inputs: over_points(inputs, "bandwidth_out")),
    Metric.TRAFFIC_IN: total("traffic_in"),
    Metric.TRAFFIC_OUT: total("traffic_out"),
}
