"""Rules about one meter's zeros, repeated values and signs: each where it fires, and where not."""

from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest
from spine import meter, utc
from windows import HOUR, changed, days, place, span, window

from pipelines.steps.validate.signs import sign_flip
from pipelines.steps.validate.stuck import stuck
from pipelines.steps.validate.zeros import unexpected_zero
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import QUARANTINE, READINGS

QUARTER = timedelta(minutes=15)
#: 10:00 on the site's clock is 08:00 UTC.
TEN = "2025-05-14T10:00"


def told(name="m", quantity="grid_import", kind=Kind.INTERVAL, interval=HOUR, **facts):
    return meter(name, quantity=quantity, kind=kind, interval=interval, **facts)


def of_one(amounts, **facts):
    return window({"m": amounts}, [told(**facts)])


def spans(found):
    """What was found as text: day and hour in UTC of start and end."""
    return [f"{one.start:%d %H} to {one.end:%d %H}" for one in found]


def sun():
    """Nothing from 20:00 to 6:00, and each day another share of the usual."""
    rows = span().select("local_hour", "local_date").iter_rows()
    return [
        round((7 - abs(hour - 13)) * (5 + (day.toordinal() * 7) % 11) + hour / 7, 3)
        if 6 < hour < 20
        else 0.0
        for hour, day in rows
    ]


class TestStuck:
    def test_eight_equal_hours_of_a_meter_that_changes(self):
        [one] = stuck(of_one(changed(days(), TEN, [77.7] * 8)))

        assert (one.rule, one.meter_id) == (RuleId.STUCK, "m")
        assert spans([one]) == ["14 08 to 14 16"]
        assert one.detail == "8 hours of 77.7 kWh; else at most 1 equal hours in a row"

    def test_an_average_that_is_repeated(self):
        given = of_one(changed(days(), TEN, [77.7] * 6), kind=Kind.AVERAGE, unit="kW")

        assert spans(stuck(given)) == ["14 08 to 14 14"]

    def test_five_hours_may_be_chance(self):
        assert not list(stuck(of_one(changed(days(), TEN, [77.7] * 5))))

    def test_a_constant_meter_is_not_stuck(self):
        assert not list(stuck(of_one([1000.0] * len(days()))))

    def test_a_meter_that_else_repeats_most_hours_is_not_stuck(self):
        pairs = [amount for amount in days()[::3] for _ in range(3)][: len(days())]

        assert not list(stuck(of_one(changed(pairs, TEN, [77.7] * 40))))

    def test_zeros_at_night_are_not_stuck(self):
        assert not list(stuck(of_one(sun(), quantity="onsite_renewable")))

    def test_zeros_of_a_dead_meter_are_not_stuck_nor_hide_what_is(self):
        dead = changed(days(), "2025-05-02T10:00", [0.0] * 72)

        assert spans(stuck(of_one(changed(dead, TEN, [77.7] * 8)))) == ["14 08 to 14 16"]

    def test_a_run_within_three_times_another_one_is_quiet(self):
        amounts = changed(days(), "2025-05-02T10:00", [66.6] * 3)

        assert not list(stuck(of_one(changed(amounts, TEN, [77.7] * 9))))
        assert list(stuck(of_one(changed(amounts, TEN, [77.7] * 10))))

    def test_a_run_too_short_for_itself_is_still_another_run(self):
        amounts = changed(days(), "2025-05-02T10:00", [66.6] * 5)

        assert not list(stuck(of_one(changed(amounts, TEN, [77.7] * 8))))

    def test_a_long_run_does_not_hide_a_short_one(self):
        amounts = changed(days(), "2025-05-02T10:00", [66.6] * 40)

        found = stuck(of_one(changed(amounts, TEN, [77.7] * 8)))

        assert spans(found) == ["02 08 to 04 00", "14 08 to 14 16"]

    def test_four_long_runs_are_the_meters_way(self):
        amounts = days()
        for day in (2, 8, 14, 20):
            amounts = changed(amounts, f"2025-05-{day:02}T10:00", [70.0 + day] * 8)

        assert not list(stuck(of_one(amounts)))

    def test_one_value_all_night_is_no_light(self):
        amounts = changed(sun(), "2025-05-14T18:00", [33.3] * 10)

        assert spans(stuck(of_one(amounts, quantity="onsite_renewable"))) == ["14 16 to 15 02"]

    def test_the_nights_stillness_is_a_longer_run_than_a_days_repeated_value(self):
        amounts = changed(sun(), "2025-05-14T08:00", [33.3] * 8)

        assert not list(stuck(of_one(amounts, quantity="onsite_renewable")))

    def test_the_lowest_flow_that_comes_back_is_a_level_of_the_meter(self):
        once = changed(days(), "2025-05-02T03:00", [20.0])

        assert not list(stuck(of_one(changed(once, TEN, [20.0] * 20))))
        assert list(stuck(of_one(changed(days(), TEN, [20.0] * 20))))

    def test_hours_that_nobody_read_do_not_end_it(self):
        given = of_one(changed(days(), TEN, [77.7] * 3 + [None] * 2 + [77.7] * 3))

        assert spans(stuck(given)) == ["14 08 to 14 16"]

    def test_quarter_hours_may_be_stuck_in_the_hours_beside(self):
        given = of_one(changed(days(), TEN, [77.7] * 8), interval=QUARTER)

        assert spans(stuck(given)) == ["14 07 to 14 17"]

    @pytest.mark.parametrize(
        "facts",
        [
            {"kind": Kind.REGISTER},
            {"kind": Kind.AVERAGE, "quantity": "intake_air_setpoint", "unit": "°C"},
        ],
        ids=["register", "set-point"],
    )
    def test_a_register_that_goes_on_evenly_and_a_level_are_quiet(self, facts):
        assert not list(stuck(of_one(changed(days(), TEN, [24.0] * 48), **facts)))


