"""The regimes that wattledger fills. A new one is a file here and a line below."""

from reports.regime import Regime
from reports.regimes.cndcp import CNDCP
from reports.regimes.de_enefg import DE_ENEFG_2023, DE_ENEFG_2026_DRAFT
from reports.regimes.energy_star import ENERGY_STAR
from reports.regimes.esrs import ESRS_2026, ESRS_SET1
from reports.regimes.eu_eed_2024 import EU_EED_2024
from reports.regimes.eu_eed_2026 import EU_EED_2026
from reports.regimes.eu_practices import EU_COC, EU_TAXONOMY_8_1
from reports.regimes.ghg_protocol import GHG_PROTOCOL
from reports.regimes.iso_30134 import ISO_30134
from reports.regimes.vsme import VSME_2026

_ALL = (
    EU_EED_2024,
    EU_EED_2026,
    DE_ENEFG_2023,
    DE_ENEFG_2026_DRAFT,
    ISO_30134,
    GHG_PROTOCOL,
    ESRS_SET1,
    ESRS_2026,
    VSME_2026,
    CNDCP,
    EU_TAXONOMY_8_1,
    EU_COC,
    ENERGY_STAR,
)

REGIMES: dict[str, Regime] = {regime.key: regime for regime in _ALL}
