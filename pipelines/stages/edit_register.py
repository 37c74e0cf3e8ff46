"""A reviewed edit, written into ``registers/edits.csv``: checked as ``wattledger check`` would."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.stages.workshop import Workshop
from pipelines.storage.files import locked, write_bytes
from schemas.errors import ConfigurationError, UsageError
from schemas.estate.edits_file import COLUMNS, read_edits
from schemas.estate.registers.read import register_file


def edit_problems(shop: Workshop, row: Mapping[str, str], today: date) -> list[str]:
    """What is wrong with an edit among those there are; none where it could be written."""
    with TemporaryDirectory() as folder:
        return _checked(shop, Path(folder), _with(shop, row), today)


def add_edit(shop: Workshop, row: Mapping[str, str], today: date) -> None:
    """Adds a line to the register, which is made where there is none; it counts from the next
    backfill.

    Raises:
        UsageError: the register is a workbook, or the edit does not fit among those there are.
    """
    with locked(shop.var / "locks" / "edits"), TemporaryDirectory() as folder:
        content = _with(shop, row)
        if problems := _checked(shop, Path(folder), content, today):
            raise UsageError("\n".join(problems))
        write_bytes(shop.estate.folder / "registers" / "edits.csv", content)


def _with(shop: Workshop, row: Mapping[str, str]) -> bytes:
    """The register with one more line; its other bytes stay as they are."""
    path = register_file(shop.estate.folder, "edits")
    if path is not None and path.suffix != ".csv":
        raise UsageError(
            f"registers/{path.name} is a workbook, which only its owner writes.\n"
            "  Save it as registers/edits.csv, or add the line by hand."
        )
    content = path.read_bytes() if path else f"{','.join(COLUMNS)}\n".encode()
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    header = [name.strip() for name in next(csv.reader(text), [])]
    if lacking := [name for name, value in row.items() if value and name not in header]:
        raise UsageError(
            f"registers/edits.csv:1: the header has no column {', '.join(lacking)}.\n"
            "  Add it at the header's end."
        )
    ends = "\r\n" if b"\r\n" in content else "\n"
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator=ends).writerow([row.get(name, "") for name in header])
    return content + (b"" if content.endswith(b"\n") else ends.encode()) + line.getvalue().encode()


def _checked(shop: Workshop, folder: Path, content: bytes, today: date) -> list[str]:
    write_bytes(folder / "registers" / "edits.csv", content)
    try:
        _, problems = read_edits(
            folder, shop.facilities, shop.estate.meters, shop.estate.policies, today
        )
    except ConfigurationError as error:
        problems = list(error.problems)
    return [str(one) for one in problems]
