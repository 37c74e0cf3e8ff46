"""Rules about amounts that are far too large or small: another scale, and lone spikes."""

from decimal import Decimal

import polars as pl
import pytest
from spine import meter, utc
from windows import HOUR, changed, days, place, span, window

from pipelines.steps.validate.scale import scale_change
from pipelines.steps.validate.spikes import spike
from schemas.quantities import Kind
from schemas.rules import RuleId
from schemas.tables import QUARANTINE

#: 10:00 on the site's clock is 08:00 UTC.
TEN = "2025-05-14T10:00"


def told(name="m", quantity="grid_import", kind=Kind.INTERVAL, **facts):
    return meter(name, **{"quantity": quantity, "kind": kind, "interval": HOUR, **facts})


def of_one(amounts, **facts):
    return window({"m": amounts}, [told(**facts)])


def spans(found):
    """What was found as text: day and hour in UTC of start and end."""
    return [f"{one.start:%d %H} to {one.end:%d %H}" for one in found]


def times(amounts, stamp, hours, factor):
    """The amounts with those of some hours multiplied."""
    first = place(stamp)
    return changed(amounts, stamp, [factor * one for one in amounts[first : first + hours]])


def sun():
    """Nothing from 20:00 to 6:00, and each day another share of the usual."""
    rows = span().select("local_hour", "local_date").iter_rows()
    return [
        round((7 - abs(hour - 13)) * (5 + (day.toordinal() * 7) % 11) + hour / 7, 3)
        if 6 < hour < 20
        else 0.0
        for hour, day in rows
    ]


def chiller():
    """A machine that runs at any of ten levels, or idles at a thousandth every fourth night."""
    rows = span().select("local_hour", "local_date").iter_rows()
    return [
        1.7 if day.toordinal() % 4 == 0 and hour < 8 else 100.0 + 400 * ((hour + day.day) * 37 % 10)
        for hour, day in rows
    ]


