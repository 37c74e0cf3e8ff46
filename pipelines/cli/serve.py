"""The viewer, and what Dagster remembers of runs."""

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
