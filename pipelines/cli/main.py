"""Arguments, and what a mistake looks like: words and an exit code, never a traceback."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pipelines.cli import (
    commands,
    edits,
    factors,
    fetch,
    filings,
    meters,
    outlook,
    public,
    read,
    regimes,
    serve,
    sources,
    stand,
    suggest,
    tenants,
    verify,
)
from pipelines.suggest.inventory import KINDS
from schemas.errors import WattledgerError
from schemas.estate.policies import APPROVAL_STEPS

FORMATS = ("csv", "html", "json", "pdf", "xlsx", "xbrl", "xbrl-json", "xml")


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
    _making(add)
    _running(add)
    _connecting(add)
    _reading(add)
    _filing(add)
    return parser


def _command(
    add: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    parser = add.add_parser(name, help=help_text, description=help_text)
    if name not in ("demo", "init", "simulate"):
        parser.add_argument("estate", type=Path, metavar="ESTATE", help="the estate's folder")
    return parser


def _making(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = _command(add, "demo", "simulate a small estate, run everything, say where to look")
    demo.add_argument("dir", nargs="?", type=Path, default=Path("demo-estate"), metavar="DIR")
    demo.set_defaults(run=commands.demo)

    init = _command(add, "init", "a new estate from a commented template")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.set_defaults(run=commands.init)

    simulate = _command(add, "simulate", "write a simulated estate and its true answers")
    simulate.add_argument("dir", type=Path, metavar="DIR")
    simulate.add_argument("--facilities", type=int, default=3, metavar="N")
    simulate.add_argument("--years", type=int, default=1, metavar="Y")
    simulate.add_argument("--interval", default="15min")
    simulate.add_argument("--from", dest="first_year", type=int, default=2025, metavar="YYYY")
    simulate.add_argument("--seed", type=int, default=1, metavar="N")
    simulate.add_argument("--faults", choices=("on", "off"), default="off")
    simulate.set_defaults(run=commands.simulate)


def _running(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    check = _command(add, "check", "configuration problems, all at once, with file and line")
    check.add_argument("--now", default="", metavar="TIME", help="the day edits expire by")
    check.set_defaults(run=commands.check)

    backfill = _command(add, "backfill", "land the inbox and build readings, totals and metrics")
    backfill.add_argument("--facility", action="append", default=[], metavar="F")
    backfill.add_argument("--from", dest="first", default="", metavar="YYYY-MM")
    backfill.add_argument("--to", dest="last", default="", metavar="YYYY-MM")
    backfill.add_argument("--as-of", default="", metavar="TIME", help="only files landed by then")
    backfill.add_argument("--workers", type=int, default=1, metavar="N")
    backfill.add_argument("--now", default="", metavar="TIME", help="the time files arrive at")
    backfill.set_defaults(run=commands.backfill)

    report = _command(add, "report", "one regime's form for a facility and year")
    report.add_argument("--regime", required=True, metavar="R")
    _facility_and_year(report)
    report.add_argument("--format", choices=FORMATS, help="default: what --out ends with")
    report.add_argument("--out", type=Path, metavar="F", help="default: standard output")
    report.add_argument("--template", type=Path, metavar="XLSX", help="fills its named ranges")
    report.add_argument("--public", action="store_true", help="as the law wants it published")
    report.add_argument("--against", default="", metavar="R", help="the same year on another form")
    report.add_argument("--json", action="store_true", help="of --against")
    report.set_defaults(run=commands.report)

    viewer = _command(add, "serve", "the viewer: pages over what is published")
    viewer.add_argument("--host", default="127.0.0.1", metavar="H", help="others need a login")
    viewer.add_argument("--port", type=int, default=8420, metavar="P")
    viewer.set_defaults(run=serve.serve)

    months = _command(add, "partitions", "the months that are built, and those that are stale")
    months.add_argument("--json", action="store_true")
    months.set_defaults(run=serve.partitions)

    ran = _command(add, "runs", "what ran, from Dagster's memory, the newest first")
    ran.add_argument("--most", type=int, default=20, metavar="N")
    ran.add_argument("--json", action="store_true")
    ran.set_defaults(run=serve.runs)

    listed = add.add_parser("regimes", help="the forms there are, their lines, what they share")
    listed.add_argument("regime", nargs="?", default="", metavar="R", help="the lines of this one")
    listed.add_argument("--matrix", action="store_true", help="facts by the lines that file them")
    listed.add_argument("--schema", action="store_true", help="JSON Schema of report's JSON")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=regimes.regimes)


def _facility_and_year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--facility", required=True, metavar="F")
    parser.add_argument("--year", required=True, type=int, metavar="Y")


def _connecting(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    listed = add.add_parser("sources", help="the formats that can be read; an estate's sources")
    listed.add_argument("estate", nargs="?", type=Path, metavar="ESTATE")
    listed.add_argument("--now", default="", metavar="TIME", help="the time it is")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=sources.sources)

    fetched = _command(add, "fetch", "histories and files of remote systems into the inbox")
    fetched.add_argument("--remote", action="append", default=[], metavar="NAME")
    fetched.add_argument("--from", dest="first", default="", metavar="DATE")
    fetched.add_argument("--to", dest="last", default="", metavar="DATE")
    fetched.add_argument("--now", default="", metavar="TIME", help="the time it is")
    fetched.add_argument("--json", action="store_true")
    fetched.set_defaults(run=fetch.fetch)

    tried = _command(add, "probe", "a file tried on its mapping; writes nothing")
    told = "a file of the inbox, a source's match, or the name of a remote or drop to ask"
    tried.add_argument("source", metavar="SOURCE", help=told)
    tried.add_argument("--now", default="", metavar="TIME", help="the time the file arrives at")
    tried.add_argument("--json", action="store_true")
    tried.set_defaults(run=sources.try_out)

    proposed = add.add_parser("suggest", help="a mapping proposed for a file; writes nothing")
    proposed.add_argument("file", type=Path, metavar="FILE")
    proposed.add_argument("--timezone", default="", metavar="ZONE", help="the site's, if known")
    proposed.add_argument("--json", action="store_true")
    proposed.set_defaults(run=suggest.suggest)

    taken = _command(add, "import-meters", "what an inventory would change in meters.csv")
    taken.add_argument("file", type=Path, metavar="FILE", help="Haystack, Brick, or a DCIM's table")
    taken.add_argument("--kind", default="", choices=("", *KINDS), help="default: by FILE's end")
    taken.add_argument("--facility", default="", metavar="F", help="that every meter is of")
    taken.add_argument("--column", action="append", default=[], metavar="OURS=TITLE")
    taken.add_argument("--accept", action="store_true", help="write it, if check passes")
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(run=meters.import_meters)

    editions = _command(add, "factors", "the factor files; what others would change; accepts them")
    editions.add_argument("--try", dest="tried", type=Path, metavar="DIR", help="writes nothing")
    editions.add_argument("--accept", action="store_true", help="new files, as they are")
    editions.add_argument("--by", default="", metavar="NAME", help="who accepts")
    editions.add_argument("--from", dest="source", type=Path, metavar="DIR", help="of new files")
    editions.add_argument("--now", default="", metavar="TIME", help="the day it is")
    editions.add_argument("--json", action="store_true")
    editions.set_defaults(run=factors.factors)

    given = _command(add, "export-meters", "every meter as a point of Project Haystack (JSON)")
    given.set_defaults(run=meters.export_meters)


def _reading(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ready = _command(add, "readiness", "what must be filed, by when, and what is still to mend")
    ready.add_argument("--facility", default="", metavar="F")
    ready.add_argument("--now", default="", metavar="TIME", help="the day deadlines count from")
    ready.add_argument("--ics", type=Path, metavar="FILE", help="the deadlines as a calendar")
    ready.add_argument("--html", type=Path, metavar="FILE", help="the same as a page")
    ready.add_argument("--json", action="store_true")
    ready.set_defaults(run=stand.readiness)

    status = _command(add, "status", "coverage, quarantine, open checks, deadlines")
    status.add_argument("--now", default="", metavar="TIME", help="the day deadlines count from")
    status.add_argument("--json", action="store_true")
    status.set_defaults(run=stand.status)

    for name, run, text in (
        ("totals", read.totals, "totals of a year, or of one month"),
        ("metrics", read.metrics, "metrics of a year, or of one month"),
    ):
        parser = _command(add, name, text)
        _facility_and_year(parser)
        parser.add_argument("--month", default="", metavar="M")
        parser.add_argument("--without-edits", action="store_true", help="as if none were signed")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=run)

    explain = _command(add, "explain", "a figure back to totals, meters, files and lines")
    _facility_and_year(explain)
    explain.add_argument("--metric", required=True, metavar="ID", help="or: all")
    explain.add_argument("--month", default="", metavar="M")
    explain.add_argument("--json", action="store_true")
    explain.set_defaults(run=read.explain)

    customers = _command(add, "tenants", "customers' statements; their own data out and in")
    customers.add_argument("--facility", default="", metavar="F")
    customers.add_argument("--year", type=int, metavar="Y")
    customers.add_argument("--tenant", default="", metavar="T", help="default: all")
    customers.add_argument("--format", choices=("csv", "html", "json"), help="of a statement")
    customers.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    customers.add_argument("--template", type=Path, metavar="XLSX", help="writes one to fill in")
    customers.add_argument("--take", type=Path, metavar="XLSX", help="reads a filled-in one")
    customers.add_argument("--by", default="", metavar="NAME", help="who takes it")
    customers.add_argument("--now", default="", metavar="TIME", help="the day it is")
    customers.set_defaults(run=tenants.tenants)

    ahead = _command(add, "outlook", "where the year ends, limits, and when capacity is used up")
    ahead.add_argument("--facility", required=True, metavar="F")
    ahead.add_argument("--json", action="store_true")
    ahead.set_defaults(run=outlook.outlook)

    signed = _command(add, "edits", "every edit, whether it counts, what it touches and moves")
    signed.add_argument("--now", default="", metavar="TIME", help="the day it is")
    signed.add_argument("--json", action="store_true")
    signed.set_defaults(run=edits.edits)

    changes = _command(add, "changes", "which figures moved, by how much, because of which file")
    changes.add_argument("--json", action="store_true")
    changes.set_defaults(run=stand.changes)

    sql = _command(add, "sql", "one SELECT on the warehouse, read-only")
    sql.add_argument("query", metavar="SELECT")
    sql.add_argument("--json", action="store_true")
    sql.set_defaults(run=read.sql)


def _filing(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    approved = _command(add, "approve", "who prepared, reviewed, signed, submitted a form")
    approved.add_argument("--regime", required=True, metavar="R")
    _facility_and_year(approved)
    approved.add_argument("--step", choices=APPROVAL_STEPS, help="default: only show the journal")
    approved.add_argument("--by", default="", metavar="NAME", help="who does it")
    approved.add_argument("--note", default="", metavar="TEXT", help="of a receipt: its reference")
    approved.add_argument("--now", default="", metavar="TIME", help="when it is done")
    approved.add_argument("--json", action="store_true")
    approved.set_defaults(run=filings.approve)

    sealed = _command(add, "seal", "a form with all its evidence, as a pack to be verified offline")
    sealed.add_argument("--regime", required=True, metavar="R")
    _facility_and_year(sealed)
    sealed.add_argument("--sign", type=Path, metavar="KEY", help="a secret key of minisign")
    sealed.add_argument("--reason", default="", metavar="TEXT", help="why there is another version")
    sealed.add_argument("--out", type=Path, metavar="F", help="default: var/filings")
    sealed.add_argument("--now", default="", metavar="TIME", help="when it is sealed")
    sealed.set_defaults(run=filings.seal)

    moved = _command(add, "restatements", "filed figures that would be others today, and why")
    moved.add_argument("--drafts", type=Path, metavar="DIR", help="writes the corrected forms")
    moved.add_argument("--now", default="", metavar="TIME", help="the day it is")
    moved.add_argument("--json", action="store_true")
    moved.set_defaults(run=filings.restatements)

    spoken = _command(add, "public", "what may be said of all sites together, and of none alone")
    spoken.add_argument("--year", required=True, type=int, metavar="Y")
    spoken.add_argument("--publish", action="store_true", help="writes it, and remembers it")
    spoken.add_argument("--now", default="", metavar="TIME", help="when it is published")
    spoken.add_argument("--json", action="store_true")
    spoken.set_defaults(run=public.public)

    verify.add_arguments(add.add_parser("verify", help=verify.HELP, description=verify.HELP))

    made = add.add_parser("key", help="a new key to sign filings with, as minisign has them")
    made.add_argument("file", type=Path, metavar="FILE")
    made.set_defaults(run=filings.key)


if __name__ == "__main__":
    sys.exit(main())
