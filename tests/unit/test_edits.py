"""Edits over covered hours: each rule by hand, and that nothing else moves."""

from decimal import Decimal

import pytest
from signed import END, START, edit, found, half_read, hours, of, total, values
from spine import BERLIN, meter
from windows import HOUR, MONTH, changed, days, place, span, window

from pipelines.steps.edits import decided
from pipelines.steps.meter_months import meter_months, read_meter_months
from pipelines.steps.total import Period, totals_of
from schemas.estate.model import Policies
from schemas.metrics import Status
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import COVERED


def test_an_amount_is_laid_out_evenly_and_what_does_not_divide_is_in_the_last_hour():
    """10 kWh over 3 hours."""
    seen = window({"m": days()})

    rows = of(
        hours(seen, edit("2025-05-07T10:00", "2025-05-07T13:00", "10")),
        "2025-05-07T10:00",
        "2025-05-07T13:00",
    )

    assert [row["value"] for row in rows] == [
        Decimal("3.333333333333"),
        Decimal("3.333333333333"),
        Decimal("3.333333333334"),
    ]
    for row in rows:
        assert row["low"] == row["high"] == row["value"] == row["covered"]
        assert (row["status"], row["method"]) == ("estimated", "operator_value")
        assert (row["measured"], row["measured_seconds"], row["covered_seconds"]) == (0, 0, 3600)
        assert (row["gap_value"], row["gap_low"], row["gap_high"]) == (0, 0, 0)


def test_an_amount_over_the_turn_of_a_month_is_laid_out_over_all_of_it():
    """From 30 April 22:00 until 1 May 02:00, 4 kWh: the month of May holds two of them."""
    seen = window({"m": days()})

    frame = hours(seen, edit("2025-04-30T22:00", "2025-05-01T02:00", "4"))

    assert values(frame, "2025-05-01T00:00", "2025-05-01T03:00")[:2] == [1, 1]
    assert [row["method"] for row in of(frame, "2025-05-01T00:00", "2025-05-01T03:00")] == [
        "operator_value",
        "operator_value",
        "measured",
    ]


def test_the_sum_of_a_value_is_exact_over_a_day_of_23_hours():
    seen = window({"m": days(month="2025-03")}, month="2025-03")
    signed = edit("2025-03-30", "2025-03-31", "100")

    rows = decided([signed], seen.hours, COVERED.to_frame(), seen.meters, BERLIN.zone)

    assert rows.height == 23
    assert rows["covered"].sum() == 100
    assert rows["covered"][0] == Decimal("4.347826086956")  # 100 ÷ 23, rounded down
    assert rows["covered"][22] == Decimal("4.347826086968")


def test_a_level_is_held_over_its_hours():
    gauge = meter("m", quantity="outdoor_temperature", kind=Kind.GAUGE, unit="C")
    seen = window({"m": [12.0] * span().height}, [gauge])

    frame = hours(seen, edit("2025-05-07T10:00", "2025-05-07T12:00", "21.5"))

    assert values(frame, "2025-05-07T09:00", "2025-05-07T13:00") == [
        12,
        Decimal("21.5"),
        Decimal("21.5"),
        12,
    ]


def test_nothing_outside_the_edit_moves():
    seen = window({"m": days(), "other": days(0.5)})
    before, after = hours(seen), hours(seen, edit("2025-05-07T10:00", "2025-05-07T13:00", "10"))

    changed_rows = after.join(before, on=before.columns, how="anti", nulls_equal=True)

    assert changed_rows.height == 3
    assert set(changed_rows["meter_id"]) == {"m"}


def test_a_value_releases_what_nobody_measured():
    """A dead day: missing without a signature, and known with it."""
    amounts = changed(days(), "2025-05-07T00:00", [None] * 24)
    seen = window({"m": amounts})
    signed = edit("2025-05-07", "2025-05-08", "1500")

    without, with_edit = total(hours(seen)), total(hours(seen, signed))

    read = sum(
        amount
        for amount in amounts[place("2025-05-01T00:00") : place("2025-06-01T00:00")]
        if amount is not None
    )
    assert without.covered_seconds == 30 * 86400
    assert with_edit.covered_seconds == 31 * 86400
    assert (with_edit.measured_seconds, with_edit.signed_seconds) == (30 * 86400, 86400)
    assert with_edit.value == with_edit.low == with_edit.high
    assert float(with_edit.value) == pytest.approx(read + 1500)
    assert with_edit.estimated == 1500


