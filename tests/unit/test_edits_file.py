"""``registers/edits.csv``: what is understood, and everything that is refused, with its line."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from schemas.errors import ConfigurationError
from schemas.estate.edit import Deed, EditState, Ruling, counting, ruling_of, state_of
from schemas.estate.read import read_estate

YAML = """\
operator: {name: Nordlicht Cloud GmbH, country: DE}
facilities:
  - {id: fra1, country: DE, timezone: Europe/Berlin}
  - {id: blr1, country: IN, timezone: Asia/Kolkata}
"""
METERS = """\
meter_id,facility_id,quantity,kind,unit,multiplier,interval,max_rate,serial,valid_from,valid_to
a,fra1,grid_import,interval,kWh,,1h,100,A,,2025-03-10T12:30:00+01:00
a,fra1,grid_import,interval,kWh,,1h,50,B,2025-03-11T10:30:00+01:00,
b,fra1,ups_output,interval,kWh,,1h,100,,,
reg,fra1,grid_import,register,kWh,,,,,,
day,fra1,grid_import,interval,kWh,,P1D,,,,
mwh,fra1,grid_import,interval,MWh,,1h,,,,
temp,fra1,outdoor_temperature,gauge,C,,,,,,
blr,blr1,grid_import,interval,kWh,,1h,,,,
"""
HEADER = "edit_id,meter_id,start,end,value,rule,author,reason,evidence,expires,reviewed_by\n"
TODAY = date(2025, 6, 1)


def write(folder, *lines, policies="", header=HEADER):
    (folder / "estate.yaml").write_text(YAML + policies)
    (folder / "meters.csv").write_text(METERS)
    (folder / "registers").mkdir(exist_ok=True)
    (folder / "registers" / "edits.csv").write_text(header + "".join(f"{one}\n" for one in lines))
    return folder


def line(
    edit_id="e1", meter="b", *, start="2025-04-01", end="2025-04-02", value="", rule="", **more
):
    rest = {"author": "Ada", "reason": "outage", "evidence": "", "expires": "", "reviewed_by": ""}
    return ",".join([edit_id, meter, start, end, value, rule, *({**rest, **more}).values()])


def edits(folder, *lines, day=TODAY, **more):
    return read_estate(write(folder, *lines, **more), day).registers.edits


def problems(folder, *lines, day=TODAY, **more):
    with pytest.raises(ConfigurationError) as caught:
        read_estate(write(folder, *lines, **more), day)
    return [str(one) for one in caught.value.problems]


def problem(folder, *lines, **more):
    [only] = problems(folder, *lines, **more)
    return only


def test_an_estate_without_the_file_has_no_edits(tmp_path):
    write(tmp_path)
    (tmp_path / "registers" / "edits.csv").unlink()

    assert read_estate(tmp_path).registers.edits is None


def test_a_value_with_naive_local_times(tmp_path):
    """Midnight in Berlin on 1 April is 22:00 UTC of the day before."""
    [edit] = edits(
        tmp_path, line(value="12.5", evidence="invoice 7", expires="2025-12-31", reviewed_by="Bob")
    )

    assert (edit.edit_id, edit.meters, edit.line) == ("e1", ("b",), 2)
    assert edit.start == datetime(2025, 3, 31, 22, tzinfo=UTC)
    assert edit.end == datetime(2025, 4, 1, 22, tzinfo=UTC)
    assert (edit.value, edit.rule, edit.ruling.deed) == (Decimal("12.5"), "", Deed.VALUE)
    assert (edit.evidence, edit.expires, edit.reviewed_by) == (
        "invoice 7",
        date(2025, 12, 31),
        "Bob",
    )
    assert edit.does == "value 12.5"


@pytest.mark.parametrize(
    ("rule", "ruling"),
    [
        ("keep", Ruling(deed=Deed.KEEP)),
        ("withhold", Ruling(deed=Deed.WITHHOLD)),
        ("estimate", Ruling(deed=Deed.WITHHOLD)),
        ("zero", Ruling(deed=Deed.ZERO)),
        ("scale 0.001", Ruling(deed=Deed.SCALE, factor=Fraction(1, 1000))),
        ("scale 1000", Ruling(deed=Deed.SCALE, factor=Fraction(1000))),
        ("scale 1/3", Ruling(deed=Deed.SCALE, factor=Fraction(1, 3))),
        ("scale -1", Ruling(deed=Deed.SCALE, factor=Fraction(-1))),
        ("scale −1", Ruling(deed=Deed.SCALE, factor=Fraction(-1))),
        ("shift +1h", Ruling(deed=Deed.SHIFT, hours=1)),
        ("shift -2h", Ruling(deed=Deed.SHIFT, hours=-2)),
        ("swap a", Ruling(deed=Deed.SWAP, other="a")),
        ("swap a b", Ruling(deed=Deed.SWAP, other="a")),
        ("swap b a", Ruling(deed=Deed.SWAP, other="a")),
    ],
)
def test_every_rule_and_every_proposal_is_understood(rule, ruling):
    assert ruling_of(rule, "b") == ruling


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("interpolate", "rule 'interpolate' is not known"),
        ("sale 0.001", "Did you mean 'scale'?"),
        ("scale", "Write: scale FACTOR"),
        ("scale 0,001", "factor '0,001' cannot be read"),
        ("scale 1/0", "factor '1/0' cannot be read"),
        ("scale nan", "factor 'nan' cannot be read"),
        ("scale 1e99", "factor '1e99' cannot be read"),
        ("scale 0.0000000001", "factor '0.0000000001' cannot be read"),
        ("scale 123456789e9", "too fine or too large"),
        ("scale 0", "For a true standstill write: zero"),
        ("shift 1h", "Write whole hours with their sign"),
        ("shift +0h", "Write whole hours with their sign"),
        ("shift +90min", "Write whole hours with their sign"),
        ("shift +169h", "up to 168"),
        ("swap b", "does not name one other meter beside 'b'"),
        ("swap a c", "does not name one other meter beside 'b'"),
        ("keep it", "Write: keep"),
    ],
)
def test_what_is_no_rule_is_refused_with_what_is_allowed(rule, told):
    with pytest.raises(ValueError, match=r".+") as caught:
        ruling_of(rule, "b")

    assert told in " ".join(caught.value.args)
    assert len(caught.value.args) == 2


def test_an_unknown_rule_is_refused_with_its_line_and_the_known_ones(tmp_path):
    told = problem(tmp_path, line(rule="interpolate"))

    assert told.startswith("registers/edits.csv:2: rule 'interpolate' is not known.")
    assert "keep, withhold, estimate, zero, scale, shift, swap" in told


def test_everything_that_is_wrong_is_said_at_once(tmp_path):
    found = problems(
        tmp_path,
        line("e1", "bb", value="1"),
        line("e2", start="2025-04-02", end="2025-04-02", value="1"),
        line("e3"),
        line("e4", value="1", rule="keep"),
        line("e5", start="2025-04-01T10:30", value="1"),
        line("e5", value="-1", author=""),
        line("e7", rule="keep", reviewed_by="ADA"),
    )

    assert found == [
        "registers/edits.csv:2: meter 'bb' is not in the meter register.\n"
        "  Did you mean 'b'? Known: a, b, blr, day, mwh, reg, temp.",
        "registers/edits.csv:3: the end is not after the start.\n  An edit is about [start, end).",
        "registers/edits.csv:4: neither value nor rule is given.\n  Give one. Rules: keep, "
        "withhold, estimate, zero, scale FACTOR, shift +1h, swap METER.",
        "registers/edits.csv:5: both value and rule are given.\n  Give one. Rules: keep, "
        "withhold, estimate, zero, scale FACTOR, shift +1h, swap METER.",
        "registers/edits.csv:6: start 2025-04-01T10:30 is not on the hour.\n"
        "  Edits are about whole hours.",
        "registers/edits.csv:7: author is missing.\n  Give it a value.",
        "registers/edits.csv:7: value -1 is not possible: 'b' can reach from 0 to 2400 kWh in "
        "these hours.\n  Check value, stretch and max_rate.",
        "registers/edits.csv:8: 'ADA' reviews an edit of their own.\n"
        "  Name a second person, or nobody.",
        "registers/edits.csv:7: edit_id 'e5' stands already at registers/edits.csv:6.\n"
        "  Remove one of them: an edit is told by its id.",
    ]


def test_a_value_up_to_the_maximum_rate_is_possible_and_above_it_not(tmp_path):
    """24 hours at 100 kWh; on 30 March the day in Berlin has 23."""
    assert edits(tmp_path, line(value="2400"))
    assert "can reach from 0 to 2400 kWh" in problem(tmp_path, line(value="2400.000001"))
    short = {"start": "2025-03-30", "end": "2025-03-31"}
    assert edits(tmp_path, line(value="2300", **short))
    assert "from 0 to 2300 kWh" in problem(tmp_path, line(value="2301", **short))


def test_a_value_of_a_meter_without_a_rate_has_no_limit(tmp_path):
    assert edits(tmp_path, line(meter="reg", value="1000000000"))
    assert "too large or too fine" in problem(tmp_path, line(meter="reg", value="1e15"))
    assert "too large or too fine" in problem(tmp_path, line(meter="reg", value="0.0000000000001"))
    assert "too large or too fine" not in str(edits(tmp_path, line(meter="reg", value="1.10")))


def test_a_level_may_be_below_zero_but_not_beyond_what_is_possible(tmp_path):
    assert edits(tmp_path, line(meter="temp", value="-12"))
    assert "is not possible: 'temp' can reach from" in problem(
        tmp_path, line(meter="temp", value="-300")
    )


def test_the_hour_is_the_site_s_in_a_half_hour_zone(tmp_path):
    """10:00 in Kolkata is 04:30 UTC."""
    india = {"meter": "blr", "rule": "keep"}
    [edit] = edits(tmp_path, line(start="2025-04-01T10:00", **india))
    assert edit.start == datetime(2025, 4, 1, 4, 30, tzinfo=UTC)
    assert "not on the hour" in problem(tmp_path, line(start="2025-04-01T04:00Z", **india))


def test_a_local_time_that_clocks_leap_over_is_refused(tmp_path):
    spring = line(start="2025-03-30T02:00", end="2025-03-30T12:00", rule="keep")

    assert "does not exist in Europe/Berlin" in problem(tmp_path, spring)


def test_an_edit_keeps_to_the_meter_s_validity_to_the_hour(tmp_path):
    """Serial A ends on 10 March at 12:30, B begins at 10:30 of the next day."""
    keep = {"meter": "a", "rule": "keep"}
    assert edits(tmp_path, line(start="2025-03-01", end="2025-03-10T13:00", **keep))
    assert edits(tmp_path, line(start="2025-03-11T10:00", end="2025-03-12", **keep))
    for start, end in (
        ("2025-03-01", "2025-03-10T14:00"),
        ("2025-03-11T09:00", "2025-03-12"),
        ("2025-03-01", "2025-03-12"),
    ):
        assert "meter 'a' is not valid at" in problem(tmp_path, line(start=start, end=end, **keep))


def test_two_edits_about_the_same_hours_are_refused(tmp_path):
    told = problem(
        tmp_path,
        line("e1", rule="keep"),
        line("e2", start="2025-04-01T23:00", end="2025-04-03", rule="zero"),
        line("e3", start="2025-04-03", end="2025-04-04", rule="zero"),
    )

    assert told.startswith(
        "registers/edits.csv:3: edit 'e2' is about hours of 'b' that edit 'e1' in line 2 decides."
    )


def test_a_long_edit_is_compared_with_all_that_follow(tmp_path):
    found = problems(
        tmp_path,
        line("e1", start="2025-04-01", end="2025-04-20", rule="keep"),
        line("e2", start="2025-04-02", end="2025-04-03", rule="keep"),
        line("e3", start="2025-04-05", end="2025-04-06", rule="keep"),
    )

    assert [one.partition(": ")[0] for one in found] == [
        "registers/edits.csv:3",
        "registers/edits.csv:4",
    ]


def test_a_swap_is_about_both_meters(tmp_path):
    told = problem(
        tmp_path,
        line("e1", "a", rule="swap b"),
        line("e2", "b", rule="keep"),
    )

    assert "edit 'e2' is about hours of 'b' that edit 'e1' in line 2 decides" in told


def test_an_edit_that_has_expired_overlaps_with_none(tmp_path):
    old, new = line("e1", rule="keep", expires="2025-05-31"), line("e2", rule="zero")

    assert len(edits(tmp_path, old, new, day=date(2025, 6, 1))) == 2
    assert "edit 'e1' in line 2 decides" in problem(tmp_path, old, new, day=date(2025, 5, 31))


def test_an_unreviewed_edit_overlaps_with_none_where_a_review_is_asked_for(tmp_path):
    lines = line("e1", rule="keep"), line("e2", rule="zero", reviewed_by="Bob")
    policies = "policies: {edits_need_review: yes}\n"

    assert len(edits(tmp_path, *lines, policies=policies)) == 2
    assert "decides" in problem(tmp_path, *lines)


def test_a_swap_needs_a_meter_of_the_same_facility_unit_and_multiplier(tmp_path):
    assert edits(tmp_path, line(rule="swap a"))
    assert "meter 'c' is not known" in problem(tmp_path, line(rule="swap c"))
    assert "belongs to another facility" in problem(tmp_path, line(rule="swap blr"))
    assert "other units or multipliers" in problem(tmp_path, line(rule="swap mwh"))
    assert "other units or multipliers" in problem(tmp_path, line(rule="swap temp"))


@pytest.mark.parametrize("meter", ["reg", "day", "temp"])
def test_a_sign_is_turned_only_where_each_row_stands_for_itself(tmp_path, meter):
    told = problem(tmp_path, line(meter=meter, rule="scale -1"))

    assert "Export them again with the right sign, or sign a value." in told


def test_a_shift_must_leave_some_of_its_hours(tmp_path):
    hours = {"start": "2025-04-01T00:00", "end": "2025-04-01T02:00"}
    assert edits(tmp_path, line(rule="shift -1h", **hours))
    assert "leaves none of the edit's hours" in problem(tmp_path, line(rule="shift +2h", **hours))


def test_an_edit_about_days_to_come_is_refused(tmp_path):
    told = line(start="2025-06-01", end="2025-06-04", rule="keep")

    assert "hours that have not been" in problem(tmp_path, told, day=date(2025, 6, 1))
    assert edits(tmp_path, told, day=date(2025, 6, 4))
    assert edits(tmp_path, told, day=None)


def test_an_edit_counts_until_the_day_it_expires_on(tmp_path):
    [edit] = edits(tmp_path, line(rule="keep", expires="2025-06-01"))

    def state(day, needs_review=False):
        return state_of(edit, day, needs_review=needs_review)

    assert state(date(2025, 6, 1)) is EditState.ACTIVE
    assert state(date(2025, 6, 2)) is EditState.EXPIRED
    assert state(None) is EditState.UNKNOWN
    assert state(date(2025, 6, 1), needs_review=True) is EditState.UNREVIEWED


def test_only_active_edits_count_in_the_order_of_meter_and_time(tmp_path):
    found = edits(
        tmp_path,
        line("late", start="2025-04-03", end="2025-04-04", rule="keep"),
        line("early", rule="keep"),
        line("first", "a", rule="keep"),
        line("gone", start="2025-05-03", end="2025-05-04", rule="keep", expires="2025-05-31"),
    )

    counted = counting(found, TODAY, needs_review=False)

    assert [edit.edit_id for edit in counted] == ["first", "early", "late"]
