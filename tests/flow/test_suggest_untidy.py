"""Proposals for files that nobody tidied, judged by what they yield; and the judge itself."""

from dataclasses import dataclass, replace

import pytest

from pipelines.suggest import suggest
from schemas.errors import WattledgerError
from schemas.estate.source import Source
from tests.flow.untidy_judge import faults
from tests.untidy.exports import exports

EXPORTS = exports(1)
NAMES = {export.name: export for export in EXPORTS}
#: How many of a hundred proposals must be right untouched.
RIGHT = 90


@dataclass(frozen=True, kw_only=True)
class ByHand:
    """A meter of a mapping written by hand."""

    title: str
    meter_id: str
    quantity: str
    kind: str
    unit: str
    interval: str
    stamp: str


@dataclass(frozen=True, kw_only=True)
class Proposal:
    source: Source
    meters: tuple[ByHand, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What came of one export: what is wrong, and what the proposal asks of people."""

    faults: tuple[str, ...]
    asks: tuple[str, ...]


def right(name):
    """The right mapping of an export, from what it states."""
    expected = NAMES[name].expected
    columns = dict(zip(("timestamp", "time"), expected.timestamp, strict=False))
    more = {
        "until": expected.until,
        "meter": expected.meter,
        "value": expected.value,
        "unit": expected.unit,
    }
    source = Source(
        match="*",
        format=expected.format,
        separator=expected.separator or ",",
        decimal=expected.decimal or ".",
        grouping="blank" if expected.grouping.isspace() else expected.grouping,
        encoding=expected.encoding or "utf-8",
        timezone=expected.timezone,
        time_format=expected.time_format,
        sheet=expected.sheet,
        skip_lines=expected.skip_lines,
        header_lines=expected.header_lines,
        until=expected.until_is or "exclusive",
        columns=tuple((columns | {key: title for key, title in more.items() if title}).items()),
        wide=tuple((one.title, one.title) for one in expected.series) if expected.wide else (),
    )
    meters = tuple(
        ByHand(
            title=one.title,
            meter_id=one.title,
            quantity="",
            kind=one.kind,
            unit=one.unit,
            interval=expected.interval,
            stamp=expected.stamp,
        )
        for one in expected.series
    )
    return Proposal(source=source, meters=meters)


def written(name, folder):
    path = folder / NAMES[name].file_name
    path.write_bytes(NAMES[name].content)
    return path


def judged(export, folder):
    """One export given to ``suggest``, with the site's zone where the file does not show one."""
    path = written(export.name, folder)
    zone = "" if export.expected.timezone else export.zone
    try:
        proposal = suggest(path, timezone=zone)
    except WattledgerError as refusal:
        return Judged(faults=(f"refused: {refusal}",), asks=(str(refusal),))
    return Judged(
        faults=tuple(faults(export, proposal, path)),
        asks=tuple(map(str, proposal.questions)),
    )


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("untidy")
    return {export.name: judged(export, folder) for export in EXPORTS}


def told(verdicts):
    lines = []
    for name, one in verdicts.items():
        lines += [f"{name}:", *(f"    {fault}" for fault in one.faults)]
        lines += [f"    asks: {asked}" for asked in one.asks]
    return "\n".join(lines)


def test_nine_of_ten_proposals_are_right_untouched(verdicts):
    wrong = {name: one for name, one in verdicts.items() if one.faults}
    right_of_hundred = 100 - 100 * len(wrong) / len(verdicts)

    assert right_of_hundred >= RIGHT, told(wrong)


def test_no_proposal_is_wrong_without_a_question(verdicts):
    silent = {name: one for name, one in verdicts.items() if one.faults and not one.asks}

    assert not silent, told(silent)


#: What no mapping can say: months that are not English.
BEYOND_MAPPINGS = {"sv months by name"}
READABLE = [export.name for export in EXPORTS if export.name not in BEYOND_MAPPINGS]


@pytest.mark.parametrize("name", READABLE)
def test_the_right_mapping_is_judged_right(name, tmp_path):
    assert faults(NAMES[name], right(name), written(name, tmp_path)) == []


def of_source(**other):
    return lambda proposal: replace(proposal, source=replace(proposal.source, **other))


def of_meters(**other):
    return lambda proposal: replace(
        proposal, meters=tuple(replace(one, **other) for one in proposal.meters)
    )


def with_the_end_as_a_meter(proposal):
    [meter] = proposal.meters
    end = replace(meter, title="End", meter_id="End", unit="Wh")
    source = replace(proposal.source, wide=(*proposal.source.wide, ("End", "End")))
    return replace(proposal, source=source, meters=(meter, end))


@pytest.mark.parametrize(
    ("name", "spoil", "fault"),
    [
        ("de load profile", of_source(timezone="UTC"), "runs from"),
        ("de winter time", of_source(timezone=""), "readings, not"),
        ("de year of quarters", of_meters(stamp="start"), "runs from"),
        ("sv hourly values", of_meters(kind="register"), "is interval, not register"),
        ("uk half-hours", of_meters(unit="MWh"), "adds up to"),
        ("uk half-hours", of_meters(unit="m3"), "is energy, not volume"),
        ("uk half-hours", of_meters(unit="°C"), "cannot be"),
        ("uk half-hours", of_meters(quantity="potable_water"), "cannot be 'potable_water'"),
        ("fr load curve", of_meters(interval="PT15M"), "has intervals of PT30M"),
        ("en since 1970", of_meters(kind="interval", unit="Wh"), "is power, not energy"),
        # Every first of a month reads as a day of January, and ends before it begins.
        ("fr bills", of_source(time_format="%m/%d/%Y"), "gives no readings"),
        ("de temperatures", of_source(decimal="."), "gives no readings"),
        ("de building report", of_source(skip_lines=0), "no column"),
        ("uk compact periods", with_the_end_as_a_meter, "'End' is no meter of this file"),
    ],
)
def test_a_wrong_mapping_is_told_by_what_it_yields(name, spoil, fault, tmp_path):
    found = faults(NAMES[name], spoil(right(name)), written(name, tmp_path))

    assert fault in "; ".join(found)