def without_noon():
    """Nothing from 12:00 to 13:00 on two days of three, as where the sun carries the site."""
    rows = span().select("local_hour", "local_date").iter_rows()
    return [
        0.0 if hour == 12 and day.toordinal() % 3 else amount
        for amount, (hour, day) in zip(days(), rows, strict=True)
    ]


def event(name, stamp):
    row = {"meter_id": name, "serial": "", "measured_at": utc(stamp), "event": "rollover"}
    schema = {one: READINGS[one] for one in row}
    return pl.DataFrame([row], schema=schema)


DOWN = [0.0] * 5


class TestUnexpectedZero:
    @pytest.mark.parametrize("hours", [1, 5, 72])
    def test_hours_of_zero_of_a_meter_that_runs(self, hours):
        [one] = unexpected_zero(of_one(changed(days(), TEN, [0.0] * hours)))

        assert (one.rule, one.meter_id) == (RuleId.UNEXPECTED_ZERO, "m")
        assert (one.start, one.end - one.start) == (utc("2025-05-14T08:00"), hours * HOUR)

    def test_what_is_usual_is_told(self):
        [one] = unexpected_zero(of_one(changed([50.0] * len(days()), TEN, DOWN)))

        assert one.detail == "5 hours of zero; usual at the first of them: 50 kWh"

    def test_zeros_apart_are_told_apart(self):
        amounts = changed(changed(days(), TEN, DOWN), "2025-05-16T10:00", DOWN)

        assert spans(unexpected_zero(of_one(amounts))) == ["14 08 to 14 13", "16 08 to 16 13"]

    def test_quarter_hours_may_be_zero_in_the_hours_beside(self):
        given = of_one(changed(days(), TEN, DOWN), interval=QUARTER)

        assert spans(unexpected_zero(given)) == ["14 07 to 14 14"]

    @pytest.mark.parametrize(
        ("amounts", "facts"),
        [
            pytest.param(days(), {}, id="no-zero"),
            pytest.param(changed(days(), TEN, [None] * 5), {}, id="nothing-read"),
            pytest.param(changed(days(), TEN, DOWN), {"quantity": "lighting"}, id="lamps-go-out"),
            pytest.param(changed(days(), TEN, DOWN), {"kind": Kind.REGISTER}, id="register-stands"),
            pytest.param(changed([0.0] * len(days()), TEN, [9.0] * 30), {}, id="mostly-zero"),
            pytest.param(
                changed(
                    [None] * len(days()),
                    TEN,
                    [9.0] * 12 + [None] * 12 + [9.0] * 11 + [None] * 13 + [0.0],
                ),
                {},
                id="hardly-run",
            ),
            pytest.param(without_noon(), {}, id="zero-at-most-noons"),
        ],
    )
    def test_zeros_that_may_be_true_are_quiet(self, amounts, facts):
        given = window({"m": amounts, "other": days()}, [told(**facts), told("other")])

        assert not list(unexpected_zero(given))

    @pytest.mark.parametrize("at", ["2025-05-14T08:00", "2025-05-14T14:00"])
    def test_a_register_that_fell_to_zero_or_leapt_back_is_not_believed(self, at):
        given = window(
            {"m": changed(days(), TEN, DOWN)}, [told(kind=Kind.REGISTER)], events=event("m", at)
        )

        assert spans(unexpected_zero(given)) == ["14 08 to 14 13"]

    def test_an_event_of_another_hour_does_not_touch_a_standstill(self):
        given = window(
            {"m": changed(days(), TEN, DOWN)},
            [told(kind=Kind.REGISTER)],
            events=event("m", "2025-05-14T20:00"),
        )

        assert not list(unexpected_zero(given))

    @pytest.mark.parametrize(
        ("kind", "expected"), [(Kind.REGISTER, []), (Kind.INTERVAL, ["grid", "it"])]
    )
    def test_a_blackout_is_believed_if_a_register_stands_still(self, kind, expected):
        still = changed(days(), TEN, DOWN)
        given = window(
            {"grid": still, "it": still}, [told("grid", kind=kind), told("it", "it_input")]
        )

        assert [one.meter_id for one in unexpected_zero(given)] == expected

    def test_a_register_above_that_stands_still_bears_out_zeros_below(self):
        still = changed(days(), TEN, DOWN)
        amounts = {"a": still, "b": days(), "top": still}
        meters = [
            told("a", "it_input"),
            told("b", "it_input"),
            told("top", "ups_output", kind=Kind.REGISTER),
        ]

        assert not list(unexpected_zero(window(amounts, meters, parents={"a": "top"})))
        assert [
            one.meter_id for one in unexpected_zero(window(amounts, meters, parents={"b": "top"}))
        ] == ["a"]

    @pytest.mark.parametrize(
        ("quantity", "times", "expected"),
        [
            pytest.param("grid_import", 2.0, [], id="the-other-feed-carries-all"),
            pytest.param("grid_import", 1.0, ["a"], id="the-other-feed-goes-on"),
            pytest.param("grid_import", 1000.0, ["a"], id="the-other-feed-has-a-fault-too"),
            pytest.param("ups_output", 2.0, ["a"], id="no-part-of-the-grid"),
        ],
    )
    def test_what_others_carry(self, quantity, times, expected):
        lies = changed(days(), TEN, DOWN)
        first = place(TEN)
        others = changed(days(), TEN, [one * times for one in days()[first : first + 5]])
        given = window({"a": lies, "b": others}, [told("a"), told("b", quantity)])

        assert [one.meter_id for one in unexpected_zero(given)] == expected

    def test_generators_carry_the_site_through_an_outage(self):
        first = place(TEN)
        load = days()[first : first + 5]
        amounts = {
            "grid": changed(days(), TEN, DOWN),
            "gen": changed([0.0] * len(days()), TEN, load),
            "it": days(0.7),
        }
        meters = [told("grid"), told("gen", "generator_output"), told("it", "it_input")]

        assert not list(unexpected_zero(window(amounts, meters)))

    def test_a_small_feed_is_not_borne_out_by_the_large_one(self):
        amounts = {"small": changed(days(0.05), TEN, DOWN), "large": days()}

        [one] = unexpected_zero(window(amounts, [told("small"), told("large")]))

        assert one.meter_id == "small"


