"""The published pages in a real browser: they draw, ask nobody for anything, and print."""

import re
import shutil
import subprocess

import pytest

from sample_data.simulate import simulate
from tests.e2e.browser import CHROMIUM, OWN_ERRANDS, print_to_pdf, visit
from tests.flow.small_estate import done, metrics, write_file

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """Two sites and a year by the hour; of the second, January never arrived."""
    folder = tmp_path_factory.mktemp("browser") / "estate"
    simulate(folder, facilities=2, years=1, interval="1h", first_year=2025, seed=3, faults=True)
    for path in (folder / "inbox" / "sto1").glob("*2025-01*"):
        path.unlink()
    done("backfill", folder, "--now", "2026-02-01T00:00Z")
    return folder


@pytest.fixture(scope="module")
def pages(estate, tmp_path_factory):
    """Each page as the browser left it."""
    profile = tmp_path_factory.mktemp("profile")
    return {
        name: visit(estate / "var" / "reports" / f"{name}-2025.html", profile)
        for name in ("fra1", "sto1", "estate")
    }


def test_the_browser_would_tell(tmp_path):
    """Without this, silence below would prove nothing."""
    page = write_file(
        tmp_path / "page.html",
        "<p>before</p><img src='http://example.invalid/x.png'>"
        "<script>document.body.append('drawn'); undefined.broken</script>",
    )

    found = visit(page, tmp_path / "profile")

    assert "drawn" in found.text
    assert any("TypeError" in line for line in found.console)
    assert any("example.invalid" in line for line in found.requested)


@pytest.mark.parametrize("name", ["fra1", "sto1", "estate"])
def test_a_page_draws_without_errors_and_without_a_network(pages, name):
    found = pages[name]

    assert found.console == []
    assert found.requested == []
    assert not [host for host in OWN_ERRANDS if host in found.dom]
    assert len(found.text) > 2000
    assert "<svg" in found.dom


@pytest.mark.parametrize("name", ["fra1", "sto1"])
def test_interactive_charts_are_drawn_by_their_script(estate, pages, name):
    written = (estate / "var" / "reports" / f"{name}-2025.html").read_text()

    assert 'class="main-svg"' not in re.sub(r"<script.*?</script>", "", written, flags=re.DOTALL)
    assert pages[name].dom.count('class="main-svg"') >= 3


def test_headline_figures_are_the_published_ones(estate, pages):
    found = metrics(estate, "fra1", 2025)
    pue, wue, edc = (found[key]["value"] for key in (("pue", "1"), ("wue", "2"), ("edc", "")))

    text = pages["fra1"].text
    assert re.search(rf"PUE\s+Power usage effectiveness\s+{pue:.3f}", text)
    assert re.search(rf"WUE\s+Water usage effectiveness\s+{wue:.3f}", text)
    assert f"{edc / 1e6:.2f} GWh" in text
    assert "Bounds" in text
    assert "Coverage" in text


def test_a_withheld_figure_is_withheld_and_says_why(estate, pages):
    pue = metrics(estate, "sto1", 2025)["pue", "1"]

    text = pages["sto1"].text
    assert pue["value"] is None
    assert "Its PUE is withheld" in text
    assert re.search(r"Power usage effectiveness\s+withheld|withheld", text)
    assert "% of the time was measured" in text


def test_gaps_are_drawn_as_gaps(pages):
    """January has 744 hours in Stockholm; none of them is bridged by a line."""
    dom = pages["sto1"].dom

    [hours] = re.findall(r"PUE as an hourly trend, 2025\. ([\d\u202f]+) of 8\u202f760 hours", dom)
    assert int(hours.replace("\u202f", "")) >= 744
    assert 'class="missing"' in dom
    [trend] = re.findall(r"PUE as an hourly trend, 2025\. (\d+) of", pages["fra1"].dom)
    assert int(trend) < 744


def test_the_estate_page_names_every_facility(pages):
    text = pages["estate"].text

    assert "Frankfurt 1" in text
    assert "Stockholm 1" in text


@pytest.mark.pdf
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler's tools are not installed")
@pytest.mark.parametrize("name", ["fra1", "estate"])
def test_a_page_prints(estate, tmp_path, name):
    pdf = tmp_path / "page.pdf"

    print_to_pdf(estate / "var" / "reports" / f"{name}-2025.html", pdf, tmp_path / "profile")

    facts = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    words = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True,
                           check=True).stdout  # fmt: skip
    assert int(re.search(r"^Pages:\s+(\d+)", facts, re.MULTILINE)[1]) >= 1
    assert "Frankfurt 1" in words
    assert "PUE" in words
