"""How commands are asked: what several of them share, and those that make and run estates."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

FORMATS = ("csv", "html", "json", "pdf", "xlsx", "xbrl", "xbrl-json", "xml")


def late(name: str) -> Callable[[argparse.Namespace], int]:
    """A command of a module beside this one, which is loaded when it is asked for: all of them
    together take longer than most answers."""
    module, deed = name.split(".")

    def run(options: argparse.Namespace) -> int:
        code: int = getattr(import_module(f"pipelines.cli.{module}"), deed)(options)
        return code

    return run


def command(
    add: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, help_text: str
) -> argparse.ArgumentParser:
    """A command's parser; of an estate that is there, unless it makes one."""
    parser = add.add_parser(name, help=help_text, description=help_text)
    if name not in ("demo", "init", "simulate"):
        parser.add_argument("estate", type=Path, metavar="ESTATE", help="the estate's folder")
    return parser


def facility_and_year(parser: argparse.ArgumentParser) -> None:
    """Which facility and year."""
    parser.add_argument("--facility", required=True, metavar="F")
    parser.add_argument("--year", required=True, type=int, metavar="Y")


def making(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands that make estates."""
    demo = command(add, "demo", "simulate a small estate, run everything, say where to look")
    demo.add_argument("dir", nargs="?", type=Path, default=Path("demo-estate"), metavar="DIR")
    demo.set_defaults(run=late("commands.demo"))

    init = command(add, "init", "a new estate from a commented template")
    init.add_argument("dir", type=Path, metavar="DIR")
    init.add_argument(
        "--profile",
        choices=("alone", "cluster"),
        default="alone",
        help="cluster: with what several machines need to work on it",
    )
    init.set_defaults(run=late("commands.init"))

    simulate = command(add, "simulate", "write a simulated estate and its true answers")
    simulate.add_argument("dir", type=Path, metavar="DIR")
    simulate.add_argument("--facilities", type=int, default=3, metavar="N")
    simulate.add_argument("--years", type=int, default=1, metavar="Y")
    simulate.add_argument("--interval", default="15min")
    simulate.add_argument("--from", dest="first_year", type=int, default=2025, metavar="YYYY")
    simulate.add_argument("--seed", type=int, default=1, metavar="N")
    simulate.add_argument("--faults", choices=("on", "off"), default="off")
    simulate.set_defaults(run=late("commands.simulate"))


def running(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands that work on an estate, and show it."""
    check = command(add, "check", "configuration problems, all at once, with file and line")
    check.add_argument("--now", default="", metavar="TIME", help="the day edits expire by")
    check.set_defaults(run=late("commands.check"))

    backfill = command(add, "backfill", "land the inbox and build readings, totals and metrics")
    backfill.add_argument("--facility", action="append", default=[], metavar="F")
    backfill.add_argument("--from", dest="first", default="", metavar="YYYY-MM")
    backfill.add_argument("--to", dest="last", default="", metavar="YYYY-MM")
    backfill.add_argument("--as-of", default="", metavar="TIME", help="only files landed by then")
    backfill.add_argument("--workers", type=int, default=1, metavar="N")
    backfill.add_argument("--now", default="", metavar="TIME", help="the time files arrive at")
    backfill.set_defaults(run=late("commands.backfill"))

    report = command(add, "report", "one regime's form for a facility and year")
    report.add_argument("--regime", required=True, metavar="R")
    facility_and_year(report)
    report.add_argument("--format", choices=FORMATS, help="default: what --out ends with")
    report.add_argument("--out", type=Path, metavar="F", help="default: standard output")
    report.add_argument("--template", type=Path, metavar="XLSX", help="fills its named ranges")
    report.add_argument("--public", action="store_true", help="as the law wants it published")
    report.add_argument("--against", default="", metavar="R", help="the same year on another form")
    report.add_argument("--json", action="store_true", help="of --against")
    report.set_defaults(run=late("commands.report"))

    viewer = command(add, "serve", "the viewer: pages over what is published")
    viewer.add_argument("--host", default="127.0.0.1", metavar="H", help="others need a login")
    viewer.add_argument("--port", type=int, default=8420, metavar="P")
    viewer.set_defaults(run=late("serve.serve"))

    months = command(add, "partitions", "the months that are built, and those that are stale")
    months.add_argument("--json", action="store_true")
    months.set_defaults(run=late("serve.partitions"))

    ran = command(add, "runs", "what ran, from Dagster's memory, the newest first")
    ran.add_argument("--most", type=int, default=20, metavar="N")
    ran.add_argument("--json", action="store_true")
    ran.set_defaults(run=late("serve.runs"))

    listed = add.add_parser("regimes", help="the forms there are, their lines, what they share")
    listed.add_argument("regime", nargs="?", default="", metavar="R", help="the lines of this one")
    listed.add_argument("--matrix", action="store_true", help="facts by the lines that file them")
    listed.add_argument("--schema", action="store_true", help="JSON Schema of report's JSON")
    listed.add_argument("--json", action="store_true")
    listed.set_defaults(run=late("regimes.regimes"))


def keeping(add: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The commands that keep an estate going, on one machine or several."""
    worker = command(add, "worker", "work on what a cluster's broker hands out, until stopped")
    worker.add_argument(
        "--storage", default="", metavar="URL", help="where to take the estate from"
    )
    worker.add_argument(
        "--home", action="store_true", help="of the machine with the inbox: land and publish"
    )
    worker.set_defaults(run=late("cluster.worker"))

    doctor = command(add, "doctor", "whether what is kept is still what was written")
    doctor.add_argument("--sample", type=float, default=100.0, metavar="PERCENT")
    doctor.add_argument("--seed", type=int, default=0, metavar="N", help="which sample")
    doctor.add_argument("--mend", action="store_true", help="take out what can be built again")
    doctor.add_argument("--json", action="store_true")
    doctor.set_defaults(run=late("doctor.doctor"))

    storage = command(add, "storage", "make this copy of a stored estate whole")
    storage.add_argument("--from", dest="storage", default="", metavar="URL")
    storage.set_defaults(run=late("cluster.storage"))
