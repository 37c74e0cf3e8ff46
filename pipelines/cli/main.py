"""Arguments, and what a mistake looks like: words and an exit code, never a traceback."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import verify
from pipelines.cli.arguments import command, facility_and_year, keeping, late, making, running
from pipelines.suggest.inventory import KINDS
from schemas.errors import WattledgerError
from schemas.estate.policies import APPROVAL_STEPS


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0 done, 1 not as it should be, 2 wrongly asked."""
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
    except WattledgerError as error:
        print(f"wattledger: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="wattledger",
        description="From a meter's raw file to a number a regulator accepts and an auditor can "
        "rebuild.",
    )
    add = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    making(add)
    running(add)
    keeping(add)
    _connecting(add)
    _reading(add)
    _filing(add)
    return parser


def _connecting(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listed = add.add_parser("sources", help="the formats that can be read; an estate's sources")
    listed.add_argument("estate", nargs="?", type=Path, metavar="ESTATE")
    listed.add_argument("--now", default="", metavar="TIME", help="the time it is")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=late("sources.sources"))

    fetched = command(add, "fetch", "histories and files of remote systems into the inbox")
    fetched.add_argument("--remote", action="append", default=[], metavar="NAME")
    fetched.add_argument("--from", dest="first", default="", metavar="DATE")
    fetched.add_argument("--to", dest="last", default="", metavar="DATE")
    fetched.add_argument("--now", default="", metavar="TIME", help="the time it is")
    fetched.add_argument("--json", action="store_true")
    fetched.set_defaults(run=late("fetch.fetch"))

    tried = command(add, "probe", "a file tried on its mapping; writes nothing")
    told = "a file of the inbox, a source's match, or the name of a remote or drop to ask"
    tried.add_argument("source", metavar="SOURCE", help=told)
    tried.add_argument("--now", default="", metavar="TIME", help="the time the file arrives at")
    tried.add_argument("--json", action="store_true")
    tried.set_defaults(run=late("sources.try_out"))

    proposed = add.add_parser("suggest", help="a mapping proposed for a file; writes nothing")
    proposed.add_argument("file", type=Path, metavar="FILE")
    proposed.add_argument("--timezone", default="", metavar="ZONE", help="the site's, if known")
    proposed.add_argument("--json", action="store_true")
    proposed.set_defaults(run=late("suggest.suggest"))

    taken = command(add, "import-meters", "what an inventory would change in meters.csv")
    taken.add_argument("file", type=Path, metavar="FILE", help="Haystack, Brick, or a DCIM's table")
    taken.add_argument("--kind", default="", choices=("", *KINDS), help="default: by FILE's end")
    taken.add_argument("--facility", default="", metavar="F", help="that every meter is of")
    taken.add_argument("--column", action="append", default=[], metavar="OURS=TITLE")
    taken.add_argument("--accept", action="store_true", help="write it, if check passes")
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(run=late("meters.import_meters"))

    editions = command(add, "factors", "the factor files; what others would change; accepts them")
    editions.add_argument("--try", dest="tried", type=Path, metavar="DIR", help="writes nothing")
    editions.add_argument("--accept", action="store_true", help="new files, as they are")
    editions.add_argument("--by", default="", metavar="NAME", help="who accepts")
    editions.add_argument("--from", dest="source", type=Path, metavar="DIR", help="of new files")
    editions.add_argument("--now", default="", metavar="TIME", help="the day it is")
    editions.add_argument("--json", action="store_true")
    editions.set_defaults(run=late("factors.factors"))

    given = command(add, "export-meters", "every meter as a point of Project Haystack (JSON)")
    given.set_defaults(run=late("meters.export_meters"))


