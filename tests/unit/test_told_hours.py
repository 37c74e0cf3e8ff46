"""What rows tell of each hour, whether they were believed or refused."""

from datetime import timedelta

import polars as pl
from spine import meter, utc
from windows import HOUR, changed, days, refused, window

from pipelines.steps.validate.told import told_hours
from schemas.quantities import Kind
from schemas.rules import RuleId

QUARTER = timedelta(minutes=15)


class TestToldHours:
    """Hours of 5 o'clock UTC and after on the 14th, which is in the month and its window."""

    AT = utc("2025-05-14T05:00")

    def told(self, rows, reason, **facts):
        """What is told of the two hours in which only these rows tell of meter a."""
        none = changed(days(), "2025-05-14T07:00", [None, None])
        given = window({"a": none}, [meter("a", **facts)], refused=refused(rows, reason))
        hours = told_hours(given).filter(pl.col("start").is_between(self.AT, self.AT + HOUR))
        return hours.select("start", "told").rows()

    def test_rises_between_refused_counts(self):
        rows = [("a", self.AT + number * HOUR, count) for number, count in enumerate((10, 17, 30))]

        assert self.told(rows, RuleId.CONTRADICTED) == [(self.AT, 7.0), (self.AT + HOUR, 13.0)]

    def test_quarters_of_an_hour_add_up_and_part_of_them_tells_nothing(self):
        rows = [("a", self.AT + number * QUARTER, 10 + number) for number in range(7)]

        assert self.told(rows, RuleId.UNCONFIRMED, interval=QUARTER) == [(self.AT, 4.0)]

    def test_a_fall_between_refused_counts_tells_nothing(self):
        rows = [("a", self.AT, 17), ("a", self.AT + HOUR, 10)]

        assert self.told(rows, RuleId.CONTRADICTED) == []

    def test_mean_rates_count_for_their_length_and_once(self):
        rows = [("a", self.AT + number * QUARTER, 40 + number) for number in range(4)]
        facts = {"kind": Kind.AVERAGE, "unit": "kW", "interval": QUARTER}

        # (40 + 41 + 42 + 43) ÷ 4
        assert self.told([*rows, *rows], RuleId.IMPOSSIBLE_RATE, **facts) == [(self.AT, 41.5)]

    def test_a_rise_over_an_hours_border_tells_of_neither_hour(self):
        half = timedelta(minutes=30)
        rows = [("a", self.AT + half, 10), ("a", self.AT + half + HOUR, 17)]

        assert self.told(rows, RuleId.CONTRADICTED) == []

    def test_rows_refused_for_another_reason_tell_nothing(self):
        counts_of = [("a", self.AT, 10), ("a", self.AT + HOUR, 17)]
        facts = {"kind": Kind.INTERVAL, "interval": HOUR}

        assert self.told(counts_of, RuleId.CONFLICT) == []
        assert self.told([("a", self.AT, 40)], RuleId.CONFLICT, **facts) == []
        assert self.told([("a", self.AT, 40)], RuleId.IMPOSSIBLE_RATE, **facts) == [(self.AT, 40)]
