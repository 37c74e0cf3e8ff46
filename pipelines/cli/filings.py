"""Filing: approve a form, seal it, and see what of it would be another figure today."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli import asked
from pipelines.cli.regimes import known
from pipelines.cli.show import document, say, table
from pipelines.stages.workshop import remembered
from pipelines.storage.files import write_bytes, write_new
from reports.seal.signing import PASSWORD, SigningKey, key_text, new_key, read_key
from schemas.errors import UsageError

if TYPE_CHECKING:
    from pipelines.stages.restatements import Restatement


def seal(options: argparse.Namespace) -> int:
    """Seals a form with its evidence. Exit code 1, and no pack, where it cannot be filed."""
    from pipelines.stages.filings import seal as sealed

    known(options.regime)
    shop = remembered(options.estate)
    done = sealed(
        shop,
        options.regime,
        asked.facility(shop.estate, options.facility),
        options.year,
        now=asked.now(options.now),
        key=_key(options.sign) if options.sign is not None else None,
        reason=options.reason,
        out=options.out,
    )
    if done.without:
        say(f"without {done.without}")
    if not done.fresh:
        say(f"nothing has changed since version {done.version}: no other one is made")
    print(done.path)
    return 0


def _key(path: Path) -> SigningKey:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--sign {path} cannot be read: {error}.") from error
    return read_key(text, os.environ.get(PASSWORD, ""), path.name)


def key(options: argparse.Namespace) -> int:
    """A new key to sign with: FILE keeps the secret one, FILE.pub is for those who verify."""
    made = new_key()
    password = os.environ.get(PASSWORD, "")
    try:
        write_new(options.file, key_text(made, password).encode())
    except FileExistsError as error:
        raise UsageError(f"{options.file} is there already, and is kept as it is.") from error
    options.file.chmod(0o600)
    public = options.file.with_name(f"{options.file.name}.pub")
    write_bytes(public, made.public_text().encode())
    if not password:
        say(f"the secret key has no password: set {PASSWORD} before making one that has")
    print(public)
    return 0


def approve(options: argparse.Namespace) -> int:
    """One step of an approval, written into the journal of the filing."""
    from pipelines.stages.approvals import approve as written
    from pipelines.stages.approvals import standing

    known(options.regime)
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    if options.step:
        if not options.by:
            raise UsageError("approve: say who does it, with --by NAME.")
        written(
            shop,
            options.regime,
            facility,
            options.year,
            step=options.step,
            by=options.by,
            note=options.note,
            now=asked.now(options.now),
        )
    told = standing(shop, options.regime, facility, options.year)
    if options.json:
        document(told)
        return 0
    for entry in told["journal"]:
        print(f"{entry['at']}  {entry['step']}  {entry['by']}  {entry['note']}".rstrip())
    for lacking in told["lacking"]:
        print(f"lacking: {lacking}")
    if not told["lacking"]:
        print("approved: ready to be sealed")
    return 0


def restatements(options: argparse.Namespace) -> int:
    """Filed figures that would be others today. Exit code 0 whatever moved."""
    from pipelines.stages.restatements import restatements as compared
    from pipelines.stages.restatements import write_drafts

    found = compared(remembered(options.estate))
    if options.drafts is not None:
        for path in write_drafts(found, options.drafts, asked.now(options.now)):
            say(f"written: {path}")
    if options.json:
        document({"filings": [_told(one) for one in found]})
        return 0
    if not found:
        print(f"{options.estate}: nothing is filed yet.")
    for one in found:
        print(f"{one.filing.name} version {one.version}: {_verdict(one)}")
        if one.moved:
            table(
                ("cell", "filed", "today", "difference", "%", "material", "because of"),
                [
                    (
                        f"{cell.code} {cell.label}",
                        cell.filed,
                        cell.today,
                        cell.delta,
                        cell.percent,
                        "yes" if cell.is_material else "no",
                        "; ".join(cell.causes) or cell.reason,
                    )
                    for cell in one.moved
                ],
            )
    return 0


def _verdict(one: "Restatement") -> str:
    if not one.moved:
        return "every figure is as it was filed"
    size = "material" if one.is_material else "below materiality"
    moved = len(one.moved)
    words = "1 cell would be another" if moved == 1 else f"{moved} cells would be others"
    return f"{words} today, {size}"


def _told(one: "Restatement") -> dict[str, object]:
    return {
        "regime": one.filing.regime,
        "facility": one.filing.facility,
        "year": one.filing.year,
        "version": one.version,
        "pack": one.path.name,
        "material": one.is_material,
        "cells": [
            {
                "code": cell.code,
                "label": cell.label,
                "unit": cell.unit,
                "filed": cell.filed,
                "today": cell.today,
                "delta": cell.delta,
                "percent": cell.percent,
                "material": cell.is_material,
                "causes": list(cell.causes),
                "reason": cell.reason,
            }
            for cell in one.moved
        ],
    }
