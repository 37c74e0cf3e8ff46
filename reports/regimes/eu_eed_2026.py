"""EU: Delegated Regulation (EU) 2024/1364 as C(2026) 3472 of 21 September 2026 changes it.

Adopted, not yet in force, and not read in full: what stays is taken from the edition of 2024, what
is known to change stands here. Water is freshwater and in litres by kWh; both usages stand side by
side. The label itself comes from the European database alone.
"""

from dataclasses import replace

from reports.content.kinds import FromBand, FromYesNo, NotComputed
from reports.regime import AtMost, Cell, Ratio, Regime, RuleState
from reports.regimes.eu_eed_2024 import EU_EED_2024, INDICATORS
from reports.regimes.lines import FROM_0, IT, M3, OPTIONAL, RATIO, class_of, figure, key
from schemas.metrics import Metric
from schemas.size_classes import UNION
from schemas.units import Unit

_LABEL = "Label: a preview, not official"
_UNREAD = "The new definition of the act was not read (unverified)."
_ENERGY = "Annex II, 1: energy and sustainability"
_SIZES = FromBand(fields=("facility.installed_it_kw", "facility.rated_it_kw"), sizes=UNION)

# fmt: off
_CHANGED = (
    Cell(section="Annex I: information on the data centre", annex="Annex I, 1(c), changed", code="A1-1c", label="Location, NUTS 3 code", content=key("nuts3"), note="Replaces the LAU code of the edition of 2024."),
    Cell(section=_ENERGY, annex="Annex II, 1(i), changed", code="WIN-FRE", label="Total freshwater input", content=figure(Metric.WIN_FRE), unit=M3, decimals=0, limits=FROM_0, needs="meters of potable_water, surface_water or ground_water in meters.csv", note="Replaces potable water input. Which waters are fresh, and its unit, were not read in the act (unverified)."),
    Cell(section=INDICATORS, annex="Annex III, (b), changed", code="WUE", label="Water usage effectiveness, freshwater", content=figure(Metric.WUE_FRE), unit=Unit.LITRE_PER_KILOWATT_HOUR, decimals=3, when_missing=OPTIONAL, limits=FROM_0, note="WIN-FRE in litres ÷ EIT in kWh; the unit is inferred from the classes' edges (unverified). Computed as m3 by kWh every site would be of class A."),
)
_ADDED = (
    Cell(section=INDICATORS, annex="Annex III, (b), edition 2024", code="WUE-2024", label="Water usage effectiveness as the edition of 2024 has it", content=figure(Metric.WUE, "2", "1"), unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR, decimals=3, when_missing=OPTIONAL, limits=FROM_0, note="Beside the new one, for comparison: all water input ÷ EIT. m3 by MWh and L by kWh are the same size."),
    Cell(section=INDICATORS, annex="Annex III, (e)", code="LEEF", label="Low-emission energy factor", content=NotComputed(because="no source read gives its formula"), when_missing=OPTIONAL, unit=RATIO, decimals=4),
    Cell(section=_LABEL, annex="Annex I of C(2026) 3472", code="CLASS-PUE", label="Class by PUE", content=class_of(Metric.PUE, *IT), allowed=tuple("ABCDEFG"), when_missing=OPTIONAL, note="A to 1.15, B to 1.25, C to 1.35, D to 1.5, E to 1.7, F to 1.9, then G; an edge belongs to the better class."),
    Cell(section=_LABEL, annex="Annex I of C(2026) 3472", code="CLASS-WUE", label="Class by freshwater WUE", content=class_of(Metric.WUE_FRE), allowed=tuple("ABCDEFG"), when_missing=OPTIONAL, note="A to 0.1, B to 0.2, C to 0.4, D to 0.6, E to 0.8, F to 1.0 L/kWh, then G."),
    Cell(section=_LABEL, annex="Annex II of C(2026) 3472", code="SIZE", label="Size class by IT power", content=_SIZES, when_missing=OPTIONAL, note="Of Annex IV: very small from 100, small from 500, medium from 1 000, large from 2 000, very large above 10 000 kW. Edges half open (policy): the act lets them overlap."),
    Cell(section=_LABEL, annex="Annex II of C(2026) 3472", code="GRID-FLEX", label="Grid flexibility", content=FromYesNo(field="facility.grid_functions"), when_missing=OPTIONAL, note=_UNREAD),
    Cell(section=_LABEL, annex="Annex II of C(2026) 3472", code="HEAT-READY", label="Waste heat reuse ready", content=NotComputed(because="no source read gives the act's definition"), when_missing=OPTIONAL),
)
# fmt: on

_REPLACES = {"WIN-POT": "WIN-FRE"}
_DOUBTFUL = {"A2-1f", "EDC", "EIT", "ERES-TOT"}
_DRAFT_ENDS = {"BIN", "BOUT", "TIN-traffic", "TOUT"}
_DRAFT_SAYS = (
    "The draft of the change gave this up; whether the final text does was not read (unverified)."
)


def _cells() -> tuple[Cell, ...]:
    """The cells of 2024, each in its place, as far as the change is known."""
    changed = {cell.code: cell for cell in _CHANGED}
    found = []
    for cell in EU_EED_2024.cells:
        if cell.code == "WUE-category":
            continue
        kept = changed.get(_REPLACES.get(cell.code, cell.code), cell)
        if cell.code in _DOUBTFUL:
            kept = replace(cell, note=f"{cell.note} {_UNREAD}".strip())
        elif cell.code in _DRAFT_ENDS:
            kept = replace(cell, note=f"{cell.note} {_DRAFT_SAYS}".strip())
        found.append(kept)
    return (*found, *_ADDED)


EU_EED_2026 = Regime(
    key="eu-eed-2026",
    title="European database on data centres: annual report, as changed in 2026",
    edition="2026",
    jurisdiction="EU",
    source="Delegated Regulation (EU) 2024/1364 as changed by C(2026) 3472 final",
    state=RuleState.ADOPTED,
    first_year=2025,
    cells=_cells(),
    at_most=(
        *(check for check in EU_EED_2024.at_most if check.left != "WIN-POT"),
        AtMost(left="WIN-FRE", right="WIN", because="freshwater is a part of the input"),
    ),
    sums=EU_EED_2024.sums,
    ratios=(
        Ratio(code="PUE", numerator="EDC", denominator="EIT"),
        Ratio(code="WUE", numerator="WIN-FRE", denominator="EIT", per=1000),
        Ratio(code="WUE-2024", numerator="WIN", denominator="EIT", per=1000),
        Ratio(code="ERF", numerator="EREUSE", denominator="EDC"),
        Ratio(code="REF", numerator="ERES-TOT", denominator="EDC", cap=1),
    ),
    notes=(
        "Adopted on 21 September 2026 and not yet in force: this form is for preparation only. The due date and first period of the change were not read (unverified).",
        "Classes are a preview with official = false: the label is made by the European database, and must not be imitated.",
        "Individual records are confidential by law (Article 5(5)), except what the label shows.",
        "The act prescribes no rounding. wattledger rounds half up, once, from the unrounded figure.",
    ),
)
