"""How often one side may ask."""

import threading


class RateLimit:
    """So many requests at once from one side, and so many a second after that."""

    def __init__(self, *, burst: int, per_second: float) -> None:
        self.burst, self.per_second = burst, per_second
        self.held: dict[str, tuple[float, float]] = {}
        self.turn = threading.Lock()

    def allows(self, side: str, seconds: float) -> bool:
        """Whether one more is allowed; ``seconds`` is a clock that only goes forward."""
        with self.turn:
            if len(self.held) > 10_000:
                self.held.clear()
            left, before = self.held.get(side, (float(self.burst), seconds))
            left = min(self.burst, left + (seconds - before) * self.per_second)
            self.held[side] = (left - 1 if left >= 1 else left, seconds)
            return left >= 1
