"""Where years will end: what is known stays, and intervals hold the truth as often as said."""

from calendar import monthrange
from dataclasses import replace
from math import cos, pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monthly import SITE, by_month, published

from benchmarks.forecast import ACCEPTED, SEEDS, cases_of
from pipelines.outlook.backtest import backtest, coverage, so_far
from pipelines.outlook.course import continued
from pipelines.outlook.forecast import forecasts, forecasts_frame, month_of, number_of, series_of
from schemas.metrics import Metric
from schemas.outlook import FORECASTS

DAYS = [monthrange(2025, month)[1] for month in range(1, 13)]


def of(found, metric, category=""):
    return next(one for one in found if (one.metric, one.category) == (metric, category))


def energy(values, first="2025-01", **facts):
    return by_month(Metric.EDC, "", first, values, **facts)


def test_months_are_numbered_without_gaps():
    assert number_of("2025-01") - number_of("2024-12") == 1
    assert month_of(number_of("2025-07")) == "2025-07"


def test_a_whole_year_is_its_sum_and_nothing_is_forecast():
    found = of(forecasts(SITE, energy(range(100, 112))), Metric.EDC)

    assert (found.value, found.low, found.high) == (1266, 1266, 1266)
    assert (found.year, found.as_of, found.months_known) == (2025, "2025-12", 12)
    assert found.method == "all 12 months are known"


def test_a_ratio_s_year_is_the_ratio_of_sums():
    """G1: (100 + 10 × 100 + 300) / (50 + 10 × 80 + 250) and not the mean of the months' ratios."""
    used = [50, *[80] * 10, 250]
    ratios = [2.0, *[1.25] * 10, 1.2]
    months = by_month(Metric.EIT, "1", "2025-01", used)
    months += by_month(Metric.PUE, "1", "2025-01", ratios)

    assert of(forecasts(SITE, months), Metric.PUE, "1").value == pytest.approx(1400 / 1100)


def test_a_steady_series_goes_on_by_the_day():
    """10 kWh a day: 3 650 kWh, whatever February was."""
    found = of(forecasts(SITE, energy([10 * days for days in DAYS[:6]])), Metric.EDC)

    assert found.value == pytest.approx(3650, rel=0.01)
    assert found.low < 3650 < found.high


@pytest.mark.parametrize("known", [0, 1, 2])
def test_fewer_than_three_months_are_no_forecast(known):
    earlier = energy([100] * 12, "2024-01")
    rest = [None] * (6 - known)
    found = of(forecasts(SITE, earlier + energy([100] * known + rest), year=2025), Metric.EDC)

    assert (found.value, found.low, found.high, found.method) == (None, None, None, "")
    assert found.reason == f"{known} of 12 months of 2025 are known; a forecast needs 3"


def test_without_history_there_is_nothing_to_say():
    assert forecasts(SITE, []) == []


