"""The meter register from and to what others keep of meters."""

import argparse
import os
import sys
from pathlib import Path

from pipelines.cli.show import document
from pipelines.stages.workshop import estate_of
from pipelines.suggest.inventory import Difference, compared, grid_of, points_of
from schemas.errors import ConfigurationError, UsageError, nearest
from schemas.estate.meters_file import read_meters
from schemas.estate.model import Estate

#: So many of the points that are left out are named.
_NAMED = 10


def export_meters(options: argparse.Namespace) -> int:
    """Every meter as a point of Project Haystack, on standard output."""
    document(grid_of(estate_of(options.estate)))
    return 0


def import_meters(options: argparse.Namespace) -> int:
    """What a building model or a DCIM's export would change in ``meters.csv``; written only where
    it is accepted and leaves a register that ``check`` passes."""
    estate = estate_of(options.estate)
    known = [one.id for one in estate.facilities]
    if options.facility and options.facility not in known:
        raise UsageError(
            f"estate.yaml has no facility '{options.facility}'.\n"
            f"  {nearest(options.facility, known)}"
        )
    points = points_of(options.file, options.kind, _columns(options.column))
    register = estate.folder / "meters.csv"
    if not register.is_file():
        raise UsageError(
            "the register is meters.xlsx, and a workbook is not changed by a program.\n"
            "  Save it as meters.csv, and take the workbook away."
        )
    try:
        text = register.read_text(encoding="utf-8-sig")
        found = compared(text, points, estate.facilities, options.facility)
    except ValueError as error:
        raise UsageError(f"meters.csv: {error}.") from error
    if options.json:
        document({name: getattr(found, name) for name in found.__dataclass_fields__})
    else:
        _print(found)
    if options.accept and found.patch:
        _write(register, found, estate)
    return 0


def _print(found: Difference) -> None:
    print(found.patch or "Nothing changes in meters.csv.")
    print(f"\nMeters: {len(found.new)} new, {len(found.changed)} changed.", file=sys.stderr)
    if found.questions:
        print("\nTo be answered\n" + "\n".join(f"  {one}" for one in found.questions))
    if found.left_out:
        more = len(found.left_out) - _NAMED
        named = ", ".join(found.left_out[:_NAMED]) + (f" and {more} more" if more > 0 else "")
        print(f"\nLeft out, for they measure nothing that meters.csv knows\n  {named}")


def _write(register: Path, found: Difference, estate: Estate) -> None:
    """The register in one step, if it is one."""
    beside = register.with_name(".meters.csv.part")
    try:
        beside.write_text(found.text, encoding="utf-8")
        _, problems = read_meters(beside, {one.id: one for one in estate.facilities})
        if problems:
            raise ConfigurationError(problems)
        os.replace(beside, register)
    finally:
        beside.unlink(missing_ok=True)
    print(f"\n{register} is written.", file=sys.stderr)


def _columns(given: list[str]) -> dict[str, str]:
    found = {}
    for text in given:
        column, mark, title = text.partition("=")
        if not mark:
            raise UsageError(f"--column '{text}' says nothing.\n  Write: --column meter_id=TITLE")
        found[column] = title
    return found