def test_zero_is_a_true_standstill():
    seen = window({"m": changed(days(), "2025-05-07T10:00", [0.0, 0.0])})
    gone = found(RuleId.UNEXPECTED_ZERO, "2025-05-07T10:00", "2025-05-07T12:00")

    withheld = hours(seen, findings=[gone])
    signed = hours(seen, edit("2025-05-07T10:00", "2025-05-07T12:00", "zero"), findings=[gone])

    assert all(value > 0 for value in values(withheld, "2025-05-07T10:00", "2025-05-07T12:00"))
    for row in of(signed, "2025-05-07T10:00", "2025-05-07T12:00"):
        assert (row["value"], row["low"], row["high"], row["withheld_by"]) == (0, 0, 0, "")
        assert row["method"] == "operator_value"


def test_keep_withdraws_what_rules_withhold_and_only_in_its_hours():
    amounts = changed(days(), "2025-05-07T10:00", [400.0, 400.0, 400.0])
    seen = window({"m": amounts})
    spike = found(RuleId.SPIKE, "2025-05-07T10:00", "2025-05-07T13:00")

    frame = hours(seen, edit("2025-05-07T11:00", "2025-05-07T12:00", "keep"), findings=[spike])

    [kept] = of(frame, "2025-05-07T11:00")
    assert (kept["value"], kept["status"], kept["method"]) == (400, "measured", "measured")
    assert (kept["withheld_by"], kept["low"], kept["high"]) == ("", 400, 400)
    for beside in ("2025-05-07T10:00", "2025-05-07T12:00"):
        [row] = of(frame, beside)
        assert (row["withheld_by"], row["status"]) == ("spike", "estimated")
        assert row["value"] < 150


def test_keep_withdraws_the_doubt_about_a_clock_and_answers_for_the_hours_beside_it():
    """Beside a kept hour the doubt of the others stays, and with it the sum's."""
    flat = meter("m", kind=Kind.INTERVAL, interval=HOUR, max_rate=Decimal(200))
    seen = window({"m": [50.0] * span().height}, [flat])
    late = found(RuleId.CLOCK_SHIFT, "2025-05-07", "2025-05-09")

    frame = hours(seen, edit("2025-05-08", "2025-05-09", "keep"), findings=[late])

    doubted, [kept] = of(frame, "2025-05-07T12:00")[0], of(frame, "2025-05-08T12:00")
    assert (doubted["low"], doubted["high"]) == (0, 200)
    assert (kept["low"], kept["high"]) == (50, 50)
    # Borders in doubt on both sides cancel in a sum. Two are not: where the kept day begins and
    # where it ends, for the finding reaches up to there. Each by an hour at the maximum rate.
    assert (total(frame).low, total(frame).high) == (744 * 50 - 400, 744 * 50 + 400)


def test_withhold_takes_readings_out_and_estimates_anew():
    seen = window({"m": changed(days(), "2025-05-07T10:00", [5.0])})

    for rule in ("withhold", "estimate"):
        [row] = of(
            hours(seen, edit("2025-05-07T10:00", "2025-05-07T11:00", rule)), "2025-05-07T10:00"
        )
        assert (row["status"], row["method"], row["covered"]) == ("estimated", "similar_days", 0)
        assert row["value"] > 50


def test_a_day_times_1000_is_restored_to_the_true_total():
    true = days()
    first = place("2025-05-07T00:00")
    wrong = changed(true, "2025-05-07T00:00", [1000 * one for one in true[first : first + 24]])
    seen, clean = window({"m": wrong}), window({"m": true})
    scaled = found(RuleId.SCALE_CHANGE, "2025-05-07", "2025-05-08")

    frame = hours(seen, edit("2025-05-07", "2025-05-08", "scale 0.001"), findings=[scaled])

    assert values(frame, "2025-05-07", "2025-05-08") == values(
        hours(clean), "2025-05-07", "2025-05-08"
    )
    repaired, truth = total(frame), total(hours(clean))
    assert repaired.value == repaired.low == repaired.high == truth.value
    for row in of(frame, "2025-05-07", "2025-05-08"):
        assert (row["status"], row["method"]) == ("estimated", "operator_repair")
        assert (row["measured"], row["measured_seconds"]) == (0, 0)
    assert total(hours(seen, findings=[scaled])).low < truth.value


def test_a_third_is_rounded_once_and_its_bounds_outwards():
    seen = window({"m": changed(days(), "2025-05-07T10:00", [10.0])})

    [row] = of(
        hours(seen, edit("2025-05-07T10:00", "2025-05-07T11:00", "scale 1/3")), "2025-05-07T10:00"
    )

    assert (row["low"], row["value"], row["high"]) == (
        Decimal("3.333333333333"),
        Decimal("3.333333333333"),
        Decimal("3.333333333334"),
    )


