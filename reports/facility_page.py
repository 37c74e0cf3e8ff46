"""The report of one facility and year."""

from markupsafe import Markup

from reports.facts import FacilityYear
from reports.numbers import coverage_text, number
from reports.sections.carbon import carbon
from reports.sections.energy import efficiency, flows
from reports.sections.equipment import equipment
from reports.sections.headline import headline, metric_scale, metrics_tables, of_interest
from reports.sections.heat import heat
from reports.sections.incidents import incidents
from reports.sections.method import method
from reports.sections.outlook import outlook
from reports.sections.quality import quality
from reports.sections.renewables import renewables
from reports.sections.section import filed, in_words
from reports.sections.water import water
from reports.view import View, page_of
from schemas.metrics import Metric, Status


def facility_page(facts: FacilityYear) -> str:
    """The report as one self-contained page."""
    return page_of(facility_view(facts))


def facility_view(facts: FacilityYear) -> View:
    """The report; empty frames and absent registers are said in words."""
    sections = (
        efficiency(facts),
        flows(facts),
        water(facts),
        renewables(facts),
        heat(facts),
        carbon(facts),
        equipment(facts),
        outlook(facts),
        incidents(facts),
        quality(facts),
        method(facts),
    )
    facility, operator = facts.facility, facts.operator
    return View(
        title=f"{facility.name} {facts.year} · {operator.name}",
        eyebrow=f"{operator.name} · Resources and efficiency",
        heading=facility.name,
        year=facts.year,
        summary=summary(facts),
        scope=f"1 January to 31 December {facts.year}, {facility.timezone} · "
        f"facility {facility.id}, {facility.country}",
        figures=headline(facts),
        reading="Bounds: what gaps in the data leave open; exact where they leave nothing open. "
        "Meters: the meters' own uncertainty (k\u00a0=\u00a02), which no reading removes.",
        tables=metrics_tables(facts.year_metrics),
        sections=sections,
        imprint=_imprint(facts),
    )


def _imprint(facts: FacilityYear) -> Markup:
    words = Markup(" · ").join(
        part
        for part in (
            facts.operator.name,
            facts.operator.contact,
            f"wattledger {facts.code_version}".rstrip(),
        )
        if part
    )
    inputs = Markup(" · inputs <code>{}</code>").format(facts.input_hash[:16])
    return words + inputs if facts.input_hash else words


def summary(facts: FacilityYear) -> str:
    """The year in three sentences: energy, efficiency, and how far to trust them."""
    energy = filed(facts.year_metrics, Metric.EDC)
    pue = filed(facts.year_metrics, Metric.PUE)
    words = []
    if energy is not None and energy.value is not None:
        chosen = metric_scale(energy)
        words.append(
            f"In {facts.year} {facts.facility.name} used {chosen.text(energy.value)} of energy."
        )
    if pue is not None and pue.value is not None:
        chosen = metric_scale(pue)
        words.append(
            f"Its PUE was {chosen.text(pue.value)} (bounds {chosen.range(pue.low, pue.high)}), "
            f"from data that cover {coverage_text(pue.coverage)} of the year."
        )
    elif pue is not None:
        words.append(f"Its PUE is withheld: {in_words(pue.reason)}")
    if not facts.year_metrics:
        return f"No figure was computed for {facts.year}; what is known stands below."
    tally = dict.fromkeys(Status, 0)
    told = of_interest(facts.year_metrics)
    for value in told:
        tally[value.status] += 1
    words.append(
        f"Of {number(len(told))} figures {number(tally[Status.CLEAN])} are clean, "
        f"{number(tally[Status.FLAGGED])} flagged and {number(tally[Status.WITHHELD])} withheld."
    )
    return " ".join(words)
