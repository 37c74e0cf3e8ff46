"""The catalogue of rules: every one says what it does, and something does what it says."""

import re
from collections import Counter

import pytest

from pipelines.steps.validate import DETECTORS
from schemas.rules import (
    RULES,
    Action,
    RuleId,
    Severity,
    between,
    clocks,
    files,
    hours,
    readings,
    registers,
    rows,
)

GROUPS = (rows, readings, registers, hours, clocks, between, files)
#: Rules whose findings are told: all but those that refuse rows, whose cases are in
#: ``tests/unit/test_rules.py``.
TOLD = [rule for rule in RuleId if RULES[rule].action is not Action.QUARANTINE]


def test_every_rule_stands_in_one_group_and_in_the_order_of_the_names():
    found = Counter(rule.id for group in GROUPS for rule in group.GROUP)

    assert found == dict.fromkeys(RuleId, 1)
    assert list(RULES) == list(RuleId)


@pytest.mark.parametrize("rule", RuleId)
def test_every_rule_says_what_it_means_what_to_do_and_where_it_is_from(rule):
    facts = RULES[rule]

    assert facts.id is rule
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", rule.value)
    assert rule.value == rule.name.lower()
    for text in (facts.meaning, facts.remedy, facts.practice):
        assert text.endswith("."), text


@pytest.mark.parametrize("rule", TOLD)
def test_every_rule_that_refuses_no_rows_has_a_detector_of_its_name(rule):
    assert DETECTORS[rule].__name__ == rule.value


def test_no_rule_that_refuses_rows_has_a_detector():
    """What it refuses is counted file by file; a finding would tell it twice."""
    assert [rule for rule in DETECTORS if rule not in TOLD] == []


@pytest.mark.parametrize("rule", TOLD)
def test_every_detector_states_the_smallest_fault_that_it_is_sure_to_find(rule):
    assert RULES[rule].limit.endswith(".")


@pytest.mark.parametrize("rule", RuleId)
def test_what_changes_no_figure_does_not_shout_and_what_takes_data_out_does(rule):
    """A person is blocked only by what took something out of the figures."""
    facts = RULES[rule]

    if facts.action is Action.ACCEPT:
        assert facts.severity is Severity.NOTE
    if facts.severity is Severity.BLOCKING:
        assert facts.action in (Action.QUARANTINE, Action.WITHHOLD)
    if facts.action is Action.QUARANTINE:
        assert facts.severity is Severity.BLOCKING


@pytest.mark.parametrize("rule", RuleId)
def test_every_parameter_of_a_rule_is_a_number_with_its_measure(rule):
    for name, value in RULES[rule].parameters.items():
        assert value > 0, name
        assert re.search(r"[a-z]|×", name)
