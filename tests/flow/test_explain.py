"""From every figure back to file and line, and from the line again to the value."""

import csv
import shutil
from decimal import ROUND_HALF_UP, Decimal
from fnmatch import fnmatchcase
from fractions import Fraction
from itertools import pairwise

import pytest
import yaml

from schemas.metrics import Metric
from tests.flow.small_estate import ROOT, done

#: Canonical units in one of a meter's unit, by hand.
IN_CANONICAL = {
    ("kWh", "kWh"): Fraction(1),
    ("MWh", "kWh"): Fraction(1000),
    ("Wh", "kWh"): Fraction(1, 1000),
    ("W", "kW"): Fraction(1, 1000),
    ("m3", "m3"): Fraction(1),
    ("L", "m3"): Fraction(1, 1000),
    ("L", "L"): Fraction(1),
    ("°C", "°C"): Fraction(1),
    ("%", "%"): Fraction(1),
    ("kW", "kW"): Fraction(1),
    ("Gbit/s", "GB/s"): Fraction(1, 8),
    ("GB", "EB"): Fraction(1, 10**9),
    ("TB", "EB"): Fraction(1, 10**6),
}
PLACES = Decimal(1).scaleb(-12)
FACILITIES = ("fra1", "sto1", "sin1")


@pytest.fixture(scope="module")
def estate(tmp_path_factory):
    """The sample: January 2025 of three sites, untidy exports with faults."""
    folder = tmp_path_factory.mktemp("explain") / "estate"
    shutil.copytree(ROOT / "sample_data" / "estate", folder, ignore=shutil.ignore_patterns("var"))
    done("backfill", folder, "--now", "2025-03-01T00:00Z")
    return folder


@pytest.fixture(scope="module")
def explained(estate):
    """Every explanation of every metric of January, by facility."""
    return {
        facility: done(
            *("explain", estate, "--facility", facility, "--year", "2025", "--month", "1"),
            *("--metric", "all", "--json"),
        ).json["explanations"]
        for facility in FACILITIES
    }


@pytest.fixture(scope="module")
def sources(estate):
    return yaml.safe_load((estate / "estate.yaml").read_text())["sources"]


def test_every_metric_is_explained(explained):
    for found in explained.values():
        assert {one["metric"] for one in found} == {metric.value for metric in Metric}
        assert all(one["formula"] and one["standard"] for one in found)


@pytest.mark.parametrize("facility", FACILITIES)
def test_every_figure_ends_at_files_and_lines(estate, explained, facility):
    ended = 0
    for one in explained[facility]:
        trails = [meter for total in one["totals"] for meter in total["meters"]]
        if one["value"] is not None and one["metric"] not in ("eres_os", "eres_tot"):
            assert trails or one["registers"], one["metric"]
        for trail in trails:
            register = _lines(estate / "meters.csv")
            rows = [register[number - 1] for number in trail["meters_lines"]]
            own = f"{trail['meter_id']},{facility},"
            assert rows == [row for row in register if row.startswith(own)]
            for share in trail["files"]:
                lines = len(_lines(estate / "inbox" / share["path"]))
                assert 1 < share["first_line"] <= share["last_line"] <= lines
                assert 0 < share["readings"] <= lines
                ended += 1
        for line in one["registers"]:
            _assert_stands(estate, line)
    assert ended > 60


NONE_COUNTS = "no line of it counts here"


def _assert_stands(estate, told):
    """``registers/equipment.csv:4: …`` quotes a line that stands there; a series is a file."""
    path, number, text = [*told.split(":", 2), ""][:3]
    content = _lines(estate / path)
    if number.strip() == NONE_COUNTS:
        return
    if number.isdigit():
        assert content[int(number) - 1].strip() == text.strip()
    else:
        assert f"{len(content) - 1} hours" in number


@pytest.mark.parametrize("facility", FACILITIES)
def test_every_quoted_line_holds_the_value_that_was_read(estate, explained, sources, facility):
    quotes = {
        (trail["meter_id"], quote["path"], quote["line"]): (trail, quote)
        for one in explained[facility]
        for total in one["totals"]
        for trail in total["meters"]
        for quote in trail["quotes"]
    }

    assert len(quotes) > 40
    for trail, quote in quotes.values():
        assert _lines(estate / "inbox" / quote["path"])[quote["line"] - 1] == quote["text"]
        held = _values_in(quote, trail, sources)
        assert Decimal(quote["value"]) in held, (quote, held)


