"""One pack, looked at from its bytes to its cells."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from reports.verify.book import BOOK, BY_THE_HOUR, WITHIN
from reports.verify.cells import Figures, cell_problems
from reports.verify.evidence import FIGURES, TOTALS, Evidence, Row, decimal, rows
from reports.verify.integrity import (
    FORM,
    JOURNAL,
    STAMP,
    approval_problems,
    journal_problems,
    manifest_of,
    manifest_problems,
    signature_words,
    stamp_problems,
    sum_problems,
)
from reports.verify.minisign import PublicKey
from reports.verify.number import NOTHING, Number
from reports.verify.pack import BadPack, Pack, open_pack
from reports.verify.site import Site
from reports.verify.totals import Hours, Sum


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What was found.

    Args:
        problems: what is wrong, the first thing first; none where the pack is sound.
        facts: what was checked and what the pack says of itself, in words.
        proven: whether a key that the reader gave binds the pack to its signer.
    """

    problems: tuple[str, ...]
    facts: tuple[str, ...] = ()
    manifest: dict[str, Any] | None = None
    proven: bool = False

    @property
    def sound(self) -> bool:
        return not self.problems


def verify(path: Path, key: PublicKey | None = None) -> Verdict:
    """Checks hashes and signature, then computes every total, figure and cell once more."""
    try:
        with open_pack(path) as pack:
            return _verified(pack, key)
    except BadPack as error:
        return Verdict(problems=(str(error),))
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        ZeroDivisionError,
    ) as error:
        # The members' own shapes are anybody's: what does not fit is a fault of the pack.
        what = f"{type(error).__name__}: {error}"
        return Verdict(problems=(f"the pack does not have the shape of one ({what})",))


def _verified(pack: Pack, key: PublicKey | None) -> Verdict:
    problems = list(sum_problems(pack))
    if problems:
        return Verdict(problems=tuple(problems))
    manifest = manifest_of(pack)
    problems = [
        *manifest_problems(pack, manifest),
        *stamp_problems(pack),
        *journal_problems(pack),
    ]
    problems = problems or list(approval_problems(pack, manifest))
    if problems:
        return Verdict(problems=tuple(problems), manifest=manifest)
    words, proven = signature_words(pack, key)
    evidence = Evidence(pack)
    site = Site(evidence, Hours(evidence, BY_THE_HOUR))
    figures = list(rows(pack, FIGURES))
    totals = list(rows(pack, TOTALS))
    problems = [
        *identity_problems(manifest, evidence),
        *total_problems(totals, site),
        *figure_problems(figures, site),
        *cell_problems(evidence, figures),
    ]
    facts = (
        f"{len(pack.names)} members, each with the bytes that were sealed",
        words,
        *((f"a time stamp lies in it: check {STAMP} with openssl",) if STAMP in pack else ()),
        _approval(pack),
        f"{len(totals)} totals, {len(figures)} figures and {len(pack.json(FORM)['cells'])} cells "
        "computed once more from the hours and registers in the pack",
    )
    return Verdict(problems=tuple(problems), facts=facts, manifest=manifest, proven=proven)


def _approval(pack: Pack) -> str:
    if JOURNAL not in pack:
        return "not approved by anybody: the pack holds no journal"
    entries = [json.loads(line) for line in pack.text(JOURNAL).splitlines()]
    words = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
    steps = ", ".join(f"{one['step']} by {one['by']}" for one in entries)
    return f"journal of {words}, each following the last: {steps}"


def identity_problems(manifest: dict[str, Any], evidence: Evidence) -> Iterator[str]:
    """Whether manifest, form and evidence speak of the same facility, year and regime."""
    form = evidence.pack.json(FORM)
    told = (evidence.facility["id"], evidence.site["year"], form["regime"])
    if (form["facility"], form["year"], form["regime"]) != told:
        yield f"{FORM}: is of another facility or year than the evidence"
    if (manifest["facility"], manifest["year"], manifest["regime"]) != told:
        yield "manifest.json: is of another facility, year or regime than the form"


def total_problems(totals: list[Row], site: Site) -> Iterator[str]:
    """Totals that are not the sums of the hours in the pack."""
    for row in totals:
        name = f"total {row['quantity']} of {row['period']}"
        found = site.hours.total(row["quantity"], row["period"])
        if found is None:
            yield f"{name}: no hours of it are in the pack"
        else:
            yield from _total_problems(name, row, found)


def _total_problems(name: str, row: Row, found: Sum) -> Iterator[str]:
    number = found.number
    pairs = [("low", number.low), ("high", number.high), ("measured", found.measured)]
    if row["value"]:
        pairs.insert(0, ("value", number.value))
    for column, expected in pairs:
        told = decimal(row, column)
        if (None if told is None else Fraction(told)) != expected:
            yield f"{name}: {column} is {told}, and the hours give {_words(expected)}"
    coverage = decimal(row, "coverage")
    if coverage is None or abs(float(coverage) - found.coverage) > 1e-12:
        yield f"{name}: coverage is {coverage}, and the hours give {found.coverage}"


def figure_problems(figures: Figures, site: Site) -> Iterator[str]:
    """Figures that the formulas do not give, and bounds that they do not allow."""
    computed: dict[str, dict[str, Number]] = {}
    for row in figures:
        metric = row["metric"]
        if metric not in BOOK:
            yield f"figure {metric}: there is no formula of it here"
            continue
        if metric not in computed:
            computed[metric] = dict(BOOK[metric](site))
        found = computed[metric].get(row["category"], NOTHING)
        yield from _figure_problems(row, found)


def _figure_problems(row: Row, found: Number) -> Iterator[str]:
    name = f"figure {row['metric']} {row['category']}".rstrip()
    value, low, high = (float(row[one]) if row[one] else None for one in ("value", "low", "high"))
    if value is not None and value != _float(found.value):
        yield f"{name}: is {value!r}, and the evidence gives {_words(found.value)}"
    if (low is not None and value is not None and low > value) or (
        high is not None and value is not None and high < value
    ):
        yield f"{name}: {value!r} is not between its bounds"
    if row["metric"] not in WITHIN:
        for column, told, expected in (("low", low, found.low), ("high", high, found.high)):
            if told is not None and told != _float(expected):
                yield f"{name}: {column} is {told!r}, and the evidence gives {_words(expected)}"


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _words(value: Fraction | None) -> str:
    return "no number" if value is None else repr(float(value))
