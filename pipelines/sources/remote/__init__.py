"""Remote systems: the answers that were given, to be landed like any other file.

A new one is one file here and one line in ``REMOTES``: a function from a client, the remote's
configuration and a day or instant to the bytes of a file, and a format that reads them.
"""

from pipelines.sources.remote.kinds import REMOTES, Counters, History
from pipelines.sources.remote.problem import FetchProblem

__all__ = ["REMOTES", "Counters", "FetchProblem", "History"]
