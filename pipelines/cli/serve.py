"""The viewer, and how backfills stand: partitions, and what Dagster remembers of runs."""

import argparse

from pipelines.cli.show import document, say, table
from schemas.errors import UsageError


def serve(options: argparse.Namespace) -> int:
    """Serves the viewer until it is told to end."""
    from reports.app.server import serve as served

    if not 0 <= options.port <= 65535:
        raise UsageError(f"--port {options.port} is no port.")
    served(options.estate, options.host, options.port, say)
    return 0


def partitions(options: argparse.Namespace) -> int:
    """Which months are built, and which of them are stale."""
    from pipelines.stages.waiting import partitions_told
    from pipelines.stages.workshop import remembered

    told = partitions_told(remembered(options.estate))
    if options.json:
        document({"facilities": told})
        return 0
    table(
        ("facility", "first", "last", "months", "stale"),
        [
            (
                one["facility"],
                one["built"][0] if one["built"] else "",
                one["built"][-1] if one["built"] else "",
                len(one["built"]),
                ", ".join(one["stale"]) or "none",
            )
            for one in told
        ],
    )
    return 0


def runs(options: argparse.Namespace) -> int:
    """What ran, the newest first."""
    from pipelines.defs.history import runs as remembered

    found = remembered(options.estate, options.most)
    if options.json:
        document({"runs": found})
        return 0
    table(
        ("job", "status", "partitions", "started", "ended", "failed"),
        [
            (
                one["job"],
                one["status"],
                one["partitions"],
                one["started_at"],
                one["ended_at"],
                "; ".join(one["failed"]),
            )
            for one in found
        ],
    )
    return 0
