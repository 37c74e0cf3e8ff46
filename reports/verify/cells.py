"""A form's cells from figures, a second time, by the rules that the pack carries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.verify.evidence import RULES, Evidence, Row, decimal, rows
from reports.verify.integrity import FORM
from reports.verify.pack import BadPack
from reports.verify.registers import POTENTIALS

#: One canonical unit in the unit of a cell.
_UNITS = {
    ("kWh", "MWh"): Fraction(1, 1000),
    ("kg", "t"): Fraction(1, 1000),
    ("kg", "tCO2e"): Fraction(1, 1000),
    ("%", "1"): Fraction(1, 100),
    ("1", "%"): Fraction(100),
}
_CLASSES = "ABCDEFG"
_EDGES = {
    "pue": ("1.15", "1.25", "1.35", "1.5", "1.7", "1.9"),
    "wue_fre": ("0.1", "0.2", "0.4", "0.6", "0.8", "1"),
}
_FILLED = ("filled", "flagged")
#: Practices that the Code of Conduct expects of every participant.
_EXPECTED_PRACTICES = 106

Rule = Mapping[str, Any]
Figures = Sequence[Row]


def cell_problems(evidence: Evidence, figures: Figures) -> Iterator[str]:
    """Cells that are not what the figures and master data of the pack give."""
    form, rules = evidence.pack.json(FORM), evidence.pack.json(RULES)
    cells = {cell["code"]: cell for cell in form["cells"]}
    wanted = [rule["code"] for rule in rules["cells"]]
    if list(cells) != wanted:
        yield f"{FORM}: its cells are not those of {RULES}"
        return
    for rule in rules["cells"]:
        cell = cells[rule["code"]]
        if cell["status"] not in _FILLED:
            if cell["value"] is not None:
                yield f"cell {rule['code']}: has a value and is called {cell['status']}"
            continue
        expected = _value(rule, evidence, figures)
        if expected != _told(cell):
            yield f"cell {rule['code']}: is {_told(cell)}, and the evidence gives {expected}"


def _told(cell: Mapping[str, Any]) -> str | None:
    value = cell["value"]
    return value if value is None or isinstance(value, str) else _number(Decimal(repr(value)))


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"


def _value(rule: Rule, evidence: Evidence, figures: Figures) -> str | None:
    if rule["kind"] in _OF_FIGURES:
        return _OF_FIGURES[rule["kind"]](rule, figures)
    if rule["kind"] in _OF_ESTATE:
        return _OF_ESTATE[rule["kind"]](rule, evidence)
    raise BadPack(f"{RULES}: cell {rule['code']} is of kind {rule['kind']}, which is not known")


def _metric(rule: Rule, figures: Figures) -> str | None:
    return _rounded(rule, _in_unit(rule, _chosen(rule, figures)))


def _sum(rule: Rule, figures: Figures) -> str | None:
    parts = [_in_unit(rule, _chosen(part, figures)) for part in rule["parts"]]
    known = [part for part in parts if part is not None]
    return _rounded(rule, sum(known, Fraction(0)) if len(known) == len(parts) else None)


def _category(rule: Rule, figures: Figures) -> str | None:
    row = _chosen(rule, figures)
    return None if row is None or not row["value"] else row["category"]


def _chosen(rule: Rule, figures: Figures) -> Row | None:
    """The figure of the first category that has a value; else the first."""
    order = rule["categories"]
    mine = [
        row
        for row in figures
        if row["metric"] == rule["metric"] and (not order or row["category"] in order)
    ]
    if order:
        mine.sort(key=lambda row: order.index(row["category"]))
    return next((row for row in mine if row["value"]), mine[0] if mine else None)


def _in_unit(rule: Rule, row: Row | None) -> Fraction | None:
    value = None if row is None else decimal(row, "value")
    if row is None or value is None:
        return None
    asked = rule["unit"] or row["unit"]
    factor = Fraction(1) if asked == row["unit"] else _UNITS.get((row["unit"], asked))
    if factor is None:
        raise BadPack(f"{RULES}: a figure in {row['unit']} cannot be told in {asked}")
    return Fraction(value) * factor


def _rounded(rule: Rule, value: Fraction | None) -> str | None:
    """Half up, away from zero, at the places of the cell."""
    if value is None:
        return None
    scale = 10 ** int(rule["decimals"] or 0)
    whole = (2 * abs(value) * scale + 1) // 2
    return _number(Decimal(int(whole) if value >= 0 else -int(whole)) / scale)


def _class(rule: Rule, figures: Figures) -> str | None:
    row = _chosen(rule, figures)
    if row is None or not row["value"]:
        return None
    return _CLASSES[sum(float(row["value"]) > float(edge) for edge in _EDGES[rule["metric"]])]


def _kept(rule: Rule, figures: Figures) -> str | None:
    row = _chosen(rule, figures)
    if row is None or not row["value"]:
        return None
    value = Fraction(row["value"]) / (100 if row["unit"] == "%" else 1)
    most, least = rule["at_most"], rule["at_least"]
    holds = (most is None or value <= Fraction(most)) and (
        least is None or value >= Fraction(least)
    )
    return "kept" if holds else "not kept"


def _look_up(path: str, evidence: Evidence) -> object:
    value: Any = {"operator": evidence.site["operator"], "facility": evidence.facility}
    for name in path.split("."):
        value = value[name]
    return None if value == "" else value


def _first(fields: Sequence[str], evidence: Evidence) -> object:
    return next((value for path in fields if (value := _look_up(path, evidence)) is not None), None)


def _band(rule: Rule, evidence: Evidence) -> str | None:
    size = _first(rule["fields"], evidence)
    if not isinstance(size, int | float):
        return None
    if rule["above"] is not None and size > rule["above"][0]:
        return str(rule["above"][1])
    reached = [name for edge, name in rule["classes"] if size >= edge]
    return str(reached[-1] if reached else rule["below"])


def _master(rule: Rule, evidence: Evidence) -> str | None:
    words = []
    for part in rule["parts"]:
        value = _first(part["fields"], evidence)
        if isinstance(value, int | float) and rule["decimals"] is not None:
            return _rounded(rule, Fraction(str(value)))
        if value is not None:
            words.append(f"{part['label']}: {value}" if part["label"] else str(value))
    return "; ".join(words) or None


def _month(rule: Rule, evidence: Evidence) -> str | None:
    return str(_look_up(rule["field"], evidence))


def _period(_: Rule, evidence: Evidence) -> str | None:
    return f"{evidence.site['period_start'][:10]}/{evidence.last_day}"


def _yes_no(rule: Rule, evidence: Evidence) -> str | None:
    given = _look_up(rule["field"], evidence)
    if given is None:
        return None
    answer = str(given).strip()
    if answer.casefold() in ("no", "none", "false"):
        return "no"
    return "yes" if answer.casefold() in ("yes", "true") else f"yes: {answer}"


def _refrigerants(_: Rule, evidence: Evidence) -> str | None:
    """Every gas with an event in the year, or with a stock carried into it."""
    last: dict[str, Row] = {}
    for row in sorted(evidence.register("refrigerants") or (), key=lambda row: row["date"]):
        if row["date"] <= str(evidence.last_day):
            last[row["refrigerant"]] = row
    start = evidence.site["period_start"][:10]
    names = [
        name
        for name, row in sorted(last.items())
        if row["date"] >= start or row["event"] != "closing" or Decimal(row["kg"]) > 0
    ]
    return "; ".join(names) or None


def _practices(rule: Rule, evidence: Evidence) -> str | None:
    """Of the practices that are expected and apply: how many, in place, all of them, verified."""
    lines = [row for row in evidence.register("practices") or () if row["expected"] == "true"]
    apply = [row for row in lines if row["status"] != "not_applicable"]
    last = str(evidence.last_day)
    there = [row for row in apply if row["status"] == "implemented" and row["since"] <= last]
    days = [row["verified_on"] for row in there if row["verified_on"] and row["verified_by"]]
    whole = len(there) == len(apply) and len(lines) >= _EXPECTED_PRACTICES
    told: dict[str, str | None] = {
        "expected": str(len(apply)),
        "implemented": str(len(there)),
        "all": "yes" if whole else "no",
        "verified": min(days) if days and len(days) == len(there) else None,
    }
    return told[rule["what"]]


def _highest_potential(rule: Rule, evidence: Evidence) -> str | None:
    """Whether every gas on site stays at or below a limit."""
    gases = {row["refrigerant"]: row["gas"] for row in evidence.register("refrigerants") or ()}
    highs = {row["gas"]: Fraction(row["high"]) for row in rows(evidence.pack, POTENTIALS)}
    names = (_refrigerants(rule, evidence) or "").split("; ")
    there = [gases[name] for name in names if name not in ("", "none")]
    if any(gas not in highs for gas in there):
        return None
    return "not kept" if any(highs[gas] > rule["at_most"] for gas in there) else "kept"


_OF_FIGURES: dict[str, Callable[[Rule, Figures], str | None]] = {
    "metric": _metric,
    "sum": _sum,
    "category": _category,
    "class": _class,
    "limit": _kept,
}
_OF_ESTATE: dict[str, Callable[[Rule, Evidence], str | None]] = {
    "band": _band,
    "master": _master,
    "month": _month,
    "yes_no": _yes_no,
    "refrigerants": _refrigerants,
    "period": _period,
    "practices": _practices,
    "highest_potential": _highest_potential,
}
