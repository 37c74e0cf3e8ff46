"""The operator's choices: what coverage counts as good, and what an edit needs to count."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CoverageLimit:
    """Coverage limits of one facility, one quantity, or both; empty means any."""

    coverage_clean: float
    coverage_minimum: float
    facility: str = ""
    quantity: str = ""


@dataclass(frozen=True, kw_only=True)
class Policies:
    """The operator's choices, printed beside every figure they touch.

    ``by`` refines the estate's coverage limits; ``edits_need_review`` asks a second person to
    have signed an edit before it counts.
    """

    coverage_clean: float = 0.99
    coverage_minimum: float = 0.95
    first_month: str = "2015-01"
    edits_need_review: bool = False
    by: tuple[CoverageLimit, ...] = ()

    def limits(self, facility_id: str, quantity: str) -> tuple[float, float]:
        """Coverage that is clean, and the least that is shown; the most specific rule decides."""
        for facility, name in ((facility_id, quantity), (facility_id, ""), ("", quantity)):
            for limit in self.by:
                if (limit.facility, limit.quantity) == (facility, name):
                    return limit.coverage_clean, limit.coverage_minimum
        return self.coverage_clean, self.coverage_minimum
