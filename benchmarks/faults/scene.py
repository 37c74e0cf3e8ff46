"""What a seed is about: which plant, which meters, how often they are read, and which faults."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sample_data.clock import HOUR, MINUTE
from sample_data.meter_kinds import Kinds
from sample_data.meters import Paces
from sample_data.simulate import Wish, write_estate

YEAR = 2025
_KINDS: tuple[Kinds, ...] = ("mixed", "amounts", "registers")
_PLANTS = ("fra", "sto", "sin")


class Mix(StrEnum):
    """Which faults a seed has."""

    STANDARD = "standard"  # gaps and one or two of each other fault, all above the rules' limits
    GAPS = "gaps"  # only short gaps: 1 % of every meter's rows
    BELOW = "below"  # faults below the limits, which no rule promises to find


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One facility and year.

    Args:
        seed: chance, for the simulator and for the faults.
        plant: number of the facility in fra1, sto1, sin1.
        kinds: how its meters tell amounts.
        interval: seconds between rows of the main energy meters; the others are hourly.
        generous: whether maximum rates are so high that they refute nothing.
        mix: which faults.
    """

    seed: int
    plant: int
    kinds: Kinds
    interval: int
    generous: bool
    mix: Mix

    @property
    def name(self) -> str:
        """The scene in a few words, for tables."""
        pace = f"{self.interval // MINUTE}min"
        rates = ", generous rates" if self.generous else ""
        return f"{_PLANTS[self.plant]} {self.kinds} {pace}{rates}, {self.mix}"


def scene_of(seed: int, mix: Mix | None = None) -> Scene:
    """The scene of a seed; every tenth has nothing but gaps, in meters that keep no register.

    ``mix`` asks for other faults in the same facility; below the limits they need meters that keep
    no register, for a register puts most of them right.
    """
    if mix is None:
        mix = Mix.GAPS if seed % 10 == 0 else Mix.STANDARD
    return Scene(
        seed=seed,
        plant=seed % 3,
        kinds=_KINDS[seed // 3 % 3] if mix is Mix.STANDARD else "amounts",
        interval=15 * MINUTE if seed % 4 == 3 else HOUR,
        generous=seed % 5 == 4,
        mix=mix,
    )


def simulate_scene(target: Path, scene: Scene) -> None:
    """The scene's estate without a fault, with its true answers."""
    write_estate(
        target,
        Wish(
            facilities=1,
            months=12,
            paces=Paces(main=scene.interval, slow=HOUR),
            first_year=YEAR,
            seed=scene.seed,
            faults=False,
            shape="plain",
            first=scene.plant,
            kinds=scene.kinds,
        ),
    )
