"""Which forms there are, and what they share. Needs no estate."""

import argparse

from pipelines.cli import asked
from pipelines.cli.show import document, table
from reports.field_matrix import APART, matrix
from reports.regime import Regime
from reports.regimes import REGIMES
from reports.write.form_schema import form_schema
from schemas.errors import UsageError, nearest


def regimes(options: argparse.Namespace) -> int:
    """All regimes; or the facts that they share; or the lines of one of them."""
    if (options.matrix or options.schema) and options.regime:
        raise UsageError(
            "regimes: --matrix and --schema are of all regimes; leave the name of the one away."
        )
    if options.schema:
        document(form_schema())
        return 0
    if options.regime:
        return _one(known(options.regime), as_json=options.json)
    if options.matrix:
        return _matrix(as_json=options.json)
    rows = [_facts(regime) for regime in REGIMES.values()]
    if options.json:
        document({"regimes": rows})
        return 0
    columns = ("regime", "jurisdiction", "state", "edition", "first_year", "due", "cells")
    table(columns, [tuple(row[name] for name in columns) for row in rows])
    return 0


def known(key: str) -> Regime:
    """The regime of a key.

    Raises:
        UsageError: there is none; the nearest ones are named.
    """
    if key not in REGIMES:
        raise UsageError(f"regime '{key}' is not known.\n  {nearest(key, sorted(REGIMES))}")
    return REGIMES[key]


def _facts(regime: Regime) -> dict[str, object]:
    return {
        "regime": regime.key,
        "title": regime.title,
        "edition": regime.edition,
        "jurisdiction": regime.jurisdiction,
        "state": regime.state.value,
        "valid_from": None if regime.valid_from is None else regime.valid_from.isoformat(),
        "valid_to": None if regime.valid_to is None else regime.valid_to.isoformat(),
        "first_year": regime.first_year,
        "due": None if regime.due is None else f"{regime.due[0]:02d}-{regime.due[1]:02d}",
        "cells": len(regime.cells),
        "required": sum(cell.required for cell in regime.cells),
        "source": regime.source,
        "notes": list(regime.notes),
    }


def _one(regime: Regime, *, as_json: bool) -> int:
    rows = [
        {
            "code": cell.code,
            "label": cell.label,
            "unit": "" if cell.unit is None else cell.unit.value,
            "required": cell.required,
            "annex": cell.annex,
            "note": cell.note,
        }
        for cell in regime.cells
    ]
    if as_json:
        document({**_facts(regime), "lines": rows})
        return 0
    print(f"{regime.key}: {regime.title}\n  {regime.source}; {regime.state.value}\n")
    columns = ("code", "label", "unit", "required", "annex")
    table(columns, [tuple(row[name] for name in columns) for row in rows])
    print("".join(f"\n  {note}" for note in regime.notes))
    return 0


def _matrix(*, as_json: bool) -> int:
    rows = matrix(REGIMES.values())
    if as_json:
        document(
            {
                "facts": [
                    {
                        "metric": row.metric.value,
                        "unit": row.unit.value,
                        "relation": row.relation.value,
                        "filed": [
                            {
                                "regime": one.regime,
                                "code": one.code,
                                "unit": None if one.unit is None else one.unit.value,
                                "categories": list(one.categories),
                            }
                            for one in row.asked
                        ],
                        "used": [{"regime": regime, "code": code} for regime, code in row.used],
                    }
                    for row in rows
                ],
                "apart": [
                    {"topic": one.topic, "facts": list(one.facts), "because": one.because}
                    for one in APART
                ],
            }
        )
        return 0
    table(
        ("metric", "unit", "relation", "filed as"),
        [
            (
                row.metric.value,
                row.unit.value,
                row.relation.value,
                ", ".join(f"{one.regime} {one.code}" for one in row.asked) or "-",
            )
            for row in rows
        ],
    )
    print("\nNot to be exchanged:")
    for one in APART:
        print(f"  {one.topic} ({', '.join(one.facts)}): {one.because}")
    return 0


def against(options: argparse.Namespace) -> int:
    """One year on two editions: cell by cell what differs, and why."""
    from pipelines.stages.forms import form_of
    from pipelines.stages.workshop import remembered
    from reports.editions import Difference, compared

    known(options.against)
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    forms = [
        form_of(shop, key, facility, options.year) for key in (options.against, options.regime)
    ]
    rows = compared(forms[0], forms[1])
    if options.json:
        document(
            {
                "before": options.against,
                "after": options.regime,
                "facility": facility.id,
                "year": options.year,
                "cells": [
                    {
                        "code": one.code,
                        "difference": one.difference.value,
                        "before": None if one.before is None else one.before.value,
                        "after": None if one.after is None else one.after.value,
                        "because": one.because,
                    }
                    for one in rows
                ],
            }
        )
        return 0
    table(
        ("cell", "difference", options.against, options.regime, "because"),
        [
            (
                one.code,
                one.difference.value,
                one.before.value if one.before else None,
                one.after.value if one.after else None,
                one.because,
            )
            for one in rows
            if one.difference is not Difference.SAME
        ],
    )
    same = sum(one.difference is Difference.SAME for one in rows)
    print(f"\n{same} cells are the same in both.")
    return 0
