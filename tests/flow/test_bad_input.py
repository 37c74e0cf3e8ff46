"""Mistakes are named with file and line, all at once; bad data is quarantined, never lost."""

import pytest

from tests.flow.small_estate import (
    PLAIN,
    alone,
    done,
    drop,
    instants,
    meter,
    run,
    sql,
    totals,
    write_estate,
    write_file,
)

GOOD = [("a.grid", stamp, 5) for stamp in instants("2025-03-01", "2025-03-03")]


def _estate(folder, **more):
    return write_estate(
        folder,
        facilities=[{"id": "a", "timezone": "Europe/Berlin"}],
        meters=[meter("a.grid", "grid_import", "interval", "kWh", max_rate=50)],
        **more,
    )


def _at(path, text):
    """File and line of a text."""
    lines = path.read_text().splitlines()
    return f"{path.name}:{next(n for n, line in enumerate(lines, start=1) if text in line)}"


def test_every_problem_of_the_configuration_at_once(tmp_path):
    estate = write_estate(
        tmp_path,
        facilities=[{"id": "a", "timzone": "Europe/Berlin"}],
        meters=[
            meter("a.one", "grid_imports", "register", "kWh"),
            meter("a.two", "potable_water", "register", "kWh"),
            meter("a.three", "grid_import", "register", "kVA"),
            meter("a.four", "ups_output", "register", "kWh"),
            meter("a.four", "ups_output", "register", "kWh"),
            meter("a.five", "ups_output", "register", "kWh", parent="a.six"),
            meter("a.six", "ups_output", "register", "kWh", parent="a.five"),
            meter("b.one", "ups_output", "register", "kWh"),
            meter("a.seven", "ups_output", "interval", "kWh", interval=""),
            meter("a.eight", "it_input", "average", "kVA"),
        ],
        polices={"coverage_clean": 0.9},
    )
    yaml, meters = estate / "estate.yaml", estate / "meters.csv"

    answer = run("check", estate)

    expected = [
        (_at(yaml, "timzone"), "unknown key 'timzone'.", "Did you mean 'timezone'?"),
        (_at(yaml, "polices"), "unknown key 'polices'.", "Did you mean 'policies'?"),
        (_at(meters, "a.one"), "quantity 'grid_imports' is not known.", "'grid_import'?"),
        (_at(meters, "a.two"), "unit refused: 'kWh' is not a unit of potable_water", "m3"),
        (_at(meters, "a.three"), "unit refused: 'kVA' is apparent power", "kWh"),
        ("meters.csv:6", "meter 'a.four' stands here and in line 5", "another serial"),
        (_at(meters, "a.five"), "parents go in a circle: a.five → a.six → a.five", "parent"),
        (_at(meters, "b.one"), "facility 'b' is not in estate.yaml.", "Known: a."),
        (_at(meters, "a.seven"), "a meter of kind interval needs its interval.", "15min"),
        (_at(meters, "a.eight"), "unit refused: 'kVA' is apparent power", "kW"),
    ]
    assert answer.code == 2
    assert answer.out == ""
    lines = answer.err.splitlines()
    for where, what, remedy in expected:
        [place] = [number for number, line in enumerate(lines) if f"{where}: {what}" in line]
        assert remedy in lines[place + 1]
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("backfill",),
        ("status",),
        ("totals", "--facility", "a", "--year", "2025"),
        (
            "report",
            "--regime",
            "eu-eed-2024",
            "--facility",
            "a",
            "--year",
            "2025",
            "--format",
            "csv",
        ),
    ],
    ids=lambda command: command[0],
)
def test_no_command_runs_on_a_broken_configuration(tmp_path, command):
    estate = _estate(tmp_path)
    write_file(estate / "meters.csv", "meter_id,facility_id\n")

    answer = run(command[0], estate, *command[1:])

    assert answer.code == 2
    assert "meters.csv:1: column 'quantity' is missing." in answer.err
    assert "Traceback" not in answer.err
    assert not (estate / "var").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"operator: {name: x\nfacilities: [",
        b"\xff\xfe\x00o\x00p",
        b"",
        b"- 1\n- 2\n",
        b"just words",
    ],
    ids=["unclosed", "utf-16", "empty", "list", "scalar"],
)
def test_an_estate_file_that_is_no_estate(tmp_path, content):
    estate = _estate(tmp_path)
    write_file(estate / "estate.yaml", content)

    answer = run("check", estate)

    assert answer.code == 2
    assert "estate.yaml" in answer.err
    assert "Traceback" not in answer.err
    assert "meters.csv" not in answer.err  # without facilities every meter would seem wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "nowhere"), "holds no estate.yaml"),
        (("backfill", "ESTATE", "--facility", "b"), "facility 'b' is not in estate.yaml"),
        (("backfill", "ESTATE", "--from", "2025-13"), "--from '2025-13' is not a month"),
        (("backfill", "ESTATE", "--from", "2025-04", "--to", "2025-03"), "is after --to"),
        (("backfill", "ESTATE", "--as-of", "soon"), "--as-of 'soon'"),
        (("backfill", "ESTATE", "--workers", "0"), "--workers 0"),
        (("metrics", "ESTATE", "--facility", "b", "--year", "2025"), "facility 'b'"),
        (("totals", "ESTATE", "--facility", "a", "--year", "2025", "--month", "13"), "'13'"),
        (("explain", "ESTATE", "--facility", "a", "--year", "2025", "--metric", "pui"), "'pue'"),
        (("report", "ESTATE", "--regime", "eu-eed-2042", "--facility", "a", "--year", "2025"),
         "eu-eed-2024"),
        (("report", "ESTATE", "--regime", "eu-eed-2024", "--facility", "a", "--year", "2025"),
         "Say --format csv|html|json|pdf|xlsx"),
        (("simulate", "ESTATE"), "is not an empty folder"),
        (("init", "ESTATE"), "not empty"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_a_wrong_question_is_answered_in_words(tmp_path, arguments, said):
    estate = _estate(tmp_path)

    answer = run(*(str(estate) if part == "ESTATE" else part for part in arguments))

    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err


def test_a_real_process_shows_no_traceback_either(tmp_path):
    answer = alone("backfill", tmp_path)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("wattledger: ")
    assert "Traceback" not in answer.err


def test_an_inbox_of_other_things_is_told_apart_from_an_empty_one(tmp_path):
    estate = _estate(tmp_path)
    write_file(estate / "inbox" / "notes.csv", "dear diary\n")

    assert "no file holds a reading of a meter in meters.csv" in done("backfill", estate).err


def test_an_empty_inbox_is_no_error(tmp_path):
    estate = _estate(tmp_path)

    answer = done("backfill", estate)

    assert "inbox: no file is there; nothing was built." in answer.err
    assert done("status", estate, "--json").json["files"] == []
    assert sql(estate, "SELECT count(*) AS n FROM readings") == [{"n": 0}]


UNREADABLE = {
    "empty.csv": b"",
    "binary.csv": bytes(range(256)) * 40,
    "utf16.csv": f"{PLAIN}\na.grid,2025-03-05T00:00:00Z,5\n".encode("utf-16"),
    "other_header.csv": b"Zeit;Wert\n1;2\n",
    "blank.csv": b"\n\n\n",
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
}


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """One good file among everything that can arrive in an inbox."""
    estate = _estate(
        tmp_path_factory.mktemp("troubled"),
        sources=[{"match": "a/weather*.json", "format": "open-meteo", "wide": {"t": "a.grid"}}],
    )
    drop(estate, "a/good.csv", GOOD)
    for name, content in UNREADABLE.items():
        write_file(estate / "inbox" / "a" / name, content)
    write_file(estate / "inbox" / "a" / "weather.json", b'{"hourly": {"time": ["2025-03-0')
    # Cut off in the middle of a line: what stands before the cut is kept.
    text = "\n".join([PLAIN, *(f"a.grid,{at},5" for at in instants("2025-03-03", "2025-03-04"))])
    write_file(estate / "inbox" / "a" / "truncated.csv", text[: -len("00Z,5")])
    write_file(estate / "inbox" / "a" / "header_only.csv", f"{PLAIN}\n")
    # One cell too few, then one too many: on the whole the separators are as many as they should.
    ragged = f"{PLAIN}\na.grid,2025-03-07T00:00:00Z\na.grid,2025-03-07T01:00:00Z,5,6\n"
    write_file(estate / "inbox" / "a" / "ragged.csv", ragged)
    # Berlin, 30 March 2025: the clock jumps from 02:00 to 03:00.
    naive = [("a.grid", f"2025-03-30 {hour:02d}:{rest}", 5) for hour, rest in
             [(1, "00:00"), (2, "00:00"), (2, "30:00"), (3, "00:00")]]  # fmt: skip
    drop(estate, "a/naive.csv", naive)
    write_file(estate / "inbox" / ".hidden.csv", b"not looked at")
    write_file(estate / "inbox" / "loose.csv", f"{PLAIN}\na.grid,2025-03-06T00:00:00Z,5\n")
    done("backfill", estate, "--now", "2025-04-02")
    return estate


def test_bad_files_do_not_keep_good_ones_from_being_read(troubled):
    found = totals(troubled, "a", 2025, "--month", "3")["grid_import"]

    # 48 good hours, 23 whole lines of the truncated file, 2 naive hours, 1 loose file
    assert found["measured"] == 5 * (48 + 23 + 2 + 1)


def test_every_file_is_accounted_for(troubled):
    files = done("status", troubled, "--json").json["files"]

    by_path = {file["path"]: file for file in files}
    on_disk = {
        path.relative_to(troubled / "inbox").as_posix()
        for path in (troubled / "inbox").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert set(by_path) == on_disk
    for file in files:
        parts = file["kept"] + file["quarantined"] + file["duplicate"]
        assert (file["landed"], file["pending"]) == (parts, 0)
    for name in [*UNREADABLE, "weather.json"]:
        assert (by_path[f"a/{name}"]["landed"], by_path[f"a/{name}"]["quarantined"]) == (1, 1)
    assert by_path["a/truncated.csv"]["kept"] == 23
    assert by_path["a/header_only.csv"]["landed"] == 0
    assert (by_path["a/ragged.csv"]["landed"], by_path["a/ragged.csv"]["quarantined"]) == (2, 2)


def test_an_unreadable_file_is_one_quarantine_row_that_says_why(troubled):
    rows = sql(troubled, "SELECT path, detail FROM quarantine WHERE reasons = 'unreadable_file'")

    said = {row["path"].removeprefix("a/"): row["detail"] for row in rows}
    assert set(said) == {*UNREADABLE, "weather.json"}
    assert "empty" in said["empty.csv"]
    assert "encoding" in said["utf16.csv"]
    assert "Zeit;Wert" in said["other_header.csv"]
    assert all(said.values())


def test_a_local_time_that_never_was_is_quarantined(troubled):
    rows = sql(
        troubled,
        "SELECT line, timestamp, reasons FROM quarantine WHERE path = 'a/naive.csv' ORDER BY line",
    )
    kept = sql(
        troubled,
        "SELECT r.line, r.measured_at FROM readings r JOIN files f ON f.sha256 = r.file "
        "WHERE f.path = 'a/naive.csv' ORDER BY r.line",
    )

    assert rows == [
        {"line": 3, "timestamp": "2025-03-30 02:00:00", "reasons": "dst_hole"},
        {"line": 4, "timestamp": "2025-03-30 02:30:00", "reasons": "dst_hole"},
    ]
    assert [row["line"] for row in kept] == [2, 5]
    assert [row["measured_at"][:13] for row in kept] == ["2025-03-30T00", "2025-03-30T01"]


def test_the_cut_line_is_quarantined_as_it_stands(troubled):
    rows = sql(
        troubled, "SELECT line, value, reasons FROM quarantine WHERE path = 'a/truncated.csv'"
    )

    assert rows == [{"line": 25, "value": "a.grid,2025-03-03T23:00:", "reasons": "malformed_row"}]
