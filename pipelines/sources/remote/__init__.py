"""Remote systems: a day of history as the answer that was given, to be landed like any other file.

A new one is one file here and one line in ``REMOTES``: a function from a client, the remote's
configuration and a day to the bytes of that day's file, and a format that reads them.
"""

from pipelines.sources.remote.kinds import REMOTES, Fetch
from pipelines.sources.remote.problem import FetchProblem

__all__ = ["REMOTES", "Fetch", "FetchProblem"]
