"""What can be wrong with a wish for a simulated estate."""

from pathlib import Path
from typing import Self


class SimulationError(ValueError):
    """An estate cannot be simulated as asked."""

    @classmethod
    def target_not_empty(cls, target: Path) -> Self:
        """The target holds files that a simulation would mix with its own."""
        return cls(
            f"{target}: is not an empty folder, and a simulated estate never overwrites anything.\n"
            f"  Name a folder that does not exist yet, or empty this one."
        )

    @classmethod
    def target_not_a_folder(cls, target: Path) -> Self:
        """The target exists and is a file."""
        return cls(f"{target}: is a file.\n  Name a folder that does not exist yet.")

    @classmethod
    def unknown_interval(cls, interval: str) -> Self:
        """The interval is not a whole part of an hour."""
        return cls(
            f"interval '{interval}': must be whole minutes that divide an hour.\n"
            f"  Allowed are for example 1min, 5min, 15min, 30min, 1h."
        )

    @classmethod
    def below_one(cls, name: str, value: int) -> Self:
        """A count that must be at least one is not."""
        return cls(f"{name}: must be at least 1, not {value}.")

    @classmethod
    def year_out_of_range(cls, first_year: int, years: int) -> Self:
        """The years are outside what time zones and clocks can be trusted with."""
        return cls(
            f"first_year {first_year}, years {years}: "
            f"a simulation must lie within the years 2000 to 2099."
        )

    @classmethod
    def unknown_shape(cls, shape: str) -> Self:
        """The shape of the drops is not one that can be written."""
        return cls(f"shape '{shape}': is not known.\n  Known shapes: plain, site.")
