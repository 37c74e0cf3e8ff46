"""What the IT equipment can do, does, and moves."""

from schemas.metrics.facts import EED, MetricFacts
from schemas.metrics.ids import Metric
from schemas.units import Unit

FACTS: dict[Metric, MetricFacts] = {
    Metric.ITEUSV: MetricFacts(
        name="IT equipment utilisation for servers",
        unit=Unit.PERCENT,
        meaning="Mean CPU utilisation of servers.",
        standard="ISO/IEC 30134-5",
        decimals=1,
    ),
    Metric.CSERV: MetricFacts(
        name="ICT capacity of servers",
        unit=Unit.SERT_SCORE,
        meaning="Sum of declared active-state performance of servers in place on 31 December.",
        standard=f"{EED} 2(a)",
    ),
    Metric.CSTOR: MetricFacts(
        name="ICT capacity of storage",
        unit=Unit.PETABYTE,
        meaning="Raw capacity of drives in place on 31 December, decimal petabytes.",
        standard=f"{EED} 2(b)",
        decimals=3,
    ),
    Metric.BIN: MetricFacts(
        name="Incoming traffic bandwidth",
        unit=Unit.GIGABYTE_PER_SECOND,
        meaning="Provisioned bandwidth, time average.",
        standard=f"{EED} 3(a)",
        decimals=2,
    ),
    Metric.BOUT: MetricFacts(
        name="Outgoing traffic bandwidth",
        unit=Unit.GIGABYTE_PER_SECOND,
        meaning="Provisioned bandwidth, time average.",
        standard=f"{EED} 3(b)",
        decimals=2,
    ),
    Metric.TRAFFIC_IN: MetricFacts(
        name="Incoming data traffic",
        unit=Unit.EXABYTE,
        meaning="Data that came in over the period, decimal exabytes.",
        standard=f"{EED} 3(c)",
        decimals=6,
    ),
    Metric.TRAFFIC_OUT: MetricFacts(
        name="Outgoing data traffic",
        unit=Unit.EXABYTE,
        meaning="Data that went out over the period, decimal exabytes.",
        standard=f"{EED} 3(d)",
        decimals=6,
    ),
}
