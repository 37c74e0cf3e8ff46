"""A month of hours on UTC, and what a detector finds in it, as the lake keeps it."""

from spine import meter, site, utc
from windows import HOUR, days, place, window

from pipelines.steps.validate import findings_frame
from schemas.quantities import Kind

#: May of 2025 in UTC, so that stamps are what they look like.
UTC = site("UTC")
INTERVAL = {"facility_id": "site", "kind": Kind.INTERVAL, "interval": HOUR}
FULL = days(facility=UTC)
AT = utc("2025-05-10T12:00")


def may(amounts=None, meters=None, **more):
    """A month of meter m, or of those given, without a gap."""
    amounts = amounts or {"m": FULL}
    known = meters or [meter(name, **INTERVAL) for name in amounts]
    return window(amounts, known, facility=UTC, **more)


def without(stamp, hours, *, amounts=FULL):
    """The amounts without those of some hours from a time on."""
    return otherwise(amounts, stamp, [None] * hours)


def otherwise(amounts, stamp, values):
    first = place(stamp, facility=UTC)
    return [*amounts[:first], *values, *amounts[first + len(values) :]]


def told(look, of):
    """What a detector finds, as the lake keeps it: rule, meter, other, start, end, detail."""
    found = findings_frame(of, look(of))
    return found.select("rule", "meter_id", "other", "start", "end", "detail").rows()
