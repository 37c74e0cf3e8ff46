"""Renewable energy: by origin, by the hour, and certificate by certificate."""

from reports.charts import Table
from reports.facts import FacilityYear
from reports.numbers import DASH, counted, number
from reports.sections.amounts import amounts, figures_table
from reports.sections.section import Block, Section, filed, in_words
from schemas.metrics import FACTS, Metric

_ORIGINS = (
    *(Metric.ERES_TOT, Metric.ERES_GOO, Metric.ERES_PPA, Metric.ERES_OS),
    *(Metric.REF, Metric.RENEWABLE_ELECTRICITY),
)
_MATCHED = (Metric.CFE_ANNUAL, Metric.CFE_HOURLY, Metric.CERTIFICATE_GAP)
_FEW = 12


def renewables(facts: FacilityYear) -> Section:
    """Renewable energy by origin, the REF with the value before its limit, clean electricity by
    the year and by the hour, the ledger, and on-site months."""
    blocks = figures_table(facts, _ORIGINS, caption=f"Renewable energy by origin, {facts.year}")
    blocks += figures_table(
        facts, _MATCHED, caption=f"Clean electricity over the year and by the hour, {facts.year}"
    )
    blocks += _ledger(facts)
    blocks += amounts(facts, ("onsite_renewable",), caption="")
    return Section(
        id="renewables", title="Renewable energy", lead=_lead(facts), blocks=tuple(blocks)
    )


def _lead(facts: FacilityYear) -> str:
    ref = filed(facts.year_metrics, Metric.REF)
    if ref is None:
        return f"No renewable energy is registered or metered for {facts.year}."
    if ref.value is None:
        return f"The renewable energy factor of {facts.year} is withheld: {in_words(ref.reason)}"
    decimals = FACTS[Metric.REF].decimals
    words = f"The renewable energy factor of {facts.year} is {number(ref.value, decimals)}."
    if ref.raw is not None and ref.raw != ref.value:
        words += (
            f" Renewable energy was {number(ref.raw, decimals)} times the energy that entered; "
            "the standard limits the factor to 1."
        )
    return words + _matched(facts)


def _matched(facts: FacilityYear) -> str:
    """The share that was clean: over the year, and in the hours in which it was used."""
    shares = [
        (filed(facts.year_metrics, metric), words)
        for metric, words in (
            (Metric.CFE_ANNUAL, "over the year"),
            (Metric.CFE_HOURLY, "matched hour by hour"),
        )
    ]
    told = [
        f"{number(one.value * 100, 1)} % {words}"
        for one, words in shares
        if one is not None and one.value is not None
    ]
    return f" Clean electricity covers {' and '.join(told)}." if told else ""


def _ledger(facts: FacilityYear) -> list[Block]:
    """Every certificate of the year: refused ones first, with why."""
    ledger = facts.ledger
    if ledger.is_empty():
        return []
    states = ("refused", "counted", "held", "sold")
    rows = [
        (
            row["certificate_id"],
            row["kind"].upper() if row["kind"] != "onsite" else "on site",
            number(row["produced_kwh"] / 1000, 3),
            number(row["counted_kwh"] / 1000, 3),
            row["zone"] or DASH,
            f"{row['production_start']} to {row['production_end']}",
            str(row["cancelled_on"] or DASH),
            row["state"],
            in_words(row["reason"]) or DASH,
        )
        for state in states
        for row in ledger.filter(ledger["state"] == state).iter_rows(named=True)
    ]
    tally = {state: int((ledger["state"] == state).sum()) for state in states}
    told = ", ".join(f"{number(tally[state])} {state}" for state in states if tally[state])
    return [
        Table(
            caption=f"Ledger of {counted(len(rows), 'certificate')}: {told}; "
            f"rules {ledger['rules'][0]}",
            head=(
                *("Certificate", "Kind", "MWh in the year", "Counted", "Zone", "Produced"),
                *("Cancelled", "State", "Reason"),
            ),
            rows=tuple(rows),
            text=(1, 4, 5, 6, 7, 8),
            folded=not tally["refused"] or len(rows) > _FEW,
        )
    ]
