"""Chance that is the same on every machine.

Only integer arithmetic and the operations that IEEE 754 rounds exactly (+ − × ÷ √) are used:
library sines, exponentials and normal deviates differ in their last digit between processors and
releases, and one such digit can move a meter's count by one tick. All draws are a pure function
of a key and an index, so any month can be made without making the months before it.
"""

import hashlib
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)


def key_of(*parts: str | int) -> int:
    """A 64-bit key for a named stream of chance."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def draw(key: int, index: Ints) -> Floats:
    """Uniform draws in [0, 1), one for each index (SplitMix64, the index-th state)."""
    state = np.uint64(key) + _GOLDEN * index.astype(np.uint64)
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    state = state ^ (state >> np.uint64(31))
    drawn: Floats = (state >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))
    return drawn


def pick(key: int, index: int, choices: int) -> int:
    """One whole number in [0, choices)."""
    return int(draw(key, np.array([index], dtype=np.int64))[0] * choices)


def bell(key: int, index: Ints) -> Floats:
    """Bell-shaped draws with mean 0 and variance 1, within ±3.5 (sum of four uniforms)."""
    total = sum((draw(key, index * 4 + part) for part in range(4)), start=np.zeros(index.shape[0]))
    return (total - 2.0) * 1.7320508075688772


def smooth(key: int, seconds: Ints, *, every: int) -> Floats:
    """Noise in [−1, 1] that wanders from knot to knot, one knot each ``every`` seconds."""
    knot = seconds // every
    share = (seconds - knot * every) / every
    ease = share * share * (3.0 - 2.0 * share)
    left = draw(key, knot)
    return 2.0 * (left + (draw(key, knot + 1) - left) * ease) - 1.0


def wander(key: int, index: Ints, *, memory: float) -> Floats:
    """First-order autoregressive noise with variance near 1: x[i] = memory·x[i−1] + shock."""
    shocks = bell(key, index) * float(np.sqrt(1.0 - memory * memory))
    steps = accumulate(shocks.tolist(), lambda level, shock: memory * level + shock)
    return np.fromiter(steps, dtype=np.float64, count=index.shape[0])


def sine(turns: Floats) -> Floats:
    """Sine of an angle given in turns, true to 0.001."""
    angle = turns - np.floor(turns + 0.5)
    arc = 8.0 * angle - 16.0 * angle * np.abs(angle)
    bent: Floats = arc + 0.225 * (arc * np.abs(arc) - arc)
    return bent
