"""The kinds of inventories, by what a file's name ends with or a person says."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path

from pipelines.suggest.inventory.dcim import dcim_points
from pipelines.suggest.inventory.haystack import haystack_points
from pipelines.suggest.inventory.point import Point
from schemas.errors import UsageError

#: What a kind's files end with, where nobody says the kind.
KINDS: Mapping[str, Sequence[str]] = {
    "haystack": (".json", ".zinc", ".trio"),
    "brick": (".ttl",),
    "dcim": (".csv", ".tsv", ".txt"),
}

_SAY = f"--kind {'|'.join(KINDS)}"


def points_of(path: Path, kind: str = "", titles: Mapping[str, str] | None = None) -> list[Point]:
    """The points of a file.

    Args:
        kind: one of ``KINDS``; else what the name ends with says it.
        titles: of a table, our columns by its titles.

    Raises:
        UsageError: no such file, none of a kind, or one that cannot be read.
    """
    if not path.is_file():
        raise UsageError(f"{path} is no file.\n  Name the export that meters are taken from.")
    found = kind or next((one for one, ends in KINDS.items() if path.suffix.lower() in ends), "")
    content = path.read_bytes()
    try:
        match found:
            case "haystack":
                return haystack_points(content)
            case "brick":
                return _brick(content)
            case "dcim":
                return dcim_points(content, titles or {})
    except ValueError as error:
        raise UsageError(f"{path.name}: {error}.\n  Or say what it is: {_SAY}") from error
    raise UsageError(f"{path.name}: nothing says what it is.\n  Write: {_SAY}")


def _brick(content: bytes) -> list[Point]:
    try:
        module = import_module("pipelines.suggest.inventory.brick")
    except ModuleNotFoundError as error:
        raise UsageError(
            "Brick's models need an extra.\n  Install it with: pip install 'wattledger[brick]'"
        ) from error
    return list(module.brick_points(content))
