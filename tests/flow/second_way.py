"""Every figure of an estate computed once more by the way that verifies packs."""

import io
import zipfile
from pathlib import Path

from pipelines.stages.pack_evidence import evidence_of
from pipelines.stages.workshop import remembered
from pipelines.stages.years import all_years
from reports.verify.book import BOOK, BY_THE_HOUR
from reports.verify.evidence import FIGURES, TOTALS, Evidence, rows
from reports.verify.pack import Pack
from reports.verify.site import Site
from reports.verify.totals import Hours
from reports.verify.verify import figure_problems, total_problems


def second_way(estate: Path) -> tuple[int, list[str]]:
    """How many totals and figures with a number were compared, and where the two ways differ."""
    shop, count, found = remembered(estate), 0, []
    for facility, year in all_years(shop):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in evidence_of(shop, facility, year, BOOK).items():
                archive.writestr(name, content)
        evidence = Evidence(Pack(zipfile.ZipFile(buffer)))
        site = Site(evidence, Hours(evidence, BY_THE_HOUR))
        figures, totals = list(rows(evidence.pack, FIGURES)), list(rows(evidence.pack, TOTALS))
        count += len(totals) + sum(bool(row["value"]) for row in figures)
        problems = [*total_problems(totals, site), *figure_problems(figures, site)]
        found += [f"{facility.id} {year}: {problem}" for problem in problems]
    return count, found
