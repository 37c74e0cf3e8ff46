"""What a source raises when a file as a whole cannot be read."""


class Unreadable(Exception):
    """The file is not in the format it is mapped to. ``line`` is where that showed, from 1."""

    def __init__(self, reason: str, *, line: int = 1) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
