"""``wattledger doctor``: whether what is kept is still what was written."""

import argparse
from dataclasses import asdict

from pipelines.cli.show import document, say
from pipelines.stages.doctor import Examination, examine
from pipelines.stages.workshop import open_workshop
from schemas.errors import UsageError


def doctor(options: argparse.Namespace) -> int:
    """Exit code 0 where all is sound or was mended, 1 where something is not."""
    if not 0 < options.sample <= 100:
        raise UsageError(
            f"--sample {options.sample:g} is no share.\n  Above 0 and up to 100 percent."
        )
    shop = open_workshop(options.estate.resolve(), locked=False)
    with shop.lake.turn(lambda: say("a backfill of this estate is running; waiting for its end")):
        found = examine(shop, percent=options.sample, seed=options.seed, mend=options.mend)
    if options.json:
        document({"sound": found.sound, **asdict(found)})
    else:
        _tell(options, found)
    return 0 if found.sound else 1


def _tell(options: argparse.Namespace, found: Examination) -> None:
    counts = ", ".join(f"{count} of the {part}" for part, count in found.looked_at.items())
    share = "" if options.sample == 100 else f", a sample of {options.sample:g} %"
    print(f"{options.estate}: looked at {counts or 'nothing, for nothing is kept yet'}{share}.")
    for one in found.findings:
        print(f"{one.where}: {one.what}")
        print(f"  {'Taken out or put right. ' if one.mended else ''}{one.remedy}")
    if not found.findings:
        print("All of it is as it was written.")
    elif any(one.mended for one in found.findings):
        print(f"Now run: wattledger backfill {options.estate}")
    elif any(one.part != "filings" for one in found.findings):
        print(f"To take out or put right what can be: wattledger doctor {options.estate} --mend")
