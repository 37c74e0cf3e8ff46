"""What a forger might write anew in a pack, and what the second way to every figure says of it."""

import csv
import io


def _first_cell(text, column, value):
    """The first filled cell of a column rewritten."""
    rows = list(csv.DictReader(io.StringIO(text)))
    next(row for row in rows if row[column])[column] = value
    return _written(rows)


def _where(text, metric, column, value):
    rows = list(csv.DictReader(io.StringIO(text)))
    next(row for row in rows if row["metric"] == metric)[column] = value
    return _written(rows)


def _written(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


#: By what is forged: the member, how it is changed, and what the verdict must name.
FORGERIES = {
    "an hour": (
        "evidence/hours/0001.csv",
        lambda text: _first_cell(text, "covered", "999999"),
        "and the hours give",
    ),
    "a total": (
        "evidence/totals.csv",
        lambda text: _first_cell(text, "low", "0.5"),
        "low is 0.5, and the hours give",
    ),
    "a coverage": (
        "evidence/totals.csv",
        lambda text: _first_cell(text, "coverage", "0.123"),
        "coverage is 0.123",
    ),
    "a figure": (
        "figures.csv",
        lambda text: _where(text, "edc", "value", "1"),
        "figure edc: is 1.0, and the evidence gives",
    ),
    "a bound": (
        "figures.csv",
        lambda text: _where(text, "edc", "low", "1"),
        "figure edc: low is 1.0, and the evidence gives",
    ),
    "a factor": (
        "evidence/factors.csv",
        lambda text: (
            text.replace(",residual,DE,", ",residual,DX,", 1)
            if ",residual,DE," in text
            else text.replace("residual,DE,", "residual,DX,", 1)
        ),
        "figure cue market",
    ),
    "a certificate": (
        "evidence/registers/certificates.csv",
        lambda text: text.replace(",cancelled,", ",held,"),
        "figure eres_tot",
    ),
    "a piece of equipment": (
        "evidence/registers/equipment.csv",
        lambda text: _first_cell(text, "max_power_kw", "77"),
        "figure iteesv",
    ),
    "a cell": (
        "form/form.json",
        lambda text: text.replace('"value": "Frankfurt 1"', '"value": "Frankfurt 2"'),
        "cell FACILITY: is Frankfurt 2, and the evidence gives Frankfurt 1",
    ),
    "a rule": (
        "form/rules.json",
        lambda text: text.replace('"kind": "metric"', '"kind": "magic"', 1),
        "kind magic",
    ),
    "another facility": (
        "evidence/facility.json",
        lambda text: text.replace('"id": "fra1"', '"id": "fra2"'),
        "is of another facility",
    ),
}
