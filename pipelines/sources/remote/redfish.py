"""Redfish: what the sensors of servers and racks show at the moment.

Energy that is counted (``EnergykWh``) is a register, and worth a file each time; power at an
instant is nobody's mean over an hour, and no energy is made of it.
"""

import json
from datetime import datetime

from pipelines.sources.remote.client import Client
from pipelines.sources.remote.problem import FetchProblem
from schemas.estate.remote import Remote


def fetch(client: Client, remote: Remote, at: datetime) -> bytes:
    """Every resource of ``series`` (``/redfish/v1/…#/Property/Reading``), each asked for once, as
    the bytes of the answers.

    Raises:
        FetchProblem: a resource that cannot be had, or is no object.
    """
    answers = []
    for path in dict.fromkeys(series.partition("#")[0] for series, _ in remote.series):
        body = client.get(path, {})
        try:
            is_object = isinstance(json.loads(body), dict)
        except (ValueError, RecursionError):
            is_object = False
        if not is_object:
            raise FetchProblem(f"{path}: the answer is no resource of Redfish")
        answers.append(b'{"path": %b, "answer": %b}' % (json.dumps(path).encode(), body.strip()))
    return b'{"remote": %b, "at": %b, "answers": [\n%b\n]}\n' % (
        json.dumps(remote.name).encode(),
        json.dumps(at.isoformat()).encode(),
        b",\n".join(answers),
    )