def _reading(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ready = command(add, "readiness", "what must be filed, by when, and what is still to mend")
    ready.add_argument("--facility", default="", metavar="F")
    ready.add_argument("--now", default="", metavar="TIME", help="the day deadlines count from")
    ready.add_argument("--ics", type=Path, metavar="FILE", help="the deadlines as a calendar")
    ready.add_argument("--html", type=Path, metavar="FILE", help="the same as a page")
    ready.add_argument("--json", action="store_true")
    ready.set_defaults(run=late("stand.readiness"))

    status = command(add, "status", "coverage, quarantine, open checks, deadlines")
    status.add_argument("--now", default="", metavar="TIME", help="the day deadlines count from")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=late("stand.status"))

    for name in ("totals", "metrics"):
        parser = command(add, name, f"{name} of a year, or of one month")
        facility_and_year(parser)
        parser.add_argument("--month", default="", metavar="M")
        parser.add_argument("--without-edits", action="store_true", help="as if none were signed")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=late(f"read.{name}"))

    explain = command(add, "explain", "a figure back to totals, meters, files and lines")
    facility_and_year(explain)
    explain.add_argument("--metric", required=True, metavar="ID", help="or: all")
    explain.add_argument("--month", default="", metavar="M")
    explain.add_argument("--json", action="store_true")
    explain.set_defaults(run=late("read.explain"))

    customers = command(add, "tenants", "customers' statements; their own data out and in")
    customers.add_argument("--facility", default="", metavar="F")
    customers.add_argument("--year", type=int, metavar="Y")
    customers.add_argument("--tenant", default="", metavar="T", help="default: all")
    customers.add_argument("--format", choices=("csv", "html", "json"), help="of a statement")
    customers.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    customers.add_argument("--template", type=Path, metavar="XLSX", help="writes one to fill in")
    customers.add_argument("--take", type=Path, metavar="XLSX", help="reads a filled-in one")
    customers.add_argument("--by", default="", metavar="NAME", help="who takes it")
    customers.add_argument("--now", default="", metavar="TIME", help="the day it is")
    customers.set_defaults(run=late("tenants.tenants"))

    ahead = command(add, "outlook", "where the year ends, limits, and when capacity is used up")
    ahead.add_argument("--facility", required=True, metavar="F")
    ahead.add_argument("--json", action="store_true")
    ahead.set_defaults(run=late("outlook.outlook"))

    signed = command(add, "edits", "every edit, whether it counts, what it touches and moves")
    signed.add_argument("--now", default="", metavar="TIME", help="the day it is")
    signed.add_argument("--json", action="store_true")
    signed.set_defaults(run=late("edits.edits"))

    changes = command(add, "changes", "which figures moved, by how much, because of which file")
    changes.add_argument("--json", action="store_true")
    changes.set_defaults(run=late("stand.changes"))

    sql = command(add, "sql", "one SELECT on the warehouse, read-only")
    sql.add_argument("query", metavar="SELECT")
    sql.add_argument("--json", action="store_true")
    sql.set_defaults(run=late("read.sql"))


def _filing(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    approved = command(add, "approve", "who prepared, reviewed, signed, submitted a form")
    approved.add_argument("--regime", required=True, metavar="R")
    facility_and_year(approved)
    approved.add_argument("--step", choices=APPROVAL_STEPS, help="default: only show the journal")
    approved.add_argument("--by", default="", metavar="NAME", help="who does it")
    approved.add_argument("--note", default="", metavar="TEXT", help="of a receipt: its reference")
    approved.add_argument("--now", default="", metavar="TIME", help="when it is done")
    approved.add_argument("--json", action="store_true")
    approved.set_defaults(run=late("filings.approve"))

    sealed = command(add, "seal", "a form with all its evidence, as a pack to be verified offline")
    sealed.add_argument("--regime", required=True, metavar="R")
    facility_and_year(sealed)
    sealed.add_argument("--sign", type=Path, metavar="KEY", help="a secret key of minisign")
    sealed.add_argument("--reason", default="", metavar="TEXT", help="why there is another version")
    sealed.add_argument("--out", type=Path, metavar="F", help="default: var/filings")
    sealed.add_argument("--now", default="", metavar="TIME", help="when it is sealed")
    sealed.set_defaults(run=late("filings.seal"))

    moved = command(add, "restatements", "filed figures that would be others today, and why")
    moved.add_argument("--drafts", type=Path, metavar="DIR", help="writes the corrected forms")
    moved.add_argument("--now", default="", metavar="TIME", help="the day it is")
    moved.add_argument("--json", action="store_true")
    moved.set_defaults(run=late("filings.restatements"))

    spoken = command(add, "public", "what may be said of all sites together, and of none alone")
    spoken.add_argument("--year", required=True, type=int, metavar="Y")
    spoken.add_argument("--publish", action="store_true", help="writes it, and remembers it")
    spoken.add_argument("--now", default="", metavar="TIME", help="when it is published")
    spoken.add_argument("--json", action="store_true")
    spoken.set_defaults(run=late("public.public"))

    verify.add_arguments(add.add_parser("verify", help=verify.HELP, description=verify.HELP))

    made = add.add_parser("key", help="a new key to sign filings with, as minisign has them")
    made.add_argument("file", type=Path, metavar="FILE")
    made.set_defaults(run=late("filings.key"))


if __name__ == "__main__":
    sys.exit(main())
