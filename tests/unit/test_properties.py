"""What must hold for every drop: order and copies change nothing, bounds contain the truth."""

import random
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from spine import BERLIN, HEADER, Spine, drop, every, meter, site, utc

from pipelines.steps.meters import conversion_of
from schemas.quantities import Kind
from schemas.units import AMOUNTS, LEVELS, RATES, Unit, conversion

QUARTER = timedelta(minutes=15)
SINCE = utc("2025-03-30T00:00")
#: Three days over the end of March in Berlin, a change of clocks among them.
STAMPS = every(QUARTER, SINCE, SINCE + timedelta(days=3))
MONTHS = ("2025-03", "2025-04")
RATE = Decimal(100)

#: A seed says all there is to say of an example; nothing smaller would say more.
SEEDED = settings(phases=(Phase.explicit, Phase.generate), max_examples=20)
SEEDS = st.integers(min_value=0, max_value=2**32)
KEPT = st.sampled_from([0.03, 0.2, 0.6, 0.95])


def amounts(chance, most):
    """A load that stands still, runs at its maximum, or anything between, in whole quarters."""
    return [
        chance.choice([0, most, chance.randint(0, most), chance.randint(0, most)])
        for _ in STAMPS[1:]
    ]


def cumulative(steps):
    total, found = 0, [0]
    for step in steps:
        total += step
        found.append(total)
    return found


def kept_places(chance, share):
    """Places of readings that arrived: the first, the last, and a share of the others in blocks."""
    inner = [n for n in range(1, len(STAMPS) - 1) if chance.random() < share]
    return [0, *inner, len(STAMPS) - 1]


def between(counts, since, until):
    """The truth of [since, until); None where it begins or ends outside what is simulated."""
    if since < STAMPS[0] or until > STAMPS[-1]:
        return None
    first, last = (since - STAMPS[0]) // QUARTER, (until - STAMPS[0]) // QUARTER
    return counts[last] - counts[first]


def check_hours(hours, counts):
    """Every hour's truth lies within its bounds, and what is measured has both."""
    for hour in hours.iter_rows(named=True):
        until = hour["start"] + timedelta(seconds=hour["seconds"])
        truth = between(counts, hour["start"], until)
        if truth is None:
            continue
        assert hour["low"] <= truth
        assert hour["high"] is None or truth <= hour["high"]
        if hour["status"] == "measured":
            assert hour["high"] is not None


@SEEDED
@given(SEEDS, KEPT, st.booleans())
def test_bounds_of_a_register_contain_the_truth_and_its_ends_are_exact(seed, share, has_rate):
    chance = random.Random(seed)
    counts = cumulative(amounts(chance, 25))
    places = kept_places(chance, share)
    own = meter(
        max_rate=RATE if has_rate else None,
        valid_from=STAMPS[0],
        valid_to=STAMPS[-1],
        interval=QUARTER,
    )
    spine = Spine([own], [drop(("m", STAMPS[n], counts[n]) for n in places)])

    months = [spine.totals([month])["grid_import"] for month in MONTHS]
    whole = spine.totals(MONTHS, name="2025")["grid_import"]

    assert (whole.value, whole.low, whole.high) == (counts[-1],) * 3
    assert sum(one.value for one in months) == counts[-1]
    border = between(counts, STAMPS[0], utc("2025-03-31T22:00"))
    for one, truth in zip(months, (border, counts[-1] - border), strict=True):
        assert one.low <= truth <= one.high
        assert one.low <= one.value <= one.high
    for month in MONTHS:
        check_hours(spine.hours(month), counts)


@SEEDED
@given(SEEDS, KEPT)
def test_bounds_of_a_register_that_breaks_contain_the_truth(seed, share):
    """A rollover or a reset; the first and the last reading are lost."""
    chance = random.Random(seed)
    counts = cumulative(amounts(chance, 25))
    places = [n for n in kept_places(chance, share) if 0 < n < len(STAMPS) - 1]
    modulus = chance.choice([None, Decimal(2_000)])
    reset = chance.choice([None, chance.randrange(1, len(STAMPS))])
    rows = []
    for n in places:
        shown = counts[n] + 1_000
        if reset is not None and n >= reset:
            shown = counts[n] - counts[reset]
        rows.append(("m", STAMPS[n], shown % int(modulus) if modulus else shown))
    own = meter(
        max_rate=RATE, modulus=modulus, interval=QUARTER, valid_from=STAMPS[0], valid_to=STAMPS[-1]
    )
    spine = Spine([own], [drop(rows), HEADER + "\n"])
    if not spine.read[0].height:
        return

    whole = spine.totals(MONTHS, name="2025")["grid_import"]

    if reset is None or places[-1] < reset or reset < places[0]:
        assert whole.low <= counts[-1] <= whole.high
    assert whole.measured is None or whole.measured <= whole.high
    assert whole.value is None or whole.low <= whole.value <= whole.high


@SEEDED
@given(SEEDS, KEPT, st.sampled_from(["Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"]))
def test_bounds_of_intervals_contain_the_truth(seed, share, zone):
    chance = random.Random(seed)
    facility = site(zone)
    steps = amounts(chance, 25)
    length = chance.choice([1, 2, 4])
    own = meter(
        facility_id="site",
        kind=Kind.INTERVAL,
        interval=QUARTER * length,
        max_rate=RATE,
        stamp=chance.choice(["start", "end"]),
        valid_from=STAMPS[0],
        valid_to=STAMPS[-1],
    )
    late = QUARTER * length if own.stamp == "end" else timedelta()
    places = [n for n in range(0, len(steps), length) if chance.random() < share]
    rows = [("m", STAMPS[n] + late, sum(steps[n : n + length])) for n in places]
    spine = Spine([own], [drop(rows)], facility)
    if not rows:
        return

    total = spine.totals(MONTHS, name="2025")["grid_import"]

    assert spine.refused.is_empty()
    assert total.measured == sum(value for _, _, value in rows)
    assert total.low == total.measured
    assert total.low <= sum(steps) <= total.high
    assert total.coverage == pytest.approx(len(places) * length / len(steps), rel=1e-12)
    for month in MONTHS:
        check_hours(spine.hours(month), cumulative(steps))


