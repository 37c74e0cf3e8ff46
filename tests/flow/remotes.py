"""What tests of remotes share: one run of ``fetch``, and what it left in the inbox."""

from pathlib import Path

from tests.flow.small_estate import Answer, run


def fetched(estate: Path, now: str, *more: str) -> tuple[Answer, dict[str, object]]:
    """A run over an estate with one remote: its answer, and what it says of that one."""
    answer = run("fetch", estate, "--now", now, "--json", *more)
    [told] = answer.json["remotes"]
    return answer, told


def landed(estate: Path) -> list[Path]:
    """Every file of the inbox, by name."""
    return sorted((estate / "inbox").rglob("*.*"))
