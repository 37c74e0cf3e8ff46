"""Files with a row for every hour: read at once or row by row, they say the same."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.estate import factor_series
from schemas.estate.factor_series import hourly_table
from schemas.estate.plain_hours import plain_hours
from schemas.estate.registers import certificates

START = datetime(2025, 3, 1, tzinfo=UTC)
FACTORS = "kind,key,timestamp,value,unit,gases,source,edition"
HOURS = "certificate_id,timestamp,energy_kwh"
NUMBERS = st.decimals(0, 10**9, places=3).map(str) | st.integers(0, 10**6).map(str)


def stamp(hour):
    return f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"


def written(path, header, rows):
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["location,DE", "location,SE", "residual,DE"]),
            st.integers(0, 90),
            NUMBERS,
        ),
        min_size=1,
        max_size=40,
        unique_by=lambda row: row[:2],
    )
)
def test_factors_read_at_once_are_those_read_row_by_row(tmp_path_factory, rows):
    path = written(
        tmp_path_factory.mktemp("plain") / "grid.csv",
        FACTORS,
        [f"{told},{stamp(hour)},{value},g/kWh,co2e,TSO,2025" for told, hour, value in rows],
    )
    at_once = hourly_table(path, "grid.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(factor_series, "plain_hours", lambda *_: None)
        row_by_row = hourly_table(path, "grid.csv")
    assert factor_series.plain_hours(path, tuple(FACTORS.split(",")), "value") is not None
    assert at_once == row_by_row
    assert not at_once[1]


@given(st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 90), NUMBERS), max_size=40))
def test_certificate_hours_read_at_once_are_those_read_row_by_row(tmp_path_factory, rows):
    path = written(
        tmp_path_factory.mktemp("plain") / "certificate_hours.csv",
        HOURS,
        [f"{name},{stamp(hour)},{value}" for name, hour, value in rows],
    )
    at_once = certificates.plain_table(path)
    row_by_row = certificates.hours_table(
        [
            certificates.CertificateHour(
                certificate_id=name,
                start=START + timedelta(hours=hour),
                energy_kwh=certificates.Decimal(value),
                line=line,
            )
            for line, (name, hour, value) in enumerate(rows, start=2)
        ]
    )
    keys = ["start", "certificate_id", "line"]
    assert at_once is not None
    assert at_once.sort(keys).equals(row_by_row.sort(keys))


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("A,2025-03-01T00:00:00+01:00,1", id="offset"),
        pytest.param("A,2025-03-01T00:30:00Z,1", id="half an hour"),
        pytest.param("A,2025-02-30T00:00:00Z,1", id="no such day"),
        pytest.param("A,2025-03-01T00:00:00Z,-1", id="sign"),
        pytest.param("A,2025-03-01T00:00:00Z,1e3", id="exponent"),
        pytest.param("A,2025-03-01T00:00:00Z,1.1234567890123", id="decimals"),
        pytest.param("A,2025-03-01T00:00:00Z,", id="no number"),
        pytest.param('"A",2025-03-01T00:00:00Z,1', id="quotes"),
        pytest.param("A,2025-03-01T00:00:00Z,1,2", id="a cell more"),
        pytest.param("A,2025-03-01T00:00:00Z", id="a cell less"),
        pytest.param("A,2025-03-01T00:00:00Z,1\n\nA,2025-03-01T01:00:00Z,1", id="an empty line"),
        pytest.param("A,2025-03-01T00:00:00Z,1\r", id="another line end"),
    ],
)
def test_what_is_not_plain_is_read_row_by_row(tmp_path, row):
    path = written(tmp_path / "hours.csv", HOURS, ["A,2025-02-28T23:00:00Z,1", row])
    assert plain_hours(path, tuple(HOURS.split(",")), "energy_kwh") is None


def test_lines_are_those_of_the_file(tmp_path):
    path = written(tmp_path / "hours.csv", HOURS, [f"A,{stamp(2)},1", f"A,{stamp(0)},2.50"])
    found = certificates.plain_table(path)
    assert found.rows() == [
        ("A", START, 2_500_000_000_000, 3),
        ("A", START + timedelta(hours=2), 1_000_000_000_000, 2),
    ]
    assert str(certificates.energy_of(2_500_000_000_000)) == "2.5"
    assert str(certificates.energy_of(840 * 10**12)) == "840"


def test_factors_that_stand_twice_are_refused_as_ever(tmp_path):
    rows = [f"location,DE,{stamp(0)},{value},g/kWh,co2e,TSO,2025" for value in (1, 2)]
    _, problems = hourly_table(written(tmp_path / "grid.csv", FACTORS, rows), "grid.csv")
    assert "stands twice" in problems[0].what
