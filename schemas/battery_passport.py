"""What the equipment register must hold for a battery's passport."""

from datetime import date
from decimal import Decimal

from schemas.estate.registers.equipment import Equipment

#: Batteries put into service since then have a passport: Regulation (EU) 2023/1542, article 77.
ASKED_SINCE = date(2027, 2, 18)
#: Of industrial batteries, those above it [kWh].
SMALLEST_KWH = Decimal(2)
FIELDS = ("chemistry", "capacity_kwh", "mass_kg", "model", "installed_on", "passport_id")


def passport_gaps(asset: Equipment, day: date) -> tuple[str, ...]:
    """The columns of a battery's passport that are empty, in the order of ``FIELDS``.

    None for what is no battery, stores 2 kWh or less, or is not in place at the end of the day.
    A battery whose capacity is not stated may need a passport, and so has gaps. Whether it is
    asked for one already is another question: ``passport_asked``.
    """
    if asset.category != "battery" or not asset.stands_on(day):
        return ()
    if asset.capacity_kwh is not None and asset.capacity_kwh <= SMALLEST_KWH:
        return ()
    return tuple(name for name in FIELDS if getattr(asset, name) in (None, ""))


def passport_asked(asset: Equipment) -> bool | None:
    """Whether the law asks for it: put into service since 18 February 2027; None if not known."""
    return None if asset.installed_on is None else asset.installed_on >= ASKED_SINCE
