"""What ``dagster dev -m pipelines.definitions`` loads: the estate that WATTLEDGER_ESTATE names."""

import os
from pathlib import Path

from pipelines.defs.build import build_definitions

defs = build_definitions(Path(os.environ.get("WATTLEDGER_ESTATE", "demo-estate")).resolve())
