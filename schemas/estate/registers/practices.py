"""``practices.csv``: what a facility does of the practices of the European Code of Conduct."""

from dataclasses import dataclass
from datetime import date

from schemas.estate.record import Record

REQUIRED = ("facility_id", "practice", "status")
COLUMNS = (*REQUIRED, "expected", "since", "verified_by", "verified_on", "evidence")
#: How far a practice has come. What does not apply is not asked for.
STATUSES = ("implemented", "planned", "not_implemented", "not_applicable")


@dataclass(frozen=True, kw_only=True)
class Practice:
    """One practice at one facility.

    Args:
        practice: its number in the Code, as 3.2.1.
        expected: whether the Code expects it of every participant; others are optional.
        since: the day from which it is implemented; None where it is not stated.
        verified_by, verified_on: the third party that looked, and when.
    """

    facility_id: str
    practice: str
    status: str
    expected: bool
    since: date | None
    verified_by: str
    verified_on: date | None
    evidence: str
    line: int

    def implemented_by(self, day: date) -> bool:
        """Whether it was in place on a day."""
        return self.status == "implemented" and (self.since is None or self.since <= day)


def practice(record: Record) -> Practice:
    """One row of ``practices.csv``."""
    record.required("status")
    return Practice(
        facility_id=record.text("facility_id"),
        practice=record.required("practice"),
        status=record.choice("status", STATUSES),
        expected=record.choice("expected", ("yes", "no"), "yes") == "yes",
        since=record.day("since"),
        verified_by=record.text("verified_by"),
        verified_on=record.day("verified_on"),
        evidence=record.text("evidence"),
        line=record.line,
    )
