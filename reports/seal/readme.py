"""What lies on top of a pack: what it is, what it proves, and how to check it with stock tools."""

import textwrap

from reports.seal.seal import Seal
from reports.verify.integrity import JOURNAL, KEY, MANIFEST, SIGNATURE, STAMP, SUMS

_WIDTH = 88


def readme(seal: Seal) -> str:
    """The text of ``README.txt``."""
    form = seal.form
    parts = [
        f"{form.title}\n{form.facility_name} ({form.facility}), {form.year}, "
        f"version {seal.version}",
        _state(seal),
        _CONTENTS,
        _how(signed=seal.key is not None),
        _PROOF,
    ]
    return "\n\n".join(parts) + "\n"


def _state(seal: Seal) -> str:
    form = seal.form
    lines = [
        f"Operator   {form.operator}",
        f"Form       {form.regime}, edition {form.edition}, {form.state}",
        f"Source     {form.source}",
        f"Period     {form.period_start.isoformat()} to {form.period_end.isoformat()}, the end "
        "exclusive",
        f"Sealed     {seal.now.isoformat(timespec='seconds')}",
        f"Approved   {'yes: ' + JOURNAL if seal.approved else 'no: nobody has approved this form'}",
        f"Signed     {'by key ' + seal.key.name if seal.key else _UNSIGNED}",
        "Official   no: prepared by the operator; only the authority makes it official",
    ]
    if seal.replaces is not None:
        lines.append(f"Replaces   version {seal.replaces[0]}, because {seal.reason}")
    return "\n".join(lines)


_UNSIGNED = "no: damage to this pack is detected, forgery is not"
_CONTENTS = f"""WHAT IS IN IT

form/             the form: json is exact; csv with datapackage.json, xlsx, html and pdf
                  are the same cells for other readers; rules.json says how each cell
                  comes from the figures, schema.json what form.json must look like
figures.csv       every figure the form rests on: value, bounds, coverage, inputs
evidence/         what the figures are computed from: totals; each meter's hours; meters,
                  factors and registers; edits that people signed; what the rules found;
                  rows that were refused, with the reason
lineage/          the landed files by sha256, and which lines of them were read
configuration/    estate.yaml, the meter register and the registers as they were, but for
                  what is between the operator and its customers
{JOURNAL}   who prepared, reviewed and signed, each entry bound to the one before
                  (absent where nobody did)
{MANIFEST}     sha256 of every member above, and of the code and configuration
{SUMS}        sha256 of every member but itself

An empty cell of a table is a value that is not known. It is never zero."""


def _how(*, signed: bool) -> str:
    lines = [
        "HOW TO CHECK IT",
        "With what any system has, that no byte has changed since it was sealed:",
        f"    sha256sum --check --strict {SUMS}",
        f"    openssl dgst -sha256 {MANIFEST}      # or any other member, against {SUMS}",
    ]
    if signed:
        lines += [
            "That it was sealed by the holder of a key. Take the public key from the operator, by "
            f"another way than this pack: the one in {KEY} proves no identity.",
            f"    minisign -V -m {MANIFEST} -x {SIGNATURE} -p OPERATOR.pub",
        ]
    lines += [
        f"Where there is a {STAMP}, that it existed at a time, by the authority's certificate:",
        f"    openssl ts -verify -data {MANIFEST} -in {STAMP} -CAfile AUTHORITY.pem",
        "All of that at once, and every total, figure and cell computed once more from the hours "
        "and registers in the pack, by a second way that shares no code with the first:",
        "    wattledger verify PACK.zip [--key OPERATOR.pub]",
        "    python -m reports.verify PACK.zip           # needs nothing but Python and the wheel",
        "With the landed files at hand, everything from their first byte:",
        "    wattledger verify PACK.zip --inbox DIR",
    ]
    return "\n".join(
        line if line.startswith("    ") or line.isupper() else textwrap.fill(line, _WIDTH)
        for line in lines
    )


_PROOF = "\n".join(
    textwrap.fill(line, _WIDTH)
    for line in (
        "WHAT THIS PROVES, AND WHAT NOT",
        "Sums and signature prove that the pack is the one that was sealed. The second computation "
        "proves that the form follows from the hours and registers in it. Only a rebuild from the "
        "landed files proves that the hours follow from what the meters delivered. Nothing here "
        "can prove that a meter measured what it should.",
    )
)
