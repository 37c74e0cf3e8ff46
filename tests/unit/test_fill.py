"""A form is filled from figures: rounding, holes, checks, and what stays empty for which reason."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from alpha import FACILITY, OPERATOR, REFRIGERANTS, figure, figures, form

from reports.content.cells import Inputs, rounded
from reports.content.declarations import look_up
from reports.content.kinds import FromMaster, FromPeriod
from reports.fill import reporting_period
from reports.form import CellStatus
from reports.regime import AtMost, Cell, Regime, RuleState
from reports.regimes import REGIMES
from reports.regimes.eu_eed_2024 import EU_EED_2024
from schemas.errors import UsageError
from schemas.estate.model import Facility, Operator, Redundancy
from schemas.estate.policies import Policies
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.metrics import Metric, Status

#: Every line of Annexes I, II and III in their order, TIN told apart.
ANNEXES = [
    *"A1-1a A1-1b A1-1c A1-1d A1-1e A1-2a A1-2b A1-x".split(),
    *"PDIT SDC SCR EDC EDC-BG EIT A2-1f CBtG WIN WIN-POT EREUSE TWH TIN-temp A2-1m CDD".split(),
    *"ERES-TOT ERES-GOO ERES-PPA ERES-OS CSERV CSTOR BIN BOUT TIN-traffic TOUT".split(),
    *"PUE WUE ERF REF".split(),
]


def test_every_line_of_the_annexes_is_a_cell_exactly_once_and_in_order():
    codes = [cell.code for cell in EU_EED_2024.cells]

    assert [code for code in codes if code in ANNEXES] == ANNEXES
    assert set(codes) - set(ANNEXES) == {
        *"PERIOD PDIT-metric EDC-boundary EIT-category WIN-category".split(),
        *"CSERV-share CSTOR-share PUE-category WUE-category".split(),
    }


def test_regimes_are_found_by_their_key():
    assert REGIMES["eu-eed-2024"] is EU_EED_2024
    assert EU_EED_2024.state is RuleState.IN_FORCE


@pytest.mark.parametrize("regime", REGIMES.values(), ids=REGIMES)
def test_every_master_data_path_exists(regime):
    empty = Inputs(
        operator=OPERATOR,
        facility=FACILITY,
        year=2025,
        start=reporting_period(FACILITY, 2025)[0],
        end=reporting_period(FACILITY, 2025)[1],
        figures=(),
        refrigerants=None,
        policies=Policies(),
    )
    sources = [cell.content for cell in regime.cells if isinstance(cell.content, FromMaster)]
    paths = [path for source in sources for part in source.parts for path in part.fields]

    for path in paths:
        look_up(path, empty)

    known = {f"facility.{field.name}" for field in fields(Facility)}
    known |= {f"operator.{field.name}" for field in fields(Operator)}
    assert {".".join(path.split(".")[:2]) for path in paths} <= known


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        pytest.param(0.125, 2, "0.13", id="half-goes-up-not-to-even"),
        pytest.param(2.5, 0, "3", id="half-of-a-kilowatt-hour"),
        pytest.param(1.0005, 3, "1.001", id="as-written-not-as-stored-in-binary"),
        pytest.param(-0.4, 0, "0", id="no-negative-zero"),
        pytest.param(1e16, 0, "10000000000000000", id="no-exponent"),
        pytest.param(11137 / 8760, 3, "1.271", id="pue-of-alpha"),
    ],
)
def test_rounded(value, decimals, expected):
    assert f"{rounded(value, decimals):f}" == expected


@pytest.mark.parametrize(
    ("code", "value", "number", "unit"),
    [
        pytest.param("EDC", "22274000", 22274000, "kWh", id="P1-total"),
        pytest.param("EIT", "17520000", 17520000, "kWh", id="P1-it"),
        pytest.param("PUE", "1.271", Decimal("1.271"), "1", id="P1-pue"),
        pytest.param("WUE", "0.800", Decimal("0.800"), "m3/MWh", id="W1-wue"),
        pytest.param("ERF", "0.1500", Decimal("0.1500"), "1", id="H2-erf"),
        pytest.param("REF", "0.8238", Decimal("0.8238"), "1", id="R1-ref"),
        pytest.param("PDIT", "2252.1", Decimal("2252.1"), "kW", id="A1-power-by-days"),
        pytest.param("BIN", "62.603", Decimal("62.603"), "GB/s", id="A4-gigabytes-not-gigabits"),
        pytest.param("TIN-traffic", "1.234567", Decimal("1.234567"), "EB", id="A5-decimal"),
        pytest.param("TIN-temp", "24.1", Decimal("24.1"), "°C", id="T2-set-point"),
        pytest.param("SDC", "5200", 5200, "m2", id="floor-area"),
    ],
)
def test_the_figures_of_alpha(code, value, number, unit):
    cell = form().cell(code)

    assert (cell.status, cell.value, cell.unit) == (CellStatus.FILLED, value, unit)
    assert cell.number == number
    assert cell.reason == ""


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("A1-1b", "owner: Nordlicht Real Estate GmbH; operator: Nordlicht Cloud GmbH; "
                  "contact: dc@nordlicht.example"),
        ("A1-1c", "06412000"),
        ("A1-1d", "colocation; structure; also: co-hosting"),
        ("A1-2a", "high voltage: N+1; low voltage: 2N; rack: 2N"),
        ("A2-1f", "no"),
        ("A2-1m", "R-134a; R-410A"),
        ("EDC-boundary", "district cooling: external"),
        ("PDIT-metric", "installed"),
        ("EIT-category", "1"),
        ("WIN-category", "2"),
        ("PUE-category", "1"),
        ("PERIOD", "2025-01-01/2025-12-31"),
    ],
)  # fmt: skip
def test_the_words_of_alpha(code, value):
    cell = form().cell(code)

    assert (cell.status, cell.value, cell.number) == (CellStatus.FILLED, value, None)


def test_alpha_is_complete_and_never_official():
    filled = form()

    assert filled.complete
    assert filled.holes == ()
    assert filled.official is False


def test_all_holes_are_listed_at_once_with_what_would_fill_them():
    bare = Facility(id="alpha", name="Alpha", country="DE", timezone="Europe/Berlin")

    holes = {
        cell.code: cell.reason
        for cell in form(
            facility=bare, metrics=(), refrigerants=None, operator=Operator(name="N", country="DE")
        ).holes
    }

    required = {cell.code for cell in EU_EED_2024.cells if cell.required}
    assert set(holes) == required - {
        "PERIOD", "A1-1a", "CBtG", "PDIT-metric", "EIT-category", "WIN-category"
    }  # fmt: skip
    assert holes["A1-x"] == "facility 'reference_id' is empty in estate.yaml (alpha)"
    assert holes["A1-1b"] == (
        "facility 'owner', facility 'contact' or operator 'contact' are empty in estate.yaml "
        "(alpha)"
    )
    assert holes["A2-1m"] == "the file registers/refrigerants.csv is absent"
    assert "meters of ups_output" in holes["EIT"]
    assert all(holes.values())


@pytest.mark.parametrize("cell", EU_EED_2024.cells, ids=lambda cell: cell.code)
def test_every_empty_cell_says_why(cell):
    bare = Facility(id="alpha", name="Alpha", country="DE", timezone="Europe/Berlin")

    filled = form(facility=bare, metrics=(), refrigerants=None).cell(cell.code)

    assert (filled.value is None) == bool(filled.reason)


def test_a_measured_zero_is_filed_and_a_missing_figure_is_not():
    zero = form(metrics=figures(edc_bg={"value": 0.0, "low": 0.0, "high": 0.0})).cell("EDC-BG")
    missing = form(metrics=figures(edc_bg=None)).cell("EDC-BG")

    assert (zero.status, zero.value, zero.number) == (CellStatus.FILLED, "0", 0)
    assert (missing.status, missing.value, missing.number) == (CellStatus.MISSING, None, None)
    assert missing.reason.startswith("there is no figure 'edc_bg' of alpha for 2025; needed:")


def test_a_withheld_figure_keeps_its_reason_and_its_bounds():
    withheld = {
        "value": None,
        "low": 13_000.2,
        "high": None,
        "status": Status.WITHHELD,
        "reason": "coverage 0.8100 is below 0.95",
        "coverage": 0.81,
    }

    cell = form(metrics=figures(win=withheld, wue=None)).cell("WIN")

    assert (cell.status, cell.value) == (CellStatus.MISSING, None)
    assert cell.reason == (
        "coverage 0.8100 is below 0.95; the true value is at least 13000 m3, and nothing bounds "
        "it above"
    )
    assert (cell.low, cell.high, cell.coverage) == (13000, None, 0.81)


def test_a_withheld_figure_is_not_filed_even_if_a_number_came_with_it():
    cell = form(metrics=figures(cdd={"status": Status.WITHHELD})).cell("CDD")

    assert (cell.status, cell.value) == (CellStatus.MISSING, None)


def test_a_figure_that_is_no_number_is_not_filed():
    cell = form(metrics=figures(cdd={"value": float("nan")})).cell("CDD")

    assert (cell.status, cell.value) == (CellStatus.MISSING, None)


def test_thin_coverage_is_flagged_with_bounds_rounded_outwards():
    thin = {"coverage": 0.98999, "low": 22_273_999.6, "high": 22_274_000.4}

    cell = form(metrics=figures(edc=thin)).cell("EDC")

    assert (cell.status, cell.value) == (CellStatus.FLAGGED, "22274000")
    assert cell.reason == (
        "coverage 0.9899 is below 0.99; the true value lies between 22273999 and 22274001 kWh"
    )


def test_the_operators_policy_decides_what_is_flagged():
    thin = figures(edc={"coverage": 0.98})

    cell = form(metrics=thin, policies=Policies(coverage_clean=0.97)).cell("EDC")

    assert cell.status is CellStatus.FILLED


def test_a_lower_category_is_filed_only_with_a_remark():
    rows = (
        *figures(win=None, wue=None),
        figure(Metric.WIN, 9_811.0, "1"),
        figure(Metric.WIN, None, "2", status=Status.WITHHELD, reason="rain water is not metered"),
        figure(Metric.WUE, 9811 / 17520, "1"),
    )

    filled = form(metrics=rows)

    assert filled.cell("WIN").value == "9811"
    assert filled.cell("WIN").status is CellStatus.FLAGGED
    assert "category 2 has no figure: rain water is not metered" in filled.cell("WIN").reason
    assert filled.cell("WIN-category").value == "1"
    assert filled.cell("WUE").value == "0.560"


def test_figures_of_other_facilities_months_and_categories_are_passed_over():
    others = (
        figure(Metric.CDD, 1.0, period="2025-01"),
        figure(Metric.CDD, 2.0, facility_id="beta"),
        figure(Metric.PDIT, 3.0, "market"),
    )

    filled = form(metrics=(*others, *figures(pdit=None)))

    assert filled.cell("CDD").value == "9.5"
    assert filled.cell("PDIT").status is CellStatus.MISSING


def test_over_purchase_is_capped_and_says_so():
    rows = figures(
        eres_goo={"value": 24_000_000.0},
        eres_ppa={"value": 0.0},
        eres_tot={"value": 24_350_000.0},
        ref={"value": 1.0, "raw": 12175 / 11137},
    )

    filled = form(metrics=rows)

    assert filled.cell("REF").value == "1.0000"
    assert filled.cell("REF").status is CellStatus.FLAGGED
    assert "before the cap 1.093203" in filled.cell("REF").reason
    assert filled.cell("ERES-TOT").status is CellStatus.FLAGGED


@pytest.mark.parametrize(
    ("changes", "blocked", "words"),
    [
        pytest.param(
            {"eit": {"value": 23e6}, "pue": {"value": 22274 / 23000}, "wue": None},
            {"EDC", "EIT", "PUE", "ERF", "REF"},
            "EIT (23000000) is greater than EDC (22274000)",
            id="it-above-total",
        ),
        pytest.param(
            {"edc_bg": {"value": 23e6}},
            {"EDC", "EDC-BG", "PUE", "ERF", "REF"},
            "EDC-BG (23000000) is greater than EDC",
            id="generators-above-total",
        ),
        pytest.param(
            {"win_pot": {"value": 14_017.0}},
            {"WIN", "WIN-POT", "WUE"},
            "WIN-POT (14017) is greater than WIN (14016)",
            id="potable-above-all-water",
        ),
        pytest.param(
            {"eres_os": {"value": 1.0}},
            {"ERES-TOT", "ERES-GOO", "ERES-PPA", "ERES-OS", "REF"},
            "ERES-TOT (18350000) is not the sum of ERES-GOO + ERES-PPA + ERES-OS (18000001)",
            id="renewables-do-not-add-up",
        ),
        pytest.param(
            {"ereuse": {"value": 23e6}, "erf": {"value": 23000 / 22274}},
            {"EREUSE", "EDC", "PUE", "ERF", "REF"},
            "EREUSE (23000000) is greater than EDC",
            id="more-heat-than-energy",
        ),
        pytest.param({"pue": {"value": 1.25}}, {"PUE"}, "PUE (1.25) is not EDC ÷ EIT", id="pue"),
        pytest.param(
            {"wue": {"value": 0.0008}}, {"WUE"}, "WUE (0.0008) is not WIN ÷ EIT", id="wue-per-kwh"
        ),
        pytest.param(
            {"eit": {"value": 0.0}, "pue": None, "wue": None},
            {"EIT"},
            "not filed: 0.0 is not above 0",
            id="no-it-load",
        ),
        pytest.param(
            {"win": {"value": -1.0}, "wue": None, "win_pot": None},
            {"WIN"},
            "not filed: -1.0 is below 0",
            id="negative-water",
        ),
    ],
)
def test_a_contradiction_blocks_its_cells(changes, blocked, words):
    filled = form(metrics=figures(**changes))

    cells = {cell.code: cell for cell in filled.cells if cell.status is CellStatus.BLOCKED}
    assert set(cells) == blocked
    assert any(words in cell.reason for cell in cells.values())
    assert all(cell.value is None and cell.number is None for cell in cells.values())
    assert not filled.complete


def test_computer_rooms_are_not_larger_than_the_floor():
    filled = form(facility=replace(FACILITY, computer_room_m2=5201))

    assert {cell.code for cell in filled.holes} == {"SDC", "SCR"}


@pytest.mark.parametrize(
    ("answer", "offered", "status", "value"),
    [
        pytest.param("no", None, CellStatus.NOT_APPLICABLE, None, id="no-function-no-cell"),
        pytest.param("no", 0.0, CellStatus.FILLED, "0.0", id="measured-zero-stays-zero"),
        pytest.param("no", 125.0, CellStatus.BLOCKED, None, id="no-contradicts-capacity"),
        pytest.param("peak shifting", 125.0, CellStatus.FILLED, "125.0", id="A3"),
        pytest.param("yes", None, CellStatus.MISSING, None, id="yes-needs-the-capacity"),
        pytest.param("", None, CellStatus.NOT_AVAILABLE, None, id="unanswered"),
    ],
)
def test_battery_capacity_follows_the_grid_functions(answer, offered, status, value):
    rows = figures() if offered is None else (*figures(), figure(Metric.CBTG, offered))

    filled = form(facility=replace(FACILITY, grid_functions=answer), metrics=rows)

    assert (filled.cell("CBtG").status, filled.cell("CBtG").value) == (status, value)
    assert filled.cell("CBtG").reason or status is CellStatus.FILLED


def test_no_answer_is_not_a_no():
    assert form(facility=replace(FACILITY, grid_functions="")).cell("A2-1f").value is None
    details = form(facility=replace(FACILITY, grid_functions="peak shifting"))
    assert details.cell("A2-1f").value == "yes: peak shifting"


def test_an_implausible_set_point_is_filed_with_a_remark():
    cell = form(metrics=figures(tin_setpoint={"value": 40.0})).cell("TIN-temp")

    assert (cell.status, cell.value) == (CellStatus.FLAGGED, "40.0")
    assert "40.0 is above 35: not plausible for a set point" in cell.reason


def test_the_period_begins_with_commissioning():
    filled = form(facility=replace(FACILITY, commissioned="2025-07"))

    assert filled.period_start.isoformat() == "2025-07-01T00:00:00+02:00"
    assert filled.period_end.isoformat() == "2026-01-01T00:00:00+01:00"
    assert filled.cell("PERIOD").value == "2025-07-01/2025-12-31"


def test_a_facility_of_the_future_is_blocked():
    cell = form(facility=replace(FACILITY, commissioned="2026-01")).cell("A1-1e")

    assert cell.status is CellStatus.BLOCKED
    assert "after the end of 2025" in cell.reason


def test_there_is_no_form_before_the_first_year():
    with pytest.raises(UsageError, match="first year reported on it is 2023"):
        form(year=2022)


def test_partly_stated_redundancy_names_every_empty_level():
    facility = replace(FACILITY, redundancy=Redundancy(high_voltage="N+1"))

    assert form(facility=facility).cell("A1-2a").reason == (
        "facility 'redundancy.low_voltage', facility 'redundancy.rack' are empty in estate.yaml "
        "(alpha)"
    )


def _stock(year, event, kg, name="R-22"):
    return RefrigerantEvent(
        facility_id="alpha",
        date=date(year, 6, 1),
        refrigerant=name,
        event=event,
        kg=Decimal(kg),
        line=9,
    )


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        pytest.param(_stock(2023, "closing", 0), "R-134a; R-410A", id="gone-before-the-period"),
        pytest.param(_stock(2023, "closing", 5), "R-134a; R-22; R-410A", id="carried-in"),
        pytest.param(_stock(2025, "closing", 0), "R-134a; R-22; R-410A", id="gone-in-the-period"),
        pytest.param(_stock(2026, "purchase", 5), "R-134a; R-410A", id="came-later"),
    ],
)
def test_refrigerants_of_the_period(event, expected):
    assert form(refrigerants=(*REFRIGERANTS, event)).cell("A2-1m").value == expected


def test_refrigerants_of_another_facility_are_passed_over():
    elsewhere = replace(_stock(2025, "purchase", 5), facility_id="beta")

    assert form(refrigerants=(*REFRIGERANTS, elsewhere)).cell("A2-1m").value == "R-134a; R-410A"


def test_a_register_without_a_line_is_not_an_absent_one():
    assert "has no line for alpha" in form(refrigerants=()).cell("A2-1m").reason


@pytest.mark.parametrize(
    ("cells", "checks"),
    [
        pytest.param(("A", "A"), (), id="a-code-twice"),
        pytest.param(("A",), (AtMost(left="A", right="B", because=""),), id="a-check-on-no-cell"),
    ],
)
def test_a_regime_that_contradicts_itself_is_refused(cells, checks):
    with pytest.raises(ValueError, match="regime x"):
        Regime(
            key="x",
            title="",
            edition="",
            jurisdiction="",
            source="",
            state=RuleState.DRAFT,
            valid_from=date(2024, 1, 1),
            valid_to=None,
            first_year=2024,
            cells=tuple(
                Cell(code=code, label="", section="", annex="", content=FromPeriod())
                for code in cells
            ),
            at_most=checks,
        )
