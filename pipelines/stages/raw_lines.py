"""Lines of landed files as they arrived, for whoever asks what a figure or a refusal rests on."""

from dataclasses import dataclass

from pipelines.sources import FORMATS, lines_of, source_of
from pipelines.stages.workshop import Workshop
from pipelines.steps.land import LandedFile

#: So many lines before and after the one that is asked for.
AROUND = 6


@dataclass(frozen=True, kw_only=True)
class RawLines:
    """Some lines of a file.

    Args:
        lines: number and text; empty where its format has no lines.
        facilities: those that the file is about.
    """

    path: str
    sha256: str
    lines: tuple[tuple[int, str], ...]
    has_lines: bool
    facilities: frozenset[str]


def landed(shop: Workshop, sha256: str) -> LandedFile | None:
    """A landed file by its hash, whatever became of it since."""
    return next((file for file in shop.files if file.sha256 == sha256), None)


def facilities_of(shop: Workshop, file: LandedFile) -> frozenset[str]:
    """The facilities that a file is about: of its rows, and of the inbox folder it lay in."""
    record = shop.lake.file_record(file.sha256) or {"parts": []}
    found = {part["facility_id"] for part in record["parts"]}
    folder = file.path.partition("/")[0]
    return frozenset(found | ({folder} & set(shop.facilities)))


def raw_lines(shop: Workshop, sha256: str, line: int) -> RawLines | None:
    """The lines around one of a landed file; None where no such file was landed."""
    file = landed(shop, sha256)
    if file is None:
        return None
    has_lines = FORMATS[source_of(file.path, shop.estate.all_sources).format].has_lines
    found: dict[int, str] = {}
    if has_lines:
        with shop.lake.landing.opened(sha256) as opened:
            wanted = range(max(1, line - AROUND), line + AROUND + 1)
            found = lines_of(opened, wanted)
    return RawLines(
        path=file.path,
        sha256=sha256,
        lines=tuple(sorted(found.items())),
        has_lines=has_lines,
        facilities=facilities_of(shop, file),
    )
