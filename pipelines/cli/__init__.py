"""The command line. ``main`` is what ``wattledger`` runs."""

from pipelines.cli.main import main

__all__ = ["main"]
