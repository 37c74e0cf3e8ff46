"""The estate's figures as the European database would publish them."""

from collections.abc import Sequence

from reports.aggregation import FEWEST, Mean, Member, means
from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, number
from reports.sections.section import Section, filed
from schemas.metrics import FACTS, Metric

RATIOS = (Metric.PUE, Metric.WUE, Metric.ERF, Metric.REF)


def union(facilities: Sequence[FacilityYear]) -> Section:
    """Mean ratios weighted by energy, by type and size; a class of few is not shown by itself."""
    found = {metric: means(_members(facilities, metric)) for metric in RATIOS}
    groups = dict.fromkeys(mean.group for some in found.values() for mean in some)
    rows = tuple(
        (group, *(_text(found[metric], group, metric) for metric in RATIOS)) for group in groups
    )
    return Section(
        id="union",
        title="As the European database counts",
        lead="Annex IV weights each facility's ratio by its energy, so these are means of ratios "
        f"and not the ratios above. A class of fewer than {FEWEST} facilities is not shown.",
        blocks=(
            Table(
                caption="Means weighted by energy consumption",
                head=("Facilities", *(metric.value.upper() for metric in RATIOS)),
                rows=rows,
            ),
        ),
    )


def _members(facilities: Sequence[FacilityYear], metric: Metric) -> list[Member]:
    """The facilities that have the ratio, the energy it is weighted by, and where they belong."""
    members = []
    for facts in facilities:
        ratio, energy = filed(facts.year_metrics, metric), filed(facts.year_metrics, Metric.EDC)
        power = filed(facts.year_metrics, Metric.PDIT)
        if ratio is None or energy is None or ratio.value is None or energy.value is None:
            continue
        members.append(
            Member(
                energy=energy.value,
                it_power_kw=None if power is None else power.value,
                type=facts.facility.type,
                ratio=ratio.value,
            )
        )
    return members


def _text(found: Sequence[Mean], group: str, metric: Metric) -> str:
    mean = next((one for one in found if one.group == group), None)
    if mean is None or mean.mean is None:
        return DASH
    return f"{number(mean.mean, FACTS[metric].decimals)} (of {number(mean.count)})"
