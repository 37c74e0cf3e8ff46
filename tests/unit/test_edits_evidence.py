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


def read_late():
    """A window of a register that is read at seven past: nobody knows to the minute what fell into
    the hour before, and every border has slack."""
    register = meter("m", max_rate=Decimal(1000))
    table = meter_table([register], {"fra1": BERLIN})
    starts = span()["start"].to_list()
    readings = pl.DataFrame(
        [
            ("m", "", at + timedelta(minutes=7), 0, 60 * n, None, None, 0)
            for n, at in enumerate(starts)
        ],
        schema=NUMBERED,
        orient="row",
    )
    months = [
        covered(readings, table, hours_of(one, BERLIN.zone), "power")
        for one in ("2025-04", MONTH, "2025-06")
    ]
    seen = window({"m": [1.0] * len(starts)}, [register])
    return replace(seen, hours=pl.concat(months).sort("start"), meters=table)


def open_by(frame, beside):
    """By how much the month's bounds are wider than another's, below and above."""
    here, there = total(frame), total(beside)
    below = (here.value - here.low) - (there.value - there.low)
    return below, (here.high - here.value) - (there.high - there.value)


def slack_of(frame):
    """How far the amount up to 10 o'clock may be lower, and higher."""
    [before] = of(frame, "2025-05-07T09:00")
    low, high = before["end_slack_low"], before["end_slack_high"]
    assert low > 0 < high
    assert low != high
    return low, high


def test_a_signed_hour_answers_for_the_borders_it_breaks():
    """Its neighbours are off by up to seven minutes; in the month's sum that stays open, for the
    signed hour says nothing of theirs: the end of the one, and the start of the other."""
    seen = read_late()
    plain = hours(seen)
    low, high = slack_of(plain)

    for end, what in (("11:00", "60"), ("12:00", "120"), ("11:00", "zero")):
        frame = hours(seen, edit("2025-05-07T10:00", f"2025-05-07T{end}", what))
        assert open_by(frame, plain) == (low + high, low + high)


def test_a_repaired_stretch_is_cut_out_of_its_own_readings_at_both_ends_and_not_inside():
    """Half the amounts have half the slack; it comes on top of the neighbours', once at each end
    however long the stretch is."""
    seen = read_late()
    plain = hours(seen)
    low, high = slack_of(plain)

    for end in ("11:00", "13:00"):
        frame = hours(seen, edit("2025-05-07T10:00", f"2025-05-07T{end}", "scale 1/2"))
        assert open_by(frame, plain) == ((low + high) * 3 / 2, (low + high) * 3 / 2)
    ends = total(hours(seen, edit("2025-05-07T10:00", "2025-05-07T13:00", "scale 1/2")))
    assert total(plain).value - ends.value == 90


def test_a_kept_hour_breaks_no_border():
    seen = read_late()

    kept = hours(seen, edit("2025-05-07T10:00", "2025-05-07T12:00", "keep"))

    assert kept.equals(hours(seen))
