"""ISO/IEC 30134 and EN 50600-4: a statement of every indicator, with its category.

Voluntary. Only who, where, when and PUE are required; any other may read "not stated, because".
"""

from reports.content.kinds import FromMaster, Part
from reports.regime import AtMost, Cell, Range, Ratio, Regime, RuleState
from reports.regimes.lines import (
    ABOVE_0,
    FROM_0,
    IT,
    KWH,
    M3,
    OPTIONAL,
    PERCENT,
    RATIO,
    SHARE,
    category,
    figure,
    head,
    key,
)
from schemas.metrics import Metric
from schemas.units import Unit

_WHO = "Who, where and when"
_POWER = "Part 2 (EN 50600-4-2): power usage effectiveness"
_RENEWABLE = "Part 3 (EN 50600-4-3): renewable energy factor"
_SERVERS = "Parts 4 and 5: servers"
_HEAT = "Parts 6 and 7 (EN 50600-4-6, -7): energy reuse and cooling"
_CARBON = "Part 8 (EN 50600-4-8): carbon usage effectiveness"
_WATER = "Part 9 (EN 50600-4-9): water usage effectiveness"
_KG, _M3_MWH = Unit.KILOGRAM_PER_KILOWATT_HOUR, Unit.CUBIC_METRE_PER_MEGAWATT_HOUR
_ONE = Range(lowest=1, because="a data centre cannot use less than its IT equipment")
_BOUNDARY = FromMaster(
    parts=(
        Part(label="CHP", fields=("facility.boundary.chp",), optional=True),
        Part(
            label="district cooling", fields=("facility.boundary.district_cooling",), optional=True
        ),
    )
)

# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_WHO, annex="Part 2", code="BOUNDARY", label="Plants inside or outside the boundary", content=_BOUNDARY, when_missing=OPTIONAL, note="Inside: metered at its input; outside: at its output. Empty where there is no such plant."),
    Cell(section=_WHO, annex="wattledger", code="COMMISSIONED", label="Entry into operation", content=key("commissioned"), when_missing=OPTIONAL),
    Cell(section=_POWER, annex="Part 2", code="PUE", label="Power usage effectiveness", content=figure(Metric.PUE, *IT), unit=RATIO, decimals=3, limits=_ONE, needs="meters of grid_import and ups_output in meters.csv", note="EDC ÷ EIT over the whole period. ISO/IEC 30134-2:2016 was withdrawn in February 2026; its successor was not read (unverified)."),
    Cell(section=_POWER, annex="Part 2", code="PUE-category", label="Category of PUE", content=category(Metric.PUE, *IT), allowed=IT, note="1: UPS outputs; 2: PDU outputs; 3: inputs of IT equipment."),
    Cell(section=_POWER, annex="Part 2", code="EDC", label="Energy of the data centre", content=figure(Metric.EDC), unit=KWH, decimals=0, limits=ABOVE_0, when_missing=OPTIONAL),
    Cell(section=_POWER, annex="Part 2", code="EIT", label="Energy of the IT equipment", content=figure(Metric.EIT, *IT), unit=KWH, decimals=0, limits=ABOVE_0, when_missing=OPTIONAL),
    *(Cell(section=_POWER, annex=f"Part 2, category {one}", code=f"PUE-{one}", label=f"PUE of category {one}", content=figure(Metric.PUE, one), unit=RATIO, decimals=3, limits=_ONE, when_missing=OPTIONAL) for one in IT),
    Cell(section=_POWER, annex="Part 2", code="iPUE", label="Interim PUE", content=figure(Metric.IPUE), unit=RATIO, decimals=3, limits=_ONE, when_missing=OPTIONAL, note="Of a period shorter than twelve months."),
    Cell(section=_POWER, annex="Part 2", code="dPUE", label="Designed PUE", content=figure(Metric.DPUE), unit=RATIO, decimals=3, limits=_ONE, when_missing=OPTIONAL, note="By design, not measured."),
    Cell(section=_RENEWABLE, annex="Part 3", code="REF", label="Renewable energy factor", content=figure(Metric.REF), unit=RATIO, decimals=4, limits=SHARE, when_missing=OPTIONAL, note="At most 1; only energy whose attributes are owned and retired."),
    Cell(section=_RENEWABLE, annex="Part 3", code="ERES", label="Renewable energy", content=figure(Metric.ERES_TOT), unit=KWH, decimals=0, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_SERVERS, annex="Part 4", code="ITEEsv", label="IT equipment energy efficiency for servers", content=figure(Metric.ITEESV), unit=Unit.SCORE_PER_KILOWATT, decimals=2, limits=FROM_0, when_missing=OPTIONAL, note="The standard's text was not read (unverified)."),
    Cell(section=_SERVERS, annex="Part 5", code="ITEUsv", label="IT equipment utilisation for servers", content=figure(Metric.ITEUSV), unit=PERCENT, decimals=1, limits=Range(lowest=0, highest=100), when_missing=OPTIONAL, note="The standard's text was not read (unverified)."),
    Cell(section=_HEAT, annex="Part 6", code="ERF", label="Energy reuse factor", content=figure(Metric.ERF), unit=RATIO, decimals=4, limits=SHARE, when_missing=OPTIONAL),
    Cell(section=_HEAT, annex="Part 6", code="EREUSE", label="Energy reused", content=figure(Metric.EREUSE), unit=KWH, decimals=0, limits=FROM_0, when_missing=OPTIONAL),
    Cell(section=_HEAT, annex="Part 7", code="CER", label="Cooling efficiency ratio", content=figure(Metric.CER), unit=RATIO, decimals=2, limits=ABOVE_0, when_missing=OPTIONAL, note="Heat removed ÷ energy of the cooling system."),
    Cell(section=_CARBON, annex="Part 8", code="CUE", label="Carbon usage effectiveness, location-based", content=figure(Metric.CUE, "location"), unit=_KG, decimals=4, limits=FROM_0, when_missing=OPTIONAL, note="Use phase only. What the standard's three categories are was not found (unverified)."),
    Cell(section=_CARBON, annex="Part 8", code="CUE-market", label="Carbon usage effectiveness, market-based", content=figure(Metric.CUE, "market"), unit=_KG, decimals=4, limits=FROM_0, when_missing=OPTIONAL),
    *(Cell(section=_WATER, annex=f"Part 9, category {one}", code=f"WUE-{one}", label=f"Water usage effectiveness, category {one}", content=figure(Metric.WUE, one), unit=_M3_MWH, decimals=3, limits=FROM_0, when_missing=OPTIONAL, note=note) for one, note in (("1", "Potable water."), ("2", "All water input."), ("3", "Less water that others reuse; the category's meaning is unverified."))),
    Cell(section=_WATER, annex="Part 9", code="WIN", label="Water input", content=figure(Metric.WIN, "2"), unit=M3, decimals=0, limits=FROM_0, when_missing=OPTIONAL),
)
# fmt: on

ISO_30134 = Regime(
    key="iso-30134",
    title="Statement of data centre indicators",
    edition="as cited per part",
    jurisdiction="INT",
    source="ISO/IEC 30134 parts 2 to 9; EN 50600-4 parts 2 to 9",
    state=RuleState.IN_FORCE,
    first_year=2015,
    cells=_CELLS,
    at_most=(AtMost(left="EIT", right="EDC", because="IT energy is a part of the total"),),
    ratios=(
        Ratio(code="PUE", numerator="EDC", denominator="EIT"),
        Ratio(code="WUE-2", numerator="WIN", denominator="EIT", per=1000),
        Ratio(code="REF", numerator="ERES", denominator="EDC", cap=1),
        Ratio(code="ERF", numerator="EREUSE", denominator="EDC"),
    ),
    notes=(
        "A voluntary statement of one data centre over twelve months, or the part of them in which it was in operation.",
        "Indicators with several categories are stated in each that is metered; PUE first in the most basic one that is.",
        "Rounding is wattledger's: half up, once, from the unrounded figure.",
    ),
)
