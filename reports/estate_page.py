"""The report of an estate and year: every facility on one page."""

from collections.abc import Sequence

from markupsafe import Markup

from reports.facts import FacilityYear
from reports.numbers import number
from reports.sections.ahead import ahead
from reports.sections.estate import coverage, estate_headline, monthly, overview
from reports.sections.headline import of_interest
from reports.sections.method import READING, policies_table
from reports.sections.section import Section, Text
from reports.sections.technology import technologies
from reports.sections.union import union
from reports.view import View, page_of
from schemas.estate.model import Operator
from schemas.estate.policies import Policies
from schemas.metrics import Status


def estate_page(
    operator: Operator, policies: Policies, year: int, facilities: Sequence[FacilityYear]
) -> str:
    """The estate's report as one self-contained page."""
    return page_of(estate_view(operator, policies, year, facilities))


def estate_view(
    operator: Operator, policies: Policies, year: int, facilities: Sequence[FacilityYear]
) -> View:
    """The estate's report, with links to ``<facility>-<year>.html`` beside it.

    Args:
        facilities: in any order; their order does not change the page.
    """
    ordered = sorted(facilities, key=lambda facts: facts.facility.id)
    method = Section(
        id="method",
        title="Method",
        lead="Sums are made only where every facility has a number. A ratio of the estate is the "
        "ratio of its sums, never a mean of the facilities' ratios.",
        blocks=(Text(words=READING), policies_table(policies)),
    )
    sections: tuple[Section, ...] = (method,)
    if ordered:
        sections = (
            overview(ordered),
            ahead(ordered),
            monthly(ordered, year=year),
            coverage(ordered, policies=policies, year=year),
            technologies(ordered),
            union(ordered),
            method,
        )
    versions = sorted({facts.code_version for facts in ordered if facts.code_version})
    imprint = [operator.name, operator.contact, f"wattledger {', '.join(versions)}".rstrip()]
    return View(
        title=f"{operator.name} {year}",
        eyebrow="Resources and efficiency of all facilities",
        heading=operator.name,
        year=year,
        summary=summary(ordered, year=year),
        scope=f"1 January to 31 December {year}, each facility in its own time zone · "
        f"{operator.country}",
        figures=estate_headline(ordered),
        sections=sections,
        imprint=Markup(" · ").join(part for part in imprint if part),
    )


def summary(facilities: Sequence[FacilityYear], *, year: int) -> str:
    """How many facilities, and how many figures need attention."""
    if not facilities:
        return f"No facility has figures for {year}."
    count = len(facilities)
    values = [value for facts in facilities for value in of_interest(facts.year_metrics)]
    withheld = sum(value.status is Status.WITHHELD for value in values)
    flagged = sum(value.status is Status.FLAGGED for value in values)
    sites = f"{number(count)} {'facility' if count == 1 else 'facilities'}"
    return (
        f"{sites}, {number(len(values))} figures for {year}: {number(withheld)} withheld, "
        f"{number(flagged)} flagged, {number(len(values) - withheld - flagged)} clean."
    )
