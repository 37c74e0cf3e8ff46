"""Published forms as parts of a page: the article of the form's own page, its figures explained."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from reports.regimes import REGIMES
from reports.seal.rules import metrics_of_cell

_ARTICLE = re.compile(r"<article class=\"form.*?</article>", re.DOTALL)
_ROW = re.compile(r"<tr id=\"cell-(?P<code>[^\"]+)\".*?</tr>", re.DOTALL)
_NUMBER = re.compile(r"<span class=\"form-number\">(.*?)</span>")
#: The endings of published forms, and what they are served as.
KINDS = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def form_path(folder: Path, facility: str, year: int, regime: str, ending: str) -> Path:
    """Where a published form lies."""
    return folder / "var" / "reports" / "forms" / f"{facility}-{year}-{regime}.{ending}"


def form_document(folder: Path, facility: str, year: int, regime: str) -> dict[str, Any] | None:
    """A published form; None where there is none."""
    try:
        found: dict[str, Any] = json.loads(
            form_path(folder, facility, year, regime, "json").read_bytes()
        )
    except FileNotFoundError:
        return None
    return found


def form_article(folder: Path, facility: str, year: int, regime: str) -> Markup:
    """The form as it reads, with a way from each figure to its trail."""
    path = form_path(folder, facility, year, regime, "html")
    return _article(path, path.stat().st_mtime_ns, facility, year, regime)


@lru_cache(maxsize=64)
def _article(path: Path, _written: int, facility: str, year: int, regime: str) -> Markup:
    found = _ARTICLE.search(path.read_text(encoding="utf-8"))
    if found is None:
        return Markup()
    metrics = {cell.code: metrics_of_cell(cell) for cell in REGIMES[regime].cells}

    def explained(row: re.Match[str]) -> str:
        of_cell = metrics.get(row["code"], [])
        if len(of_cell) != 1:
            return row[0]
        href = f"/explain/{facility}/{year}/metric/{of_cell[0]}"
        return _NUMBER.sub(
            rf'<span class="form-number"><a class="why" href="{href}">\1</a></span>', row[0]
        )

    text = _ROW.sub(explained, found[0])
    # The page has a heading of its own above the form's.
    text = text.replace("<h2", "<h3").replace("</h2>", "</h3>")
    return Markup(text.replace("<h1", "<h2").replace("</h1>", "</h2>"))