class TestScaleChange:
    @pytest.mark.parametrize(("factor", "proposal"), [(1000, "scale 0.001"), (0.001, "scale 1000")])
    @pytest.mark.parametrize("stamp", [TEN, "2025-05-14T00:00", "2025-05-14T23:00"])
    def test_a_day_at_another_scale_with_the_factor_that_repairs_it(self, stamp, factor, proposal):
        [one] = scale_change(of_one(times(days(), stamp, 24, factor)))

        assert (one.rule, one.meter_id, one.proposal) == (RuleId.SCALE_CHANGE, "m", proposal)
        assert (one.start, one.end - one.start) == (span()["start"][place(stamp)], 24 * HOUR)

    def test_the_evidence_is_told(self):
        [one] = scale_change(of_one(changed([50.0] * len(days()), TEN, [50_000.0] * 24)))

        assert one.detail == (
            "24 hours of about 50000 kWh where 50 kWh are usual: about 1000 times as much"
        )

    @pytest.mark.parametrize("factor", [1000, 0.001])
    def test_four_hours_are_enough_and_three_are_not(self, factor):
        assert spans(scale_change(of_one(times(days(), TEN, 4, factor)))) == ["14 08 to 14 12"]
        assert not list(scale_change(of_one(times(days(), TEN, 3, factor))))

    @pytest.mark.parametrize(
        ("multiplier", "factor", "proposal"),
        [
            ("40", 40, "scale 0.025"),
            ("40", 1 / 40, "scale 40"),
            ("30", 30, "scale 1/30"),
            ("10", 1 / 10, "scale 10"),
            ("250", 250, "scale 0.004"),
        ],
    )
    def test_a_multiplier_left_out_or_applied_twice(self, multiplier, factor, proposal):
        given = of_one(times(days(), TEN, 24, factor), multiplier=Decimal(multiplier))

        [one] = scale_change(given)

        assert (spans([one]), one.proposal) == (["14 08 to 15 08"], proposal)

    @pytest.mark.parametrize(("factor", "proposal"), [(1000, "scale 0.001"), (400, "scale 0.0025")])
    def test_of_two_factors_the_nearer_one_is_proposed(self, factor, proposal):
        given = of_one(times(days(), TEN, 24, factor), multiplier=Decimal(400))

        assert [one.proposal for one in scale_change(given)] == [proposal]

    def test_the_unit_is_no_multiplier(self):
        given = of_one(times(days(), TEN, 24, 10), unit="MWh", multiplier=Decimal("0.01"))

        assert not list(scale_change(given))

    @pytest.mark.parametrize("factor", [0.3, 2, 0.1, 10, 3.6, 1 / 3.6, 100, 0.01, 0.0])
    def test_a_load_that_changes_is_no_other_scale(self, factor):
        assert not list(scale_change(of_one(times(days(), TEN, 24, factor))))

    @pytest.mark.parametrize("factor", [0.3, 2, 3.6])
    def test_a_multiplier_is_not_seen_in_a_load_that_changes(self, factor):
        given = of_one(times(days(), TEN, 24, factor), multiplier=Decimal("3.6"))

        assert not list(scale_change(given))

    def test_a_small_multiplier_is_not_seen_in_a_meter_that_changes_much(self):
        given = times(sun(), "2025-05-14T00:00", 24, 10)

        assert not list(
            scale_change(of_one(given, quantity="onsite_renewable", multiplier=Decimal(10)))
        )

    def test_a_small_multiplier_must_come_back_for_it_may_be_a_new_load(self):
        first = place("2025-06-20T10:00")
        raised = {factor: times(days(), "2025-06-20T10:00", 10**6, factor) for factor in (10, 1000)}

        assert not list(scale_change(of_one(raised[10], multiplier=Decimal(10))))
        [one] = scale_change(of_one(raised[1000]))
        assert one.start == span()["start"][first]

    def test_a_site_that_ramps_up_from_nothing(self):
        first = place(TEN)
        assert not list(scale_change(of_one([0.0] * first + days()[first:])))

    @pytest.mark.parametrize("factor", [1000, 0.001])
    def test_a_day_of_sun_from_its_first_light_to_its_last(self, factor):
        given = of_one(times(sun(), "2025-05-14T00:00", 24, factor), quantity="onsite_renewable")

        assert spans(scale_change(given)) == ["14 05 to 14 18"]

    def test_nights_between_days_at_another_scale(self):
        given = of_one(times(sun(), "2025-05-14T00:00", 72, 1000), quantity="onsite_renewable")

        assert spans(scale_change(given)) == ["14 05 to 16 18"]

    def test_two_stretches_of_one_meter(self):
        given = of_one(times(times(days(), TEN, 24, 1000), "2025-05-20T10:00", 24, 0.001))

        assert spans(scale_change(given)) == ["14 08 to 15 08", "20 08 to 21 08"]

    def test_hours_that_nobody_read_do_not_end_it(self):
        given = times(days(), TEN, 24, 1000)

        assert spans(scale_change(of_one(changed(given, "2025-05-14T20:00", [None] * 2)))) == [
            "14 08 to 15 08"
        ]

    def test_a_machine_that_idles_at_a_trickle_again_and_again_does_so_by_habit(self):
        assert not list(scale_change(of_one(chiller(), quantity="cooling_electricity")))

    def test_a_steady_meter_has_no_such_habit(self):
        amounts = days()
        for day in range(2, 8):
            amounts = times(amounts, f"2025-05-{day:02}T00:00", 8, 0.001)

        assert len(list(scale_change(of_one(amounts)))) == 6

    @pytest.mark.parametrize(("months", "expected"), [((4, 5, 6), 0), ((), 1)])
    def test_a_generator_that_also_runs_in_tests_is_believed(self, months, expected):
        amounts = changed([1.5] * len(days()), TEN, [1400.0] * 6)
        for month in months:
            amounts = changed(amounts, f"2025-0{month}-10T10:00", [1500.0])

        found = scale_change(of_one(amounts, quantity="generator_output"))

        assert len(list(found)) == expected

    def test_rows_refused_for_their_rate_are_evidence(self):
        """Faint light × 1000 stays below the maximum rate; what it belongs to was refused."""
        amounts = times(sun(), "2025-05-14T00:00", 24, 1000)
        first, last = place("2025-05-14T08:00"), place("2025-05-14T19:00")
        rows = [
            {
                "meter_id": "m",
                "reasons": "impossible_rate",
                "measured_at": span()["start"][hour],
                "amount": Decimal(str(amounts[hour])),
            }
            for hour in range(first, last)
        ]
        given = window(
            {"m": [*amounts[:first], *[None] * len(rows), *amounts[last:]]},
            [told(quantity="onsite_renewable")],
            refused=pl.DataFrame(rows, schema=QUARANTINE),
        )

        assert spans(scale_change(given)) == ["14 05 to 14 18"]

    def test_refused_readings_of_a_register_withhold_nothing(self):
        count, rows = 50_000, []
        for number in range(25):
            count += 80_000
            rows.append(
                {
                    "meter_id": "m",
                    "reasons": "contradicted",
                    "measured_at": utc("2025-05-14T08:00") + number * HOUR,
                    "amount": Decimal(count),
                }
            )
        given = window(
            {"m": changed(days(), TEN, [None] * 24)},
            [told(kind=Kind.REGISTER)],
            refused=pl.DataFrame(rows, schema=QUARANTINE),
        )

        assert not list(scale_change(given))

    def test_a_register_whose_readings_were_all_possible(self):
        given = of_one(times(days(), TEN, 24, 0.001), kind=Kind.REGISTER)

        assert spans(scale_change(given)) == ["14 08 to 15 08"]


HIGHEST = max(days())


