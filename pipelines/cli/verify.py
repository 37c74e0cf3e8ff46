"""``wattledger verify``: a pack looked at offline. Loads nothing but Python's own library, unless
the landed files are at hand to rebuild from."""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from reports.verify.__main__ import told
from reports.verify.minisign import PublicKey, public_key
from reports.verify.pack import BadPack
from reports.verify.verify import Verdict
from reports.verify.verify import verify as verified


def alone(arguments: Sequence[str]) -> int:
    """The command by itself."""
    parser = argparse.ArgumentParser(prog="wattledger verify", description=HELP)
    add_arguments(parser)
    return verify(parser.parse_args(arguments))


HELP = "a filing pack, offline: hashes, signature, and every figure computed once more"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What the command takes."""
    parser.add_argument("pack", type=Path, metavar="PACK")
    parser.add_argument("--key", default="", metavar="PUB", help="the signer's public key")
    parser.add_argument("--inbox", type=Path, metavar="DIR", help="landed files to rebuild from")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=verify)


def verify(options: argparse.Namespace) -> int:
    """Exit code 0 for a sound pack, 1 for a bad one: what is wrong is named, the first thing
    first. 2 where the key given is none."""
    try:
        key = _key(options.key)
    except (BadPack, OSError, UnicodeDecodeError) as error:
        print(f"wattledger: --key: {error}", file=sys.stderr)
        return 2
    verdict = verified(options.pack, key)
    if verdict.sound and options.inbox is not None:
        verdict = _rebuilt(verdict, options.pack, options.inbox)
    text = json.dumps(_document(verdict), ensure_ascii=False)
    # Who stops reading changes nothing of the verdict.
    with suppress(BrokenPipeError):
        print(text if options.json else "\n".join(told(verdict)), flush=True)
    return 0 if verdict.sound else 1


def _key(text: str) -> PublicKey | None:
    """A file, or the key itself as minisign prints it."""
    if not text:
        return None
    path = Path(text)
    return public_key(path.read_text(encoding="utf-8") if path.is_file() else text, path.name)


def _rebuilt(verdict: Verdict, pack: Path, inbox: Path) -> Verdict:
    from pipelines.stages.rebuild import rebuild

    problems = rebuild(pack, inbox)
    fact = "rebuilt from the landed files: every figure and cell is the same"
    facts = (*verdict.facts, *(() if problems else (fact,)))
    return Verdict(problems=problems, facts=facts, manifest=verdict.manifest, proven=verdict.proven)


def _document(verdict: Verdict) -> dict[str, object]:
    manifest = verdict.manifest or {}
    names = ("regime", "facility", "year", "version", "sealed_at", "approved", "signed_by")
    return {
        "sound": verdict.sound,
        "proven": verdict.proven,
        "problems": list(verdict.problems),
        "facts": list(verdict.facts),
        **{name: manifest.get(name) for name in names},
    }
