"""Germany: EnEfG § 13 with Annex 3 (RZReg), in force; and the draft of 9 April 2026 for § 11.

The law's text was read in a copy; what follows from other sources is marked.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from reports.content.kinds import FromBand, FromMaster, NotComputed, Part
from reports.regime import AtMost, Cell, Range, Regime, RuleState, Threshold
from reports.regimes.lines import (
    ABOVE_0,
    FROM_0,
    IT,
    KW,
    KWH,
    M2,
    OPTIONAL,
    PERCENT,
    RATIO,
    SHARE,
    C,
    category,
    figure,
    head,
    key,
    limit,
)
from schemas.metrics import Metric
from schemas.size_classes import GERMANY
from schemas.units import Unit

_GENERAL = "Annex 3, 1: general information"
_OPERATION = "Annex 3, 2: operation in the year reported"
_LIMITS = "§ 11: limits, beside the form"
_NAMES = FromMaster(
    parts=(
        Part(label="owner", fields=("facility.owner",)),
        Part(label="operator", fields=("operator.name",)),
    )
)
_SIZES = FromBand(fields=("facility.rated_it_kw", "facility.installed_it_kw"), sizes=GERMANY)
_HEAT = Range(lowest=5, highest=90, because="not plausible for waste heat")
_NOT_STATED = Range(lowest=300, because="below 300 kW it is no data centre by § 3 Nr. 24")

# fmt: off
_CELLS = (
    head(_GENERAL, "§ 13(1)")[-1],
    Cell(section=_GENERAL, annex="Annex 3, 1a", code="1a", label="Designation of the data centre", content=key("name")),
    Cell(section=_GENERAL, annex="Annex 3, 1b", code="1b", label="Owner and operator", content=_NAMES),
    Cell(section=_GENERAL, annex="Annex 3, 1c", code="1c", label="Size class by IT connected power", content=_SIZES, note="Other classes than those of the European act."),
    Cell(section=_GENERAL, annex="Annex 3, 1d", code="1d", label="Postal code", content=key("postal_code")),
    Cell(section=_GENERAL, annex="Annex 3, 1e", code="1e", label="Total floor area of the building", content=key("floor_area_m2"), unit=M2, decimals=0, limits=ABOVE_0, note="The estate's floor area is that of the data centre; in a shared building state the building's by hand."),
    Cell(section=_GENERAL, annex="Annex 3, 1f", code="1f-IT", label="Rated IT connected power", content=key("rated_it_kw"), unit=KW, decimals=1, limits=ABOVE_0),
    Cell(section=_GENERAL, annex="Annex 3, 1f", code="1f-NR", label="Non-redundant rated connected power", content=key("nonredundant_connected_kw"), unit=KW, decimals=1, limits=ABOVE_0, plausible=_NOT_STATED, note="Of the whole data centre; not the IT power that the European act asks for."),

    Cell(section=_OPERATION, annex="Annex 3, 2a", code="2a-C", label="Electricity consumption, own generation included", content=figure(Metric.ELECTRICITY, "consumption"), unit=KWH, decimals=0, limits=FROM_0, needs="meters of grid_import, onsite_renewable and generator_output in meters.csv", note="Purchased + own generation − fed back (inference)."),
    Cell(section=_OPERATION, annex="Annex 3, 2a", code="2a-P", label="Electricity purchased", content=figure(Metric.ELECTRICITY, "purchased"), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of grid_import in meters.csv"),
    Cell(section=_OPERATION, annex="Annex 3, 2a", code="2a-F", label="Electricity fed back", content=figure(Metric.ELECTRICITY, "fed_back"), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of grid_export in meters.csv, or grid_export under 'without' in estate.yaml"),
    Cell(section=_OPERATION, annex="Annex 3, 2b", code="2b", label="Renewable share of electricity consumption", content=figure(Metric.RENEWABLE_ELECTRICITY), unit=PERCENT, decimals=1, limits=Range(lowest=0, highest=100), needs="registers/certificates.csv", note="DIN EN 50600-4-3:2020-11. Of electricity, where the European REF is of all energy."),
    Cell(section=_OPERATION, annex="Annex 3, 2c", code="2c-Q", label="Waste heat released to air, water and ground", content=figure(Metric.HEAT_REJECTED), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of heat_rejected in meters.csv", note="Measurable or estimable heat that nobody takes; the European act has no such field."),
    Cell(section=_OPERATION, annex="Annex 3, 2c", code="2c-T", label="Mean temperature of the heat released", content=figure(Metric.HEAT_REJECTED_TEMPERATURE), unit=C, decimals=1, plausible=_HEAT, needs="a meter of heat_rejected_temperature in meters.csv"),
    Cell(section=_OPERATION, annex="Annex 3, 2d", code="2d-Q", label="Heat delivered to takers", content=figure(Metric.EREUSE), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of heat_reused in meters.csv, or heat_reused under 'without' in estate.yaml"),
    Cell(section=_OPERATION, annex="Annex 3, 2d", code="2d-T", label="Mean temperature of the heat delivered", content=figure(Metric.HEAT_DELIVERED_TEMPERATURE), unit=C, decimals=1, plausible=_HEAT, when_missing=OPTIONAL, note="Empty where no heat is delivered."),
    Cell(section=_OPERATION, annex="Annex 3, 2e", code="2e", label="Data stored and processed", content=NotComputed(because="the law names no unit and no way to count; state it by hand"), when_missing=OPTIONAL),
    Cell(section=_OPERATION, annex="Annex 3, 2f", code="2f", label="Power usage effectiveness of the whole data centre", content=figure(Metric.PUE, *IT), unit=RATIO, decimals=3, limits=Range(lowest=1, because="a data centre cannot use less than its IT equipment"), plausible=Range(above=1, highest=3, because="not plausible without an explanation"), needs="meters of grid_import and ups_output in meters.csv", note="DIN EN 50600-4-2:2019-08."),
    Cell(section=_OPERATION, annex="Annex 3, 2f", code="2f-category", label="Measuring category of PUE", content=category(Metric.PUE, *IT), allowed=IT, when_missing=OPTIONAL),
    Cell(section=_OPERATION, annex="Annex 3, 2g", code="2g", label="Share of reused energy", content=figure(Metric.ERF), unit=RATIO, decimals=4, limits=SHARE, needs="a meter of heat_reused in meters.csv, or heat_reused under 'without' in estate.yaml", note="DIN EN 50600-4-6:2020-11."),
    Cell(section=_OPERATION, annex="Annex 3, 2h", code="2h", label="Efficiency of the cooling system", content=figure(Metric.CER), unit=RATIO, decimals=2, limits=ABOVE_0, needs="meters of heat_removed and cooling_electricity in meters.csv", note="DIN EN 50600-4-7:2020-08 (CER)."),
    Cell(section=_OPERATION, annex="Annex 3, 2i", code="2i", label="Efficiency of water use", content=figure(Metric.WUE, "2", "1"), unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR, decimals=3, limits=FROM_0, needs="meters of water in meters.csv", note="The law says DIN EN 50600-9:2020-05; part 4-9 must be meant (inference)."),
    Cell(section=_OPERATION, annex="Annex 3, 2i", code="2i-category", label="Category of water use", content=category(Metric.WUE, "2", "1"), allowed=("2", "1"), when_missing=OPTIONAL),
    Cell(section=_LIMITS, annex="§ 11(2)", code="PUE-heat", label="PUE without electricity that only upgrades waste heat", content=figure(Metric.PUE_DE), unit=RATIO, decimals=3, when_missing=OPTIONAL, note="For data centres that began from 1 July 2026; the limit of § 11(2) is held against it."),
)
_REST = (
    limit("de-erf-2026", section=_LIMITS, annex="§ 11(2)", label="10 % of energy reused, begun from 1 July 2026", note="Exemptions of § 11(3) are for the operator to prove."),
    limit("de-erf-2027", section=_LIMITS, annex="§ 11(2)", label="15 % of energy reused, begun from 1 July 2027", note="Exemptions of § 11(3) are for the operator to prove."),
    limit("de-erf-2028", section=_LIMITS, annex="§ 11(2)", label="20 % of energy reused, begun from 1 July 2028", note="Exemptions of § 11(3) are for the operator to prove."),
    limit("de-renewable-2024", section=_LIMITS, annex="§ 11(5)", label="Half of electricity renewable from 1 January 2024"),
    limit("de-renewable-2027", section=_LIMITS, annex="§ 11(5)", label="All electricity renewable from 1 January 2027"),
)
_IN_FORCE = (
    limit("de-pue-2027", section=_LIMITS, annex="§ 11(1)", label="PUE at most 1.5 from 1 July 2027, begun before 1 July 2026"),
    limit("de-pue-2030", section=_LIMITS, annex="§ 11(1)", label="PUE at most 1.3 from 1 July 2030, begun before 1 July 2026"),
    limit("de-pue-new", section=_LIMITS, annex="§ 11(2)", label="PUE at most 1.2 two years after the start, begun from 1 July 2026"),
)
_DRAFT = (
    limit("de-draft-pue-2027", section=_LIMITS, annex="§ 11(1), draft", label="PUE at most 1.6 from 1 July 2027, begun before 1 July 2026"),
    limit("de-draft-pue-2030", section=_LIMITS, annex="§ 11(1), draft", label="PUE at most 1.4 from 1 July 2030, begun before 1 July 2026"),
    limit("de-draft-pue-new", section=_LIMITS, annex="§ 11(2), draft", label="PUE at most 1.3 two years after the start, begun from 1 July 2026"),
)
# fmt: on

DE_ENEFG_2023 = Regime(
    key="de-enefg-2023",
    title="Energy efficiency register for data centres (RZReg): annual report",
    edition="2023",
    jurisdiction="DE",
    source="EnEfG (BGBl. 2023 I Nr. 309) § 13(1) and Annex 3; limits of § 11",
    state=RuleState.IN_FORCE,
    valid_from=date(2023, 11, 18),
    first_year=2023,
    due=(3, 31),
    is_published=True,
    threshold=Threshold(
        code="1f-NR",
        least=Decimal(300),
        of="non-redundant rated connected power",
        source="EnEfG § 3 Nr. 24",
    ),
    cells=(*_CELLS, *_IN_FORCE, *_REST),
    at_most=(
        AtMost(left="2a-F", right="2a-C", because="more is fed back than used", blocks=False),
    ),
    notes=(
        "Published and transmitted by 31 March for the year before; two artefacts: the register's record and a public statement.",
        "Each data centre is filed singly. From 500 kW of installed IT power the fields of the European act go through the same register.",
        "The limits of § 11 are annual averages; they are shown beside the form and are not filed.",
        "The law prescribes no rounding. wattledger rounds half up, once, from the unrounded figure.",
    ),
)

DE_ENEFG_2026_DRAFT = replace(
    DE_ENEFG_2023,
    key="de-enefg-2026-draft",
    edition="2026 (draft)",
    source="EnEfG § 13(1) and Annex 3; limits of § 11 as the draft of 9 April 2026 would have them",
    state=RuleState.DRAFT,
    valid_from=None,
    first_year=2025,
    due=None,
    threshold=None,
    cells=(*_CELLS, *_DRAFT, *_REST),
    notes=(
        "A draft of the ministry; what became of it in parliament was not found (unverified). Nothing of it binds anyone.",
        *DE_ENEFG_2023.notes[1:],
    ),
)
