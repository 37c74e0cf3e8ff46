"""Answers of the API: JSON and CSV, each with a mark that says whether it is still the same."""

import csv
import io
import json
import math
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from reports.app.access import Person
from reports.app.published import Publication


def mark_of(request: Request, publication: Publication, person: Person) -> str:
    """What an answer is the same under: the publication, what was asked, and who may see what."""
    told = (publication.id, str(request.url), repr(person.grants))
    return f'"{sha256(repr(told).encode()).hexdigest()[:32]}"'


def unchanged(request: Request, publication: Publication, person: Person) -> Response | None:
    """Says that an answer is still the same, without making it again."""
    mark = mark_of(request, publication, person)
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    return None


def answer(
    request: Request, publication: Publication, person: Person, document: dict[str, Any]
) -> Response:
    """JSON, marked by its content's hash where it does not rest on the publication alone."""
    body = json.dumps(_plain(document), ensure_ascii=False, allow_nan=False).encode()
    rests = "rows" in document
    mark = mark_of(request, publication, person) if rests else f'"{sha256(body).hexdigest()[:32]}"'
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    return Response(body, media_type="application/json", headers={"ETag": mark})


def as_csv(
    request: Request,
    publication: Publication,
    person: Person,
    columns: Sequence[str],
    rows: Sequence[dict[str, Any]],
    *,
    name: str,
) -> Response:
    """RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
    return Response(
        text.getvalue().encode(),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "ETag": mark_of(request, publication, person),
        },
    )


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
    if isinstance(value, (list, tuple)):
        return _cell(" ".join(str(one) for one in value))
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _plain(value: object) -> object:
    """Values as JSON has them: times in ISO 8601, what is no number as null."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (float, Decimal)):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)
