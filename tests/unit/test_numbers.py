"""Numbers as a reader sees them: unit, thousands, decimals, and rounding that keeps a promise."""

import pytest

from reports.numbers import Scale, coverage_text, number, scale, share, signed
from schemas.units import Unit

RATIO = Scale(divisor=1, unit="", decimals=3)


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "decimals", "text"),
        [
            pytest.param(1234567.125, 2, "1 234 567.13", id="half-up-with-thin-spaces"),
            pytest.param(-0.0004, 2, "0.00", id="no-negative-zero"),
            pytest.param(-12.5, 0, "−13", id="true-minus"),
            pytest.param(None, 2, "—", id="missing-is-a-dash"),
            pytest.param(0, 0, "0", id="zero-is-zero"),
        ],
    )
    def test_number(self, value, decimals, text):
        assert number(value, decimals).replace("\u202f", " ") == text

    @pytest.mark.parametrize(
        ("kwh", "text"),
        [
            pytest.param(9_623, "9 623 kWh", id="kwh"),
            pytest.param(381_200, "381.2 MWh", id="mwh"),
            pytest.param(21_080_000, "21.08 GWh", id="gwh"),
        ],
    )
    def test_energy_takes_a_readable_unit(self, kwh, text):
        assert scale(Unit.KILOWATT_HOUR, kwh).text(kwh).replace("\u202f", " ") == text

    def test_bounds_are_rounded_outwards(self):
        assert RATIO.range(1.3027, 1.3421) == "1.302\u00a0– 1.343"

    def test_bounds_say_where_there_is_no_upper_one(self):
        assert RATIO.range(1.3, None) == "at least 1.300, no upper bound"

    def test_coverage_is_never_rounded_up_to_complete(self):
        assert coverage_text(0.99996) == "99.9\u202f%"

    def test_a_small_share_is_not_shown_as_zero(self):
        assert (share(0.0004), share(0)) == ("<\u202f0.1\u202f%", "0.0\u202f%")

    def test_signed(self):
        assert [signed(v, 1) for v in (1.25, -1.25, 0.01)] == ["+1.3", "−1.3", "±0.0"]


def test_what_is_there_never_reads_as_nothing():
    gigawatt_hours = scale(Unit.KILOWATT_HOUR, 20_000_000)

    assert gigawatt_hours.text(900) == "<\u202f0.01\u202fGWh"
    assert gigawatt_hours.text(0) == "0.00\u202fGWh"
