"""The kinds of remote systems."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from types import ModuleType

from pipelines.sources.modbus import NAMED, SERIES
from pipelines.sources.remote import prometheus, redfish
from pipelines.sources.remote.client import Client
from pipelines.sources.remote.problem import needs
from schemas.estate.remote import Remote, RemoteKind

_HTTP = ("http", "https")


@dataclass(frozen=True, kw_only=True)
class History:
    """How a system that keeps a history is asked: ``day`` has the bytes of a day's file, or of its
    part before an instant."""

    told: RemoteKind
    day: Callable[[Client, Remote, date, datetime], bytes]
    suffix: str = "json"


@dataclass(frozen=True, kw_only=True)
class Counters:
    """How a system that shows its counters is asked: ``now`` has the bytes of what it shows, which
    is of this instant."""

    told: RemoteKind
    now: Callable[[Client, Remote, datetime], bytes]
    suffix: str = "json"


def _extra(kind: str) -> ModuleType:
    """The module of a kind that most estates do not have: what it needs is an extra."""
    with needs(kind):
        return import_module(f"pipelines.sources.remote.{kind}")


def _counters(kind: str) -> Callable[[Client, Remote, datetime], bytes]:
    return lambda client, remote, at: bytes(_extra(kind).fetch(client, remote, at))


def _history(kind: str) -> Callable[[Client, Remote, date, datetime], bytes]:
    return lambda client, remote, day, until: bytes(_extra(kind).fetch(client, remote, day, until))


#: By the name in ``estate.yaml``, which is also that of the format that reads the files.
REMOTES: dict[str, History | Counters] = {
    "modbus": Counters(
        told=RemoteKind(
            has_history=False,
            schemes=("modbus",),
            such_as="modbus://meter:502",
            series=SERIES,
            named=NAMED,
        ),
        now=_counters("modbus"),
    ),
    "opcua": History(
        told=RemoteKind(
            has_history=True,
            schemes=("opc.tcp",),
            such_as="opc.tcp://historian:4840",
            series=r"(ns=\d+;)?([sgb]=.+|i=\d+)",
            named="ns=2;s=Meter.Energy",
        ),
        day=_history("opcua"),
    ),
    "prometheus": History(
        told=RemoteKind(
            has_history=True,
            schemes=_HTTP,
            such_as="https://prometheus:9090",
            series=r"(?=.)([a-zA-Z_:][\w:]*)?(\{.*\})?",
            named='energy_joules_total{feed="a"}',
        ),
        day=prometheus.fetch,
    ),
    "redfish": Counters(
        told=RemoteKind(
            has_history=False,
            schemes=_HTTP,
            such_as="https://bmc",
            series=r"/[^#]+#/.+",
            named="/redfish/v1/Chassis/1/Sensors/TotalEnergy#/Reading",
        ),
        now=redfish.fetch,
    ),
    "snmp": Counters(
        told=RemoteKind(
            has_history=False,
            schemes=("snmp",),
            such_as="snmp://pdu:161",
            series=r"\d+(\.\d+)+",
            named="1.3.6.1.4.1.318.1.1.26.4.3.1.9.1",
        ),
        now=_counters("snmp"),
        suffix="snmprec",
    ),
}
