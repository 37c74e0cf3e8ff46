"""The rules of validation: what each looks at, what it does, and when it stays silent.

One word each, the same in every table and page.
"""

from schemas.rules import between, clocks, files, hours, readings, registers, rows
from schemas.rules.rule import Action, Rule, RuleId, Severity

_GROUPS = (rows, readings, registers, hours, clocks, between, files)
_KNOWN = {rule.id: rule for group in _GROUPS for rule in group.GROUP}

#: Every rule by its name, in the order of the names.
RULES: dict[RuleId, Rule] = {name: _KNOWN[name] for name in RuleId}

__all__ = ["RULES", "Action", "Rule", "RuleId", "Severity"]
