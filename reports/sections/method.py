"""Where the figures come from: formulas, policies, versions, and the site itself."""

from dataclasses import fields

from reports.charts import Table
from reports.charts.svg import element
from reports.dictionary_page import NAME as DICTIONARY
from reports.facts import FacilityYear
from reports.numbers import DASH, THIN, coverage_text, number
from reports.sections.section import Block, Section, Text, names_of, totals_table
from schemas.estate.model import Facility
from schemas.estate.policies import Policies
from schemas.metrics import FACTS

READING = (
    "A value is what was measured plus the best estimate for what was not. Its bounds are hard: "
    "they hold the true value whatever happened in the gaps. Coverage is measured time divided by "
    "expected time, summed over the meters; for a figure it is the smallest among its inputs. "
    "Clean: coverage at or above the clean limit. Flagged: shown, with a remark. Withheld: there "
    "is no honest number, and the reason says why. A missing value is never zero."
)


def method(facts: FacilityYear) -> Section:
    """Formulas, policies, every total, the site's description and the versions behind it all."""
    blocks: list[Block] = [
        Text(words=READING),
        formulas(facts),
        policies_table(facts.policies),
        totals_table(facts.year_totals, caption=f"Every total of {facts.year}", folded=True),
        site_table(facts.facility),
        Table(
            caption="Versions",
            head=("What", "Which"),
            rows=(
                ("Code", facts.code_version or "not stated"),
                ("Hash of all inputs", facts.input_hash or "not stated"),
            ),
            text=(1,),
        ),
    ]
    return Section(
        id="method",
        title="Sources and method",
        lead="The same inputs, rules and code give the same report, byte for byte.",
        blocks=tuple(blocks),
    )


def formulas(facts: FacilityYear) -> Table:
    """What each figure of this report means, after which standard, from which inputs."""
    rows = []
    for metric, known in FACTS.items():
        found = [value for value in facts.year_metrics if value.metric is metric]
        if not found:
            continue
        name = element("a", known.name, href=f"{DICTIONARY}#{metric.value}")
        rows.append((name, known.meaning, known.standard, names_of(found) or DASH))
    return Table(
        caption="Formulas",
        head=("Figure", "Meaning", "Standard or law", "Computed from"),
        rows=tuple(rows),
        text=(1, 2, 3),
        style="words",
    )


def policies_table(policies: Policies) -> Table:
    """The operator's choices that touch the figures."""
    rows = [
        ("Coverage for a clean figure", f"at least {coverage_text(policies.coverage_clean)}"),
        ("Coverage for a flagged figure", f"at least {coverage_text(policies.coverage_minimum)}"),
        ("First month of the records", policies.first_month),
        (
            "Edits",
            "count once a second person has signed them"
            if policies.edits_need_review
            else "count with their author's signature",
        ),
    ]
    for limit in policies.by:
        where = ", ".join(
            part for part in (limit.facility, limit.quantity.replace("_", " ")) if part
        )
        clean, minimum = coverage_text(limit.coverage_clean), coverage_text(limit.coverage_minimum)
        rows.append((f"Coverage, {where}", f"clean at {clean}, flagged at {minimum}"))
    return Table(
        caption="Policies of the operator", head=("Policy", "Choice"), rows=tuple(rows), text=(1,)
    )


def site_table(facility: Facility) -> Table:
    """What the register says about the site; what it does not say is left out."""
    redundancy = ", ".join(
        f"{one.name.replace('_', ' ')} {level}"
        for one in fields(facility.redundancy)
        if (level := getattr(facility.redundancy, one.name))
    )
    boundary = ", ".join(
        f"{one.name.replace('_', ' ')} {place}"
        for one in fields(facility.boundary)
        if (place := getattr(facility.boundary, one.name))
    )
    described = {
        "Owner": facility.owner,
        "Type": facility.type.replace("_", " "),
        "In operation since": facility.commissioned,
        "Country": facility.country,
        "Postal code": facility.postal_code,
        "Municipality (LAU)": facility.lau,
        "Region (NUTS 3)": facility.nuts3,
        "Grid zone": facility.grid_zone,
        "Time zone": facility.timezone,
        "Installed IT power": _size(facility.installed_it_kw, "kW"),
        "Rated IT power": _size(facility.rated_it_kw, "kW"),
        "Connected power, without redundancy": _size(facility.nonredundant_connected_kw, "kW"),
        "Floor area": _size(facility.floor_area_m2, "m²"),
        "Computer room area": _size(facility.computer_room_m2, "m²"),
        "Cooling": facility.cooling,
        "Redundancy": redundancy,
        "Plants at the boundary": boundary,
        "Grid functions": facility.grid_functions,
        "Reference": facility.reference_id,
    }
    return Table(
        caption="The site",
        head=("What", "As registered"),
        rows=tuple((name, text) for name, text in described.items() if text),
        text=(1,),
    )


def _size(value: float | None, unit: str) -> str:
    return "" if value is None else f"{number(value)}{THIN}{unit}"
