"""What stands in a form's CSV, for whoever reads it by machine."""

import hashlib
import json
import re

from reports.form import Form, JsonValue
from reports.write.as_csv import COLUMNS, csv_bytes

#: Types of columns in CSV; all others are words.
_COLUMN_TYPES = {
    "year": "integer",
    "official": "boolean",
    "complete": "boolean",
    "low": "number",
    "high": "number",
    "coverage": "number",
    "estimated_share": "number",
    "required": "boolean",
}


def data_package(form: Form, path: str) -> bytes:
    """The Frictionless descriptor (Data Package v2) of the form's CSV, with its hash and size.

    Args:
        path: the name of the CSV beside the descriptor.
    """
    content = csv_bytes(form)
    name = f"{form.regime}_{form.facility}_{form.year}"
    document: dict[str, JsonValue] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": _named(name),
        "title": f"{form.title}: {form.facility_name}, {form.year}",
        "created": form.period_end.isoformat(),
        "resources": [
            {
                "name": _named(name),
                "type": "table",
                "path": path,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": len(content),
                "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "header": True},
                "schema": {
                    "fields": [
                        {"name": column, "type": _COLUMN_TYPES.get(column, "string")}
                        for column in COLUMNS
                    ],
                    "missingValues": [""],
                    "primaryKey": ["regime", "facility", "year", "code"],
                },
            }
        ],
    }
    return f"{json.dumps(document, indent=2, ensure_ascii=False)}\n".encode()


def _named(text: str) -> str:
    """As the standard wants names: small letters, digits, and - _ . between them."""
    return re.sub(r"[^a-z0-9._-]", "-", text.lower())
