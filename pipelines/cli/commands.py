"""Commands that make something: estates, backfills, forms."""

import argparse
import shutil
import sys
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli import asked
from pipelines.cli.show import say
from pipelines.stages.workshop import estate_of
from pipelines.storage.files import write_bytes
from pipelines.storage.landing import files_of
from schemas.errors import UsageError

if TYPE_CHECKING:
    from reports.form import Form


def demo(options: argparse.Namespace) -> int:
    """A simulated estate, everything run over it, and the paths to look at."""
    from sample_data.simulate import demo_estate

    folder: Path = options.dir
    if not (folder / "estate.yaml").exists():
        say(f"simulating three facilities in {folder}")
        demo_estate(folder)
    _backfill(folder)
    _where_to_look(folder)
    return 0


def _where_to_look(folder: Path) -> None:
    pages = sorted((folder / "var" / "reports").glob("*.html"))
    print("Reports:")
    for page in pages:
        print(f"  {page}")
    print("Forms (JSON, CSV, XLSX, HTML):")
    print(f"  {folder / 'var' / 'reports' / 'forms'}")
    print("Warehouse (any DuckDB client, or: wattledger sql):")
    print(f"  {folder / 'var' / 'warehouse.duckdb'}")
    print("Next:")
    print(f"  wattledger serve {folder}")
    print(f"  wattledger status {folder}")
    print(f"  wattledger explain {folder} --facility fra1 --year 2025 --metric pue")


def init(options: argparse.Namespace) -> int:
    """A new estate from the commented template; never over something that is there."""
    folder: Path = options.dir
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty.\n  Choose a new folder.")
    with as_file(files("schemas") / "estate") as told:
        shutil.copytree(told / "template", folder, dirs_exist_ok=True)
        if options.profile == "cluster":
            shutil.copytree(told / "cluster", folder / "cluster")
            _with_storage(folder / "estate.yaml")
    (folder / "inbox" / "site1").mkdir(parents=True)
    print(f"{folder}: a new estate. Describe it in estate.yaml and meters.csv, then:")
    print(f"  wattledger check {folder}")
    if options.profile == "cluster":
        print(f"How its machines find each other: {folder / 'cluster' / 'environment'}")
    return 0


def _with_storage(path: Path) -> None:
    """The template's place for storage is one to be filled in, not a remark."""
    text = path.read_text(encoding="utf-8")
    write_bytes(path, text.replace("# storage: s3://", "storage: s3://").encode())


def simulate(options: argparse.Namespace) -> int:
    """A simulated estate of any size, with its true answers beside it."""
    from sample_data.errors import SimulationError
    from sample_data.simulate import simulate as write_estate

    try:
        write_estate(
            options.dir,
            facilities=options.facilities,
            years=options.years,
            interval=options.interval,
            first_year=options.first_year,
            seed=options.seed,
            faults=options.faults == "on",
        )
    except SimulationError as error:
        raise UsageError(f"simulate: {error}") from error
    print(f"{options.dir}: simulated. The true answers are in {options.dir / 'truth'}.")
    return 0


def check(options: argparse.Namespace) -> int:
    """Configuration problems, all at once; silence would not say what was looked at."""
    estate = estate_of(options.estate, asked.now(options.now).date())
    registers = estate.registers
    looked_at = (
        (estate.facilities, "facility", "facilities"),
        (estate.meters, "meter row", "meter rows"),
        (estate.sources, "source", "sources"),
        (estate.remotes, "remote", "remotes"),
        (estate.drops, "drop", "drops"),
        (registers.certificates, "certificate", "certificates"),
        (registers.equipment, "equipment row", "equipment rows"),
        ((*registers.factors, *registers.hourly_factors), "factor", "factors"),
        (registers.edits, "edit", "edits"),
    )
    counts = ((len(rows or ()), one, more) for rows, one, more in looked_at)
    told = ", ".join(f"{count} {one if count == 1 else more}" for count, one, more in counts)
    print(f"{options.estate}: no problem found in {told}.")
    return 0


