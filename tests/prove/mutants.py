"""Every rule switched off, one at a time: a test must notice.

Only tests that name the rule are run, ``tests/unit/test_rules*.py``. They must pass as long as
nothing is switched off.
"""

import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random

from pipelines.stages.workshop import code_hash
from schemas.rules import RuleId
from tests.flow.small_estate import ROOT
from tests.prove import switched_off
from tests.prove.proof import FOLDER, Goal, remember, remembered

RESULTS = FOLDER / "mutants.jsonl"
_UNIT = ROOT / "tests" / "unit"
_FAILED = re.compile(r"^FAILED (?:tests/unit/)?(\S+)", re.MULTILINE)
#: What pytest says where all tests passed, and where some failed. Anything else proves nothing.
_PASSED, _SOME_FAILED = 0, 1


@dataclass(frozen=True, kw_only=True)
class Result:
    """What became of one mutant: ``noticed`` by a test, ``outcome`` in words."""

    rule: str
    code: str
    noticed: bool
    outcome: str
    seconds: float


def prove(sample: int | None) -> list[Goal]:
    """Prints a row for each rule; ``sample`` is the seed that chooses one of them.

    Only what was noticed is remembered: the rest is tried again.
    """
    rules = list(RuleId) if sample is None else [Random(sample).choice(list(RuleId))]
    known = {(one["rule"], one["code"]): Result(**one) for one in remembered(RESULTS)}
    found = []
    for rule in rules:
        one = known.get((rule.value, _code(rule)))
        if one is None:
            one = _prove(rule)
            if one.noticed:
                remember(RESULTS, asdict(one))
        print(f"{one.rule:<22}  {'' if one.noticed else 'NOT '}{one.outcome}", flush=True)
        found.append(one)
    left = [one.rule for one in found if not one.noticed]
    text = f"{len(left)} of {len(found)} not" + (f": {', '.join(left)}" if left else "")
    return [Goal("a rule that is switched off is noticed by a test", text, not left)]


def _prove(rule: RuleId) -> Result:
    begun = time.monotonic()
    noticed, outcome = _outcome(rule, _naming(rule))
    return Result(
        rule=rule.value,
        code=_code(rule),
        noticed=noticed,
        outcome=outcome,
        seconds=round(time.monotonic() - begun, 1),
    )


def _outcome(rule: RuleId, files: tuple[Path, ...]) -> tuple[bool, str]:
    if not files:
        return False, "noticed: no test names it"
    if not _sound(files):
        return False, "noticed: its tests fail as it is"
    answer = _tested(files, rule)
    if answer.returncode == _PASSED:
        return False, "noticed: all tests that name it pass"
    failed = _FAILED.search(answer.stdout)
    if answer.returncode != _SOME_FAILED or failed is None:
        return False, f"noticed: pytest ended with {answer.returncode}: {answer.stdout[-300:]!r}"
    return True, f"noticed by {failed.group(1)}"


def _naming(rule: RuleId) -> tuple[Path, ...]:
    """Test files that name the rule as the catalogue's code does: in upper case."""
    name = re.compile(rf"\b{rule.name}\b")
    tests = sorted(_UNIT.glob("test_rules*.py"))
    return tuple(path for path in tests if name.search(path.read_text(encoding="utf-8")))


@cache
def _sound(files: tuple[Path, ...]) -> bool:
    return _tested(files).returncode == _PASSED


def _tested(files: Sequence[Path], rule: RuleId | None = None) -> subprocess.CompletedProcess[str]:
    """The tests up to the first that fails, in a process of their own."""
    plugin = ("-p", switched_off.__name__)
    off = {} if rule is None else {switched_off.VARIABLE: rule.value}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", *plugin, *map(str, files)],
        cwd=ROOT,
        env={**os.environ, **off},
        capture_output=True,
        text=True,
        check=False,
    )


def _code(rule: RuleId) -> str:
    """The hash of all code, of the tests that name the rule, and of what these build on."""
    beside = [path for path in sorted(_UNIT.glob("*.py")) if not path.name.startswith("test_")]
    digest = hashlib.sha256(code_hash().encode())
    for path in (*_naming(rule), *beside, *map(Path, (__file__, switched_off.__file__))):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
