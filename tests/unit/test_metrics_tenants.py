"""What tenants used by their shares of meters, and that nothing is lost or spread beside them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from given import ALPHA, END, START, factor, inputs, place, total
from hypothesis import given as over
from hypothesis import strategies as some

from pipelines.metrics.tenants import parts_of, tenants_frame
from schemas.estate.model import Registers
from schemas.estate.registers.tenants import TenantShare
from schemas.metrics import Status
from schemas.tables import INTERVALS
from schemas.tenants import Shared

IT, FACILITY = Shared.IT_ENERGY, Shared.FACILITY_ENERGY
HOUR = timedelta(hours=1)


def share(tenant, meter, part, since=None, until=None):
    return TenantShare(
        tenant_id=tenant, name=tenant.upper(), facility_id="alpha", meter_id=meter,
        share=Decimal(str(part)), valid_from=since, valid_to=until, line=2,
    )  # fmt: skip


def site(shares, meters, *, it, hours=None, quantity="it_input", **amounts):
    """ALPHA with IT meters, each (value, low, high), and what tenants hold of them."""
    known = {name: total(quantity, *ends, meters=(name,)) for name, ends in meters.items()}
    return inputs(
        registers=Registers(
            tenants=tuple(shares),
            factors=(factor("location", "DE", "0.4", "kg/kWh"),),
        ),
        given={
            "meters": tuple(place(name, quantity) for name in meters),
            "meter_totals": known,
            **({} if hours is None else {"meter_hours": hours}),
        },
        **{quantity: replace(total(quantity, *it), meters=tuple(meters))},
        **amounts,
    )


def by_tenant(given, quantity):
    return {one.tenant_id: one.figure for one in parts_of(given) if one.quantity is quantity}


def values(given, quantity):
    return {name: one.value for name, one in by_tenant(given, quantity).items()}


def hall_hours(*, unread=(), amount=10):
    """One meter, ``it.a``, every hour of 2025 with so many kWh; unread hours are 0 to 20."""
    rows = []
    for number in range(int((END - START) / HOUR)):
        lost = number in unread
        value, low, high = (None, 0, 20) if lost else (amount, amount, amount)
        zero = dict.fromkeys((name for name in INTERVALS if "slack" in name), Decimal(0))
        rows.append(
            {
                **zero,
                "facility_id": "alpha", "meter_id": "it.a", "quantity": "it_input",
                "start": START + number * HOUR, "seconds": 3600,
                "value": None if value is None else Decimal(value),
                "low": Decimal(low), "high": Decimal(high),
                "status": "missing" if lost else "measured", "method": "", "withheld_by": "",
                "spread": 0.0,
                "measured_seconds": 0.0 if lost else 3600.0,
                "covered_seconds": 0.0 if lost else 3600.0,
                "measured": Decimal(0 if lost else amount),
                "covered": Decimal(0 if lost else amount),
                "gap_value": None if lost else Decimal(0),
                "gap_low": Decimal(0), "gap_high": Decimal(20 if lost else 0),
            }
        )  # fmt: skip
    return pl.DataFrame(rows, schema=INTERVALS)


def test_shares_of_meters_and_what_nobody_holds():
    """1000 × 0.6, 1000 × 0.3 + 500; 100 of hall a and 400 of hall c are held by nobody."""
    held = [share("t1", "it.a", 0.6), share("t2", "it.a", 0.3), share("t2", "it.b", 1)]
    meters = {"it.a": (1000,), "it.b": (500,), "it.c": (400,)}
    given = site(held, meters, it=(1900,), grid_import=2850, potable_water=19)

    assert values(given, IT) == {"t1": 600, "t2": 800, "": 500}
    assert values(given, FACILITY) == {"t1": 900, "t2": 1200, "": 750}
    assert values(given, Shared.WATER) == {"t1": 6, "t2": 8, "": 5}
    assert {one.status for one in by_tenant(given, IT).values()} == {Status.CLEAN}
    left = by_tenant(given, IT)[""]
    assert (left.low, left.high) == (500, 500)


def test_emissions_go_by_it_share():
    """Grid 2000 × 0.4 kg/kWh = 800 kg; three quarters of them."""
    given = site([share("t", "it.a", 0.75)], {"it.a": (1000,)}, it=(1000,), grid_import=2000)

    assert values(given, Shared.CO2_LOCATION) == {"t": 600, "": 200}


def test_a_site_without_tenants_has_no_parts():
    assert parts_of(site([], {"it.a": (1,)}, it=(1,))) == []
    gone = share("t", "it.a", 1, None, date(2025, 1, 1))
    assert parts_of(site([gone], {"it.a": (1,)}, it=(1,))) == []


def test_a_share_holds_on_the_local_days_of_its_validity_only():
    """From 1 July 00:00 in Berlin there are 184 days, less none, plus autumn's hour: 4417 hours."""
    held = [share("t", "it.a", 0.5, date(2025, 7, 1))]
    given = site(held, {"it.a": (87_600,)}, it=(87_600,), hours=hall_hours())

    assert values(given, IT) == {"t": 4417 * 5, "": 87_600 - 4417 * 5}


