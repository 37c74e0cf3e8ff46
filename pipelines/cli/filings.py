"""Filing: approve a form, seal it, and see what of it would be another figure today."""

import argparse
import os
from pathlib import Path

from pipelines.cli import asked
from pipelines.cli.regimes import known
from pipelines.cli.show import document, say
from pipelines.stages.workshop import remembered
from pipelines.storage.files import write_bytes, write_new
from reports.seal.signing import PASSWORD, SigningKey, key_text, new_key, read_key
from schemas.errors import UsageError


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
