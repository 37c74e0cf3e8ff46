"""A sealed form rebuilt from its landed files: the proof that the hours in the pack follow from
what the meters delivered."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from pipelines.stages.build_year import build_year
from pipelines.stages.forms import form_of
from pipelines.stages.pack_evidence import evidence_of
from pipelines.stages.pack_lineage import CONFIGURATION
from pipelines.stages.partitions import Partitions
from pipelines.stages.reading import land, read_files
from pipelines.stages.workshop import Workshop, open_workshop
from pipelines.steps.calendar import months_of
from pipelines.storage.files import sha256_of
from pipelines.storage.landing import files_of
from reports.regimes import REGIMES
from reports.seal.rules import metrics_of
from reports.verify.evidence import FIGURES, FILES, Row, instant, rows
from reports.verify.integrity import FORM, MANIFEST
from reports.verify.pack import BadPack, Pack, open_pack
from reports.write import WRITERS
from schemas.errors import WattledgerError


def rebuild(pack_path: Path, inbox: Path) -> tuple[str, ...]:
    """What does not come out as it was sealed; nothing where all of it does.

    Args:
        inbox: the landed files, under whatever names; each is known by its sha256.
    """
    try:
        with open_pack(pack_path) as pack, tempfile.TemporaryDirectory() as folder:
            return tuple(_rebuilt(pack, inbox, Path(folder) / "estate"))
    except (BadPack, WattledgerError) as error:
        return (f"cannot be rebuilt: {error}",)


def _rebuilt(pack: Pack, inbox: Path, estate: Path) -> Iterator[str]:
    manifest = pack.json(MANIFEST)
    listed = list(rows(pack, FILES))
    there = _there(inbox, {int(row["size"]) for row in listed})
    if missing := [row for row in listed if row["sha256"] not in there]:
        for row in missing:
            yield f"{inbox}: holds no file with the sha256 of {row['path']} ({row['sha256']})"
        return
    _configure(pack, estate)
    shop = _landed(estate, listed, there, manifest["day"])
    year, facility = int(manifest["year"]), shop.facilities[manifest["facility"]]
    regime = REGIMES.get(manifest["regime"])
    if regime is None:
        yield f"{MANIFEST}: regime {manifest['regime']} is not known to this edition of wattledger"
        return
    partitions = Partitions(shop, facility.id)
    known = set(partitions.months())
    partitions.build([month for month in months_of(year) if month in known])
    build_year(shop, facility.id, year)
    made = evidence_of(shop, facility, year, metrics_of(regime))
    made[FORM] = WRITERS["json"](form_of(shop, regime.key, facility, year))
    other = manifest["code"]["rules_sha256"] != shop.code_hash
    edition = " (by another edition of wattledger's rules than the one that sealed)" * other
    compared = [
        FORM,
        FIGURES,
        *(n for n in made if n.startswith(("evidence/totals", "evidence/hours"))),
    ]
    for name in compared:
        if name not in pack or pack.document(name) != made[name]:
            yield f"{name}: comes out otherwise from the landed files{edition}"


def _there(inbox: Path, sizes: set[int]) -> dict[str, Path]:
    """Files by sha256; only those of a size that is looked for."""
    return {sha256_of(path): path for path in files_of(inbox) if path.stat().st_size in sizes}


def _configure(pack: Pack, estate: Path) -> None:
    for name in pack.names:
        if name.startswith(CONFIGURATION):
            target = _inside(estate, unquote(name.removeprefix(CONFIGURATION)))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(pack.document(name))


def _landed(estate: Path, listed: list[Row], there: dict[str, Path], day: str | None) -> Workshop:
    """The files landed in the order and at the times in which they came, and read."""
    inbox = estate / "inbox"
    shop = open_workshop(estate)
    for at in sorted({instant(row["arrived_at"]) for row in listed}):
        for row in listed:
            if instant(row["arrived_at"]) == at:
                target = _inside(inbox, row["path"])
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(there[row["sha256"]], target)
        land(shop, at)
    # A workshop looks once at what is landed.
    shop = open_workshop(estate)
    shop.remember(datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else datetime.now(UTC))
    read_files(shop)
    return shop


def _inside(folder: Path, name: str) -> Path:
    """A path below a folder, whatever a pack says.

    Raises:
        BadPack: it would lead out of it.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name or "\0" in name:
        raise BadPack(f"{name!r} is no path inside a folder")
    return folder.joinpath(*parts)
