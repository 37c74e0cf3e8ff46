"""A form as JSON: the exact carrier, and the contract that scripts rely on."""

import json

from reports.form import Form


def json_bytes(form: Form) -> bytes:
    """``Form.as_document`` in UTF-8, keys in the contract's order, a newline at the end."""
    text = json.dumps(form.as_document(), indent=2, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()