@settings(SEEDED, max_examples=8)
@given(SEEDS)
def test_order_and_copies_of_rows_and_files_change_nothing(seed):
    chance = random.Random(seed)
    counts = cumulative(amounts(chance, 25))
    lines = [f"m,{STAMPS[n]:%Y-%m-%dT%H:%M:%SZ},{counts[n]}" for n in kept_places(chance, 0.2)]
    for _ in range(chance.randint(0, 3)):
        spoiled = chance.randrange(len(lines))
        lines.append(lines[spoiled].rsplit(",", 1)[0] + f",{chance.randint(0, 9_999)}")

    def spine(*files):
        facts = meter(max_rate=RATE)
        return Spine([facts], ["\n".join([HEADER, *one]) + "\n" for one in files])

    shuffled = chance.sample(lines, len(lines))
    cut = chance.randrange(len(lines) + 1)
    again = chance.sample(lines, min(5, len(lines)))
    one = spine(lines)
    others = (
        spine(shuffled),
        spine(shuffled[:cut], lines[cut:], lines[:cut], shuffled[cut:]),
        spine(shuffled + again),
    )

    for other in others:
        for column in ("measured_at", "value", "event"):
            assert other.readings[column].to_list() == one.readings[column].to_list()
        assert other.totals(MONTHS, name="2025") == one.totals(MONTHS, name="2025")
        refused = other.refused.select("timestamp", "value", "reasons").unique()
        assert set(refused.rows()) == set(
            one.refused.select("timestamp", "value", "reasons").rows()
        )


@SEEDED
@given(
    SEEDS,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_local_and_utc_stamps_give_the_same_readings(seed, zone):
    """Naive local stamps through a change of clocks, the double hour in order of time."""
    chance = random.Random(seed)
    facility = site(zone)
    since = utc(
        chance.choice(
            ["2025-03-08", "2025-03-29", "2025-04-05", "2025-10-04", "2025-10-25", "2025-11-01"]
        )
    )
    stamps = every(QUARTER, since, since + timedelta(days=2))
    own = meter(facility_id="site", kind=Kind.INTERVAL, interval=QUARTER)
    values = [chance.randint(0, 25) for _ in stamps]
    local = [f"{at.astimezone(facility.zone):%Y-%m-%d %H:%M:%S}" for at in stamps]

    naive = Spine([own], [drop(zip("m" * len(stamps), local, values, strict=True))], facility)
    aware = Spine([own], [drop(zip("m" * len(stamps), stamps, values, strict=True))], facility)

    assert naive.refused.is_empty()
    assert naive.readings.drop("file").equals(aware.readings.drop("file"))
    assert naive.readings["value"].sum() == sum(values)


@settings(max_examples=100)
@given(
    st.sampled_from([*AMOUNTS, *LEVELS]),
    st.booleans(),
    st.data(),
    st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=1000),
)
def test_units_convert_there_and_back(canonical, rate, data, value):
    tables = RATES if rate else AMOUNTS
    names = LEVELS[canonical] if canonical in LEVELS else tables[canonical]
    found = conversion(data.draw(st.sampled_from(sorted(names))), canonical=canonical, rate=rate)

    there = (value + found.offset) * found.factor

    assert there / found.factor - found.offset == value


@given(
    st.sampled_from(sorted(AMOUNTS[Unit.KILOWATT_HOUR])), st.integers(1, 10**6), st.integers(1, 400)
)
def test_a_drop_s_unit_gives_what_exact_arithmetic_gives(unit, shown, times):
    exact = conversion_of(unit, Decimal(times), "grid_import", Kind.REGISTER).factor * shown
    own = meter(multiplier=Decimal(times))
    content = drop([("m", STAMPS[0], shown, unit)], f"{HEADER},unit")

    [(_, value)] = Spine([own], [content]).values

    assert abs(Fraction(value) - exact) <= Fraction(1, 2 * 10**12)


@SEEDED
@given(SEEDS, KEPT)
def test_a_gauge_is_bounded_by_what_it_may_be(seed, share):
    chance = random.Random(seed)
    own = meter(
        quantity="intake_air_temperature",
        kind=Kind.GAUGE,
        unit="°C",
        interval=QUARTER,
        valid_from=STAMPS[0],
        valid_to=STAMPS[-1],
    )
    levels = [chance.randint(0, 60) for _ in STAMPS[:-1]]
    rows = [
        ("m", at, level)
        for at, level in zip(STAMPS, levels, strict=False)
        if chance.random() < share
    ]
    if not rows:
        return

    spine = Spine([own], [drop(rows)], BERLIN)
    total = spine.totals(MONTHS, name="2025")["intake_air_temperature"]
    hours = pl.concat([spine.hours(month) for month in MONTHS])

    assert total.low <= sum(levels) / Decimal(len(levels)) <= total.high
    assert total.coverage == pytest.approx(len(rows) / len(levels), rel=1e-12)
    assert hours["seconds"].sum() == 3 * 86_400