class TestSpike:
    @pytest.mark.parametrize("kind", [Kind.INTERVAL, Kind.REGISTER])
    def test_an_hour_far_above_all_others(self, kind):
        [one] = spike(of_one(changed(days(), TEN, [900.0]), kind=kind))

        assert (one.rule, one.meter_id) == (RuleId.SPIKE, "m")
        assert spans([one]) == ["14 08 to 14 09"]

    def test_the_evidence_is_told(self):
        amounts = changed([50.0] * len(days()), "2025-05-21T10:00", [60.0])

        [one] = spike(of_one(changed(amounts, TEN, [900.0])))

        assert one.detail == (
            "900 kWh where no other hour within four weeks has more than 60 kWh; at this hour of "
            "the week usually 50 kWh"
        )

    def test_twice_the_highest_other_hour_is_possible(self):
        assert not list(spike(of_one(changed(days(), TEN, [2 * HIGHEST]))))
        assert list(spike(of_one(changed(days(), TEN, [2 * HIGHEST + 1]))))

    def test_three_spikes_do_not_hide_each_other_but_four_high_hours_are_a_load(self):
        stamps = [TEN, "2025-05-14T11:00", "2025-05-30T04:00", "2025-05-08T04:00"]
        amounts = days()
        for stamp, amount in zip(stamps[:3], (900.0, 500.0, 4000.0), strict=True):
            amounts = changed(amounts, stamp, [amount])

        assert spans(spike(of_one(amounts))) == [
            "14 08 to 14 09",
            "14 09 to 14 10",
            "30 02 to 30 03",
        ]
        assert not list(spike(of_one(changed(days(), TEN, [900.0] * 4))))

    @pytest.mark.parametrize(
        ("stamp", "found"),
        [
            pytest.param("2025-06-11T08:00", False, id="four-weeks-later"),
            pytest.param("2025-06-11T09:00", True, id="an-hour-more"),
            pytest.param("2025-04-16T10:00", False, id="four-weeks-before"),
            pytest.param("2025-04-16T09:00", True, id="an-hour-earlier"),
        ],
    )
    def test_three_like_it_within_four_weeks_bear_an_hour_out(self, stamp, found):
        amounts = changed(changed(days(), TEN, [900.0]), stamp, [900.0] * 3)
        starts = [one.start for one in spike(of_one(amounts))]

        assert (utc("2025-05-14T08:00") in starts) == found

    def test_tests_of_a_generator_once_a_month_are_quiet(self):
        amounts = [0.0] * len(days())
        for month in (4, 5, 6):
            amounts = changed(amounts, f"2025-0{month}-10T10:00", [350.0, 40.0])

        assert not list(spike(of_one(amounts, quantity="generator_output")))

    def test_only_the_spike_itself_is_found_among_other_high_hours(self):
        amounts = [50.0] * len(days())
        for day in (6, 9, 12, 17, 23):
            amounts = changed(amounts, f"2025-05-{day:02}T10:00", [140.0])

        assert spans(spike(of_one(changed(amounts, TEN, [900.0])))) == ["14 08 to 14 09"]

    def test_a_meter_that_hardly_runs_in_these_weeks_has_no_highest_hour(self):
        amounts = [*days()[:240], *[0.0] * (len(days()) - 240)]

        assert not list(spike(of_one(changed(amounts, "2025-06-15T10:00", [350.0]))))

    @pytest.mark.parametrize("hours", [1, 3])
    def test_a_level_that_begins_with_the_last_hours_is_not_yet_judged(self, hours):
        amounts = [*days()[:-hours], *[900.0] * hours]

        assert not list(spike(of_one(amounts)))
        assert not list(spike(of_one([*[900.0] * hours, *days()[hours:]])))

    def test_days_of_sun_of_many_strengths_are_quiet(self):
        assert not list(spike(of_one(sun(), quantity="onsite_renewable")))

    def test_a_day_at_another_scale_does_not_hide_it(self):
        amounts = times(days(), "2025-05-20T10:00", 24, 1000)

        assert spans(spike(of_one(changed(amounts, TEN, [900.0])))) == ["14 08 to 14 09"]

    def test_days_of_another_meter_do_not_hide_it(self):
        large, small = days(20), [one / 2 + (at * 7 % 5) for at, one in enumerate(days())]
        first = place("2025-05-20T00:00")
        swap = slice(first, first + 72)
        large[swap], small[swap] = small[swap], large[swap]
        given = window(
            {"large": large, "small": changed(small, TEN, [900.0])},
            [told("large"), told("small")],
        )

        assert [(one.meter_id, *spans([one])) for one in spike(given)] == [
            ("small", "14 08 to 14 09")
        ]

    def test_a_register_that_catches_up_with_a_standstill_is_exact(self):
        frozen = [*[0.0] * 9, sum(days()[place(TEN) : place(TEN) + 10])]

        assert not list(spike(of_one(changed(days(), TEN, frozen), kind=Kind.REGISTER)))
        assert spans(spike(of_one(changed(days(), TEN, frozen)))) == ["14 17 to 14 18"]

    def test_a_leap_beyond_what_the_standstill_held_is_no_catching_up(self):
        frozen = [*[0.0] * 9, 5000.0]

        assert list(spike(of_one(changed(days(), TEN, frozen), kind=Kind.REGISTER)))
