"""Every contender of the benchmark still comes to the true figures."""

import pytest

from benchmarks.run import CONTENDERS, measure
from sample_data.simulate import simulate


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("benchmark") / "estate"
    simulate(
        folder,
        facilities=1,
        years=1,
        interval="1h",
        first_year=2025,
        seed=1,
        faults=False,
        shape="plain",
    )
    return folder


@pytest.mark.parametrize("contender", CONTENDERS)
def test_every_contender_gives_the_true_figures(contender, estate):
    run = measure(contender, CONTENDERS[contender], estate)

    assert run.peak_mb > 0
