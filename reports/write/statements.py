"""Writers: customers' statements as the bytes of one file. Same statements, same bytes."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from reports.charts.months import NAMES
from reports.numbers import DASH, Scale, coverage_text, share, written
from reports.page import render
from reports.sections.section import in_words, status_mark
from reports.statement import LAW, Amount, Statement
from reports.write.as_csv import harmless
from schemas.estate.registers.tenants import TenantShare
from schemas.tenants import Shared

COLUMNS = tuple(
    "facility year tenant_id name period quantity value low high unit coverage basis status "
    "reason".split()
)
_TITLES = {
    Shared.IT_ENERGY: "Energy of your IT equipment",
    Shared.FACILITY_ENERGY: "Your part of the data centre’s energy",
    Shared.WATER: "Your part of its water",
    Shared.CO2_LOCATION: "Your part of its CO₂, location-based",
}
_SMALL = 1000
_REASONS = 2
_FOR_THE_OPERATOR = ("released by", "the policy asks", "registers on both sides")


def html_bytes(statements: Sequence[Statement]) -> bytes:
    """One A4 page for each customer, without any request to elsewhere."""
    return render(
        "statement.html.j2",
        statements=statements,
        law=LAW,
        titles=_TITLES,
        names=NAMES,
        text=_text,
        bounds=_bounds,
        covered=_covered,
        held=_held,
        mark=status_mark,
        words=_brief,
        dash=DASH,
        share=share,
        sums=Shared,
    ).encode()


def _brief(reason: str) -> str:
    """The first reasons in words; how to mend them is for the operator, in the other formats."""
    parts = [part for part in reason.split("; ") if not part.startswith(_FOR_THE_OPERATOR)]
    more = f"; and {len(parts) - _REASONS} more" if len(parts) > _REASONS else ""
    return in_words("; ".join(parts[:_REASONS])) + more


def _scale(amount: Amount) -> Scale:
    """Never in a larger unit: a statement is compared with bills, which are in kWh."""
    size = amount.value if amount.value is not None else amount.high
    small = size is not None and abs(size) < _SMALL
    return Scale(divisor=1, unit=written(amount.unit), decimals=1 if small else 0)


def _text(amount: Amount | None) -> str:
    return DASH if amount is None else _scale(amount).text(amount.value)


def _bounds(amount: Amount | None) -> str:
    return DASH if amount is None else _scale(amount).range(amount.low, amount.high)


def _covered(amount: Amount | None) -> str:
    return DASH if amount is None else coverage_text(amount.coverage)


def _held(one: TenantShare, year: int) -> str:
    """A share in words: of which meter, and since or until when, where that is in the year."""
    words = f"{share(one.share)} of meter {one.meter_id}"
    if one.valid_from is not None and one.valid_from > date(year, 1, 1):
        words += f" from {one.valid_from.isoformat()}"
    if one.valid_to is not None and one.valid_to <= date(year, 12, 31):
        words += f" until before {one.valid_to.isoformat()}"
    return words


def csv_bytes(statements: Sequence[Statement]) -> bytes:
    """A line per customer, period and quantity (RFC 4180, UTF-8); an empty field is no value."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for one in statements:
        head = (one.facility.id, str(one.year), harmless(one.tenant_id), harmless(one.name))
        for amount in _all(one):
            writer.writerow(
                (
                    *head,
                    amount.period,
                    amount.quantity.value,
                    *(_plain(end) or "" for end in (amount.value, amount.low, amount.high)),
                    amount.unit.value,
                    "" if amount.coverage is None else repr(amount.coverage),
                    amount.basis.value,
                    amount.status.value,
                    harmless(amount.reason),
                )
            )
    return text.getvalue().encode()


def _all(statement: Statement) -> list[Amount]:
    monthly = [one for _, *both in statement.months for one in both if one is not None]
    return [*statement.amounts, *monthly]


def _plain(value: Decimal | None) -> str | None:
    """Without zeros at the end of twelve places."""
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def json_bytes(statements: Sequence[Statement]) -> bytes:
    """Exact decimals as text, as in forms."""
    document = {"law": LAW, "statements": [_document(one) for one in statements]}
    return f"{json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)}\n".encode()


def _document(one: Statement) -> dict[str, object]:
    return {
        "operator": one.operator.name,
        "contact": one.contact,
        "facility": one.facility.id,
        "year": one.year,
        "tenant_id": one.tenant_id,
        "name": one.name,
        "shares": [
            {
                "meter_id": held.meter_id,
                "share": _plain(held.share),
                "valid_from": held.valid_from and held.valid_from.isoformat(),
                "valid_to": held.valid_to and held.valid_to.isoformat(),
            }
            for held in one.shares
        ],
        "amounts": [
            {
                "period": amount.period,
                "quantity": amount.quantity.value,
                "value": _plain(amount.value),
                "low": _plain(amount.low),
                "high": _plain(amount.high),
                "unit": amount.unit.value,
                "coverage": amount.coverage,
                "basis": amount.basis.value,
                "status": amount.status.value,
                "reason": amount.reason,
            }
            for amount in _all(one)
        ],
        "input_hash": one.input_hash,
    }


STATEMENT_WRITERS: dict[str, Callable[[Sequence[Statement]], bytes]] = {
    "csv": csv_bytes,
    "html": html_bytes,
    "json": json_bytes,
}
