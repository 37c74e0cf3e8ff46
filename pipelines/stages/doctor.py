"""Whether what is kept is still what was written: bits rot, disks lie, people tidy up.

Everything has its hash: landed files in their names, frames in their manifests, staged pieces in
the record of their file, what the viewer reads in its names. What was derived is taken out, and the
next backfill builds it again; what landed can only come from where it came from.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from pipelines.stages.published import viewer_folder
from pipelines.stages.reading import staged_paths
from pipelines.stages.side_by_side import each
from pipelines.stages.workshop import Workshop
from pipelines.storage.files import sha256_of
from pipelines.storage.lake import Place, is_intact
from pipelines.storage.warehouse import NAME as WAREHOUSE
from pipelines.storage.warehouse import damage
from reports.verify.verify import verify

#: Hexadecimal digits of a content's hash in the name of a file that the viewer reads.
_DIGITS = 12
_BACKFILL = "The next backfill builds it again."


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is not what was written.

    Args:
        part: ``landing``, ``lake``, ``published`` or ``filings``.
        where: the file, from the estate's folder.
        what, remedy: for people.
        mended: whether it was taken out, or put right.
    """

    part: str
    where: str
    what: str
    remedy: str
    mended: bool = False


@dataclass(frozen=True, kw_only=True)
class Look:
    """One thing to look at: a file, how to see whether it is sound, and what to do if it is not.

    ``mend`` says whether there was anything that could be done.
    """

    part: str
    path: Path
    wrong: Callable[[], str]
    remedy: str
    mend: Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Examination:
    """How many things of each part were looked at, and what was found."""

    looked_at: dict[str, int]
    findings: list[Finding]

    @property
    def sound(self) -> bool:
        return all(finding.mended for finding in self.findings)


def examine(
    shop: Workshop, *, percent: float = 100.0, seed: int = 0, mend: bool = False
) -> Examination:
    """Looks at all that is kept, or at a share of it that ``seed`` chooses."""
    chosen = [one for one in _everything(shop) if _is_chosen(one.path, percent, seed)]
    found = each(chosen, partial(_examined, shop, mend))
    if mend and any(finding and finding.mended for finding in found):
        # What readers see is made again even where its parts come out as they were.
        (shop.var / "published.json").unlink(missing_ok=True)
    parts = sorted({one.part for one in chosen})
    return Examination(
        looked_at={part: sum(one.part == part for one in chosen) for part in parts},
        findings=[finding for finding in found if finding],
    )


def _everything(shop: Workshop) -> Iterator[Look]:
    yield from _landed(shop)
    yield from _frames(shop)
    yield from _staged(shop)
    yield from _published(shop)
    yield from _filings(shop)


def _is_chosen(path: Path, percent: float, seed: int) -> bool:
    if percent >= 100:
        return True
    digest = sha256(f"{seed}|{path}".encode()).digest()
    return int.from_bytes(digest[:4]) < percent / 100 * 2**32


def _examined(shop: Workshop, mend: bool, look: Look) -> Finding | None:
    what = look.wrong()
    if not what:
        return None
    finding = Finding(
        part=look.part,
        where=look.path.relative_to(shop.estate.folder).as_posix(),
        what=what,
        remedy=look.remedy,
    )
    return replace(finding, mended=look.mend()) if mend else finding


def _landed(shop: Workshop) -> Iterator[Look]:
    """Landed files, by their names."""
    landing = shop.lake.landing
    for one in landing.files():
        path = landing.path_of(one.sha256)
        yield Look(
            part="landing",
            path=path,
            wrong=partial(_differs, path, one.sha256),
            remedy=f"It came as {', '.join(one.names)}: put that file into the inbox again, as it "
            "was, and mend. Without it nothing that rests on it can be built again.",
            mend=partial(_land_again, shop, one.sha256, one.names),
        )


def _land_again(shop: Workshop, digest: str, names: tuple[str, ...]) -> bool:
    """Takes the bytes from the inbox, if they are still there under one of their names."""
    inbox = shop.estate.folder / "inbox"
    return any(shop.lake.landing.restore(digest, inbox / name) for name in names)


