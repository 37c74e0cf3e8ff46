"""A form's figures as xBRL-JSON (OIM 1.0): what machines read of the inline report."""

import json
from datetime import timedelta

from reports.form import Form
from reports.write.xbrl_facts import UTR, Fact, days_of, entity_of, facts_of, taxonomy_of

_KIND = "https://xbrl.org/2021/xbrl-json"


def xbrl_json_bytes(form: Form) -> bytes:
    """The report, facts in the form's order."""
    taxonomy = taxonomy_of(form)
    scheme, identifier = entity_of(form)
    document = {
        "documentInfo": {
            "documentType": _KIND,
            "namespaces": {
                taxonomy.prefix: taxonomy.namespace,
                "entity": scheme,
                "utr": UTR,
                "xbrl": "https://xbrl.org/2021",
            },
            "taxonomy": [taxonomy.entry_point],
        },
        "facts": {
            f"f{number}": {
                "value": f"{fact.value:f}",
                "decimals": fact.decimals,
                "dimensions": {
                    "concept": f"{taxonomy.prefix}:{fact.name}",
                    "entity": f"entity:{identifier}",
                    "period": _period(form, fact),
                    **({} if fact.unit == "xbrli:pure" else {"unit": fact.unit}),
                },
            }
            for number, fact in enumerate(facts_of(form), start=1)
        },
    }
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode()


def _period(form: Form, fact: Fact) -> str:
    """Midnights, the end exclusive, as the model has them."""
    first, last = days_of(form)
    end = f"{last + timedelta(days=1)}T00:00:00"
    return end if fact.instant else f"{first}T00:00:00/{end}"
