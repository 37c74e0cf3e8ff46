"""The house: which checkout is loaded, how long a file may be, what validation really checks."""

import importlib
import os
import re
from pathlib import Path

import polars as pl
import pytest
from pandera.config import ValidationDepth, get_config_context
from pandera.errors import SchemaErrors

from pipelines.steps.row_rules import split
from schemas.domains import DOMAINS
from schemas.rules import RuleId
from schemas.tables import INTERVALS, READINGS, intervals_table, readings_table

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "pipelines", "reports", "sample_data")
LONGEST = 300


@pytest.mark.parametrize("package", PACKAGES)
def test_the_package_is_this_checkout_s(package):
    module = importlib.import_module(package)

    assert Path(module.__file__).resolve().parent == ROOT / package


@pytest.mark.parametrize("package", PACKAGES)
def test_files_are_short(package):
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / package).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }

    assert long == {}


def test_pandera_looks_at_data():
    assert os.environ.get("PANDERA_VALIDATION_DEPTH") in (None, "SCHEMA_AND_DATA", "DATA_ONLY")
    context = get_config_context(validation_depth_default=ValidationDepth.SCHEMA_AND_DATA)
    assert context.validation_enabled
    assert context.validation_depth is not ValidationDepth.SCHEMA_ONLY


def row(schema, **cells):
    """One row of a table: nothing where nothing is said, zero where nothing is not allowed."""
    blank = {name: "" if kind == pl.String else 0 for name, kind in schema.items()}
    return {**blank, **cells}


def readings(domain, *rows):
    quantity = domain.quantities[0].name
    given = [row(READINGS, quantity=quantity, event=None, flag=None, **one) for one in rows]
    return _frame(given, READINGS)


def intervals(domain, *rows):
    quantity = domain.quantities[0].name
    given = [
        row(INTERVALS, quantity=quantity, seconds=3600, status="measured", **one) for one in rows
    ]
    return _frame(given, INTERVALS)


def _frame(rows, schema):
    times = {name for name, kind in schema.items() if kind == pl.Datetime("us", "UTC")}
    loose = {name: pl.Int64() if name in times else kind for name, kind in schema.items()}
    return pl.DataFrame(rows, schema=loose).cast(schema)


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_readings_are_refused_for_what_stands_in_them(domain):
    table = readings_table(domain)
    lowest = domain.quantities[0].lowest

    table.validate(
        readings(domain, {"value": 50, "measured_at": 1}, {"value": 50, "measured_at": 2})
    )
    for spoiled in (
        readings(domain, {"value": int(lowest) - 1}),
        readings(domain, {"value": 50, "measured_at": 2}, {"value": 50, "measured_at": 1}),
        readings(domain, {"value": 50, "measured_at": 1}, {"value": 50, "measured_at": 1}),
    ):
        with pytest.raises(SchemaErrors):
            table.validate(spoiled, lazy=True)


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_hours_are_refused_for_what_stands_in_them(domain):
    table = intervals_table(domain)

    table.validate(intervals(domain, {"start": 1}, {"start": 2}))
    for spoiled in (
        intervals(domain, {"value": -1}),
        intervals(domain, {"value": 1}),
        intervals(domain, {"start": 2}, {"start": 1}),
    ):
        with pytest.raises(SchemaErrors):
            table.validate(spoiled, lazy=True)


def test_rows_are_split_by_what_stands_in_them():
    rows = pl.DataFrame({"x": [1, -1, None, -2, 3]})
    rules = {RuleId.NEGATIVE_AMOUNT: pl.col("x") >= 0, RuleId.OUT_OF_RANGE: pl.col("x") > -2}

    good, refused = split(rows, rules)

    assert good["x"].to_list() == [1, None, 3]
    assert refused["reasons"].to_list() == ["negative_amount", "negative_amount; out_of_range"]


def test_a_rule_that_cannot_be_checked_lets_nothing_pass():
    """A rule whose check fails with an error must not turn into a rule that all rows pass."""
    rows = pl.DataFrame({"x": ["1", "much"]})

    with pytest.raises(Exception, match=r".+"):
        split(rows, {RuleId.NEGATIVE_AMOUNT: pl.col("x").cast(pl.Int64) >= 0})


def test_every_command_that_is_loaded_late_is_there():
    folder = ROOT / "pipelines" / "cli"
    text = "".join((folder / name).read_text() for name in ("main.py", "arguments.py"))
    named = re.findall(r'late\("(\w+)\.(\w+)"\)', text)
    named += [("read", "totals"), ("read", "metrics")]
    assert len(named) > 30
    for module, deed in named:
        assert callable(getattr(importlib.import_module(f"pipelines.cli.{module}"), deed)), (
            module,
            deed,
        )
