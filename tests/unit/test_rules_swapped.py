"""Swapped meters: named where one shows the other's amounts, and no load that moves is a swap."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from spine import meter, utc
from windows import HOUR, changed, days, place, refused, span, window

from pipelines.steps.validate import findings_frame
from pipelines.steps.validate.swapped import swapped
from schemas.quantities import Kind
from schemas.rules import RuleId

QUARTER = timedelta(minutes=15)
FROM, UNTIL = utc("2025-05-13T22:00"), utc("2025-05-16T22:00")
#: Three local days, as texts.
BEGIN, END = "2025-05-14", "2025-05-17"


def exchanged(one, other, since=BEGIN, until=END):
    """Both series, each with the other's amounts between two local times."""
    first, after = place(since), place(until)
    return (
        [*one[:first], *other[first:after], *one[after:]],
        [*other[:first], *one[first:after], *other[after:]],
    )


def lost(amounts, since=BEGIN, until=END):
    """The series without the hours between two local times."""
    return changed(amounts, since, [None] * (place(until) - place(since)))


def pair(a, b, meters=None, **more):
    return window({"a": a, "b": b}, meters, **more)


def spans(found):
    return [(one.meter_id, one.other, one.start, one.end) for one in found]


def instants(since=BEGIN, until=END):
    """Every hour's border between two local times, both included."""
    starts = span()["start"].to_list()
    return starts[place(since) : place(until) + 1]


def counts(amounts, at, count):
    """A register's count at each of these instants, by the amounts of the hours between them."""
    first = span()["start"].to_list().index(at[0])
    found = [Decimal(count)]
    for _ in pairwise(at):
        found.append(found[-1] + Decimal(str(amounts[first])))
        first += 1
    return found


class TestAmounts:
    def test_both_meters_are_named_with_their_levels_and_the_repair(self):
        [one] = swapped(pair(*exchanged(days(1.0), days(3.0))))

        assert one.rule is RuleId.SWAPPED
        assert (one.meter_id, one.other, one.start, one.end) == ("a", "b", FROM, UNTIL)
        assert one.proposal == "swap a b"
        # By the hour of the day 60 to 100 kWh and a little, half of the hours above 80.
        assert one.detail.startswith("a shows 24")
        assert "kWh an hour beside 8" in one.detail

    @pytest.mark.parametrize(
        ("until", "fires"),
        [
            pytest.param("2025-05-15T00:00", True, id="a-day"),
            pytest.param("2025-05-14T23:00", False, id="an-hour-less"),
        ],
    )
    def test_a_day_is_enough_and_less_is_not(self, until, fires):
        given = pair(*exchanged(days(1.0), days(3.0), until=until))

        assert bool(list(swapped(given))) is fires

    @pytest.mark.parametrize(
        ("level", "fires"),
        [pytest.param(1.5, True, id="half-more"), pytest.param(1.2, False, id="nearly-equal")],
    )
    def test_levels_must_differ_by_half(self, level, fires):
        given = pair(*exchanged(days(1.0), days(level)))

        assert bool(list(swapped(given))) is fires

    def test_it_may_begin_at_any_hour_of_days_that_have_a_shape(self):
        one, other = exchanged(days(1.0), days(2.0), "2025-05-14T07:00", "2025-05-17T19:00")

        found = spans(swapped(pair(one, other)))

        assert found == [("a", "b", utc("2025-05-14T05:00"), utc("2025-05-17T17:00"))]

    def test_an_hour_in_which_it_begins_or_ends_belongs_to_it(self):
        one, other = exchanged(days(1.0), days(3.0))
        for edge in (BEGIN, END):
            at = place(edge)
            both = (one[at] + other[at]) / 2
            one[at] = other[at] = both

        assert spans(swapped(pair(one, other))) == [("a", "b", FROM, UNTIL + HOUR)]

    def test_a_weekend_may_begin_as_it_ends(self):
        """The 17th is a Saturday: both meters fall by a fifth as they change back."""
        one, other = exchanged(days(1.0), days(1.7))

        assert spans(swapped(pair(one, other))) == [("a", "b", FROM, UNTIL)]

    def test_where_nights_are_alike_the_vague_hours_belong_to_it(self):
        """By night they tell 66 and 60 kWh: it may have begun at dusk for all that hours say."""
        night = [hour < 6 or hour >= 20 for hour in span()["local_hour"].to_list()]
        calm = [66.0 if dark else 60.0 for dark in night]
        busy = [60.0 if dark else 180.0 for dark in night]

        [one] = swapped(pair(*exchanged(calm, busy, "2025-05-14T02:00", "2025-05-17T12:00")))

        assert one.start == utc("2025-05-13T18:00")
        assert one.end == utc("2025-05-17T10:00")

    def test_a_pair_that_is_swapped_twice_is_named_twice(self):
        once = exchanged(days(1.0), days(3.0))
        twice = exchanged(*once, "2025-05-22", "2025-05-25")

        found = spans(swapped(pair(*twice)))

        assert found == [
            ("a", "b", FROM, UNTIL),
            ("a", "b", utc("2025-05-21T22:00"), utc("2025-05-24T22:00")),
        ]

    def test_one_that_goes_on_to_the_end_of_what_is_known(self):
        given = pair(*exchanged(days(1.0), days(3.0), "2025-06-20", "2025-06-30T23:00"))

        [one] = swapped(given)

        assert (one.start, one.end) == (utc("2025-06-19T22:00"), utc("2025-06-30T22:00"))
        assert "not to be seen" in one.detail

    def test_one_of_the_month_before_does_not_reach_into_this_one(self):
        """Only its end lies in the window; the shorter time beside that is the swapped one."""
        given = pair(*exchanged(days(1.0), days(3.0), "2025-04-01", "2025-04-04"))

        assert list(swapped(given))
        assert findings_frame(given, swapped(given)).is_empty()


