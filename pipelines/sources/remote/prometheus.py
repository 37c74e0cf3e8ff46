"""Prometheus and what answers like it: raw samples of one day, by instant queries with a range.

``query_range`` would give values at steps of its own and stops at 11,000 of them; a range selector
gives the samples as they were scraped.
"""

import json
from datetime import UTC, datetime, timedelta
from datetime import date as Day

from pipelines.sources.remote.client import Client
from pipelines.sources.remote.days import bounds
from pipelines.sources.remote.problem import FetchProblem
from schemas.estate.remote import Remote

_QUERY = "/api/v1/query"
_MILLI = timedelta(milliseconds=1)
_HOUR = timedelta(hours=1)
#: What Prometheus and VictoriaMetrics say where a question would load more than they allow.
_TOO_MUCH = ("too many samples", "maxSamplesPer")


def fetch(client: Client, remote: Remote, day: Day, until: datetime) -> bytes:
    """The samples of a day of UTC, or of its part before ``until``, as the bytes of the answers.

    The range is asked for up to a millisecond before its end and begins a millisecond early:
    servers differ in whether they count the first instant in. A sample of that millisecond belongs
    to the day before, where it says the same.

    Raises:
        FetchProblem: an answer that is none, partial, or has samples outside what was asked for; a
            selector that more than one series matches.
    """
    start, end = bounds(day, until)
    answers: list[bytes] = []
    for selector, _ in remote.series:
        answers += _answers(client, selector, start, end)
    told = (_json(text) for text in (remote.name, start.isoformat(), end.isoformat()))
    return b'{"remote": %b, "from": %b, "to": %b, "answers": [\n%b\n]}\n' % (
        *told,
        b",\n".join(answers),
    )


def _answers(client: Client, selector: str, start: datetime, end: datetime) -> list[bytes]:
    """The answer, or one for each hour where a server finds a day too much at once."""
    length = round((end - start) / _MILLI)
    question = {"query": f"{selector}[{length}ms]", "time": _seconds(end - _MILLI)}
    try:
        body = client.get(_QUERY, question)
    except FetchProblem as problem:
        if end - start <= _HOUR or not any(words in problem.reason for words in _TOO_MUCH):
            raise
        hours = [start + _HOUR * number for number in range(-((start - end) // _HOUR))]
        parts = [_answers(client, selector, at, min(end, at + _HOUR)) for at in hours]
        return [answer for part in parts for answer in part]
    _check(body, selector, start, end)
    return [b'{"query": %b, "answer": %b}' % (_json(selector), body.strip())]


def _seconds(at: datetime) -> str:
    return f"{at.timestamp():.3f}"


def _json(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


def _check(body: bytes, selector: str, start: datetime, end: datetime) -> None:
    """Refuses an answer that is not whole, not of one series, or not of the range asked for."""
    try:
        answer = json.loads(body)
        if answer["status"] != "success":
            raise FetchProblem(f"{selector}: {answer.get('error', answer['status'])}")
        data = answer["data"]
        kind, series = data["resultType"], data["result"]
        times = [float(at) for one in series for at, _ in one["values"]]
        labels = [json.dumps(one["metric"], sort_keys=True) for one in series]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FetchProblem(f"{selector}: the answer is not Prometheus' ({error!r})") from error
    if kind != "matrix":
        raise FetchProblem(f"{selector}: a matrix of samples was asked for, not a {kind}")
    if answer.get("warnings") or answer.get("isPartial"):
        raise FetchProblem(f"{selector}: the answer is partial: {answer.get('warnings', '')}")
    if len(series) > 1:
        raise FetchProblem(
            f"{selector}: {len(series)} series match, of which one meter cannot be made; name more "
            f"labels: {'; '.join(labels[:5])}"
        )
    outside = [at for at in times if not (start - _MILLI).timestamp() <= at < end.timestamp()]
    if outside:
        raise FetchProblem(
            f"{selector}: asked for {start.isoformat()} to {end.isoformat()}, and got a sample of "
            f"{datetime.fromtimestamp(outside[0], UTC).isoformat()}"
        )
