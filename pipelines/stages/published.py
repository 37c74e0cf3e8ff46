"""What was published, for those who only read it."""

import json
from datetime import date
from pathlib import Path

from pipelines.stages.workshop import Workshop
from pipelines.storage.files import read_json
from reports.readiness import Readiness, readiness_as_of


def viewer_folder(shop: Workshop) -> Path:
    """Where publications lie."""
    return shop.var / "viewer"


def published_readiness(shop: Workshop, today: date) -> list[Readiness]:
    """How ready each form is, as it was published; none where nothing was."""
    folder = viewer_folder(shop)
    current = read_json(folder / "current.json")
    if current is None:
        return []
    return readiness_as_of(json.loads((folder / current["readiness"]).read_bytes()), today)