def test_an_hour_without_readings_under_a_scale_is_estimated_as_ever():
    amounts = changed(days(), "2025-05-07T10:00", [None, 30.0])
    seen = window({"m": amounts})

    frame = hours(seen, edit("2025-05-07T10:00", "2025-05-07T12:00", "scale 2"))

    [empty], [scaled] = of(frame, "2025-05-07T10:00"), of(frame, "2025-05-07T11:00")
    assert (empty["method"], empty["covered_seconds"]) == ("similar_days", 0)
    assert (scaled["method"], scaled["value"]) == ("operator_repair", 60)


def test_half_an_hour_under_a_scale_is_repaired_and_the_other_half_estimated():
    limited = meter("m", kind=Kind.INTERVAL, interval=HOUR, max_rate=Decimal(200))
    seen = window({"m": days()}, [limited])
    seen = half_read(seen, "2025-05-07T10:00", 10)

    [row] = of(
        hours(seen, edit("2025-05-07T10:00", "2025-05-07T11:00", "scale 3")), "2025-05-07T10:00"
    )

    assert (row["covered"], row["covered_seconds"], row["method"]) == (30, 1800, "similar_days")
    assert (row["low"], row["high"]) == (30, 30 + 100)  # half an hour at 200 kW at most
    assert row["value"] == 30 + row["gap_value"]


def test_a_shift_moves_hours_within_the_edit_and_estimates_what_is_left_empty():
    """Told an hour late: what stands at 11 was at 10. The last hour is left without readings."""
    amounts = changed(days(), "2025-05-07T10:00", [1.0, 2.0, 3.0, 4.0])
    seen = window({"m": amounts})

    frame = hours(seen, edit("2025-05-07T10:00", "2025-05-07T14:00", "shift -1h"))

    rows = of(frame, "2025-05-07T10:00", "2025-05-07T14:00")
    assert [row["value"] for row in rows[:3]] == [2, 3, 4]
    assert [row["method"] for row in rows] == ["operator_repair"] * 3 + ["similar_days"]
    assert rows[3]["covered_seconds"] == 0
    assert values(frame, "2025-05-07T14:00") == values(hours(seen), "2025-05-07T14:00")


def test_a_shift_later_leaves_the_first_hours_empty():
    seen = window({"m": changed(days(), "2025-05-07T10:00", [1.0, 2.0, 3.0, 4.0])})

    rows = of(
        hours(seen, edit("2025-05-07T10:00", "2025-05-07T14:00", "shift +2h")),
        "2025-05-07T10:00",
        "2025-05-07T14:00",
    )

    assert [row["method"] for row in rows] == ["similar_days"] * 2 + ["operator_repair"] * 2
    assert [row["value"] for row in rows[2:]] == [1, 2]


def test_a_swap_exchanges_the_hours_of_both_meters():
    """Both are withheld by the finding; the edit decides for both."""
    a, b = days(), days(0.3)
    first, last = place("2025-05-07T00:00"), place("2025-05-09T00:00")
    seen = window(
        {
            "a": changed(a, "2025-05-07T00:00", b[first:last]),
            "b": changed(b, "2025-05-07T00:00", a[first:last]),
        }
    )
    clean = hours(window({"a": a, "b": b}))
    swapped = found(RuleId.SWAPPED, "2025-05-07", "2025-05-09", "a", "b")

    frame = hours(seen, edit("2025-05-07", "2025-05-09", "swap a b", "a"), findings=[swapped])

    for name in ("a", "b"):
        assert values(frame, "2025-05-07", "2025-05-09", name) == values(
            clean, "2025-05-07", "2025-05-09", name
        )
        assert total(frame, name).value == total(clean, name).value
        assert {row["method"] for row in of(frame, "2025-05-07", "2025-05-09", name)} == {
            "operator_repair"
        }


def test_a_figure_says_how_much_is_signed_and_claims_no_register():
    """A day of 31 is signed: 30 ÷ 31 of the time is measured, and nothing bridges the rest."""
    seen = window({"m": changed(days(), "2025-05-07T00:00", [None] * 24)})
    frame = hours(seen, edit("2025-05-07", "2025-05-08", "1500"))

    [figure] = totals_of(
        read_meter_months(meter_months(frame, MONTH)),
        facility_id="fra1",
        period=Period(name=MONTH, start=START, end=END, months=(MONTH,)),
        parents={},
        accuracy={"m": None},
        policies=Policies(),
    )

    assert (figure.status, figure.coverage) == (Status.FLAGGED, 30 / 31)
    assert figure.reason == (
        "96.77 % of the time was measured; 24 meter hours stand on signed edits"
    )