def refused(values, name="m", step=HOUR, reason="negative_amount"):
    """Refused rows of a meter from 8:00 UTC on the 14th; None is a row that is not there."""
    rows = [
        {
            "file": "f",
            "line": number,
            "meter_id": name,
            "reasons": reason,
            "measured_at": utc("2025-05-14T08:00") + number * step,
            "amount": Decimal(str(value)),
        }
        for number, value in enumerate(values)
        if value is not None
    ]
    return pl.DataFrame(rows, schema=QUARANTINE)


def flipped(values, step=HOUR, reason="negative_amount", **facts):
    gone = changed(days(), TEN, [None] * 24)
    rows = refused(values, step=step, reason=reason)
    return window({"m": gone}, [told(interval=step, **facts)], refused=rows)


class TestSignFlip:
    def test_negative_rows_of_the_usual_size(self):
        [one] = sign_flip(flipped([-80, -85, -90]))

        assert (one.rule, one.meter_id, one.proposal) == (RuleId.SIGN_FLIP, "m", "scale -1")
        assert spans([one]) == ["14 08 to 14 11"]
        assert one.detail.startswith("3 negative rows of about 85 kWh an hour, where ")

    @pytest.mark.parametrize(
        ("kind", "value"), [(Kind.INTERVAL, -20), (Kind.AVERAGE, -80)], ids=["amount", "mean"]
    )
    def test_a_quarter_of_an_hour_tells_a_quarter_or_the_whole_rate(self, kind, value):
        unit = "kW" if kind is Kind.AVERAGE else "kWh"

        [one] = sign_flip(flipped([value] * 5, step=QUARTER, kind=kind, unit=unit))

        assert one.end - one.start == 5 * QUARTER
        assert "of about 80 kWh" in one.detail

    def test_a_register_counted_backwards(self):
        [one] = sign_flip(flipped([-50_000, -50_080, -50_165, -50_250], kind=Kind.REGISTER))

        assert "of about 85 kWh" in one.detail

    def test_a_row_may_be_missing_between(self):
        assert spans(sign_flip(flipped([-80, None, -85, -90]))) == ["14 08 to 14 12"]

    @pytest.mark.parametrize(
        "values",
        [
            pytest.param([-80, -85], id="two-rows"),
            pytest.param([-80, None, None, -85, -90], id="two-and-one"),
            pytest.param([-1, -1, -1], id="noise-about-zero"),
            pytest.param([-8000, -8000, -8000], id="far-too-large"),
        ],
    )
    def test_negative_rows_that_prove_nothing(self, values):
        assert not list(sign_flip(flipped(values)))

    def test_rows_refused_for_other_reasons_are_quiet(self):
        assert not list(sign_flip(flipped([80, 85, 90], reason="impossible_rate")))

    def test_a_day_in_two_files_is_told_once(self):
        rows = refused([-80, -85])

        given = window({"m": days()}, [told()], refused=pl.concat([rows, rows]))

        assert not list(sign_flip(given))
