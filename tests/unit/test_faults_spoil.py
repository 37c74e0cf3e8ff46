"""Each fault changes exactly what ``truth/injected.csv`` says of it."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from benchmarks.faults.drops import MICRO, ROWS, read_drops, stamp_of, write_drops
from benchmarks.faults.fault import BOTH_KEPT, OVERWRITTEN, SUMMED, Fault, FaultKind, write_faults
from benchmarks.faults.inject import spoiled_estate
from benchmarks.faults.meters import Meter, read_meters
from benchmarks.faults.scene import Mix, scene_of, simulate_scene
from benchmarks.faults.spoil import spoil

HOUR = 3600
BERLIN = ZoneInfo("Europe/Berlin")
NOON = int(datetime(2025, 5, 1, 12, tzinfo=UTC).timestamp())
AUTUMN = int(datetime(2025, 10, 26, 0, tzinfo=UTC).timestamp())
SPRING = int(datetime(2025, 3, 30, 0, tzinfo=UTC).timestamp())


def meter(name, kind="register", *, modulus=None):
    return Meter(
        id=name,
        quantity="grid_import",
        kind=kind,
        unit="kWh",
        multiplier="",
        modulus=modulus and modulus * MICRO,
        cadence=HOUR,
        at_end=False,
        parent="",
        serial=f"{name}-1",
    )


METERS = {"a": meter("a", modulus=1000), "b": meter("b", "interval")}


def rows_of(start=NOON, **values):
    """Hourly rows of some meters from ``start`` on, in order of time, in one file."""
    told = [
        ("x/x_2025-05.csv", name, start + HOUR * place, round(value * MICRO), "", "")
        for place in range(max(map(len, values.values())))
        for name, figures in values.items()
        for value in figures[place : place + 1]
    ]
    frame = pl.DataFrame(told, schema=ROWS, orient="row")
    return frame.with_columns(stamp=stamp_of(pl.col("at")))


def fault(kind, name, hours=(0, 1), *, start=NOON, size=1.0, detail=""):
    begun, ended = (start + HOUR * hour for hour in hours)
    return Fault(kind=kind, meter=name, start=begun, end=ended, size=size, detail=detail)


def spoiled(rows, *faults):
    return spoil(rows, faults, METERS, BERLIN)


def values(rows, name):
    mine = rows.filter(pl.col("meter_id") == name)
    return [(stamp[11:16], micro / MICRO) for stamp, micro in mine.select("stamp", "micro").rows()]


def test_a_gap_and_an_outage_take_the_rows_inside_and_no_other():
    rows = rows_of(a=[1, 2, 3, 4], b=[5, 6, 7, 8])

    left = spoiled(rows, fault(FaultKind.GAP, "a", (1, 3)), fault(FaultKind.OUTAGE, "", (3, 4)))

    assert values(left, "a") == [("12:00", 1)]
    assert values(left, "b") == [("12:00", 5), ("13:00", 6), ("14:00", 7)]


@pytest.mark.parametrize(
    ("kind", "size", "expected"),
    [
        pytest.param(FaultKind.SPIKE, 20, [5, 120, 140, 8], id="spike"),
        pytest.param(FaultKind.SCALE, 0.001, [5, 0.006, 0.007, 8], id="scale"),
        pytest.param(FaultKind.STUCK, 2, [5, 6, 6, 8], id="stuck"),
        pytest.param(FaultKind.DEAD, 2, [5, 0, 0, 8], id="dead"),
        pytest.param(FaultKind.SIGN_FLIP, 2, [5, -6, -7, 8], id="sign-flip"),
    ],
)
def test_a_false_value_stands_in_its_window_only(kind, size, expected):
    rows = rows_of(a=[1, 2, 3, 4], b=[5, 6, 7, 8])

    left = spoiled(rows, fault(kind, "b", (1, 3), size=size))

    assert [value for _, value in values(left, "b")] == expected
    assert values(left, "a") == values(rows, "a")


def test_swapped_meters_show_each_others_values_for_a_while():
    rows = rows_of(a=[1, 2, 3, 4], b=[50, 60, 70, 80])

    left = spoiled(rows, fault(FaultKind.SWAPPED, "a", (1, 3), detail="b"))

    assert [value for _, value in values(left, "a")] == [1, 60, 70, 4]
    assert [value for _, value in values(left, "b")] == [50, 2, 3, 80]


def test_a_register_rolls_over_at_the_reading_that_is_told():
    """1000 − 730 = 270 is added: 710 shows 980, 730 shows 0, 745 shows 15."""
    rows = rows_of(a=[710, 730, 745])

    left = spoiled(rows, fault(FaultKind.ROLLOVER, "a", (1, 3), size=270))

    assert [value for _, value in values(left, "a")] == [980, 0, 15]


def test_an_exchange_closes_the_old_register_a_second_before_and_counts_on():
    rows = rows_of(a=[710, 730, 745], b=[1, 2, 3])

    left = spoiled(rows, fault(FaultKind.EXCHANGE, "a", (1, 3), size=3, detail="a-2"))

    mine = left.filter(pl.col("meter_id") == "a").select("stamp", "micro", "serial").rows()
    assert [(stamp[11:19], micro / MICRO, serial) for stamp, micro, serial in mine] == [
        ("12:00:00", 710, "a-1"),
        ("12:59:59", 730, "a-1"),
        ("13:00:00", 3, "a-2"),
        ("14:00:00", 18, "a-2"),
    ]
    assert left.filter(pl.col("meter_id") == "b").equals(rows.filter(pl.col("meter_id") == "b"))


def test_a_new_register_does_not_roll_over_where_the_old_one_would_have():
    rows = rows_of(a=[700, 720, 740, 760, 780])
    rollover = fault(FaultKind.ROLLOVER, "a", (3, 5), size=240)
    exchange = fault(FaultKind.EXCHANGE, "a", (1, 5), size=3, detail="a-2")

    left = spoiled(rows, rollover, exchange).select("micro", "serial").rows()

    assert [(micro / MICRO, serial) for micro, serial in left] == [
        (940, "a-1"),
        (960, "a-1"),
        (3, "a-2"),
        (23, "a-2"),
        (43, "a-2"),
        (63, "a-2"),
    ]


def test_a_clock_on_winter_time_is_right_until_spring_and_says_an_hour_that_does_not_exist():
    """Clocks go from 02:00 to 03:00 at 01:00 UTC; winter time goes on through 02:00."""
    rows = rows_of(SPRING, a=[1, 2, 3], b=[1, 2, 3])

    left = spoiled(rows, fault(FaultKind.CLOCK_WITHOUT_DST, "a", (0, 3), start=SPRING))

    mine = left.filter(pl.col("meter_id") == "a")
    assert mine["stamp"].to_list() == [f"2025-03-30T0{hour}:00:00" for hour in (1, 2, 3)]
    assert set(mine["file"]) == {"x/x_2025-05_winter.csv"}
    assert left.filter(pl.col("meter_id") == "b").equals(rows.filter(pl.col("meter_id") == "b"))


@pytest.mark.parametrize(
    ("kept", "expected"),
    [
        pytest.param(OVERWRITTEN, [("01:00", 1), ("02:00", 4), ("03:00", 8)], id="overwritten"),
        pytest.param(SUMMED, [("01:00", 1), ("02:00", 6), ("03:00", 8)], id="summed"),
    ],
)
def test_a_collapsed_double_hour_stands_once(kept, expected):
    """23:00, 00:00 and 01:00 UTC are 01:00, 02:00 and 02:00 again on site; then 03:00."""
    rows = rows_of(AUTUMN - HOUR, b=[1, 2, 4, 8])
    collapse = fault(FaultKind.DOUBLE_HOUR_COLLAPSED, "b", (0, 2), start=AUTUMN, detail=kept)

    left = spoiled(rows, collapse)

    assert values(left, "b") == expected
    assert not left["stamp"].str.contains("Z").any()


@pytest.mark.parametrize(
    ("hours", "kept", "expected"),
    [
        pytest.param(
            1, BOTH_KEPT, [("12:00", 1), ("14:00", 2), ("15:00", 3), ("15:00", 4)], id="fast"
        ),
        pytest.param(1, OVERWRITTEN, [("12:00", 1), ("14:00", 2), ("15:00", 4)], id="fast-lost"),
        pytest.param(
            -1, BOTH_KEPT, [("12:00", 1), ("12:00", 2), ("13:00", 3), ("15:00", 4)], id="slow"
        ),
        pytest.param(-1, OVERWRITTEN, [("12:00", 2), ("13:00", 3), ("15:00", 4)], id="slow-lost"),
    ],
)
def test_a_shifted_clock_moves_stamps_and_may_overwrite_one_row(hours, kept, expected):
    rows = rows_of(b=[1, 2, 3, 4])

    left = spoiled(rows, fault(FaultKind.CLOCK_SHIFT, "b", (1, 3), size=hours, detail=kept))

    assert values(left, "b") == expected


def test_what_comes_twice_or_late_keeps_its_values():
    rows = rows_of(a=[1, 2, 3], b=[4, 5, 6])
    own, again, late = (f"x/x_2025-05{mark}.csv" for mark in ("", "_again", "_late"))

    left = spoiled(
        rows,
        fault(FaultKind.DUPLICATE_ROWS, "", (0, 1)),
        fault(FaultKind.DUPLICATE_FILE, "", (1, 2), detail=again),
        fault(FaultKind.LATE_FILE, "", (2, 3), detail=late),
    )

    assert left.filter(pl.col("file") == own)["micro"].to_list() == [
        value * MICRO for value in (1, 1, 4, 4, 2, 5)
    ]
    assert left.filter(pl.col("file") == again)["micro"].to_list() == [2 * MICRO, 5 * MICRO]
    assert left.filter(pl.col("file") == late)["micro"].to_list() == [3 * MICRO, 6 * MICRO]


def test_a_conflicting_file_says_otherwise_of_its_window():
    rows = rows_of(a=[1, 2, 3], b=[40, 50, 60])

    left = spoiled(rows, fault(FaultKind.CONFLICT, "b", (1, 3), size=1.1, detail="x/other.csv"))

    assert left.filter(pl.col("file") != "x/other.csv").equals(rows)
    other = left.filter(pl.col("file") == "x/other.csv")
    assert values(other, "b") == [("13:00", 55), ("14:00", 66)]


@pytest.fixture(scope="module", params=[1, 3, 6], ids=["mixed", "amounts", "registers"])
def year(request, tmp_path_factory):
    """A year of the standard faults with its clean rows, and the rows in its files."""
    folder = tmp_path_factory.mktemp("year") / "estate"
    spoilt = spoiled_estate(folder, scene_of(request.param))
    written = spoil(spoilt.rows, spoilt.faults, spoilt.meters, spoilt.zone)
    return folder, spoilt, written


def test_nothing_changes_outside_of_the_windows_that_are_told(year):
    """Row by row, for three kinds of estates: what differs from the clean rows is explained."""
    _, spoilt, written = year
    key = ["meter_id", "at"]
    clean = spoilt.rows.with_columns(n=pl.lit(1))
    found = written.group_by(key).agg(
        n=pl.len(),
        least=pl.col("micro").min(),
        most=pl.col("micro").max(),
        stamped=pl.col("stamp").first(),
        of=pl.col("file").sort().str.join(" "),
    )
    both = clean.join(found, on=key, how="full", coalesce=True, suffix="_now")
    same = (
        (pl.col("n_now") == 1)
        & (pl.col("micro") == pl.col("least"))
        & (pl.col("micro") == pl.col("most"))
        & (pl.col("stamp") == pl.col("stamped"))
        & (pl.col("file") == pl.col("of"))
    )
    changed = both.filter(~same.fill_null(value=False))
    windows = pl.DataFrame(
        [
            (name, *_reach(one))
            for one in spoilt.faults
            for name in ([one.meter, one.detail] if one.meter else spoilt.meters)
        ],
        schema={"meter_id": pl.String, "since": pl.Int64, "until": pl.Int64},
        orient="row",
    )
    within = pl.col("at").is_between("since", "until", closed="left")
    explained = changed.join(windows, on="meter_id").filter(within).select(key).unique()

    assert changed.height > 3000
    assert changed.join(explained, on=key, how="anti").rows() == []


def _reach(one):
    """The true stamps of all rows that a fault may touch."""
    match one.kind:
        case FaultKind.ROLLOVER | FaultKind.DOUBLE_HOUR_COLLAPSED:
            return 0, 2**40
        case FaultKind.EXCHANGE:
            return 0, one.end
        case FaultKind.CLOCK_SHIFT:
            return one.start - HOUR, one.end
        case _:
            return one.start, one.end


def test_every_fault_that_is_told_changed_something(year):
    _, spoilt, _ = year
    for one in spoilt.faults:
        if one.kind is FaultKind.GAP:
            continue
        after = spoil(spoilt.rows, [one], spoilt.meters, spoilt.zone)
        assert not after.equals(spoilt.rows), one


def test_the_list_of_faults_is_complete_and_in_words(year):
    folder, spoilt, _ = year
    lines = (folder / "truth" / "injected.csv").read_text().splitlines()

    assert lines[0] == "fault,meter,start,end,size,above_limit,detail"
    assert len(lines) == 1 + len(spoilt.faults)
    assert {line.split(",")[5] for line in lines[1:]} == {"true"}


def test_gaps_take_one_percent_of_each_meter_in_at_most_two_hours(year):
    _, spoilt, _ = year
    for name, one in spoilt.meters.items():
        gaps = [f for f in spoilt.faults if f.kind is FaultKind.GAP and f.meter == name]
        of_meter = spoilt.rows.filter(pl.col("meter_id") == name)
        lost = sum(
            of_meter.filter(pl.col("at").is_between(f.start, f.end, closed="left")).height
            for f in gaps
        )
        assert lost / of_meter.height == pytest.approx(0.01, abs=0.001), name
        assert max(f.end - f.start for f in gaps) <= 2 * HOUR
        assert one.cadence <= min(f.end - f.start for f in gaps)


def test_faults_of_one_meter_keep_two_days_apart(year):
    _, spoilt, _ = year
    point = (FaultKind.ROLLOVER, FaultKind.EXCHANGE)
    free = (FaultKind.GAP, FaultKind.CLOCK_WITHOUT_DST)
    windows = {}
    for one in spoilt.faults:
        if one.kind in free or not one.meter:
            continue
        end = one.start + HOUR if one.kind in point else one.end
        for name in {one.meter, one.detail} & set(spoilt.meters):
            windows.setdefault(name, []).append((one.start, end))
    for of_meter in windows.values():
        of_meter.sort()
        for (_, ended), (begun, _) in pairwise(of_meter):
            assert begun - ended >= 2 * 24 * HOUR - HOUR


def test_equal_seeds_tell_equal_faults_and_write_equal_bytes(tmp_path):
    first, second = (spoiled_estate(tmp_path / name, scene_of(2)) for name in ("first", "second"))

    assert first.faults == second.faults
    for path in sorted((tmp_path / "first").rglob("*.csv")):
        other = tmp_path / "second" / path.relative_to(tmp_path / "first")
        assert path.read_bytes() == other.read_bytes(), path.name


def test_rows_read_and_written_again_are_the_same_bytes(tmp_path):
    simulate_scene(tmp_path / "estate", scene_of(7))
    inbox = tmp_path / "estate" / "inbox"

    write_drops(read_drops(inbox), tmp_path / "again")

    names = sorted(path.relative_to(inbox) for path in inbox.rglob("*.csv"))
    assert len(names) == 12
    for name in names:
        assert (tmp_path / "again" / name).read_bytes() == (inbox / name).read_bytes(), name


def test_below_the_limits_no_rule_is_said_to_find_anything(tmp_path):
    spoilt = spoiled_estate(tmp_path / "estate", scene_of(4, Mix.BELOW))

    assert len(spoilt.faults) > 8
    assert not any(one.above_limit for one in spoilt.faults)


def test_an_exchange_stands_in_the_list_of_meters(tmp_path):
    spoilt = spoiled_estate(tmp_path / "estate", scene_of(6))
    exchanged = next(one for one in spoilt.faults if one.kind is FaultKind.EXCHANGE)

    lines = (tmp_path / "estate" / "meters.csv").read_text().splitlines()
    mine = [line.split(",") for line in lines if line.startswith(f"{exchanged.meter},")]

    old = spoilt.meters[exchanged.meter].serial
    assert [row[12] for row in mine] == [old, f"{old}-B"]
    assert mine[0][14] == mine[1][13] != ""
    assert read_meters(tmp_path / "estate" / "meters.csv").keys() == spoilt.meters.keys()


def test_the_line_of_a_fault(tmp_path):
    write_faults(
        tmp_path / "injected.csv",
        [fault(FaultKind.SCALE, "a", (0, 2), size=0.001), fault(FaultKind.OUTAGE, "", size=1.5)],
    )

    assert (tmp_path / "injected.csv").read_text().splitlines()[1:] == [
        "scale,a,2025-05-01T12:00:00Z,2025-05-01T14:00:00Z,0.001,true,",
        "outage,,2025-05-01T12:00:00Z,2025-05-01T13:00:00Z,1.5,true,",
    ]
