"""Secrets, from where the configuration says that they stand, and from nowhere else."""

import os
from pathlib import Path

from pipelines.sources.remote.problem import FetchProblem
from schemas.estate.remote import Remote


def secret(variable: str) -> str:
    """A secret of the environment.

    Raises:
        FetchProblem: it does not stand there.
    """
    return _needed(os.environ.get(variable, ""), f"the environment has no {variable}")


def secret_of(remote: Remote) -> str:
    """The token or password of a remote; empty where none is needed.

    Raises:
        FetchProblem: it does not stand where it should.
    """
    if variable := remote.token_env or remote.password_env:
        return secret(variable)
    if remote.token_file:
        path = Path(remote.token_file)
        found = path.read_text(encoding="utf-8").strip() if path.is_file() else ""
        return _needed(found, f"{path} holds no token")
    return ""


def _needed(found: str, where: str) -> str:
    if not found:
        raise FetchProblem(f"{where}; set it and run again", is_unreachable=True)
    return found