def _frames(shop: Workshop) -> Iterator[Look]:
    """Frames of the lake, by their manifests."""
    folder = shop.lake.folder
    for manifest in sorted(folder.rglob("*.json")):
        table, *parts = manifest.relative_to(folder).with_suffix("").parts
        if table in ("files", "forms") or not parts:
            continue
        place = Place(table=table, parts=tuple(parts))
        yield Look(
            part="lake",
            path=shop.lake.path(place),
            wrong=partial(_is_torn, shop, place),
            remedy=_BACKFILL,
            mend=partial(_take_out, shop, place),
        )


def _is_torn(shop: Workshop, place: Place) -> str:
    manifest = shop.lake.manifest(place)
    if manifest is None or not is_intact(manifest):
        return "its manifest is not what was written."
    return _differs(shop.lake.path(place), manifest["content"])


def _take_out(shop: Workshop, place: Place) -> bool:
    shop.lake.remove(place)
    return True


def _staged(shop: Workshop) -> Iterator[Look]:
    """What was read of each file, by its record; of superseded files too."""
    for one in shop.lake.landing.files():
        path = shop.lake.record_path(one.sha256)
        if not path.exists():
            continue
        yield Look(
            part="lake",
            path=path,
            wrong=partial(_staged_wrong, shop, one.sha256),
            remedy="The next backfill reads the file again.",
            mend=partial(_read_again, path),
        )


def _staged_wrong(shop: Workshop, digest: str) -> str:
    record = shop.lake.file_record(digest)
    if record is None or not is_intact(record):
        return "it is not what was written."
    hashes = {
        path: content
        for part in record["parts"]
        for path, content in zip(staged_paths(shop, part, digest), part["hashes"], strict=True)
    }
    if record["quarantine"]:
        refused = Place(table="quarantine", parts=("files", digest))
        hashes[shop.lake.path(refused)] = record["quarantine"]
    wrong = {
        path.name: what for path, content in hashes.items() if (what := _differs(path, content))
    }
    return "; ".join(f"{name}: {what}" for name, what in wrong.items())


def _read_again(path: Path) -> bool:
    path.unlink()
    return True


def _published(shop: Workshop) -> Iterator[Look]:
    """The warehouse, and what the viewer reads."""
    warehouse = shop.var / WAREHOUSE
    if warehouse.exists():
        yield Look(
            part="published",
            path=warehouse,
            wrong=partial(damage, shop.var),
            remedy=_BACKFILL,
            mend=partial(_read_again, warehouse),
        )
    folder = viewer_folder(shop)
    for path in sorted(folder.glob("*.*.*")):
        name, digest, _ = path.name.rsplit(".", 2)
        # The warehouse's name has the hash of what went in, and was looked at above.
        if len(digest) == _DIGITS and name != "warehouse":
            yield Look(
                part="published",
                path=path,
                wrong=partial(_differs, path, digest),
                remedy=_BACKFILL,
                mend=partial(_show_again, shop, path),
            )


def _show_again(shop: Workshop, path: Path) -> bool:
    """Pages are made again, and the publication with them."""
    path.unlink()
    (viewer_folder(shop) / "current.json").unlink(missing_ok=True)
    (shop.lake.folder / "pages.json").unlink(missing_ok=True)
    return True


def _filings(shop: Workshop) -> Iterator[Look]:
    """Sealed packs. What was filed stays as it was filed, or is lost."""
    for path in sorted((shop.var / "filings").glob("*.zip")):
        yield Look(
            part="filings",
            path=path,
            wrong=partial(_unsound, path),
            remedy="Put back the pack as it was sent: another one would be another filing.",
            mend=lambda: False,
        )


def _unsound(path: Path) -> str:
    return "; ".join(verify(path, None).problems)


def _differs(path: Path, digest: str) -> str:
    """What is wrong with a file that should have a hash, or one that begins so."""
    if not path.exists():
        return "it is not there."
    try:
        same = sha256_of(path).startswith(digest)
    except OSError as error:
        return f"it cannot be read: {error.strerror}."
    return "" if same else "it is not what was written."
