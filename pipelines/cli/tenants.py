"""``wattledger tenants``: customers' statements of a year, and the data that they give back."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import asked
from pipelines.cli.show import number, percent, say, table
from pipelines.stages.statements import statements
from pipelines.stages.tenant_data import compared, take, template
from pipelines.stages.workshop import Workshop, estate_of, remembered
from pipelines.storage.files import write_bytes
from reports.statement import Statement
from reports.write.statements import STATEMENT_WRITERS
from schemas.errors import UsageError
from schemas.estate.model import Facility


def tenants(options: argparse.Namespace) -> int:
    """Writes statements or a template, takes a workbook back, or shows the year."""
    _refuse_what_does_not_go_together(options)
    if options.take is not None:
        return _take(options)
    if not options.facility or options.year is None:
        raise UsageError("tenants: of which facility and year?\n  Say --facility F --year Y.")
    asked.period(options.year, "")
    if options.template is not None:
        return _template(options)
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    found = statements(shop, facility, options.year, options.tenant)
    written_as = options.format or (options.out.suffix.lstrip(".") if options.out else "")
    if not written_as:
        _show(shop, facility, found)
        return 0
    if written_as not in STATEMENT_WRITERS:
        raise UsageError(
            f"tenants: '{written_as}' is no format of a statement.\n"
            f"  Say --format {'|'.join(STATEMENT_WRITERS)}, or --out with a name that ends so."
        )
    content = STATEMENT_WRITERS[written_as](found)
    if options.out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        _write(options.out, content)
    return 0


def _refuse_what_does_not_go_together(options: argparse.Namespace) -> None:
    if options.template is not None and options.take is not None:
        raise UsageError("tenants: --template writes a workbook, --take reads one.\n  Say one.")
    if options.take is not None and not options.by.strip():
        raise UsageError("tenants: --take does not say who takes it.\n  Add --by NAME.")
    if options.take is None and options.by:
        raise UsageError("tenants: --by says who takes a workbook.\n  Add --take FILE.xlsx.")
    workbook = options.template or options.take
    if workbook is not None and (options.format or options.out or options.tenant):
        raise UsageError(
            "tenants: --format, --out and --tenant are of a statement.\n"
            "  Leave them out with --template and --take."
        )
    if workbook is not None and workbook.suffix != ".xlsx":
        raise UsageError(f"tenants: {workbook} is no workbook.\n  Its name must end with .xlsx.")


def _write(path: Path, content: bytes) -> None:
    write_bytes(path, content)
    say(f"written: {path}")


def _template(options: argparse.Namespace) -> int:
    estate = estate_of(options.estate)
    facility = asked.facility(estate, options.facility)
    _write(options.template, template(estate, facility, options.year))
    return 0


def _take(options: argparse.Namespace) -> int:
    shop = remembered(options.estate)
    estate = shop.estate
    on = asked.now(options.now).date()
    rows = take(estate, options.take, by=options.by.strip(), on=on)
    for row in rows:
        if row.path is None:
            say(f"{row.stated.tenant_id}: the same as version {row.number}; not taken once more.")
        else:
            place = row.path.relative_to(estate.folder)
            print(f"taken: {row.stated.tenant_id}, version {row.number}, {place}")
    first = rows[0].stated
    _compare(shop, estate.facility(first.facility_id), first.year)
    return 0


def _show(shop: Workshop, facility: Facility, found: Sequence[Statement]) -> None:
    """The year of each customer, and what customers state of themselves."""
    print(f"{facility.name} ({facility.id}), {found[0].year}, {facility.timezone}")
    titles = ("tenant", "name", "quantity", "value", "low", "high", "unit", "coverage", "status")
    table(
        titles,
        [
            (
                one.tenant_id,
                one.name,
                amount.quantity.value,
                *(
                    None if end is None else float(end)
                    for end in (amount.value, amount.low, amount.high)
                ),
                amount.unit.value,
                percent(amount.coverage),
                amount.status.value,
            )
            for one in found
            for amount in one.amounts
        ],
    )
    _compare(shop, facility, found[0].year)


def _compare(shop: Workshop, facility: Facility, year: int) -> None:
    for one in compared(shop, facility, year):
        by = f"stated by {one.by} of {one.customers} customers"
        if one.stated is None:
            print(f"{one.what}: stated by none of {one.customers} customers")
        elif one.registered is None or one.difference is None:
            print(f"{one.what}: {number(float(one.stated))} {one.unit} {by}; {one.reason}")
        else:
            print(
                f"{one.what}: {number(float(one.stated))} {one.unit} {by}; equipment.csv has "
                f"{number(float(one.registered))} {one.unit}; difference "
                f"{number(float(one.difference))} {one.unit}"
            )
