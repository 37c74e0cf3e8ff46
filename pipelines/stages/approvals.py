"""Approvals of an estate's forms: the journals under ``var/filings``, one for each filing."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from pipelines.stages.filings import Filed, filed, form_to_file, journal_path
from pipelines.stages.forms import form_of
from pipelines.stages.workshop import Workshop
from pipelines.storage.files import locked, write_bytes
from reports.seal.approvals import (
    NEEDED,
    Entry,
    Filing,
    Step,
    added,
    approved_by,
    form_hash,
    journal_text,
    read_journal,
)
from schemas.errors import UsageError
from schemas.estate.model import Facility


def approve(
    shop: Workshop,
    regime: str,
    facility: Facility,
    year: int,
    *,
    step: str,
    by: str,
    note: str,
    now: datetime,
) -> Entry:
    """Writes one step into the journal: of the form as it is, or of the last pack.

    Raises:
        NotFiled: the form has holes, or there is no pack to submit yet.
        UsageError: the person may not, or the step before is not done.
    """
    filing, done = Filing(regime=regime, facility=facility.id, year=year), Step(step)
    if done in NEEDED:
        digest = form_hash(form_to_file(shop, regime, facility, year))
    else:
        digest = sha256(_last(shop, filing).path.read_bytes()).hexdigest()
    path = journal_path(shop, filing)
    with locked(shop.var / "locks" / f"{filing.name}.journal"):
        entries = added(
            _entries(shop, filing),
            done,
            by=by,
            at=now,
            sha256=digest,
            note=note,
            policies=shop.estate.policies,
        )
        write_bytes(path, journal_text(entries).encode())
    return entries[-1]


def standing(shop: Workshop, regime: str, facility: Facility, year: int) -> dict[str, Any]:
    """The journal of a filing, and what the form as it is now still lacks."""
    filing = Filing(regime=regime, facility=facility.id, year=year)
    entries = _entries(shop, filing)
    approval = approved_by(entries, form_of(shop, regime, facility, year), shop.estate.policies)
    return {
        "regime": regime,
        "facility": facility.id,
        "year": year,
        "lacking": list(approval.lacking),
        "journal": [
            {"step": one.step.value, "by": one.by, "at": one.at, "note": one.note, "of": one.sha256}
            for one in entries
        ],
    }


def _entries(shop: Workshop, filing: Filing) -> list[Entry]:
    path = journal_path(shop, filing)
    return read_journal(path.read_text(encoding="utf-8") if path.exists() else "", path.name)


def _last(shop: Workshop, filing: Filing) -> Filed:
    packs = [one for one in filed(shop) if one.filing == filing]
    if not packs:
        raise UsageError(f"{filing.name} is not sealed yet: there is no pack to hand over.")
    return packs[-1]
