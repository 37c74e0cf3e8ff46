"""How a monthly series goes on: its level, its growth, its season, and chance.

The logarithm of each month is thought of as a sum of five parts:

    level     any; nothing is presumed of it
    growth    so much more with each month, nothing presumed of its sign
    season    the same in every January, near to December's and February's
    drift     what lasts for a season or a year and fades (a new customer, a warm winter)
    chance    each month's own

How large each part is, is not known either: every combination of ``_GRID`` is asked how likely it
makes the months that are known, and has that much weight in the forecast. A season that no earlier
year shows is flat at first and wide in its bounds; with each year that is known, it takes the shape
of that year's months. Where nothing but chance moves a series, all of this shrinks to its mean.

Every month that is not known is forecast jointly with all others, by the best linear prediction
from the known ones (kriging; a Gaussian process with these five covariances). The further ahead,
the less the known months say: the spread grows by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Of the level around the known months' mean, and of each month's part, in logarithms.
_LEVEL = 2.0
_SEASON = (0.005, 0.015, 0.05, 0.15, 0.5)
_CHANCE = (0.0005, 0.0015, 0.005, 0.015, 0.05, 0.15, 0.45)
#: Drift in multiples of chance, and growth by the year.
_DRIFT = (0.0, 1.0, 3.0)
_GROWTH = (0.02, 0.1, 0.3)
#: What is left of a drift after one month; how alike two months of a season are, by distance.
_MEMORY = 0.93
_LIKENESS = 1.0
_GRID = np.array(list(product(_SEASON, _CHANCE, _DRIFT, _GROWTH)))
#: A month below this share of the mean counts as that much: nothing has no logarithm.
_LEAST = 0.01
#: Combinations less likely than the best by this much do not count.
_NEGLIGIBLE = 1e-4
#: Months further back than five years say nothing more of the next ones.
HORIZON = 60


def continued(
    known: Mapping[int, float], wanted: Sequence[int], *, chance: np.random.Generator, count: int
) -> Floats:
    """Courses that the unknown months may take.

    Args:
        known: by number of the month (year × 12 + month − 1), not below zero; by day where the
            series is an amount, so that February is no smaller month.
        wanted: the months to forecast, before, between or after the known ones.
        chance: where the draws come from.
        count: how many courses.

    Returns:
        One row for each course, one column for each wanted month. All zero where each known month
        is.
    """
    last = max(known)
    months = tuple(sorted(month for month in known if month > last - HORIZON))
    values = np.array([known[month] for month in months])
    if not values.any():
        return np.zeros((count, len(wanted)))
    logs = np.log(np.maximum(values, _LEAST * values.mean()))
    centre = logs.mean()
    plan = _plan(months, tuple(wanted))
    whitened = plan.whiten @ (logs - centre)
    likelihood = -0.5 * (whitened**2).sum(axis=1) - plan.spread
    weights = np.exp(likelihood - likelihood.max())
    weights[weights < _NEGLIGIBLE] = 0.0
    turns = chance.multinomial(count, weights / weights.sum())
    drawn = [
        centre + plan.gain[place] @ (logs - centre) + _bells(chance, many, plan.root[place])
        for place, many in enumerate(turns)
        if many
    ]
    courses: Floats = np.exp(chance.permutation(np.concatenate(drawn)))
    return courses


def _bells(chance: np.random.Generator, count: int, root: Floats) -> Floats:
    scattered: Floats = chance.standard_normal((count, len(root))) @ root.T
    return scattered


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """What only the places of the known and wanted months decide, for each combination.

    ``gain`` turns known logarithms into forecasts, ``root`` independent chances into their errors;
    ``whiten`` and ``spread`` tell how likely known logarithms are.
    """

    gain: Floats
    root: Floats
    whiten: Floats
    spread: Floats


@lru_cache(maxsize=8)
def _plan(known: tuple[int, ...], wanted: tuple[int, ...]) -> _Plan:
    now = max(known)
    there, then = (np.array(months, dtype=np.float64) - now for months in (known, wanted))
    factor = np.linalg.cholesky(_covariance(there, there))
    whiten = np.linalg.inv(factor)
    seen = whiten @ _covariance(there, then)
    left = _covariance(then, then) - seen.transpose(0, 2, 1) @ seen
    root: Floats = np.linalg.cholesky(left).astype(np.float64)
    return _Plan(
        gain=seen.transpose(0, 2, 1) @ whiten,
        root=root,
        whiten=whiten,
        spread=np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1),
    )


def _covariance(some: Floats, others: Floats) -> Floats:
    """Of the logarithms of two lists of months, for each combination."""
    season, chance, drift, growth = (_GRID[:, column, None, None] for column in range(4))
    apart = some[:, None] - others[None, :]
    alike = np.exp(-2 * np.sin(np.pi * apart / 12) ** 2 / _LIKENESS**2)
    found: Floats = (
        _LEVEL**2
        + (growth / 12) ** 2 * some[:, None] * others[None, :]
        + season**2 * alike
        + (drift * chance) ** 2 * _MEMORY ** np.abs(apart)
        + chance**2 * (apart == 0)
    )
    return found
