"""The metric dictionary: what every figure means, by which standard, and how sure that is."""

from dataclasses import dataclass
from datetime import date

from reports.numbers import written
from reports.page import render
from schemas.domains import DOMAINS
from schemas.metrics import TOPICS, Metric, MetricFacts

#: Beside the pages of facilities, which link here.
NAME = "metrics.html"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One metric as the dictionary tells it."""

    metric: Metric
    facts: MetricFacts
    unit: str
    validity: str


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A part of the dictionary."""

    id: str
    title: str
    lead: str
    entries: tuple[Entry, ...]


def dictionary_page() -> str:
    """The dictionary as one HTML page, made of the catalogue and of nothing else."""
    topics = tuple(
        Topic(
            id=title.lower().replace(" ", "-"),
            title=title,
            lead=(topic.__doc__ or "").strip(),
            entries=tuple(_entry(metric, facts) for metric, facts in topic.FACTS.items()),
        )
        for title, topic in TOPICS.items()
    )
    return render("dictionary.html.j2", topics=topics, domains=DOMAINS, written=written)


def _entry(metric: Metric, facts: MetricFacts) -> Entry:
    return Entry(
        metric=metric,
        facts=facts,
        unit=written(facts.unit),
        validity=_validity(facts.valid_from, facts.valid_to),
    )


def _validity(start: date | None, end: date | None) -> str:
    parts = [f"from {start}" if start else "", f"until {end}" if end else ""]
    return " ".join(part for part in parts if part)
