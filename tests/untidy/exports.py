"""All untidy exports of one seed: ``python -m tests.untidy.exports SEED FOLDER`` writes them."""

import sys
from pathlib import Path

from tests.untidy import english, french, german, swedish, workbooks
from tests.untidy.model import Export


def exports(seed: int) -> tuple[Export, ...]:
    """Thirty exports, no two of a kind. The same seed gives the same bytes."""
    themes = (german, french, swedish, english, workbooks)
    return tuple(export for theme in themes for export in theme.exports(seed))


def main(seed: str, folder: str) -> None:
    """Writes the exports into a folder."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for export in exports(int(seed)):
        (target / export.file_name).write_bytes(export.content)


if __name__ == "__main__":
    main(*sys.argv[1:])
