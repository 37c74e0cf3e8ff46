"""``wattledger public``: what may be said of the estate's data centres together."""

import argparse
import sys

from pipelines.cli import asked
from pipelines.cli.show import say, table
from pipelines.stages.workshop import remembered


def public(options: argparse.Namespace) -> int:
    """Aggregates that tell of no single site; written and remembered only with ``--publish``."""
    from pipelines.stages.public import preview, public_bytes, publish

    shop, now = remembered(options.estate), asked.now(options.now)
    if options.publish:
        print(publish(shop, options.year, now))
        return 0
    found = preview(shop, options.year)
    if options.json:
        sys.stdout.write(public_bytes(shop, options.year, found, now).decode())
        return 0
    table(
        ("by", "group", "measure", "data centres", "value", "not shown, because"),
        [(*one.group, one.measure, one.count, one.value, one.reason) for one in found.aggregates],
    )
    say("a preview: nothing is published or remembered without --publish")
    return 0
