"""``policies`` of ``estate.yaml``: the operator's limits, for the estate and finer."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace

import yaml

from schemas.certificate_rules import CERTIFICATE_RULES
from schemas.domains import QUANTITIES
from schemas.errors import Problem, nearest
from schemas.estate.factor_units import CURRENCIES
from schemas.estate.policies import APPROVAL_STEPS, CoverageLimit, Policies
from schemas.estate.record import Record
from schemas.estate.yaml_nodes import items, nested, records, sequence
from schemas.gwp import GWP_SETS

POLICIES = tuple(field.name for field in fields(Policies))
LIMIT = tuple(field.name for field in fields(CoverageLimit))
_MONTH = re.compile(r"^\d{4}-(0[1-9]|1[0-2])$")
_ANSWERS = {"yes": True, "true": True, "no": False, "false": False}


def policies_part(
    node: yaml.Node | None, facilities: Sequence[str], name: str, problems: list[Problem]
) -> Policies:
    """The policies; defaults where nothing is said. ``by`` refines the estate's limits.

    Refused: limits out of order, a month that is none, an unknown facility or quantity, and two
    limits for the same facility and quantity.
    """
    policies = Policies()
    for record in records([node], POLICIES, name, problems):
        assert node is not None
        policies = _policies(record)
        clean, minimum = policies.coverage_clean, policies.coverage_minimum
        limits = [
            _limit(one, facilities, (clean, minimum))
            for one in records(
                sequence(nested(node, "by"), "by", name, problems), LIMIT, name, record.problems
            )
        ]
        for one in limits:
            record.problems += one[1]
        record.problems += _twice([limit for limit, _ in limits], name, record.line)
        policies = replace(
            policies,
            by=tuple(limit for limit, _ in limits),
            roles=_roles(nested(node, "roles"), name, record.problems),
        )
        problems += record.problems
    return policies


def _policies(record: Record) -> Policies:
    default = Policies()
    clean, minimum = _limits(record, default.coverage_clean, default.coverage_minimum)
    first = record.text("first_month", default.first_month)
    if not _MONTH.match(first):
        record.refuse("first_month", f"'{first}' is not a month.", "Write YYYY-MM.")
        first = default.first_month
    idle = record.number("idle_utilisation", lowest=0)
    materiality = record.number("materiality_percent", lowest=0)
    return Policies(
        coverage_clean=clean,
        coverage_minimum=minimum,
        first_month=first,
        edits_need_review=_answer(record, "edits_need_review"),
        gwp_set=record.choice("gwp_set", GWP_SETS, default.gwp_set),
        certificate_rules=record.choice(
            "certificate_rules", tuple(CERTIFICATE_RULES), default.certificate_rules
        ),
        idle_utilisation=default.idle_utilisation if idle is None else idle,
        currency=record.choice("currency", CURRENCIES, default.currency),
        approvals_required=_answer(record, "approvals_required"),
        signature_required=_answer(record, "signature_required"),
        timestamp_authority=_authority(record),
        materiality_percent=default.materiality_percent if materiality is None else materiality,
    )


def _answer(record: Record, key: str) -> bool:
    return _ANSWERS[record.choice(key, tuple(_ANSWERS), "no")]


def _authority(record: Record) -> str:
    address = record.text("timestamp_authority")
    if address and not address.startswith(("https://", "http://")):
        record.refuse(
            "timestamp_authority",
            f"timestamp_authority '{address}' is no address.",
            "Write https://… of an authority that answers RFC 3161.",
        )
    return address


def _roles(
    node: yaml.Node | None, name: str, problems: list[Problem]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Who may take which step: ``roles: {review: [Bo], sign: [Cy, Di]}``."""
    if node is None:
        return ()
    return tuple(
        (step, tuple(str(one.value) for one in sequence(people, step, name, problems)))
        for step, people in items(node, name, APPROVAL_STEPS, problems)
    )


def _limits(record: Record, clean: float, minimum: float) -> tuple[float, float]:
    given_clean = record.number("coverage_clean", lowest=0)
    given_minimum = record.number("coverage_minimum", lowest=0)
    clean = clean if given_clean is None else given_clean
    minimum = minimum if given_minimum is None else given_minimum
    if not 0 <= minimum <= clean <= 1:
        record.refuse(
            "coverage_minimum",
            "coverage limits must satisfy 0 ≤ coverage_minimum ≤ coverage_clean ≤ 1.",
        )
    return clean, minimum


def _limit(
    record: Record, facilities: Sequence[str], estate: tuple[float, float]
) -> tuple[CoverageLimit, list[Problem]]:
    facility = record.text("facility")
    if facility and facility not in facilities:
        record.refuse(
            "facility",
            f"facility '{facility}' is not in estate.yaml.",
            nearest(facility, sorted(facilities)),
        )
    quantity = record.choice("quantity", tuple(QUANTITIES))
    if not facility and not record.text("quantity"):
        record.refuse(
            "coverage_clean",
            "a limit under 'by' names neither facility nor quantity.",
            "Give one of them, or set the estate's own limits under 'policies'.",
        )
    clean, minimum = _limits(record, *estate)
    limit = CoverageLimit(
        facility=facility, quantity=quantity, coverage_clean=clean, coverage_minimum=minimum
    )
    return limit, record.problems


def _twice(limits: Sequence[CoverageLimit], name: str, line: int) -> list[Problem]:
    keys = [(limit.facility, limit.quantity) for limit in limits]
    return [
        Problem(
            where=f"{name}:{line}",
            what=f"two limits for {' '.join(part for part in key if part)}.",
            remedy="Keep one of them.",
        )
        for key in sorted(set(keys))
        if any(key) and keys.count(key) > 1
    ]
