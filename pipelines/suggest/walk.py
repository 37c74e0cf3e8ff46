"""From a walk of SNMP to a proposal: what its objects are by their makers' MIBs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from pipelines.sources.packed import first_of
from pipelines.sources.snmp import object_of, time_of
from pipelines.sources.unreadable import Unreadable
from pipelines.suggest.suggestion import ProposedMeter, Suggestion
from pipelines.suggest.tried import tried
from schemas.errors import UsageError
from schemas.estate.source import Source
from schemas.snmp_objects import Says, SnmpObject, known_as

#: So many lines show what a file is.
_LOOKED_AT = 50
#: Of a line of UPS-MIB: volts and tenths of an ampere beside the output's watts.
_VOLTAGE, _CURRENT = "1.3.6.1.2.1.33.1.4.4.1.2", "1.3.6.1.2.1.33.1.4.4.1.3"
#: A power factor below this is none of a UPS's output, and none is above 1; readings a moment
#: apart may differ by half.
_LEAST, _MOST = Decimal("0.25"), Decimal("1.5")


@dataclass(frozen=True, kw_only=True)
class Known:
    """An object of a walk that a MIB explains, its index and its value as text."""

    number: str
    object: SnmpObject
    index: str
    text: str

    @property
    def amount(self) -> Decimal | None:
        """The value in the object's unit; None where the device has none (-1), or no number."""
        try:
            value = Decimal(self.text)
        except InvalidOperation:
            return None
        return value * self.object.scale if value != -1 else None

    @property
    def told(self) -> str:
        """For people: the name, the index, and the value with its unit."""
        if self.object.says is Says.IDENTITY:
            return f"{self.object.name}: {self.text}"
        amount = "not measured" if self.amount is None else f"{self.amount:f} {self.object.unit}"
        return f"{self.object.name}.{self.index}: {amount}"


def is_walk(path: Path) -> bool:
    """Whether most lines of a file are objects and their values."""
    try:
        with path.open("rb") as file:
            head = first_of(file).read(2**16)
    except Unreadable:
        return False
    lines = [line for line in _lines(head)[:_LOOKED_AT] if not line.startswith("#")]
    found = sum(object_of(line) is not None for line in lines)
    return found > len(lines) / 2


def suggest_walk(path: Path) -> Suggestion:
    """Counters and temperatures as meters; who the device is and what it draws as evidence.

    Power is that of a moment: it is told, and no meter is made of it.

    Raises:
        UsageError: a file that cannot be read.
    """
    try:
        with path.open("rb") as file:
            lines = _lines(first_of(file).read())
    except Unreadable as error:
        raise UsageError(f"{path.name}: {error}.\n  Unpack it, or walk the device anew.") from error
    walk = dict(found for line in lines if (found := object_of(line)) is not None)
    known = list(_known(walk))
    counted = [
        one
        for one in known
        if one.object.says in (Says.ENERGY, Says.TEMPERATURE) and one.amount is not None
    ]
    meters = tuple(_meter(one) for one in counted)
    source = Source(
        match=f"*{path.name}",
        format="snmp",
        wide=tuple((one.title, one.meter_id) for one in meters),
    )
    kept, refused = tried(path, source, meters, "") if meters else (0, 0)
    return Suggestion(
        source=source,
        meters=meters,
        kept=kept,
        refused=refused,
        evidence=tuple(f"{one.told} ({one.object.mib})" for one in known),
        questions=tuple(_questions(walk, known, meters, lines)),
    )


def _questions(
    walk: Mapping[str, str],
    known: list[Known],
    meters: tuple[ProposedMeter, ...],
    lines: list[str],
) -> Iterator[str]:
    if not any(time_of(line) for line in lines):
        yield (
            "When was it made? Without a time its rows are refused: put '# 2025-06-01T10:00:00Z' "
            "above each walk."
        )
    if not any(one.object.says is Says.ENERGY and one.amount is not None for one in known):
        yield (
            "The device counts no energy by a MIB known here. Is there a counter of its maker's "
            "own, or a meter upstream? Of a moment's power no energy is made."
        )
    if unknown := [one.title for one in meters if not one.quantity]:
        yield f"What does each of these measure? {', '.join(unknown)}"
    yield from _doubts(walk, known)


def _doubts(walk: Mapping[str, str], known: list[Known]) -> Iterator[str]:
    """Watts that volts and amperes of the same line gainsay: not every maker keeps to the MIB."""
    for one in known:
        volts, amperes = (walk.get(f"{name}.{one.index}", "") for name in (_VOLTAGE, _CURRENT))
        if one.object.name != "upsOutputPower" or not (volts.isdigit() and amperes.isdigit()):
            continue
        apparent = Decimal(volts) * Decimal(amperes) / 10
        if apparent and not _LEAST * apparent <= (one.amount or 0) <= _MOST * apparent:
            yield (
                f"In which unit is {one.object.name}.{one.index}? {one.text} W is what the MIB "
                f"says, but {volts} V and {amperes} tenths of an ampere make {apparent:f} VA."
            )


def _known(walk: Mapping[str, str]) -> Iterator[Known]:
    for number, text in walk.items():
        if (found := known_as(number)) and text:
            yield Known(number=number, object=found[0], index=found[1], text=text)


def _meter(one: Known) -> ProposedMeter:
    is_counter = one.object.says is Says.ENERGY
    scale = one.object.scale
    return ProposedMeter(
        title=one.number,
        meter_id=f"{one.object.name}_{one.index}".replace(".", "_").lower(),
        quantity=one.object.quantity,
        kind="register" if is_counter else "gauge",
        unit=one.object.unit,
        multiplier=f"{scale:f}" if scale != 1 else "",
        interval="1h",
        stamp="",
    )


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", errors="replace").splitlines()
