"""Questions over HTTP that end: with an answer, whole and not too large, or with a reason."""

import random
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import httpx2

from pipelines.sources.remote.problem import FetchProblem
from schemas.estate.remote import Remote

#: The largest answer that is taken.
MOST_BYTES = 2**29
#: Seconds until somebody must answer at all, between two tries at first and at most.
CONNECT_S, FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 1.0, 60.0
#: Statuses after which the same question may have an answer a little later.
_LATER = (429, 500, 502, 503, 504)

T = TypeVar("T")


class NotNow(Exception):
    """No answer, which the same question may have a little later; ``wait`` is how many seconds the
    other side asks for."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait


@dataclass
class Client(AbstractContextManager["Client"]):
    """Asks one remote, over HTTP or however its kind does. Time, pauses and chance are given, so
    that a test decides them.

    Args:
        remote: whom to ask, how long to wait and how often.
        pause: waits so many seconds.
        chance: draws the part of a pause that keeps clients apart.
        secret: the bearer token or password; it goes to the remote and nowhere else.
        clock: seconds that only go on.
    """

    remote: Remote
    pause: Callable[[float], None]
    chance: random.Random
    secret: str = ""
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        user = self.remote.user
        bearer = {"Authorization": f"Bearer {self.secret}"} if self.secret and not user else {}
        self._http = httpx2.Client(
            headers=bearer,
            auth=httpx2.BasicAuth(user, self.secret) if user else None,
            timeout=httpx2.Timeout(float(self.remote.timeout_s), connect=CONNECT_S),
            follow_redirects=False,
        )

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def get(self, path: str, question: Mapping[str, str]) -> bytes:
        """The body of an answer over HTTP with status 200, read to its end.

        Raises:
            FetchProblem: no answer after all tries, one of another status, too large or too slow.
        """
        return self.again(lambda: self._once(path, question))

    def again(self, question: Callable[[], T]) -> T:
        """The answer to a question, which is asked again after growing pauses as long as it raises
        ``NotNow``.

        Raises:
            FetchProblem: no answer after all tries.
        """
        last = FetchProblem("was not asked")
        for number in range(self.remote.retries + 1):
            try:
                return question()
            except NotNow as problem:
                last = FetchProblem(problem.reason, is_unreachable=True)
                if number < self.remote.retries:
                    self.pause(self._length_of(number, problem.wait))
        raise last

    def _length_of(self, number: int, asked: float) -> float:
        usual = FIRST_PAUSE_S * 2**number * (1 + self.chance.random())
        return float(min(LONGEST_PAUSE_S, max(usual, asked)))

    def _once(self, path: str, question: Mapping[str, str]) -> bytes:
        deadline = self.clock() + self.remote.timeout_s
        try:
            with self._http.stream("GET", self.remote.url + path, params=dict(question)) as answer:
                body = self._body(answer, deadline)
                status = answer.status_code
                wait = answer.headers.get("Retry-After", "")
        except httpx2.TimeoutException as error:
            raise NotNow(f"did not answer within {self.remote.timeout_s} s") from error
        except httpx2.HTTPError as error:
            # An address may be quoted by httpx; a header never is.
            raise NotNow(f"cannot be read: {type(error).__name__} {error}") from error
        if status in _LATER:
            raise NotNow(
                f"answered {status}: {_shown(body)}", float(wait) if wait.isdigit() else 0.0
            )
        if status != httpx2.codes.OK:
            raise FetchProblem(f"answered {status}: {_shown(body)}", is_unreachable=status < 500)
        return body

    def _body(self, answer: httpx2.Response, deadline: float) -> bytes:
        parts, size = [], 0
        for part in answer.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > MOST_BYTES:
                raise FetchProblem(f"the answer is larger than {MOST_BYTES // 2**20} MiB")
            if self.clock() > deadline:
                raise NotNow(f"did not end its answer within {self.remote.timeout_s} s")
        return b"".join(parts)


def _shown(body: bytes) -> str:
    return " ".join(body.decode(errors="replace").split())[:200]
