"""Meters from what others keep of them: building models by Haystack or Brick, exports of a DCIM.

A new kind is one file here that makes points, and one line in ``KINDS``.
"""

from pipelines.suggest.inventory.difference import Difference, compared
from pipelines.suggest.inventory.export import grid_of
from pipelines.suggest.inventory.kinds import KINDS, points_of

__all__ = ["KINDS", "Difference", "compared", "grid_of", "points_of"]
