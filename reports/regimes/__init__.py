"""The regimes that wattledger fills. A new one is a file here and a line below."""

from reports.regime import Regime
from reports.regimes.eu_eed_2024 import EU_EED_2024

_ALL = (EU_EED_2024,)

REGIMES: dict[str, Regime] = {regime.key: regime for regime in _ALL}
