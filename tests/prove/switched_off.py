"""A pytest plugin that switches one rule off before any test is loaded: the rule's mutant.

    SWITCHED_OFF=stuck python -m pytest -p tests.prove.switched_off tests/unit/test_rules_hours.py

A rule that refuses rows lets them pass; a detector still looks and keeps what it finds to itself.
"""

import importlib
import os
import pkgutil
from dataclasses import replace

import polars as pl

from pipelines import sources
from pipelines.steps import normalise, screen, settle, validate
from pipelines.steps.settle import KEY
from schemas.rules import RULES, Action, RuleId, rows

VARIABLE = "SWITCHED_OFF"


def pytest_configure():
    if VARIABLE in os.environ:
        switch_off(RuleId(os.environ[VARIABLE]))


def switch_off(rule: RuleId) -> None:
    """Makes a mutant of this process; there is no way back."""
    if rule is RuleId.UNREADABLE_FILE:
        _read_anything()
    elif rule in {one.id for one in rows.GROUP}:
        _let_rows_pass(rule)
    elif rule is RuleId.CONFLICT:
        _take_the_first_of_a_conflict()
    elif rule is RuleId.OVERLAP:
        settle.settle_overlaps = lambda found, around: (
            found,
            settle.refused_for(found.clear(), rule),
        )
    elif rule is RuleId.ESTIMATE_REPLACED:
        screen.beside_readings = lambda estimates, judged: (
            estimates.with_columns(event=pl.lit(None, dtype=pl.String)).select(judged.columns),
            settle.refused_for(estimates.clear(), rule),
        )
    elif rule in (RuleId.CONTRADICTED, RuleId.UNCONFIRMED, RuleId.FROZEN):
        _let_readings_pass(rule)
    else:
        assert RULES[rule].action is not Action.QUARANTINE, f"nobody knows how to switch off {rule}"
        _silence(rule)


def _read_anything() -> None:
    """Files that cannot be read seem to end where that shows."""

    def lenient(reader):
        def read(file, source):
            try:
                yield from reader(file, source)
            except sources.Unreadable:
                return

        return read

    for name, one in sources.FORMATS.items():
        sources.FORMATS[name] = replace(one, rows=lenient(one.rows))


def _let_rows_pass(rule: RuleId) -> None:
    given = normalise.row_rules
    normalise.row_rules = lambda *facts, **limits: {
        name: check for name, check in given(*facts, **limits).items() if name is not rule
    }


def _take_the_first_of_a_conflict() -> None:
    """Rows that contradict each other are taken for equal ones."""
    given = settle.settle_duplicates

    def first_taken(candidates):
        unique, doubles, conflicts = given(candidates)
        line = ["file", "line", *KEY]
        clashing = candidates.join(conflicts.select(line), on=line, how="semi").sort(*KEY, *line)
        kept = clashing.unique(KEY, keep="first", maintain_order=True)
        rest = clashing.join(kept.select(line), on=line, how="anti")
        columns = unique.columns
        return (
            pl.concat([unique, kept.select(columns)]).sort(*KEY),
            pl.concat([doubles, rest.select(columns)]),
            conflicts.clear(),
        )

    settle.settle_duplicates = first_taken


def _let_readings_pass(rule: RuleId) -> None:
    given = screen.judge

    def judge(trail):
        verdict = given(trail)
        return replace(verdict, refused=[None if one is rule else one for one in verdict.refused])

    screen.judge = judge


def _silence(rule: RuleId) -> None:
    """The detector of the rule's name, wherever it is at hand, finds everything but its rule."""
    modules = [
        importlib.import_module(f"{validate.__name__}.{found.name}")
        for found in pkgutil.iter_modules(validate.__path__)
    ]
    looks = {vars(module)[rule.value] for module in modules if rule.value in vars(module)}
    if not looks:
        raise LookupError(f"no detector is named {rule.value}")

    def silent(look):
        return lambda window: [one for one in look(window) if one.rule is not rule]

    quiet = {look: silent(look) for look in looks}
    for module in (validate, *modules):
        for name, value in list(vars(module).items()):
            if callable(value) and value in quiet:
                setattr(module, name, quiet[value])
    if rule in validate.DETECTORS:
        validate.DETECTORS[rule] = silent(validate.DETECTORS[rule])
