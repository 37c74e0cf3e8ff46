"""Small estates written by hand, and the command line run over them."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from pipelines.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
#: Test data of others lies beside the checkout and is never copied into it.
SHARED_DATA = ROOT.parent / "shared" / "data"
HOUR = timedelta(hours=1)
PLAIN = "meter_id,timestamp,value"
#: A process of its own runs this checkout, whatever else is installed.
PROGRAM = "import sys; from pipelines.cli.main import main; sys.exit(main())"

Row = tuple[object, ...]


@dataclass(frozen=True)
class Answer:
    """What a command left behind: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def run(*arguments: object) -> Answer:
    """One command in this process: seconds cheaper than a process of its own."""
    out, err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as left:
            code = int(left.code or 0)
    out.flush()
    return Answer(code, out.buffer.getvalue().decode(), err.getvalue())


def done(*arguments: object) -> Answer:
    """A command that must succeed."""
    answer = run(*arguments)
    assert answer.code == 0, answer.err
    return answer


def started(*arguments: object, cwd: Path = ROOT, program: str = PROGRAM) -> subprocess.Popen[str]:
    """A command in a process of its own, and in a process group that can be killed with it."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def alone(*arguments: object, cwd: Path = ROOT, program: str = PROGRAM) -> Answer:
    """A command in a process of its own, waited for."""
    process = started(*arguments, cwd=cwd, program=program)
    out, err = process.communicate(timeout=300)
    return Answer(process.returncode, out, err)


def sql(estate: Path, query: str) -> list[dict]:
    """Rows of one SELECT through ``wattledger sql``."""
    return done("sql", estate, query, "--json").json


def write_estate(
    folder: Path,
    *,
    facilities: Sequence[Mapping[str, object]],
    meters: Sequence[Mapping[str, object]],
    **more: object,
) -> Path:
    """``estate.yaml`` and ``meters.csv``; ``more`` are further keys of the former."""
    described = {
        "operator": {"name": "Nordlicht Cloud GmbH", "country": "DE"},
        "facilities": [{"country": "DE", "timezone": "UTC", **one} for one in facilities],
        **more,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "inbox").mkdir(exist_ok=True)
    text = yaml.safe_dump(described, allow_unicode=True, sort_keys=False)
    (folder / "estate.yaml").write_text(text, encoding="utf-8")
    write_rows(folder / "meters.csv", meters)
    return folder


def meter(meter_id: str, quantity: str, kind: str, unit: str, **more: object) -> dict[str, object]:
    """A row of ``meters.csv``; the facility is the id's first part."""
    facility = meter_id.split(".", maxsplit=1)[0]
    row = {"meter_id": meter_id, "facility_id": facility, "quantity": quantity, "kind": kind}
    return {**row, "unit": unit, **({} if kind == "register" else {"interval": "1h"}), **more}


def write_rows(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    """A CSV file whose columns are all keys of its rows, in the order they come up in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    titles = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, titles, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def drop(estate: Path, name: str, rows: Iterable[Row], header: str = PLAIN) -> Path:
    """A plain drop in the inbox."""
    lines = [header, *(",".join(str(cell) for cell in row) for row in rows)]
    return write_file(estate / "inbox" / name, "\n".join(lines) + "\n")


def write_file(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def instants(first: str, last: str, step: timedelta = HOUR) -> Iterator[str]:
    """ISO 8601 in UTC from ``first`` until before ``last``."""
    at, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    while at < end:
        yield at.strftime("%Y-%m-%dT%H:%M:%SZ")
        at += step


def metrics(estate: Path, facility: str, year: int, *more: object) -> dict[tuple[str, str], dict]:
    """Published metrics by id and category."""
    found = done("metrics", estate, "--facility", facility, "--year", year, "--json", *more).json
    return {(row["metric"], row["category"]): row for row in found["metrics"]}


def totals(estate: Path, facility: str, year: int, *more: object) -> dict[str, dict]:
    """Published totals by quantity."""
    found = done("totals", estate, "--facility", facility, "--year", year, "--json", *more).json
    return {row["quantity"]: row for row in found["totals"]}


def form(estate: Path, facility: str, year: int) -> tuple[Answer, dict[str, dict]]:
    """The EU form: how the command ended, and its cells by code."""
    asked = ("--regime", "eu-eed-2024", "--facility", facility, "--year", year)
    answer = run("report", estate, *asked, "--format", "json")
    return answer, {cell["code"]: cell for cell in answer.json["cells"]}


def hashes(folder: Path, *suffixes: str) -> dict[str, str]:
    """sha256 of the visible files below a folder, by relative path."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not path.name.startswith(".")
        and (not suffixes or path.suffix in suffixes)
    }
