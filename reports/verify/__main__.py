"""``python -m reports.verify PACK [--key PUB]``: the same as ``wattledger verify``, with nothing
installed but Python."""

import argparse
import sys
from pathlib import Path

from reports.verify.minisign import public_key
from reports.verify.pack import BadPack
from reports.verify.verify import Verdict, verify


def main() -> int:
    """Exit code 0 for a sound pack, 1 for a bad one, 2 for a key that is none."""
    parser = argparse.ArgumentParser(prog="reports.verify", description="Verifies a filing pack.")
    parser.add_argument("pack", type=Path, metavar="PACK")
    parser.add_argument("--key", type=Path, metavar="PUB", help="the signer's public key")
    options = parser.parse_args()
    try:
        key = None if options.key is None else public_key(options.key.read_text(), options.key.name)
    except (BadPack, OSError, UnicodeDecodeError) as error:
        print(f"--key: {error}", file=sys.stderr)
        return 2
    verdict = verify(options.pack, key)
    print("\n".join(told(verdict)))
    return 0 if verdict.sound else 1


def told(verdict: Verdict) -> list[str]:
    """The verdict as lines of text: the first thing that is wrong stands first."""
    if not verdict.sound:
        return ["NOT VERIFIED", *(f"  {problem}" for problem in verdict.problems)]
    return ["verified", *(f"  {fact}" for fact in verdict.facts)]


if __name__ == "__main__":
    sys.exit(main())