class TestLoadsThatMove:
    def test_clean_meters_are_not_swapped(self):
        assert list(swapped(pair(days(1.0), days(3.0)))) == []

    def test_meters_of_another_kind_cannot_bear_each_others_name(self):
        meters = [
            meter("a", kind=Kind.INTERVAL, interval=HOUR),
            meter("b", kind=Kind.AVERAGE, unit="kW", interval=HOUR),
        ]

        assert list(swapped(pair(*exchanged(days(1.0), days(3.0)), meters))) == []

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            pytest.param(days(3.0), days(1.0), id="one-up-one-down-beyond-the-others"),
            pytest.param([2.0] * 2160, [2.0] * 2160, id="both-to-the-middle"),
            pytest.param([1000 * one for one in days(1.0)], days(3.0), id="another-scale"),
            pytest.param(days(2.0), days(6.0), id="growth"),
            pytest.param(days(2.0), days(2.0), id="a-third-of-it-goes-over"),
        ],
    )
    def test_other_changes_of_both_levels(self, a, b):
        """The first case is a swap in meters of 1 and 3; here they are 1 and 2."""
        first, after = place(BEGIN), place(END)
        usual = (days(1.0), days(2.0)) if a == days(3.0) else (days(1.0), days(3.0))
        told = [
            [*one[:first], *new[first:after], *one[after:]]
            for one, new in zip(usual, (a, b), strict=True)
        ]

        assert list(swapped(pair(*told))) == []

    def test_a_load_that_moves_with_the_meters_above_it(self):
        """The feeds change places, and so do the inputs above them: nobody mixed up names."""
        a, b = exchanged(days(1.0), days(3.0))
        above = {"a": "over.a", "b": "over.b"}
        meters = [
            *(meter(name, kind=Kind.INTERVAL, interval=HOUR) for name in ("a", "b")),
            *(
                meter(name, kind=Kind.INTERVAL, interval=HOUR, quantity="ups_input", unit="MWh")
                for name in above.values()
            ),
        ]
        both = {"over.a": [1.05 * one for one in a], "over.b": [1.05 * one for one in b]}

        moved = window({"a": a, "b": b, **both}, meters, parents=above)
        named = window(
            {"a": a, "b": b, "over.a": days(1.05), "over.b": days(3.15)}, meters, parents=above
        )

        assert [one for one in swapped(moved) if one.meter_id == "a"] == []
        assert spans(swapped(named)) == [("a", "b", FROM, UNTIL)]

    def test_a_load_that_moves_with_a_check_meter(self):
        a, b = exchanged(days(1.0), days(3.0))
        meters = [
            *(meter(name, kind=Kind.INTERVAL, interval=HOUR) for name in ("a", "b")),
            meter("check", kind=Kind.INTERVAL, interval=HOUR, unit="MWh"),
        ]

        given = window({"a": a, "b": b, "check": a}, meters)

        assert list(swapped(given))
        assert list(swapped(replace(given, checks={"check": "a"}))) == []

    def test_two_feeds_of_one_load_of_which_one_has_a_clock_an_hour_off(self):
        """Peak and dip of the load an hour later: there each leaps to where the other just was."""
        a, b = days(), days()
        begin, end = place("2025-05-12T10:00"), place("2025-05-16T10:00")
        a[begin + 1 : end + 1] = [0.9 * one for one in a[begin + 1 : end + 1]]
        for at, factor in ((begin, 1.6), (end, 1 / 1.6)):
            a[at] *= factor
            b[at + 1] *= factor

        assert list(swapped(pair(a, b))) == []

    def test_an_hour_or_three_at_two_ends_of_sound_days(self):
        """What lies between says that nothing was exchanged; the rest is no reading."""
        a, b = days(1.0), days(3.0)
        for since, until in (("05-14T00:00", "05-14T03:00"), ("05-17T09:00", "05-17T12:00")):
            a, b = exchanged(a, b, f"2025-{since}", f"2025-{until}")
        for hole in ("2025-05-14T03:00", "2025-05-17T02:00"):
            a, b = (changed(one, hole, [None] * 7) for one in (a, b))

        assert list(swapped(pair(a, b))) == []

    def test_meters_that_stand_still_by_night_are_not_asked(self):
        dark = [hour < 7 for hour in span()["local_hour"].to_list()]
        still = [0.0 if off else one for off, one in zip(dark, days(3.0), strict=True)]

        noon = ("2025-05-14T12:00", "2025-05-17T12:00")

        assert list(swapped(pair(*exchanged(days(1.0), still, *noon)))) == []

    def test_pumps_that_take_turns_do_so_by_themselves(self):
        """They change places every sixth day, ten times and more in three months."""
        a, b = days(1.0), days(3.0)
        dates = span()["local_date"].to_list()
        turned = [(day - dates[0]).days // 6 % 2 == 1 for day in dates]
        both = [
            (two, one) if odd else (one, two) for one, two, odd in zip(a, b, turned, strict=True)
        ]

        assert list(swapped(pair(*map(list, zip(*both, strict=True))))) == []

    def test_pumps_that_often_leap_may_leap_together(self):
        """Each runs at 40 or 80 for some hours; for two days it is one at each."""
        a = [(40.0, 80.0)[hour % 5 < 2] for hour in range(len(days()))]
        b = [(40.0, 80.0)[hour % 7 > 2] for hour in range(len(days()))]
        first, after = place("2025-05-14"), place("2025-05-16")
        for name, before, level in ((a, 40.0, 80.0), (b, 80.0, 40.0)):
            name[first - 24 : first] = [before] * 24
            name[first:after] = [level] * (after - first)
            name[after : after + 24] = [before] * 24

        assert list(swapped(pair(a, b))) == []

    def test_where_only_days_tell_of_its_end_the_meters_must_never_be_alike(self):
        """From the 14th on a shows 90 and b 60; in the night of the 19th both drift back."""
        hours = len(days())
        a, b = exchanged([60.0] * hours, [90.0] * hours, BEGIN, "2025-05-19")
        drift = [90.0 - number * 1.5 for number in range(20)]
        a, b = (
            changed(a, "2025-05-19", drift),
            changed(b, "2025-05-19", [150 - one for one in drift]),
        )
        often_low = [40.0 if number % 240 < 60 else one for number, one in enumerate(b)]
        first, after = place("2025-05-11"), place("2025-05-23")
        sometimes = [*often_low[:first], *b[first:after], *often_low[after:]]

        assert len(list(swapped(pair(a, b)))) == 1
        assert list(swapped(pair(a, sometimes))) == []


class TestRefusedRows:
    def test_rows_refused_for_their_rate_tell_whose_they_are(self):
        """Meter a can do 150 kWh in an hour; what it is said to show is above that."""
        a, b = exchanged(days(1.0), days(3.0))
        meters = [
            meter("a", kind=Kind.INTERVAL, interval=HOUR, max_rate=Decimal(150)),
            meter("b", kind=Kind.INTERVAL, interval=HOUR),
        ]
        rows = [("a", at, one) for at, one in zip(span()["start"], a, strict=True)]
        rows = rows[place(BEGIN) : place(END)]

        given = pair(lost(a), b, meters, refused=refused(rows, RuleId.IMPOSSIBLE_RATE))

        assert spans(swapped(given)) == [("a", "b", FROM, UNTIL)]
        assert list(swapped(pair(lost(a), b, meters))) == []

    def test_registers_that_bridge_them_are_named_from_the_hour_before(self):
        """Each refused count goes on from the other's register, a million above or below."""
        a, b = days(1.0), days(3.0)
        meters = [meter("a"), meter("b")]
        at = instants()[:-1]
        rows = [
            *zip(["a"] * len(at), at, counts(b, at, 2_000_000), strict=True),
            *zip(["b"] * len(at), at, counts(a, at, 1_000_000), strict=True),
        ]
        hour_before, last = "2025-05-13T23:00", "2025-05-17T00:00"

        given = pair(
            lost(a, hour_before, last),
            lost(b, hour_before, last),
            meters,
            refused=refused(rows, RuleId.CONTRADICTED),
        )

        assert spans(swapped(given)) == [("a", "b", FROM - HOUR, UNTIL)]

    def test_registers_that_took_them_for_a_new_level(self):
        """The hours in which they leap are lost or huge; what lies between is the other's."""
        a, b = exchanged(days(1.0), days(3.0))
        for edge in ("2025-05-13T23:00", "2025-05-16T23:00"):
            a = changed(a, edge, [1_000_000.0])
            b = changed(b, edge, [None])

        found = spans(swapped(pair(a, b, [meter("a"), meter("b")])))

        assert found == [("a", "b", FROM - HOUR, UNTIL)]

    def test_it_may_begin_where_nobody_tells_of_one_of_them(self):
        """From 28 May to 3 June; for the days in May nothing is known of the first."""
        a, b = exchanged(days(1.0, "2025-06"), days(3.0, "2025-06"))
        first, middle, after = (
            place(stamp, "2025-06") for stamp in ("2025-05-28", "2025-06-01", "2025-06-04")
        )
        one, other = days(1.0, "2025-06"), days(3.0, "2025-06")
        a = [*one[:first], *[None] * (middle - first), *other[middle:after], *one[after:]]
        b = [*other[:first], *one[first:after], *other[after:]]

        [found] = swapped(pair(a, b, month="2025-06"))

        assert (found.start, found.end) == (utc("2025-05-27T22:00"), utc("2025-06-03T22:00"))
