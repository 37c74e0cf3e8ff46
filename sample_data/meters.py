"""What a meter is, and the exact arithmetic between its ticks, its face and the canonical unit."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from sample_data.clock import HOUR, MINUTE, at_least

Kind = Literal["register", "interval", "average", "gauge"]
Pace = Literal["main", "slow", "quarter", "hour"]

_ENERGY = ("kWh", 1000)
_WATER = ("m3", 1000)
_DEGREES = ("°C", 10)

# The canonical unit of each quantity, and how many ticks of the simulation make one of it.
CANONICAL: dict[str, tuple[str, int]] = {
    "grid_import": _ENERGY,
    "grid_export": _ENERGY,
    "generator_output": _ENERGY,
    "onsite_renewable": _ENERGY,
    "ups_input": _ENERGY,
    "ups_output": _ENERGY,
    "pdu_output": _ENERGY,
    "it_input": _ENERGY,
    "cooling_electricity": _ENERGY,
    "compressor_electricity": _ENERGY,
    "lighting": _ENERGY,
    "other_facility": _ENERGY,
    "heat_removed": _ENERGY,
    "heat_rejected": _ENERGY,
    "heat_reused": _ENERGY,
    "heat_reused_internal": _ENERGY,
    "fuel_diesel": ("L", 100),
    "potable_water": _WATER,
    "rain_water": _WATER,
    "reclaimed_water": _WATER,
    "water_discharge": _WATER,
    "outdoor_temperature": _DEGREES,
    "intake_air_setpoint": _DEGREES,
    "intake_air_temperature": _DEGREES,
    "waste_heat_temperature": _DEGREES,
    "heat_rejected_temperature": _DEGREES,
    "heat_supply_temperature": _DEGREES,
    "heat_return_temperature": _DEGREES,
    "server_utilisation": ("%", 10),
    "battery_grid_capacity": ("kW", 1),
    "bandwidth_in": ("GB/s", 8),
    "bandwidth_out": ("GB/s", 8),
    "traffic_in": ("EB", 1_000_000_000),
    "traffic_out": ("EB", 1_000_000_000),
}

LEVELS = frozenset(
    name for name, (unit, _) in CANONICAL.items() if unit in {"°C", "%", "kW", "GB/s"}
)


@dataclass(frozen=True, kw_only=True)
class Paces:
    """Seconds between rows of the main energy meters and of all others."""

    main: int
    slow: int

    def seconds(self, pace: Pace) -> int:
        """The cadence of a meter of this pace; two paces do not follow the wish."""
        match pace:
            case "main":
                return self.main
            case "slow":
                return self.slow
            case "quarter":
                return at_least(15 * MINUTE, self.main)
            case "hour":
                return HOUR


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One measuring point.

    ``ticks_per_unit`` says how many ticks make one ``unit``; a register counts in units of
    ``multiplier`` × ``unit``, and ``modulus`` is in that count. ``cadence`` [s] is the time
    between its rows. ``highest_rate`` is in the canonical unit per hour, with head-room.
    """

    facility_id: str
    name: str
    label: str
    quantity: str
    kind: Kind
    unit: str
    ticks_per_unit: int
    cadence: int
    serial: str
    multiplier: int = 1
    modulus: int | None = None
    stamp: Literal["start", "end"] = "start"
    sparse: bool = False
    parent: str | None = None
    nested: bool = False
    accuracy_percent: float | None = None
    highest_rate: float | None = None
    room: str = ""

    @property
    def id(self) -> str:
        """The meter's id in the estate, such as fra1.grid.a."""
        return f"{self.facility_id}.{self.name}"

    @property
    def parent_id(self) -> str:
        """The parent's id, or nothing."""
        return f"{self.facility_id}.{self.parent}" if self.parent else ""

    @property
    def is_level(self) -> bool:
        """Whether the quantity is a level, such as a temperature, and not an amount."""
        return self.quantity in LEVELS

    @property
    def modulus_ticks(self) -> int | None:
        """Ticks after which the register starts again at zero."""
        if self.modulus is None:
            return None
        return self.modulus * self.multiplier * self.ticks_per_unit

    @property
    def face(self) -> tuple[int, int]:
        """Numerator and denominator that turn ticks into the figure that the meter shows."""
        if self.kind == "average" and not self.is_level:
            return HOUR // self.cadence, self.ticks_per_unit
        return 1, self.ticks_per_unit * self.multiplier

    def canonical(self, ticks: int | Fraction) -> Fraction:
        """Ticks in the canonical unit of the meter's quantity, exactly."""
        return Fraction(ticks) / CANONICAL[self.quantity][1]
