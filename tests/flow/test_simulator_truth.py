"""Against the true answers: exact without faults, within bounds with them."""

import pytest

from sample_data.clock import HOUR
from sample_data.meters import Paces
from sample_data.simulate import Wish, simulate, write_estate
from tests.flow.small_estate import done, sql
from tests.prove.truth import compared

pytestmark = pytest.mark.slow

NOW = ("--now", "2026-02-01T00:00Z")


def _simulated(folder, *, facilities, months, seed, faults, shape):
    write_estate(
        folder,
        Wish(
            facilities=facilities,
            months=months,
            paces=Paces(main=HOUR, slow=HOUR),
            first_year=2025,
            seed=seed,
            faults=faults,
            shape=shape,
        ),
    )
    done("backfill", folder, *NOW)
    return compared(folder)


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """One facility of each archetype, a year by the hour, without any fault."""
    folder = tmp_path_factory.mktemp("clean") / "estate"
    simulate(folder, facilities=3, years=1, interval="1h", first_year=2025, seed=11, faults=False)
    done("backfill", folder, *NOW)
    return folder


def test_without_faults_every_figure_is_the_truth(clean):
    """Months and year, totals and metrics."""
    figures = compared(clean)

    assert len(figures) > 3 * 13 * 30
    assert {figure.key[0] for figure in figures} == {"fra1", "sto1", "sin1"}
    assert [str(figure) for figure in figures if not figure.equals(1e-9)] == []
    assert [str(figure) for figure in figures if not figure.contained] == []


def test_without_faults_rules_are_quiet(clean):
    """No reading is refused or withheld, and fewer than one flag is raised per meter and year. That
    a register passed its modulus is no alarm."""
    found = sql(clean, "SELECT rule, severity, action, meter_id FROM findings")
    alarms = [one for one in found if one["rule"] != "rollover"]
    meters = len(sql(clean, "SELECT DISTINCT meter_id FROM meters"))

    assert sql(clean, "SELECT count(*) AS n FROM quarantine") == [{"n": 0}]
    assert [one for one in alarms if "blocking" in one["severity"]] == []
    assert [one for one in alarms if one["action"] == "withhold"] == []
    assert len(alarms) < meters


@pytest.mark.parametrize(
    ("facilities", "months", "seed", "shape"),
    [
        pytest.param(1, 12, 12, "plain", id="a-year-of-plain-drops"),
        pytest.param(3, 2, 13, "site", id="two-months-of-untidy-exports"),
    ],
)
def test_with_faults_the_bounds_hold_the_truth(tmp_path, facilities, months, seed, shape):
    figures = _simulated(
        tmp_path / "estate",
        facilities=facilities,
        months=months,
        seed=seed,
        faults=True,
        shape=shape,
    )

    assert len(figures) > facilities * months * 25
    assert [str(figure) for figure in figures if not figure.contained] == []
    assert all(figure.bounded for figure in figures if figure.value is not None)
    # The faults were real: not every figure is known exactly.
    assert any(not figure.equals(1e-9) for figure in figures)
    assert (tmp_path / "estate" / "truth" / "faults.csv").read_text().count("\n") > 10