@pytest.mark.parametrize("facility", FACILITIES)
def test_a_register_s_total_is_the_sum_of_what_is_quoted(estate, explained, facility):
    """Serial by serial from one quoted reading to the next, a rollover's modulus added: whoever
    holds the quoted lines and meters.csv can do the sum again."""
    moduli = {
        row["meter_id"]: (row["modulus"], row["multiplier"], row["unit"])
        for row in csv.DictReader(_lines(estate / "meters.csv"))
    }
    exchanged = rolled = 0
    for one in explained[facility]:
        for total in one["totals"]:
            meters = total["meters"]
            whole = total["coverage"] is not None and total["value"] is not None
            if not whole or len(meters) != 1 or meters[0]["kind"] != "register":
                continue
            quotes = meters[0]["quotes"]
            modulus, multiplier, unit = moduli[meters[0]["meter_id"]]
            factor = IN_CANONICAL[unit, total["unit"]] * Fraction(multiplier or 1)
            found = Fraction(0)
            for earlier, later in pairwise(quotes):
                if earlier["serial"] == later["serial"]:
                    found += Fraction(later["value"]) - Fraction(earlier["value"])
                if later["event"] == "rollover":
                    found += Fraction(modulus) * factor
                    rolled += 1
            exchanged += len({quote["serial"] for quote in quotes}) > 1
            assert float(found) == pytest.approx(total["value"], rel=1e-9), meters[0]["meter_id"]
    assert exchanged or rolled


def test_the_untidy_marks_are_among_the_quotes(explained):
    """Decimal commas, a litre and a multiplier: else the test above proves less than it seems."""
    trails = [
        trail
        for found in explained.values()
        for one in found
        for total in one["totals"]
        for trail in total["meters"]
    ]
    assert any(
        ";" in quote["text"] and "," in quote["text"] for t in trails for quote in t["quotes"]
    )
    assert {"L", "m3", "kWh", "kW", "°C"} <= {trail["unit"] for trail in trails}
    assert any(Decimal(trail["multiplier"]) != 1 for trail in trails)


def _lines(path):
    return path.read_text(encoding="utf-8-sig").splitlines()


def _values_in(quote, trail, sources):
    """The canonical value of every number in the line, by unit, multiplier and decimal mark."""
    mapping = next((one for one in sources if fnmatchcase(quote["path"], one["match"])), {})
    separator = {"tab": "\t"}.get(mapping.get("separator"), mapping.get("separator", ","))
    cells = next(csv.reader([quote["text"]], delimiter=separator))
    factor = IN_CANONICAL[trail["unit"], quote["unit"]] * Fraction(trail["multiplier"])
    found = set()
    for cell in cells:
        text = cell.strip()
        if mapping.get("decimal") == ",":
            text = text.replace(".", "").replace(",", ".")
        try:
            exact = Fraction(text) * factor
        except ValueError:
            continue
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        found.add(value.quantize(PLACES, ROUND_HALF_UP).normalize())
    return {Decimal(format(value, "f")) for value in found}


def _registers_of(estate, metric):
    answer = done("explain", estate, "--facility", "sin1", "--year", "2025", "--month", "1",
                  "--metric", metric, "--json")  # fmt: skip
    return [line for one in answer.json["explanations"] for line in one["registers"]]


def test_a_figure_without_a_factor_is_explained_too(estate, tmp_path):
    copy = shutil.copytree(estate, tmp_path / "estate")
    path = copy / "registers" / "factors" / "grid.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("location,SG,")))
    done("backfill", copy, "--now", "2025-03-01T00:00Z")

    told = _registers_of(copy, "cue")

    assert any("fuel,diesel" in line for line in told)
    assert not any("location," in line for line in told)


def test_a_register_that_changed_since_is_named_and_not_quoted(estate, tmp_path):
    copy = shutil.copytree(estate, tmp_path / "estate")
    path, told = copy / "registers" / "equipment.csv", _registers_of(estate, "cserv")
    path.write_text(path.read_text().splitlines()[0] + "\n")

    assert [line.split(": ")[0] for line in _registers_of(copy, "cserv")] == [
        line.split(": ")[0] for line in told
    ]
    assert {line.split(": ")[1] for line in _registers_of(copy, "cserv")} == {
        "(the file has changed since; run wattledger backfill)"
    }
