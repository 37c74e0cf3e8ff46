"""The filings of an estate: packs under ``var/filings``, each version once and for ever.

filings/<regime>_<facility>_<year>_v<N>.zip     the packs, and no other zip
filings/<regime>_<facility>_<year>.jsonl        the journal of who approved what
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.stages.changes import mark_path, reconfigured
from pipelines.stages.forms import form_of
from pipelines.stages.pack_evidence import evidence_of
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years
from pipelines.storage.files import read_json, write_bytes, write_new
from reports.form import Form, JsonValue
from reports.regimes import REGIMES
from reports.seal.approvals import Filing, approved_by, journal_text, read_journal
from reports.seal.container import manifest_of, pack_bytes
from reports.seal.members import form_members
from reports.seal.rules import metrics_of
from reports.seal.seal import Seal
from reports.seal.signing import SigningKey
from reports.seal.stamp import stamp_of
from reports.verify.integrity import JOURNAL, MANIFEST
from reports.verify.pack import BadPack, Pack, open_pack
from schemas.errors import UsageError, WattledgerError
from schemas.estate.model import Facility

_NAME = re.compile(
    r"(?P<regime>[a-z0-9-]+)_(?P<facility>.+)_(?P<year>\d{4})_v(?P<version>\d+)\.zip"
)


class NotFiled(WattledgerError):
    """A form that cannot be sealed as it stands."""

    exit_code = 1


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A pack as it lies on disk; ``fresh`` says whether it was made just now."""

    path: Path
    version: int
    fresh: bool
    without: str = ""


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A version of a filing in the estate."""

    filing: Filing
    version: int
    path: Path


def filed(shop: Workshop) -> list[Filed]:
    """Every pack of the estate, sorted by filing and version."""
    found = []
    for path in sorted((shop.var / "filings").glob("*.zip")):
        if match := _NAME.fullmatch(path.name):
            filing = Filing(
                regime=match["regime"], facility=match["facility"], year=int(match["year"])
            )
            found.append(Filed(filing=filing, version=int(match["version"]), path=path))
    return sorted(found, key=lambda one: (one.filing.name, one.version))


def journal_path(shop: Workshop, filing: Filing) -> Path:
    """Where the journal of a filing lies."""
    return shop.var / "filings" / f"{filing.name}.jsonl"


def form_to_file(shop: Workshop, regime: str, facility: Facility, year: int) -> Form:
    """The form as it would be sealed.

    Raises:
        NotFiled: the estate is not what its figures were computed from, or the form has holes.
    """
    if year not in built_years(shop, facility.id):
        raise NotFiled(f"nothing is known of {facility.id} in {year}: run wattledger backfill.")
    if changed := reconfigured(shop):
        raise NotFiled(
            f"{', '.join(changed)} changed since the figures were computed.\n"
            "  Run wattledger backfill, look at what moved, then seal."
        )
    form = form_of(shop, regime, facility, year)
    if form.holes:
        holes = "\n".join(f"  {cell.code} {cell.label}: {cell.reason}" for cell in form.holes)
        raise NotFiled(
            f"{regime} of {facility.id} for {year} has {len(form.holes)} holes and is not sealed:\n"
            f"{holes}"
        )
    return form


def seal(
    shop: Workshop,
    regime: str,
    facility: Facility,
    year: int,
    *,
    now: datetime,
    key: SigningKey | None = None,
    reason: str = "",
    out: Path | None = None,
) -> Sealed:
    """Seals a form with its evidence as the next version, unless the last says the same already.

    Raises:
        NotFiled: it has holes, lacks approvals or a signature that policies ask for, or is a
            correction without a reason.
    """
    form = form_to_file(shop, regime, facility, year)
    filing = Filing(regime=regime, facility=facility.id, year=year)
    path = journal_path(shop, filing)
    entries = read_journal(path.read_text(encoding="utf-8") if path.exists() else "", path.name)
    policies = shop.estate.policies
    approval = approved_by(entries, form, policies)
    if approval.lacking and policies.approvals_required:
        raise NotFiled(
            f"{filing.name} is not approved: {'; '.join(approval.lacking)}.\n"
            "  Approve it with: wattledger approve"
        )
    if key is None and policies.signature_required:
        raise NotFiled(
            "policies in estate.yaml ask for a signature.\n  Give a key with --sign KEY; make one "
            "with: wattledger key FILE"
        )
    members, without = form_members(form, REGIMES[regime])
    members |= evidence_of(shop, facility, year, metrics_of(REGIMES[regime]))
    if entries:
        members[JOURNAL] = journal_text(entries).encode()
    before = [one for one in filed(shop) if one.filing == filing]
    if before and _same(before[-1].path, members):
        return _again(before[-1], out)
    version = before[-1].version + 1 if before else 1
    if before and not reason:
        raise NotFiled(
            f"{filing.name} was filed already, and its figures or evidence are others now.\n"
            "  See them with wattledger restatements, and say why there is another version: "
            '--reason "…"'
        )
    sealed = Seal(
        form=form,
        members=members,
        version=version,
        replaces=(before[-1].version, _manifest_hash(before[-1].path)) if before else None,
        reason=reason,
        provenance=_provenance(shop, regime),
        approved=not approval.lacking,
        now=now,
        key=key,
    )
    stamp = None
    if policies.timestamp_authority:
        stamp = stamp_of(manifest_of(sealed), policies.timestamp_authority)
    content = pack_bytes(sealed, stamp)
    if out is not None:
        write_bytes(out, content)
        return Sealed(path=out, version=version, fresh=True, without=without)
    target = shop.var / "filings" / f"{filing.name}_v{version}.zip"
    write_new(target, content)
    return Sealed(path=target, version=version, fresh=True, without=without)


def _again(last: Filed, out: Path | None) -> Sealed:
    """The last version once more: it says what would be said today."""
    if out is not None:
        write_bytes(out, last.path.read_bytes())
    return Sealed(path=out or last.path, version=last.version, fresh=False)


def _provenance(shop: Workshop, regime: str) -> dict[str, JsonValue]:
    """Hashes and editions of all that went in."""
    mark = read_json(mark_path(shop)) or {}
    return {
        "inputs_sha256": str(mark.get("inputs", "")),
        "as_of": shop.as_of.isoformat() if shop.as_of else None,
        "day": shop.day.isoformat() if shop.day else None,
        "code": {
            "rules_sha256": shop.code_hash,
            "forms_sha256": shop.forms_hash,
            "regime": f"{regime} {REGIMES[regime].edition}",
        },
        "configuration": dict(shop.estate.hashes),
    }


def _same(path: Path, members: Mapping[str, bytes]) -> bool:
    """Whether a pack says what these members say, forms, figures and evidence alike; its journal
    goes on after it is sealed."""
    with opened(path) as pack:
        return all(
            name in pack and pack.document(name) == content
            for name, content in members.items()
            if name != JOURNAL
        )


def manifest_in(pack: Pack) -> dict[str, Any]:
    """The manifest of a pack of our own."""
    found: dict[str, Any] = pack.json(MANIFEST)
    return found


@contextmanager
def opened(path: Path) -> Iterator[Pack]:
    """A pack of our own. Raises ``UsageError`` where it is damaged."""
    try:
        with open_pack(path) as pack:
            yield pack
    except BadPack as error:
        raise UsageError(
            f"{path.name} is damaged: {error}.\n  See: wattledger verify {path}"
        ) from error


def _manifest_hash(path: Path) -> str:
    with opened(path) as pack:
        return pack.sha256(MANIFEST)
