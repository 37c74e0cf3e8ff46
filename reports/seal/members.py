"""The form's own members of a pack: every format that it can be written in, and its rules."""

import json

from reports.form import Form
from reports.regime import Regime
from reports.seal.rules import rules_of
from reports.write import ending_of, writers_for
from reports.write.data_package import data_package
from reports.write.form_schema import form_schema
from schemas.errors import UsageError


def form_members(form: Form, regime: Regime) -> tuple[dict[str, bytes], str]:
    """The members by name, and which format is not there and why; empty where all are."""
    found, without = {}, ""
    for name, write in writers_for(form).items():
        try:
            found[f"form/form.{ending_of(name)}"] = write(form)
        except UsageError as error:
            without = f"form.{ending_of(name)}: {error}"
    found["form/datapackage.json"] = data_package(form, "form.csv")
    found["form/schema.json"] = _document(form_schema())
    found["form/rules.json"] = _document(rules_of(regime))
    return found, without


def _document(content: object) -> bytes:
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()
