"""EU Taxonomy 8.1 and the European Code of Conduct for data centres: checklists of practices."""

from reports.content.kinds import FromHighestPotential, FromPractices, Practices
from reports.regime import Cell, Range, Regime, RuleState
from reports.regimes.lines import FROM_0, IT, OPTIONAL, RATIO, figure, head
from schemas.metrics import Metric

_WHO, _PRACTICES, _OTHER = "Who, where and when", "Practices of the Code of Conduct", "Beside them"
_NEEDS = "registers/practices.csv: the practices of the Code, what is in place, who verified it"

# fmt: off
_LISTED = (
    Cell(section=_PRACTICES, annex="Code of Conduct", code="EXPECTED", label="Expected practices that apply", content=FromPractices(what=Practices.EXPECTED), unit=RATIO, decimals=0, limits=FROM_0, needs=_NEEDS, note="Of 163 practices 106 are expected (a weak source)."),
    Cell(section=_PRACTICES, annex="Code of Conduct", code="IMPLEMENTED", label="Of these in place at the end of the year", content=FromPractices(what=Practices.IMPLEMENTED), unit=RATIO, decimals=0, limits=FROM_0, needs=_NEEDS),
    Cell(section=_PRACTICES, annex="Code of Conduct", code="ALL", label="All expected practices that apply are in place", content=FromPractices(what=Practices.ALL), allowed=("yes", "no"), needs=_NEEDS),
)
_VERIFIED = Cell(section=_PRACTICES, annex="Taxonomy 8.1, substantial contribution", code="VERIFIED", label="Earliest verification by a third party", content=FromPractices(what=Practices.VERIFIED), needs=_NEEDS, note="Audited at least every three years.")
_PUE = Cell(section=_OTHER, annex="EN 50600-4-2", code="PUE", label="Power usage effectiveness", content=figure(Metric.PUE, *IT), unit=RATIO, decimals=3, when_missing=OPTIONAL, limits=Range(lowest=1, because="a data centre cannot use less than its IT equipment"))
_GAS = Cell(section=_OTHER, annex="Taxonomy 8.1, substantial contribution", code="GWP", label="Refrigerants at or below a warming potential of 675", content=FromHighestPotential(at_most=675), allowed=("kept", "not kept"), needs="registers/refrigerants.csv", note="The limit of 675 is from memory (unverified).")
# fmt: on

EU_TAXONOMY_8_1 = Regime(
    key="eu-taxonomy-8-1",
    title="EU Taxonomy 8.1: checklist for a data centre",
    edition="8.1 of the Climate Delegated Act, as known from secondary sources",
    jurisdiction="EU",
    source="Delegated Regulation (EU) 2021/2139, activity 8.1; known from secondary sources (unverified)",
    state=RuleState.IN_FORCE,
    first_year=2021,
    cells=(*head(_WHO), *_LISTED, _VERIFIED, _GAS, _PUE),
    notes=(
        "A checklist, not an assessment: doing no significant harm and minimum safeguards are beside it.",
        "A move to the maturity model of CLC/TS 50600-5-1 is planned (unverified).",
    ),
)
EU_COC = Regime(
    key="eu-coc",
    title="European Code of Conduct for data centres: checklist of a participant",
    edition="as published by the Joint Research Centre, unverified",
    jurisdiction="EU",
    source="European Code of Conduct on data centre energy efficiency; known from secondary sources (unverified)",
    state=RuleState.IN_FORCE,
    first_year=2021,
    cells=(*head(_WHO), *_LISTED, _PUE),
    notes=(
        "Voluntary. The practices themselves are the Joint Research Centre's; the register names them by number.",
    ),
)