def test_a_tenant_that_hands_over_to_another_on_a_day():
    """90 days with 23 hours once: January to March are 2159 hours."""
    held = [
        share("old", "it.a", 1, None, date(2025, 4, 1)),
        share("new", "it.a", 1, date(2025, 4, 1)),
    ]
    given = site(held, {"it.a": (87_600,)}, it=(87_600,), hours=hall_hours())

    assert values(given, IT) == {"old": 21_590, "new": 66_010, "": 0}


def test_days_without_any_hour_are_bounded_and_withheld():
    """Of July to December nothing is built from October on."""
    held = [share("t", "it.a", 1, date(2025, 7, 1))]
    hours = hall_hours()
    given = site(
        held,
        {"it.a": (None, 0, 200_000)},
        it=(None, 0, 200_000),
        hours=hours.filter(pl.col("start") < pl.datetime(2025, 9, 30, 22, time_zone="UTC")),
    )
    meter = replace(place("it.a", "it_input"), max_rate=Decimal(20))
    given = replace(given, meters=(meter,))

    figure = by_tenant(given, IT)["t"]
    assert figure.value is None
    assert figure.low == 2208 * 10
    assert figure.high == 2208 * 10 + 2209 * 20
    assert (
        "it.a from 2025-07-01 to 2025-12-31: only 49.98 % of the time was measured" in figure.reason
    )


def test_gaps_of_a_validity_bound_it():
    """Two of its 48 hours are not read: between 460 and 500."""
    held = [share("t", "it.a", 1, date(2025, 1, 2), date(2025, 1, 4))]
    given = site(held, {"it.a": (None, 87_580, 87_620)}, it=(None, 87_580, 87_620),
                 hours=hall_hours(unread=(30, 31)))  # fmt: skip

    figure = by_tenant(given, IT)["t"]
    assert (figure.value, figure.low, figure.high) == (None, 460, 500)
    assert figure.coverage == pytest.approx(46 / 48)


def test_losses_before_the_tenants_meters_are_left_over_and_said():
    given = site([share("t", "it.a", 1)], {"it.a": (900,)}, it=(900,), ups_output=1000,
                 grid_import=1500)  # fmt: skip

    assert values(given, IT) == {"t": 900, "": 100}
    left = by_tenant(given, IT)[""]
    assert left.reason.startswith("tenants are metered at it_input")
    assert left.status is Status.CLEAN
    assert values(given, FACILITY) == {"t": 1350, "": 150}


def test_energy_given_out_twice_leaves_less_than_nothing_and_is_flagged():
    """The same 1000 kWh at the upper and at the lower meter."""
    held = [share("t1", "it.a", 1), share("t2", "it.b", 1)]
    given = site(held, {"it.a": (1000,), "it.b": (950,)}, it=(1000,), grid_import=1500)

    left = by_tenant(given, IT)[""]
    assert left.value == -950
    assert left.status is Status.FLAGGED
    assert "gives the same energy out twice" in left.reason
    assert sum(values(given, FACILITY).values()) == 1500


def test_bounds_of_the_same_meter_are_not_subtracted_from_each_other():
    """A tenth of a hall of 900 to 1100 is 90 to 110, and not 0 to 300."""
    given = site([share("t", "it.a", 0.9)], {"it.a": (1000, 900, 1100)}, it=(1000, 900, 1100))

    left = by_tenant(given, IT)[""]
    assert (left.value, left.low, left.high) == (100, 90, 110)


