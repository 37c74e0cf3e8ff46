"""What is signed speaks for its own hours: it proves nothing, and it answers for its borders."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import polars as pl
from signed import edit, hours, of, total
from spine import BERLIN, meter
from windows import HOUR, MONTH, changed, days, span, window

from pipelines.steps.calendar import hours_of
from pipelines.steps.covered import covered
from pipelines.steps.meters import NUMBERED, meter_table
from schemas.quantities import Kind


def test_what_is_signed_is_no_evidence_about_other_meters():
    """The upper meter and a check meter may prove what a gap can hold; a signed figure may not."""
    gap = changed([50.0] * span().height, "2025-05-07T10:00", [None])
    steady = [50.0] * span().height
    facts = {
        "kind": Kind.INTERVAL,
        "interval": HOUR,
        "accuracy_percent": 1.0,
        "max_rate": Decimal(500),
    }
    meters = [
        meter("up", **facts),
        meter("m", parent="up", quantity="ups_output", **facts),
        meter("twin", quantity="ups_output", **facts),
    ]
    seen = window({"up": steady, "m": gap, "twin": steady}, meters, parents={"m": "up"})
    stretch = ("2025-05-07T10:00", "2025-05-07T11:00")

    def gap_of(*edits, checks=None):
        [row] = of(hours(seen, *edits, checks=checks), "2025-05-07T10:00")
        return row["method"], row["high"]

    assert gap_of()[0] == "parent_minus_siblings"
    assert gap_of()[1] < 52
    assert gap_of(edit(*stretch, "1", "up")) == ("similar_days", 500)
    twin = {"twin": "m"}
    blind = edit(*stretch, "withhold", "up")
    assert gap_of(blind, checks=twin)[0] == "redundant_meter"
    assert gap_of(blind, edit(*stretch, "1", "twin"), checks=twin) == ("similar_days", 500)


def test_a_signed_meter_below_proves_nothing_of_the_one_above():
    steady = [50.0] * span().height
    gap = changed(steady, "2025-05-07T10:00", [None])
    facts = {
        "kind": Kind.INTERVAL,
        "interval": HOUR,
        "accuracy_percent": 1.0,
        "max_rate": Decimal(500),
    }
    meters = [meter("up", **facts), meter("m", parent="up", quantity="ups_output", **facts)]
    seen = window({"up": gap, "m": steady}, meters, parents={"m": "up"})

    [proven] = of(hours(seen), "2025-05-07T10:00", meter_id="up")
    signed = edit("2025-05-07T10:00", "2025-05-07T11:00", "200")
    [free] = of(hours(seen, signed), "2025-05-07T10:00", meter_id="up")

    assert proven["low"] > 48
    assert free["low"] == 0


def test_signed_hours_are_no_samples_of_a_usual_day():
    """A week of signed nonsense around a gap does not move its estimate."""
    amounts = changed(days(), "2025-05-14T10:00", [None])
    seen = window({"m": amounts})
    nonsense = edit("2025-05-15", "2025-05-22", "1")

    [row] = of(hours(seen, nonsense), "2025-05-14T10:00")

    assert row["method"] == "similar_days"
    assert row["value"] > 60


def test_a_signed_hour_answers_for_the_borders_it_breaks():
    """A register read at seven past: nobody knows to the minute what fell into the hour before.

    Beside the signed hour its neighbours are off by up to seven minutes; in the month's sum that
    stays open, for the signed hour says nothing of theirs.
    """
    register = meter("m", max_rate=Decimal(1000))
    table = meter_table([register], {"fra1": BERLIN})
    size = span().height
    readings = pl.DataFrame(
        {
            "meter_id": ["m"] * size,
            "serial": [""] * size,
            "measured_at": [
                span()["start"][0] + timedelta(minutes=7) + HOUR * n for n in range(size)
            ],
            "seconds": [0] * size,
            "value": [Decimal(60 * n) for n in range(size)],
            "event": [None] * size,
            "row": [0] * size,
        },
        schema=NUMBERED,
    )
    months = [
        covered(readings, table, hours_of(m, BERLIN.zone), "power")
        for m in ("2025-04", MONTH, "2025-06")
    ]
    seen = window({"m": [1.0] * size}, [register])
    seen = replace(seen, hours=pl.concat(months).sort("start"), meters=table)

    plain, signed = hours(seen), hours(seen, edit("2025-05-07T10:00", "2025-05-07T11:00", "60"))
    repaired = hours(seen, edit("2025-05-07T10:00", "2025-05-07T11:00", "scale 1/2"))

    [before] = of(plain, "2025-05-07T09:00")
    slack_low, slack_high = before["end_slack_low"], before["end_slack_high"]
    assert slack_low > 0 < slack_high
    one, other = total(plain), total(signed)
    assert one.low - other.low == slack_low + slack_high  # one neighbour's end, the other's start
    assert other.high - one.high == slack_low + slack_high
    # A repaired hour is cut out of its own readings as well: half its slack comes on top.
    half = total(repaired)
    assert half.value == one.value - 30
    assert half.value - half.low == one.value - one.low + (slack_low + slack_high) * 3 / 2
