"""What proofs share: goals to hold, and results remembered line by line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.flow.small_estate import ROOT

FOLDER = ROOT / ".prove"


@dataclass(frozen=True)
class Goal:
    """One thing that must hold, what was found, and whether it does."""

    text: str
    found: str
    met: bool

    def __str__(self) -> str:
        return f"{'met' if self.met else 'NOT MET':>8}  {self.text}: {self.found}"


def remembered(path: Path) -> Iterator[dict[str, Any]]:
    """The results in a file of JSON lines; a line that a crash cut off is no result."""
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.endswith("}"):
                yield json.loads(line)


def remember(path: Path, result: dict[str, Any]) -> None:
    """Adds one result."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result, ensure_ascii=False) + "\n")
