"""A trend log as BACnet front ends export it: a mapping of ``csv`` with twelve hours, the zone's
letters as they stand, and a status in braces."""

from spine import Spine, meter, site

from schemas.estate.source import Source
from schemas.quantities import Kind

TREND = """history:/Site/MainMeter,,,
Timestamp,Trend Flags,Status,Value (kW)
01-Jun-25 12:15:00 AM EDT,{ },{ok},412.5
01-Jun-25 12:30:00 AM EDT,{ },{down},0.0
01-Jun-25 12:45:00 AM EDT,{ },{stale},410.0
01-Jun-25 1:00:00 PM EDT,{ },{ok},399.25
01-Jun-25 1:15:00 PM EDT,{ },{fault},1.0
01-Dec-25 1:00:00 PM EST,{ },{ok},300.0
"""
SOURCE = Source(
    match="*",
    skip_lines=1,
    timezone="America/New_York",
    time_format="%d-%b-%y %I:%M:%S %p EDT",
    columns=(("timestamp", "Timestamp"), ("quality", "Status")),
    wide=(("Value (kW)", "m"),),
    quality=(("{ok}", "good"), ("{down}", "bad"), ("{stale}", "estimated")),
)


def test_status_decides_and_other_letters_of_a_zone_are_refused_not_guessed():
    own = meter(facility_id="site", kind=Kind.AVERAGE, unit="kW")
    spine = Spine([own], [TREND], site("America/New_York"), source=SOURCE)

    kept = spine.readings.select("measured_at", "value", "flag").rows()
    assert [(f"{at:%H:%M}", value, flag) for at, value, flag in kept] == [
        ("04:15", 412.5, None),
        ("04:45", 410, "estimated"),
        ("17:00", 399.25, None),
    ]
    assert spine.reasons == {4: "bad_quality", 7: "unknown_quality", 8: "unparsable_time"}
