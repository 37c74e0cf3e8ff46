"""Golden forms of the sample estate: every form of every site in every published format.

``python -m tests.flow.sample_forms`` writes their sums anew, of workbooks those of their members:
look at what moved before you commit it.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

from tests.flow.small_estate import ROOT, done
from tests.unit.golden import EXPECTED, unpacked

SAMPLE = ROOT / "sample_data" / "estate"
SUMS = EXPECTED / "sample_forms.sha256"
NOW = ("--now", "2026-02-01T00:00Z")


def backfilled(folder: Path) -> Path:
    """A copy of the sample estate after one backfill."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("var"))
    done("backfill", folder, *NOW)
    return folder


def sums(estate: Path) -> str:
    """sha256 of every published form, as ``sha256sum`` writes them."""
    return "".join(
        f"{hashlib.sha256(unpacked(path.read_bytes())).hexdigest()}  {path.name}\n"
        for path in sorted((estate / "var" / "reports" / "forms").iterdir())
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        SUMS.write_text(sums(backfilled(Path(folder) / "estate")))


if __name__ == "__main__":
    main()
