"""When a certificate counts: rules by edition. Which one holds is the operator's policy."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CertificateRules:
    """One edition's conditions; None where it has none.

    Args:
        state: ``in-force``, ``adopted-not-yet-in-force``, ``draft`` or ``superseded``.
        retired_within_months: from the end of production to the cancellation.
        same_zone: production must be in a zone from which the site can be supplied.
        plant_age_years: the plant began at most so many years before the year reported.
        source: where the conditions were read; what is unverified says so.
    """

    state: str
    retired_within_months: int | None
    same_zone: bool
    plant_age_years: int | None
    source: str


CERTIFICATE_RULES = {
    "en-50600-4-3": CertificateRules(
        state="in-force",
        retired_within_months=18,
        same_zone=False,
        plant_age_years=None,
        source="EN 50600-4-3:2016: attributes owned and retired, where the plant stands is "
        "irrelevant; Directive (EU) 2018/2001, Art. 19(4): what is not cancelled expires 18 months "
        "after production (unverified)",
    ),
    "eu-2026-draft": CertificateRules(
        state="draft",
        retired_within_months=18,
        same_zone=True,
        plant_age_years=10,
        source="Draft of April 2026 for C(2026) 3472, as Argus reported it: same bidding zone, "
        "plants commissioned at most ten years before the reporting year; the final text was not "
        "seen",
    ),
}
