"""The operator's choices: what coverage is good, what an edit needs to count, who may file."""

from dataclasses import dataclass

#: The steps of an approval, in the order in which they are taken.
APPROVAL_STEPS = ("prepare", "review", "sign", "submit", "receipt")


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

    Args:
        gwp_set: the assessment report whose warming potentials are filed.
        certificate_rules: the edition of ``schemas/certificate_rules.py`` that certificates of
            the filed REF must meet.
        idle_utilisation: IT equipment is idle in hours below this mean CPU utilisation [%].
        currency: in which costs are told, ISO 4217.
        approvals_required, signature_required: whether a form is sealed only with them.
        roles: who may take which step of an approval; a step that is not named anybody may.
        timestamp_authority: address of an RFC 3161 authority that stamps filings; empty for none.
        materiality_percent: a filed figure that moves by more than this is a material error.
    """

    coverage_clean: float = 0.99
    coverage_minimum: float = 0.95
    first_month: str = "2015-01"
    edits_need_review: bool = False
    by: tuple[CoverageLimit, ...] = ()
    gwp_set: str = "AR6"
    certificate_rules: str = "en-50600-4-3"
    idle_utilisation: float = 5.0
    currency: str = "EUR"
    approvals_required: bool = False
    signature_required: bool = False
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    timestamp_authority: str = ""
    materiality_percent: float = 1.0

    def limits(self, facility_id: str, quantity: str) -> tuple[float, float]:
        """Coverage that is clean, and the least that is shown; the most specific rule decides."""
        for facility, name in ((facility_id, quantity), (facility_id, ""), ("", quantity)):
            for limit in self.by:
                if (limit.facility, limit.quantity) == (facility, name):
                    return limit.coverage_clean, limit.coverage_minimum
        return self.coverage_clean, self.coverage_minimum
