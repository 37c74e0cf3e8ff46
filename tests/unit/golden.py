"""Golden forms of ALPHA: what every writer makes of every regime, kept in ``sample_data/expected``.

``python -m tests.unit.golden`` writes them anew: look at the difference before you commit it. JSON
and CSV are kept as they are, to be read; of the other formats the sha256 is, of a workbook that of
its members. A PDF depends on
the machine's fonts and is compared with itself only.
"""

import hashlib
import io
import zipfile
from pathlib import Path

from reports.regimes import REGIMES
from reports.write import ending_of, writers_for
from tests.unit.alpha import form_of

EXPECTED = Path(__file__).resolve().parents[2] / "sample_data" / "expected"
SUMS = EXPECTED / "forms.sha256"
KEPT = ("json", "csv")
KEYS = [key for key, regime in REGIMES.items() if regime.first_year <= 2025]


def name_of(key: str, writer: str) -> str:
    return f"{key}_alpha_2025.{ending_of(writer)}"


def made(key: str) -> dict[str, bytes]:
    """Every format of one regime's form but the PDF, by the writer's name."""
    form = form_of(REGIMES[key])
    return {name: write(form) for name, write in writers_for(form).items() if name != "pdf"}


def sums(key: str) -> dict[str, str]:
    """sha256 by file name, of the formats that are not kept as they are."""
    return {
        name_of(key, name): hashlib.sha256(unpacked(content)).hexdigest()
        for name, content in made(key).items()
        if name not in KEPT
    }


def unpacked(content: bytes) -> bytes:
    """The members of a workbook one after the other: machines compress the same bytes otherwise."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(name.encode() + archive.read(name) for name in archive.namelist())


def main() -> None:
    for key in KEYS:
        for name in KEPT:
            (EXPECTED / name_of(key, name)).write_bytes(made(key)[name])
    lines = {name: digest for key in KEYS for name, digest in sums(key).items()}
    SUMS.write_text("".join(f"{lines[name]}  {name}\n" for name in sorted(lines)))


if __name__ == "__main__":
    main()