def seasonal(years, *, depth=0.2, first=2023):
    return by_month(
        Metric.WIN,
        "2",
        f"{first}-01",
        [
            monthrange(first + at // 12, at % 12 + 1)[1] * (1 - depth * cos(2 * pi * at / 12))
            for at in range(12 * years)
        ],
    )


def test_earlier_years_teach_the_season():
    """January to April are the low of the year: scaled by days they end 15 % too low."""
    history = [*seasonal(2), *seasonal(1, first=2025)[:4]]
    taught = of(forecasts(SITE, history), Metric.WIN, "2")
    alone = of(forecasts(SITE, seasonal(1, first=2025)[:4]), Metric.WIN, "2")
    truth = sum(one.value for one in seasonal(1, first=2025))

    assert taught.value == pytest.approx(truth, rel=0.01)
    assert so_far(series_of(SITE, history), Metric.WIN, "2", 2025) < 0.9 * truth
    assert alone.high - alone.low > 5 * (taught.high - taught.low)


def test_growth_goes_on():
    """2 % more each month of three years."""
    growing = [100 * 1.02**at for at in range(36)]
    shown = energy(growing[:28], "2023-01")

    found = of(forecasts(SITE, shown), Metric.EDC)

    assert found.value == pytest.approx(sum(growing[24:]), rel=0.02)
    assert found.value > sum(growing[24:28]) * 3


def noisy(months, spread=0.05, seed=5):
    chance = np.random.default_rng(seed)
    return [100.0 * float(np.exp(spread * bell)) for bell in chance.standard_normal(months)]


def test_the_interval_narrows_with_the_months_that_are_known():
    values = noisy(36)

    def width(known):
        found = of(forecasts(SITE, energy(values[: 24 + known], "2023-01")), Metric.EDC)
        return found.high - found.low

    assert width(3) > width(6) > width(9) > width(11) > 0


def test_a_withheld_month_is_forecast_too_and_widens_the_interval():
    values = noisy(33)
    gap = [*values[:26], None, *values[27:]]

    whole = of(forecasts(SITE, energy(values, "2023-01")), Metric.EDC)
    holed = of(forecasts(SITE, energy(gap, "2023-01")), Metric.EDC)

    assert (whole.months_known, holed.months_known) == (9, 8)
    assert holed.as_of == whole.as_of == "2025-09"
    assert holed.high - holed.low > whole.high - whole.low
    assert holed.value == pytest.approx(whole.value, rel=0.03)


def test_a_year_that_began_late_ends_with_what_it_had():
    """Commissioned in July: nothing is made up for the months before it."""
    late = replace(SITE, commissioned="2025-07")
    found = of(forecasts(late, energy([100] * 6, "2025-07")), Metric.EDC)

    assert (found.value, found.months_known, found.method) == (600, 6, "all 6 months are known")


def test_nothing_stays_nothing_and_a_month_of_nothing_is_no_end():
    months = by_month(Metric.EDC, "", "2025-01", [100] * 6)
    none = months + by_month(Metric.ERF, "", "2025-01", [0] * 6)
    some = months + by_month(Metric.ERF, "", "2025-01", [0.2, 0, 0.2, 0, 0.2, 0.2])

    nothing = of(forecasts(SITE, none), Metric.ERF)
    partly = of(forecasts(SITE, some), Metric.ERF)

    assert (nothing.value, nothing.low, nothing.high) == (0, 0, 0)
    assert nothing.method == "nothing in every known month, and nothing expected in the others"
    assert 0.07 < partly.low < 0.11 < partly.value < 0.17 < partly.high < 1


def test_months_below_zero_are_no_course():
    found = of(forecasts(SITE, energy([100, -5, 100, 100])), Metric.EDC)

    assert found.value is None
    assert "below zero" in found.reason


def test_the_cap_of_renewables_is_on_the_year():
    """Half of the energy at 1.4, half at 0.4: 0.9 of the year, where capped months gave 0.7."""
    used = energy([100] * 12)
    covered = by_month(Metric.REF, "", "2025-01", [1.0] * 6, raw=1.4)
    covered += by_month(Metric.REF, "", "2025-07", [0.4] * 6)
    over = [replace(one, raw=1.4, value=1.0) for one in covered]

    assert of(forecasts(SITE, used + covered), Metric.REF).value == pytest.approx(0.9)
    assert of(forecasts(SITE, used + over), Metric.REF).value == 1


def test_months_at_a_cap_are_a_year_at_it():
    """Weights that do not divide evenly leave no trace: a limit of 100 % is kept exactly."""
    months = by_month(
        Metric.ELECTRICITY, "consumption", "2025-01", [0.1 * at for at in range(1, 8)]
    )
    months += by_month(Metric.RENEWABLE_ELECTRICITY, "", "2025-01", [100.0] * 7, raw=130.0)
    exact = by_month(Metric.RENEWABLE_ELECTRICITY, "", "2025-01", [91.9] * 12)
    used = by_month(Metric.ELECTRICITY, "consumption", "2025-01", [0.1 * at for at in range(1, 13)])

    capped = of(forecasts(SITE, months), Metric.RENEWABLE_ELECTRICITY)

    assert (capped.value, capped.high) == (100, 100)
    assert of(forecasts(SITE, used + exact), Metric.RENEWABLE_ELECTRICITY).value == 91.9


def test_each_category_of_pue_is_weighed_by_its_own_it_energy():
    months = by_month(Metric.EIT, "1", "2025-01", [100] * 12)
    months += by_month(Metric.EIT, "2", "2025-01", [10] * 6 + [90] * 6)
    months += by_month(Metric.PUE, "1", "2025-01", [1.2] * 6 + [1.4] * 6)
    months += by_month(Metric.PUE, "2", "2025-01", [1.2] * 6 + [1.4] * 6)

    found = forecasts(SITE, months)

    assert of(found, Metric.PUE, "1").value == pytest.approx(1.3)
    assert of(found, Metric.PUE, "2").value == pytest.approx(1.38)


def test_only_this_facility_s_months_count():
    other = energy([900] * 12, facility_id="beta")
    year = published(Metric.EDC, "", "2025", 5.0)

    found = of(forecasts(SITE, [*energy([100] * 12), *other, year]), Metric.EDC)

    assert found.value == 1200


def test_equal_arguments_give_equal_rows_and_another_seed_other_digits():
    history = energy(noisy(30), "2023-01")
    rows = [forecasts_frame(forecasts(SITE, history, seed=seed)) for seed in (1, 1, 2)]

    assert rows[0].schema == FORECASTS
    assert rows[0].equals(rows[1])
    assert not rows[0].equals(rows[2])


@settings(max_examples=25, deadline=None)
@given(
    values=st.lists(st.floats(1, 1000), min_size=15, max_size=35),
    scale=st.sampled_from([0.001, 1000.0]),
)
def test_the_unit_of_a_series_is_of_no_consequence(values, scale):
    plain, scaled = (
        of(forecasts(SITE, energy([one * by for one in values], "2023-01")), Metric.EDC)
        for by in (1.0, scale)
    )
    if plain.value is None:
        assert scaled.value is None
        return
    known = sum(values[(len(values) - 1) // 12 * 12 :])

    assert known * (1 - 1e-5) <= plain.low <= plain.value <= plain.high
    for end in ("low", "value", "high"):
        assert getattr(scaled, end) == pytest.approx(getattr(plain, end) * scale, rel=1e-4)


def test_courses_are_spread_wider_the_further_ahead():
    known = dict(enumerate(noisy(24, 0.02)))
    courses = np.log(continued(known, (24, 35), chance=np.random.default_rng(1), count=4000)).std(
        axis=0
    )

    assert courses[1] > 1.3 * courses[0] > 0


def test_what_has_just_changed_lasts_for_a_while():
    """Three months a fifth above 30 steady ones are no chance: the next is like them."""
    known = dict(enumerate([*noisy(30, 0.005), 120, 120, 120]))

    soon = continued(known, (33,), chance=np.random.default_rng(1), count=4000)

    assert 114 < np.median(soon) < 122


def test_what_a_backtest_compares():
    history = [*energy([100.0] * 24, "2024-01")]
    history += [published(Metric.EDC, "", year, 1200.0) for year in ("2024", "2025")]

    cases = backtest(SITE, history, months_known=(6,))

    assert [(one.forecast.year, one.last_year) for one in cases] == [(2024, None), (2025, 1200)]
    assert cases[1].error(1212.0) == pytest.approx(1)
    assert cases[1].error(None) is None
    assert cases[1].scaled == pytest.approx(600 * 365 / 181)


@pytest.mark.slow
def test_nine_in_ten_intervals_hold_the_truth_of_simulated_years():
    """Seeds that had no say in the model; 3 facilities × 5 years × 9 months × 9 metrics each."""
    cases = cases_of(SEEDS[:2])
    low, high = ACCEPTED

    assert len(cases) > 2000
    assert low <= coverage(cases) <= high
    for known in range(3, 12):
        some = [one for one in cases if one.forecast.months_known == known]
        assert low - 0.05 <= coverage(some), known
