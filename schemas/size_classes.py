"""Size classes of data centres by IT power, as two laws draw them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SizeClasses:
    """Classes of a size [kW].

    Args:
        below: what is below the first edge.
        classes: least size and name, from the smallest on; half open, the edge itself is inside.
        above: a last class that begins above its edge, where a law has such a one.
    """

    below: str
    classes: tuple[tuple[int, str], ...]
    above: tuple[int, str] | None = None

    def name_of(self, it_power_kw: float) -> str:
        """The class of a size."""
        if self.above is not None and it_power_kw > self.above[0]:
            return self.above[1]
        reached = [name for edge, name in self.classes if it_power_kw >= edge]
        return reached[-1] if reached else self.below

    @property
    def names(self) -> tuple[str, ...]:
        """The classes from the smallest on, what is below them last."""
        above = () if self.above is None else (self.above[1],)
        return (*(name for _, name in self.classes), *above, self.below)


#: By installed IT power, Delegated Regulation (EU) 2024/1364, Annex IV. The act's edges overlap:
#: half-open intervals are a policy, and only the last class is above its edge, by the act's words.
UNION = SizeClasses(
    below="below the classes",
    classes=((100, "very small"), (500, "small"), (1_000, "medium"), (2_000, "large")),
    above=(10_000, "very large"),
)
#: By IT connected power, EnEfG, Annex 3, 1c.
GERMANY = SizeClasses(
    below="below 500 kW",
    classes=(
        (500, "500 kW to below 1 MW"),
        (1_000, "1 to below 5 MW"),
        (5_000, "5 to below 10 MW"),
        (10_000, "10 to below 50 MW"),
        (50_000, "50 to below 100 MW"),
        (100_000, "100 MW and more"),
    ),
)
