"""What the IT equipment can do, does, and moves."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, withheld
from pipelines.metrics.fleet import NO_REGISTER, lines_of, mine, standing_on
from pipelines.metrics.formula import Formula, single, total
from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Metric

#: Servers installed since then must declare their performance (entry into force of the act).
DECLARED_SINCE = date(2024, 6, 6)


def server_capacity(inputs: Inputs) -> Figure:
    """Declared performance of servers in place on 31 December (CSERV) [SERT score]."""
    assets = mine(inputs)
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    servers = [one for one in standing_on(assets, inputs.last_day) if one.category == "server"]
    undeclared = [
        one.asset_id
        for one in servers
        if one.sert_performance is None
        and (one.installed_on is None or one.installed_on >= DECLARED_SINCE)
    ]
    return _capacity(servers, undeclared, lambda one: one.sert_performance, "sert_performance")


def storage_capacity(inputs: Inputs) -> Figure:
    """Raw capacity in place on 31 December (CSTOR) [PB], decimal."""
    assets = mine(inputs)
    if assets is None:
        return withheld(NO_REGISTER, "equipment")
    standing = standing_on(assets, inputs.last_day)
    drives = [one for one in standing if one.storage_tb is not None or one.category == "storage"]
    silent = [one.asset_id for one in drives if one.storage_tb is None]
    terabytes = _capacity(drives, silent, lambda one: one.storage_tb, "storage_tb")
    if terabytes.value is None:
        return terabytes
    return known(terabytes.value / 1000, *terabytes.inputs)


def _capacity(
    assets: Iterable[Equipment],
    silent: list[str],
    read: Callable[[Equipment], Decimal | None],
    column: str,
) -> Figure:
    if silent:
        more = f" and {len(silent) - 3} more" if len(silent) > 3 else ""
        return withheld(f"no {column} for {', '.join(silent[:3])}{more}", "equipment")
    declared = [one for one in assets if read(one) is not None]
    everything = sum((one.count * Fraction(read(one) or 0) for one in declared), Fraction(0))
    return known(everything, *lines_of(declared))


COMPUTED: dict[Metric, Formula] = {
    Metric.ITEUSV: total("server_utilisation"),
    Metric.CSERV: single(server_capacity),
    Metric.CSTOR: single(storage_capacity),
    Metric.BIN: total("bandwidth_in"),
    Metric.BOUT: total("bandwidth_out"),
    Metric.TRAFFIC_IN: total("traffic_in"),
    Metric.TRAFFIC_OUT: total("traffic_out"),
}
