"""What a remote raises when a day cannot be had whole."""

from collections.abc import Iterator
from contextlib import contextmanager


class FetchProblem(Exception):
    """The answer is not one that may be kept. ``is_unreachable``: nobody answers, so that other
    days need not be asked for."""

    def __init__(self, reason: str, *, is_unreachable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_unreachable = is_unreachable


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Imports of an extra: most estates need none.

    Raises:
        FetchProblem: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise FetchProblem(
            f"{extra} needs an extra; install it with: pip install 'wattledger[{extra}]'",
            is_unreachable=True,
        ) from error