def backfill(options: argparse.Namespace) -> int:
    """Everything from the inbox to the published figures."""
    if options.workers < 1:
        raise UsageError(f"--workers {options.workers} is too few.\n  At least 1 is allowed.")
    _backfill(
        options.estate,
        facilities=tuple(options.facility),
        first=asked.month(options.first, "--from"),
        last=asked.month(options.last, "--to"),
        as_of=options.as_of,
        now=options.now,
        workers=options.workers,
    )
    return 0


def _backfill(
    folder: Path,
    *,
    facilities: tuple[str, ...] = (),
    first: str = "",
    last: str = "",
    as_of: str = "",
    now: str = "",
    workers: int = 1,
) -> None:
    # A configuration problem is told before Dagster is loaded.
    estate_of(folder, asked.now(now).date())
    as_of_time, now_time = asked.instant(as_of, "--as-of"), asked.instant(now, "--now")
    from pipelines.defs.backfill import Request
    from pipelines.defs.backfill import backfill as run

    shares = run(
        Request(
            folder=folder.resolve(),
            facilities=facilities,
            first=first,
            last=last,
            as_of=as_of_time.isoformat() if as_of_time else "",
            now=now_time.isoformat() if now_time else "",
            workers=workers,
        ),
        say,
    )
    if not shares and not any(files_of(folder / "inbox")):
        say(
            f"{folder / 'inbox'}: no file is there; nothing was built.\n  Put the meters' files in "
            "it, in a folder for each facility, and run this again."
        )
    elif not shares:
        say(
            f"{folder / 'inbox'}: no file holds a reading of a meter in meters.csv; nothing was "
            f"built.\n  See what was refused and why: wattledger status {folder}"
        )


def report(options: argparse.Namespace) -> int:
    """One regime's form. Exit code 1 where it has holes; they are named on standard error."""
    from pipelines.cli.regimes import known
    from pipelines.stages.forms import form_of
    from pipelines.stages.workshop import remembered
    from reports.public_form import public_form
    from reports.write import ALL_WRITERS

    known(options.regime)
    if options.template is not None:
        return _template(options)
    if options.against:
        from pipelines.cli.regimes import against

        return against(options)
    suffix = options.out.suffix.lstrip(".") if options.out else ""
    written_as = options.format or {"xhtml": "xbrl"}.get(suffix, suffix)
    if written_as not in ALL_WRITERS:
        raise UsageError(
            "report: no format is asked for.\n"
            f"  Say --format {'|'.join(ALL_WRITERS)}, or --out with a name that ends so."
        )
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    form = form_of(shop, options.regime, facility, options.year)
    shown = public_form(form, known(options.regime)) if options.public else form
    content = ALL_WRITERS[written_as](shown)
    if options.out is not None:
        write_bytes(options.out, content)
        say(f"written: {options.out}")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    return _holes(form)


def _template(options: argparse.Namespace) -> int:
    """An authority's own workbook, filled in."""
    from pipelines.stages.forms import form_of
    from pipelines.stages.workshop import remembered
    from reports.write.named_ranges import fill_template

    if options.out is None:
        raise UsageError("report: --template needs --out, the workbook to write.")
    try:
        template = options.template.read_bytes()
    except OSError as error:
        raise UsageError(f"{options.template} cannot be read: {error.strerror}.") from error
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    form = form_of(shop, options.regime, facility, options.year)
    done = fill_template(form, template)
    write_bytes(options.out, done.content)
    say(f"written: {options.out}, {len(done.written)} ranges filled")
    for codes, words in (
        (done.without_figure, "left as they were, for there is no figure"),
        (done.computed, "left as they were, for they hold a formula"),
        (done.without_range, "without a range in the template"),
    ):
        if codes:
            say(f"{words}: {', '.join(codes)}")
    return _holes(form)


def _holes(form: "Form") -> int:
    """Exit code 1 where the form has holes, which are named."""
    if form.complete:
        return 0
    say(f"{form.regime}: the form of {form.facility} for {form.year} is not complete:")
    for cell in form.holes:
        say(f"  {cell.code} ({cell.label}): {cell.reason}")
    return 1
