"""Climate Neutral Data Centre Pact: what was pledged, held against one data centre's figures."""

from reports.regime import Cell, Range, Regime, RuleState
from reports.regimes.lines import (
    ABOVE_0,
    FROM_0,
    IT,
    KW,
    OPTIONAL,
    PERCENT,
    RATIO,
    figure,
    head,
    key,
    limit,
)
from schemas.metrics import Metric
from schemas.units import Unit

_WHO, _FIGURES, _PLEDGES = "Who, where and when", "Figures", "Pledges"

# fmt: off
_CELLS = (
    *head(_WHO),
    Cell(section=_FIGURES, annex="Scope", code="IT-KW", label="Rated IT load", content=key("rated_it_kw"), unit=KW, decimals=1, limits=ABOVE_0, plausible=Range(above=50, because="the pact is about data centres above 50 kW"), when_missing=OPTIONAL),
    Cell(section=_FIGURES, annex="Energy efficiency", code="PUE", label="Power usage effectiveness", content=figure(Metric.PUE, *IT), unit=RATIO, decimals=3, limits=Range(lowest=1, because="a data centre cannot use less than its IT equipment"), needs="meters of grid_import and ups_output in meters.csv"),
    Cell(section=_FIGURES, annex="Clean energy", code="RENEWABLE", label="Renewable share of electricity", content=figure(Metric.RENEWABLE_ELECTRICITY), unit=PERCENT, decimals=1, limits=Range(lowest=0, highest=100), needs="registers/certificates.csv"),
    Cell(section=_FIGURES, annex="Water", code="WUE", label="Water usage effectiveness", content=figure(Metric.WUE, "2", "1"), unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR, decimals=3, limits=FROM_0, needs="meters of water in meters.csv", note="m3 by MWh and L by kWh are the same size."),
    limit("cndcp-pue-cool-new", section=_PLEDGES, annex="Energy efficiency", label="PUE at most 1.3 in a cool climate, new from 2025"),
    limit("cndcp-pue-warm-new", section=_PLEDGES, annex="Energy efficiency", label="PUE at most 1.4 in a warm climate, new from 2025"),
    limit("cndcp-pue-cool", section=_PLEDGES, annex="Energy efficiency", label="PUE at most 1.3 in a cool climate by the end of 2030, older"),
    limit("cndcp-pue-warm", section=_PLEDGES, annex="Energy efficiency", label="PUE at most 1.4 in a warm climate by the end of 2030, older"),
    limit("cndcp-renewable-2025", section=_PLEDGES, annex="Clean energy", label="75 % renewable electricity by the end of 2025"),
    limit("cndcp-renewable-2030", section=_PLEDGES, annex="Clean energy", label="100 % renewable electricity by the end of 2030"),
    limit("cndcp-wue", section=_PLEDGES, annex="Water", label="At most 0.4 L of water by kWh by the end of 2040"),
)
# fmt: on

CNDCP = Regime(
    key="cndcp",
    title="Climate Neutral Data Centre Pact: checklist",
    edition="as published, unverified",
    jurisdiction="EU",
    source="Climate Neutral Data Centre Pact; known from weak sources only (unverified)",
    state=RuleState.IN_FORCE,
    first_year=2021,
    cells=_CELLS,
    notes=(
        "A voluntary pact. Which climate is cool, and who has signed, is in no source read: pick the lines that are yours.",
        "Since the middle of 2025 the pact advises and audits no longer (unverified).",
    ),
)
