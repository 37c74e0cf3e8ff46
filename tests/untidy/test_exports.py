"""The untidy exports themselves: repeatable, all different, and true to what they say of them."""

import ast
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.untidy.exports import exports
from tests.untidy.reread import series_read

EXPORTS = exports(1)
ZONES = ("Europe/Berlin", "Europe/Paris", "Europe/Stockholm", "Europe/London")
WITH_OFFSETS = {"fr load curve"}


def of(field):
    return {getattr(export.expected, field) for export in EXPORTS}


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_read_by_its_mapping_gives_the_figures_it_states(export):
    assert series_read(export) == export.expected.series


def test_the_same_seed_gives_the_same_bytes_and_another_gives_others():
    again, other = exports(1), exports(2)

    assert [one.content for one in again] == [one.content for one in EXPORTS]
    assert again == EXPORTS
    assert not {one.content for one in other} & {one.content for one in EXPORTS}


@pytest.mark.parametrize("seed", [2, 3])
def test_any_seed_states_what_stands_in_its_files(seed):
    wrong = [one.name for one in exports(seed) if series_read(one) != one.expected.series]

    assert wrong == []


def test_there_are_thirty_and_no_two_have_a_name_in_common():
    assert len(EXPORTS) == 30
    assert len({one.name for one in EXPORTS}) == len({one.file_name for one in EXPORTS}) == 30
    assert Counter(one.expected.format for one in EXPORTS) == {"csv": 24, "xlsx": 6}


def test_every_way_of_writing_is_there():
    assert of("separator") == {",", ";", "\t", "|", ""}
    assert of("grouping") == {"", ".", ",", "'", "\u00a0", "\u202f"}
    assert of("encoding") == {"utf-8", "utf-8-sig", "cp1252", "utf-16", ""}
    assert of("until_is") == {"", "inclusive", "exclusive"}
    assert of("stamp") == {"start", "end", ""}
    assert of("header_lines") == {1, 2}
    assert of("skip_lines") >= {0, 1, 2, 3, 4, 5, 6}
    assert of("footer_lines") == {0, 1, 2}
    assert of("wide") == {True, False}
    assert {len(one.expected.timestamp) for one in EXPORTS} == {1, 2}
    assert of("time_format") >= {"", "epoch_s", "epoch_ms", "%Y%m%d%H%M", "%d-%b-%Y %H:%M"}


def test_every_kind_of_series_is_there():
    series = [one for export in EXPORTS for one in export.expected.series]

    assert {one.kind for one in series} == {"register", "interval", "average", "gauge"}
    assert {one.unit for one in series} >= {"kWh", "MWh", "kW", "W", "m3", "L", "°C", "therm"}
    assert {mark for one in series for _, mark in one.missing} == {
        "", "-", "---", "n/a", "#N/A", "null",
    }  # fmt: skip
    assert any(one.total < 0 for one in series if one.kind == "register")
    assert any(one.total == 0 for one in series)


def test_every_export_lasts_ten_days_and_two_at_least_a_year():
    lengths = [
        max(one.last for one in export.expected.series)
        - min(one.first for one in export.expected.series)
        for export in EXPORTS
    ]

    assert min(lengths) > timedelta(days=9, hours=23)
    assert sum(length > timedelta(days=364) for length in lengths) >= 2


def turns(export):
    """The clock's turns while the export lasts: 1 forward, -1 back."""
    zone = ZoneInfo(export.zone)
    at = min(one.first for one in export.expected.series)
    last = max(one.last for one in export.expected.series)
    found = []
    while at < last:
        later = at + timedelta(days=1)
        moved = later.astimezone(zone).utcoffset() - at.astimezone(zone).utcoffset()
        found += [moved // timedelta(hours=1)] if moved else []
        at = later
    return found


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_is_put_forward_and_back_in_naive_times_of_each_zone(zone):
    naive = [one for one in EXPORTS if one.zone == one.expected.timezone == zone]

    assert {turn for one in naive if one.name not in WITH_OFFSETS for turn in turns(one)} == {1, -1}


def test_a_zone_is_evident_where_the_clock_turns_and_where_the_file_tells_it():
    for export in EXPORTS:
        by_days = export.expected.interval in ("P1D", "P1M")
        seen = bool(turns(export)) and not by_days
        assert (export.expected.timezone != "") == (seen or export.zone == "UTC"), export.name


def test_what_makes_the_exports_knows_nothing_of_what_is_judged_by_them():
    folder = Path(__file__).parent
    known = set()
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                known |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                known.add(node.module or "")
    foreign = {
        name
        for name in known
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("tests.untidy")
    }

    assert foreign <= {
        "openpyxl", "pytest", "xlsxwriter", "xlsxwriter.format", "xlsxwriter.worksheet",
    }  # fmt: skip
