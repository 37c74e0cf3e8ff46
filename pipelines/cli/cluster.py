"""Commands for estates on several machines."""

import argparse
import os
import sys
from pathlib import Path

from pipelines.cli.show import say
from pipelines.stages.visits import take_all, take_configuration
from pipelines.stages.workshop import estate_of, store_of
from schemas.errors import UsageError


def worker(options: argparse.Namespace) -> int:
    """Works on what the broker hands out, until it is stopped."""
    folder: Path = options.estate.resolve()
    environment = dict(os.environ)
    if options.storage:
        take_configuration(store_of(options.storage, folder))
        environment["WATTLEDGER_STORAGE"] = options.storage
    elif not estate_of(folder).storage:
        raise UsageError(
            f"{folder}/estate.yaml has no storage: workers share an estate over one.\n"
            "  Write storage: s3://bucket/prefix into it, or say --storage where there is none yet."
        )
    from pipelines.defs.cluster import QUEUE, worker_command
    from pipelines.defs.instance import settle
    from pipelines.defs.jobs import HOME_QUEUE

    home = settle(folder)
    environment |= {"WATTLEDGER_ESTATE": str(folder), "DAGSTER_HOME": str(home)}
    command = worker_command(sys.executable, folder, HOME_QUEUE if options.home else QUEUE)
    say(f"{folder}: waiting for work")
    os.execve(sys.executable, command, environment)


def storage(options: argparse.Namespace) -> int:
    """Makes this machine's copy of the estate whole, down to the landed bytes."""
    folder: Path = options.estate.resolve()
    url = options.storage or estate_of(folder).storage
    if not url:
        raise UsageError(
            f"{folder}/estate.yaml has no storage: all there is lies in this folder.\n"
            "  To take an estate from one: wattledger storage DIR --from s3://bucket/prefix"
        )
    taken = take_all(store_of(url, folder))
    print(f"{folder}: as {url} is; {taken} file{'' if taken == 1 else 's'} taken.")
    return 0