def test_what_is_not_measured_has_no_parts_and_says_so():
    given = site([share("t", "it.a", 1)], {"it.a": (1000,)}, it=(1000,))

    water = by_tenant(given, Shared.WATER)
    assert {one.value for one in water.values()} == {None}
    assert "no meter measures water input" in water["t"].reason


def test_no_it_energy_has_no_parts():
    given = site([share("t", "it.a", 1)], {"it.a": (0,)}, it=(0,), grid_import=10)

    part = by_tenant(given, FACILITY)["t"]
    assert part.value is None
    assert part.reason.startswith("zero_denominator")


AMOUNT = some.fractions(0, 10_000, max_denominator=1000)


@some.composite
def sites(draw):
    """Up to four meters with bounds, shares that add up to 1 at most, and a boundary meter."""
    meters, held = {}, []
    for number in range(draw(some.integers(1, 4))):
        low, width, above = draw(AMOUNT), draw(AMOUNT), draw(AMOUNT)
        name = f"m{number}"
        meters[name] = tuple(Decimal(round(float(x), 3)).quantize(Decimal("0.001"))
                             for x in (low + width, low, low + width + above))  # fmt: skip
        left = 100
        for tenant in range(draw(some.integers(0, 3))):
            percent = draw(some.integers(0, left))
            left -= percent
            held.append(share(f"t{tenant}", name, Decimal(percent) / 100))
    whole = tuple(sum(ends[place] for ends in meters.values()) for place in range(3))
    low, width, above = (Decimal(draw(some.integers(0, 50_000))) for _ in range(3))
    entering = total("grid_import", low + width, low, low + width + above)
    return held, meters, whole, entering


@over(sites())
def test_tenants_and_what_is_left_are_the_facility_exactly(drawn):
    held, meters, whole, entering = drawn
    given = site(held, meters, it=whole, grid_import=entering)
    if not held:
        assert parts_of(given) == []
        return

    used = by_tenant(given, IT)
    assert sum(one.value for one in used.values()) == Fraction(whole[0])
    parts = by_tenant(given, FACILITY)
    if whole[0]:
        assert sum(one.value for one in parts.values()) == Fraction(entering.value)
    else:
        assert {one.value for one in parts.values()} == {None}
    for figure in (*used.values(), *parts.values()):
        if figure.value is not None:
            assert figure.low <= figure.value <= figure.high
    frame = tenants_frame(given).filter(pl.col("quantity") == "facility_energy")
    if whole[0]:
        assert frame["value"].sum() == entering.value


@over(sites(), some.data())
def test_bounds_hold_for_whatever_is_true(drawn, data):
    """Any amounts inside the bounds of meters and boundary give parts inside the parts' bounds."""
    held, meters, whole, entering = drawn
    bounded = site(held, meters, it=whole, grid_import=entering)
    inside = {
        name: (ends[1] + (ends[2] - ends[1]) * data.draw(some.integers(0, 4)) / 4,)
        for name, ends in meters.items()
    }
    true_it = (sum(one for (one,) in inside.values()),)
    step = data.draw(some.integers(0, 4))
    true_entering = entering.low + (entering.high - entering.low) * step / 4
    true = site(held, inside, it=true_it, grid_import=true_entering)

    for quantity in (IT, FACILITY):
        bounds = by_tenant(bounded, quantity)
        for tenant, figure in by_tenant(true, quantity).items():
            if figure.value is not None:
                assert bounds[tenant].low <= figure.value <= bounds[tenant].high


def test_rounding_loses_nothing():
    """Three thirds at twelve places."""
    held = [share(name, "it.a", "0.333333333333") for name in ("a", "b", "c")]
    given = site(held, {"it.a": (1000,)}, it=(1000,), grid_import=1000)

    frame = tenants_frame(given)
    for quantity in ("it_energy", "facility_energy"):
        rows = frame.filter(pl.col("quantity") == quantity)
        assert rows["value"].sum() == Decimal(1000)
        assert rows["basis"].unique().to_list() == [
            "metered" if quantity == "it_energy" else "allocated"
        ]
    assert ALPHA.id == frame["facility_id"][0]
