"""What a remote raises when a day cannot be had whole."""


class FetchProblem(Exception):
    """The answer is not one that may be kept. ``is_unreachable``: nobody answers, so that other
    days need not be asked for."""

    def __init__(self, reason: str, *, is_unreachable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.is_unreachable = is_unreachable
