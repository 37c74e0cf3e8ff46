"""Objects of SNMP that tell energy, power, temperature or who a device is, by their makers' MIBs.

Only what a MIB states is here; a device of another make is mapped by its own. What an object counts
in is ``scale`` of ``unit``: 19,516 of a tenth of a kWh are 1,951.6 kWh.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Says(StrEnum):
    """What an object tells of its device."""

    ENERGY = "energy"  # a count that goes on
    POWER = "power"  # of the moment, of which no energy is made
    TEMPERATURE = "temperature"
    IDENTITY = "identity"


@dataclass(frozen=True, kw_only=True)
class SnmpObject:
    """One object of a MIB.

    Args:
        number: without the index that follows it.
        quantity: what it measures of a site, where the device itself leaves no choice.
    """

    number: str
    name: str
    mib: str
    says: Says
    unit: str = ""
    scale: Decimal = Decimal(1)
    quantity: str = ""


def _identity(mib: str, *named: tuple[str, str]) -> tuple[SnmpObject, ...]:
    return tuple(
        SnmpObject(number=number, name=name, mib=mib, says=Says.IDENTITY) for number, name in named
    )


_APC, _EATON = "1.3.6.1.4.1.318.1.1", "1.3.6.1.4.1.534.1"
_GEIST, _LIEBERT = "1.3.6.1.4.1.21239.5.1", "1.3.6.1.4.1.476.1.42"
_TRIPP, _UPS = "1.3.6.1.4.1.850.1.1", "1.3.6.1.2.1.33.1"
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")

OBJECTS: tuple[SnmpObject, ...] = (
    *_identity(
        "SNMPv2-MIB (RFC 3418)",
        ("1.3.6.1.2.1.1.1", "sysDescr"),
    ),
    *_identity(
        "UPS-MIB (RFC 1628)",
        (f"{_UPS}.1.1", "upsIdentManufacturer"),
        (f"{_UPS}.1.2", "upsIdentModel"),
    ),
    SnmpObject(
        number=f"{_UPS}.3.3.1.5", name="upsInputTruePower", mib="UPS-MIB (RFC 1628)",
        says=Says.POWER, unit="W", quantity="ups_input",
    ),
    SnmpObject(
        number=f"{_UPS}.4.4.1.4", name="upsOutputPower", mib="UPS-MIB (RFC 1628)",
        says=Says.POWER, unit="W", quantity="ups_output",
    ),
    *_identity(
        "PowerNet-MIB",
        (f"{_APC}.12.1.5", "rPDUIdentModelNumber"),
        (f"{_APC}.12.1.6", "rPDUIdentSerialNumber"),
        (f"{_APC}.26.2.1.8", "rPDU2IdentModelNumber"),
        (f"{_APC}.26.2.1.9", "rPDU2IdentSerialNumber"),
    ),
    SnmpObject(
        number=f"{_APC}.12.1.16", name="rPDUIdentDevicePowerWatts", mib="PowerNet-MIB",
        says=Says.POWER, unit="W", quantity="pdu_output",
    ),
    SnmpObject(
        number=f"{_APC}.26.4.3.1.5", name="rPDU2DeviceStatusPower", mib="PowerNet-MIB",
        says=Says.POWER, unit="kW", scale=_HUNDREDTH, quantity="pdu_output",
    ),
    SnmpObject(
        number=f"{_APC}.26.4.3.1.9", name="rPDU2DeviceStatusEnergy", mib="PowerNet-MIB",
        says=Says.ENERGY, unit="kWh", scale=_TENTH, quantity="pdu_output",
    ),
    SnmpObject(
        number=f"{_APC}.26.9.4.3.1.7", name="rPDU2OutletMeteredStatusPower", mib="PowerNet-MIB",
        says=Says.POWER, unit="W", quantity="it_input",
    ),
    SnmpObject(
        number=f"{_APC}.26.9.4.3.1.11", name="rPDU2OutletMeteredStatusEnergy", mib="PowerNet-MIB",
        says=Says.ENERGY, unit="kWh", scale=_TENTH, quantity="it_input",
    ),
    *_identity(
        "XUPS-MIB",
        (f"{_EATON}.1.1", "xupsIdentManufacturer"),
        (f"{_EATON}.1.2", "xupsIdentModel"),
    ),
    SnmpObject(
        number=f"{_EATON}.3.4.1.4", name="xupsInputWatts", mib="XUPS-MIB",
        says=Says.POWER, unit="W", quantity="ups_input",
    ),
    SnmpObject(
        number=f"{_EATON}.4.4.1.4", name="xupsOutputWatts", mib="XUPS-MIB",
        says=Says.POWER, unit="W", quantity="ups_output",
    ),
    *_identity(
        "GEIST-V4-MIB",
        (f"{_GEIST}.1.1", "productTitle"),
        (f"{_GEIST}.1.3", "productFriendlyName"),
        (f"{_GEIST}.1.8", "productModelNumber"),
    ),
    SnmpObject(
        number=f"{_GEIST}.2.1.5", name="internalTemp", mib="GEIST-V4-MIB",
        says=Says.TEMPERATURE, unit="°C", scale=_TENTH,
    ),
    SnmpObject(
        number=f"{_GEIST}.4.1.5", name="tempSensorTemp", mib="GEIST-V4-MIB",
        says=Says.TEMPERATURE, unit="°C", scale=_TENTH,
    ),
    *_identity(
        "LIEBERT-GP-AGENT-MIB",
        (f"{_LIEBERT}.2.1.1", "lgpAgentIdentManufacturer"),
        (f"{_LIEBERT}.2.1.2", "lgpAgentIdentModel"),
        (f"{_LIEBERT}.2.1.4", "lgpAgentIdentSerialNumber"),
    ),
    SnmpObject(
        number=f"{_LIEBERT}.3.4.1.3.3.1.3", name="lgpEnvTemperatureMeasurementDegC",
        mib="LIEBERT-GP-ENVIRONMENTAL-MIB", says=Says.TEMPERATURE, unit="°C",
    ),
    *_identity(
        "TRIPPLITE-PRODUCTS",
        (f"{_TRIPP}.1.2.1.4", "tlpDeviceManufacturer"),
        (f"{_TRIPP}.1.2.1.5", "tlpDeviceModel"),
        (f"{_TRIPP}.2.1.1.5", "tlpDeviceIdentSerialNum"),
    ),
)  # fmt: skip

_BY_NUMBER = {one.number: one for one in OBJECTS}


def known_as(number: str) -> tuple[SnmpObject, str] | None:
    """The object that an instance is of, and its index; None of one that is not here."""
    parts = number.split(".")
    for length in range(len(parts) - 1, 0, -1):
        if found := _BY_NUMBER.get(".".join(parts[:length])):
            return found, ".".join(parts[length:])
    return None
