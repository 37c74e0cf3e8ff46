"""Of several editions the one that was accepted last counts, day by day; the lock is a register."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from given import factor
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate.factor_files import FactorFile, validity_of
from schemas.estate.factor_lock import LOCK, AcceptedFile, lock_bytes, lock_problems, read_lock
from schemas.estate.factors import factors_in_force, read_factor_files, read_factors
from schemas.estate.model import HourlyFactors

FIRST = date(2025, 1, 1)
HEADER = "kind,key,valid_from,valid_to,value,unit,edition\n"


def spanning(first, last, value, key="DE", **facts):
    return factor("location", key, value, "kg/kWh", valid_from=first, valid_to=last, **facts)


def file_of(name, *factors, hourly=()):
    return FactorFile(name=name, path=Path(name), factors=factors, hourly=tuple(hourly))


def on(factors, day, key="DE"):
    """The values that are in force on a day."""
    return [
        one.value for one in factors if one.key == key and one.valid_from <= day <= one.valid_to
    ]


def test_a_newer_edition_takes_its_days_and_leaves_the_others():
    old = file_of("old", spanning(date(2025, 1, 1), date(2025, 12, 31), "0.3"))
    new = file_of("new", spanning(date(2025, 4, 1), date(2025, 6, 30), "0.4"))

    factors, _ = factors_in_force([old, new])

    assert sorted((one.valid_from, one.valid_to, one.value) for one in factors) == [
        (date(2025, 1, 1), date(2025, 3, 31), Decimal("0.3")),
        (date(2025, 4, 1), date(2025, 6, 30), Decimal("0.4")),
        (date(2025, 7, 1), date(2025, 12, 31), Decimal("0.3")),
    ]


def test_a_validity_without_an_end_is_cut_too():
    old = file_of("old", spanning(date.min, date.max, "0.3"))
    new = file_of("new", spanning(date(2025, 1, 1), date.max, "0.4"))

    factors, _ = factors_in_force([old, new])

    assert on(factors, date(2024, 12, 31)) == [Decimal("0.3")]
    assert on(factors, date(2030, 1, 1)) == [Decimal("0.4")]


def test_sets_of_warming_potentials_stand_beside_each_other():
    both = [factor("gwp", "R-22", "1810", "kg/kg", edition="AR4")]
    both.append(factor("gwp", "R-22", "1960", "kg/kg", edition="AR6"))

    assert len(factors_in_force([file_of("own", *both)])[0]) == 2


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6)


@given(spans=SPANS)
def test_on_every_day_the_newest_file_that_tells_of_it_counts_and_no_other(spans):
    ends = [sorted(one) for one in spans]
    files = [
        file_of(
            str(place),
            spanning(FIRST + timedelta(low), FIRST + timedelta(high), str(place)),
            spanning(FIRST + timedelta(low), FIRST + timedelta(high), "9", key="FR"),
        )
        for place, (low, high) in enumerate(ends)
    ]

    factors, _ = factors_in_force(files)

    for number in range(42):
        told = [Decimal(place) for place, (low, high) in enumerate(ends) if low <= number <= high]
        assert on(factors, FIRST + timedelta(number)) == told[-1:]


def series(where):
    return HourlyFactors(
        kind="location",
        key="DE",
        gases="co2e",
        source="",
        edition="",
        where=where,
        hours=(datetime(2025, 1, 1, 23, tzinfo=UTC), datetime(2025, 1, 2, 0, tzinfo=UTC)),
        values=(Decimal(1), Decimal(2)),
    )


def test_series_stand_newest_first():
    files = [file_of(name, hourly=[series(name)]) for name in ("old", "new")]

    assert [one.where for one in factors_in_force(files)[1]] == ["new", "old"]


def test_a_series_is_valid_on_the_days_of_its_hours():
    assert validity_of(series("x")) == (date(2025, 1, 1), date(2025, 1, 2))


def accepted(file, sha256="0", **facts):
    given_row = {"editions": ("1",), "accepted_on": FIRST, "accepted_by": "R. Vogt, Berlin"}
    return AcceptedFile(file=file, sha256=sha256, **{**given_row, **facts})


@pytest.fixture
def estate(tmp_path):
    (tmp_path / "registers" / "factors").mkdir(parents=True)
    return tmp_path


def write(estate, name, value, edition):
    row = f"location,DE,2025-01-01,2025-12-31,{value},kg/kWh,{edition}\n"
    (estate / "registers" / "factors" / name).write_text(HEADER + row)


def lock(estate, *rows):
    (estate / LOCK).write_bytes(lock_bytes(rows))


def test_a_lock_is_read_as_it_was_written(estate):
    rows = [accepted("grid.csv", editions=("1", "2a")), accepted("more/zones.csv", "f" * 64)]
    lock(estate, *rows)

    found, problems = read_lock(estate)

    assert problems == []
    assert [one.file for one in found] == ["grid.csv", "more/zones.csv"]
    assert (found[0].editions, found[0].accepted_by) == (("1", "2a"), "R. Vogt, Berlin")
    assert [one.line for one in found] == [2, 3]


def test_what_was_accepted_last_counts_whatever_it_is_called(estate):
    write(estate, "b.csv", "0.3", "1")
    write(estate, "a.csv", "0.4", "2")

    def in_force():
        return [one.value for one in read_factors(estate, ())[0]]

    assert in_force() == [Decimal("0.3")]
    lock(estate, accepted("b.csv"), accepted("a.csv"))
    assert in_force() == [Decimal("0.4")]
    lock(estate, accepted("a.csv"), accepted("b.csv"))
    assert in_force() == [Decimal("0.3")]


def test_what_nobody_has_accepted_is_newest(estate):
    write(estate, "a.csv", "0.4", "2")
    write(estate, "b.csv", "0.3", "1")
    lock(estate, accepted("b.csv"))

    assert [one.value for one in read_factors(estate, ())[0]] == [Decimal("0.4")]


def test_a_file_that_is_tried_is_newer_than_all_others_whatever_it_replaces(estate, tmp_path):
    write(estate, "a.csv", "0.3", "1")
    write(estate, "b.csv", "0.35", "2")
    tried = tmp_path / "tried"
    tried.mkdir()
    text = (estate / "registers" / "factors" / "a.csv").read_text()
    (tried / "a.csv").write_text(text.replace("0.3,", "0.4,"))

    files, problems = read_factor_files(estate, (), tried)

    assert problems == []
    assert [file.name for file in files] == ["b.csv", "a.csv"]
    assert [one.value for one in factors_in_force(files)[0]] == [Decimal("0.4")]


def test_a_lock_that_names_a_file_twice_or_lacks_a_column_is_refused(estate):
    lock(estate, accepted("a.csv"), accepted("a.csv"))
    assert "a.csv stands twice" in str(lock_problems(estate, ())[0])

    (estate / LOCK).write_text("file,sha256\na.csv,0\n")
    assert "column 'editions' is missing" in str(lock_problems(estate, ())[0])
