"""Limits that laws, drafts and pacts set to headline metrics. The EU label is in ``label.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from schemas.estate.model import Facility
from schemas.metrics import FACTS, Metric, State

#: Whether a rule is about a facility; None where the estate or the rule's text leaves it open.
Scope = Callable[[Facility], bool | None]
_GERMAN_KW = 300
_PACT_KW = 50
#: Germany's limits for a new data centre bind two years after it was commissioned.
_GRACE_YEARS = 2
_NEW = date(2026, 7, 1)
#: Members of the European Union, ISO 3166-1 alpha-2.
_UNION = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One limit of one metric: the year's value is at most, or at least, this.

    Args:
        scope: whether it is about a facility; ``holds_from`` is the day from which it then binds,
            ``grace_years`` after its commissioning at the earliest.
        official: whether keeping it is a duty. What is not is shown for orientation only.
        unverified: what of it no source was read for.
    """

    key: str
    title: str
    metric: Metric
    scope: Scope
    holds_from: date
    source: str
    citation: str = ""
    at_most: Fraction | None = None
    at_least: Fraction | None = None
    state: State = State.IN_FORCE
    official: bool = True
    grace_years: int = 0
    unverified: str = ""

    def binds_from(self, facility: Facility) -> date:
        """The day from which it binds a facility that it is about."""
        began = commissioned(facility)
        if began is None or not self.grace_years:
            return self.holds_from
        return max(self.holds_from, began.replace(year=began.year + self.grace_years))

    def applies(self, facility: Facility, day: date) -> bool | None:
        """Whether it binds a facility on a day; None where nobody has said what decides it."""
        about = self.scope(facility)
        return about and day >= self.binds_from(facility)


def commissioned(facility: Facility) -> date | None:
    """The first day of the month in which a facility began; None where the estate does not say."""
    text = facility.commissioned
    return date(int(text[:4]), int(text[5:7]), 1) if text else None


def _german(after: date = date.min, before: date = date.max) -> Scope:
    """A data centre by EnEfG § 3 Nr. 24 that began in [after, before)."""

    def scope(facility: Facility) -> bool | None:
        if facility.country != "DE":
            return False
        connected, began = facility.nonredundant_connected_kw, commissioned(facility)
        if connected is not None and connected < _GERMAN_KW:
            return False
        if (after, before) == (date.min, date.max):
            return None if connected is None else True
        if began is not None and not after <= began < before:
            return False
        return None if began is None or connected is None else True

    return scope


def _pact(*, new: bool | None = None) -> Scope:
    """A data centre in the Union that may have joined the pact; no facility says that it has."""

    def scope(facility: Facility) -> bool | None:
        if facility.country not in _UNION:
            return False
        if facility.rated_it_kw is not None and facility.rated_it_kw <= _PACT_KW:
            return False
        began = commissioned(facility)
        if new is not None and began is not None and (began >= _2025) is not new:
            return False
        # Which climate is cool, and who has joined, is in no source read and in no estate.
        return None

    return scope


def _efficiency(paragraph: str, from_day: date, most: str, state: State = State.IN_FORCE) -> Limit:
    """A German limit of PUE of data centres that began before 1 July 2026, or of newer ones."""
    is_new = paragraph == "11(2)"
    draft = state is State.DRAFT
    return Limit(
        key=f"{'de-draft' if draft else 'de'}-pue-{'new' if is_new else from_day.year}",
        title=f"PUE at most {most}"
        + (" of a new data centre" if is_new else f" from {from_day.isoformat()}"),
        metric=Metric.PUE_DE if is_new else Metric.PUE,
        scope=_german(after=_NEW) if is_new else _german(before=_NEW),
        holds_from=from_day,
        at_most=Fraction(most),
        grace_years=_GRACE_YEARS if is_new else 0,
        state=state,
        official=not draft,
        source=f"EnEfG § {paragraph}" + (", draft of 9 April 2026" if draft else ""),
        citation="S-TW" if draft else "S-ENEFG",
    )


def _reuse(least: str, after: date, before: date) -> Limit:
    return Limit(
        key=f"de-erf-{after.year}",
        title=f"{Fraction(least) * 100} % of energy reused",
        metric=Metric.ERF,
        scope=_german(after=after, before=before),
        holds_from=after,
        at_least=Fraction(least),
        grace_years=_GRACE_YEARS,
        source="EnEfG § 11(2); exemptions in § 11(3)",
        citation="S-ENEFG",
    )


def _renewable(least: str, from_day: date) -> Limit:
    return Limit(
        key=f"de-renewable-{from_day.year}",
        title=f"{Fraction(least) * 100} % renewable electricity from {from_day.isoformat()}",
        metric=Metric.RENEWABLE_ELECTRICITY,
        scope=_german(),
        holds_from=from_day,
        at_least=Fraction(least),
        source="EnEfG § 11(5)",
        citation="S-ENEFG",
    )


def _pledge(key: str, metric: Metric, from_day: date, edge: str, scope: Scope) -> Limit:
    """A limit of the pact: a share at least, anything else at most."""
    share = metric is Metric.RENEWABLE_ELECTRICITY
    return Limit(
        key=f"cndcp-{key}",
        title=f"{FACTS[metric].name} {'at least' if share else 'at most'} {edge} by the pact",
        metric=metric,
        scope=scope,
        holds_from=from_day,
        at_least=Fraction(edge) if share else None,
        at_most=None if share else Fraction(edge),
        official=False,
        source="Climate Neutral Data Centre Pact, voluntary",
        citation="S-CN1..4",
        unverified="the pact's own text, and which climate is cool: only weak sources were read",
    )


_2025, _2030, _2040 = date(2025, 1, 1), date(2030, 12, 31), date(2040, 12, 31)
LIMITS: tuple[Limit, ...] = (
    _efficiency("11(1)", date(2027, 7, 1), "1.5"),
    _efficiency("11(1)", date(2030, 7, 1), "1.3"),
    _efficiency("11(2)", _NEW, "1.2"),
    _reuse("0.10", _NEW, date(2027, 7, 1)),
    _reuse("0.15", date(2027, 7, 1), date(2028, 7, 1)),
    _reuse("0.20", date(2028, 7, 1), date.max),
    _renewable("0.5", date(2024, 1, 1)),
    _renewable("1", date(2027, 1, 1)),
    _efficiency("11(1)", date(2027, 7, 1), "1.6", State.DRAFT),
    _efficiency("11(1)", date(2030, 7, 1), "1.4", State.DRAFT),
    _efficiency("11(2)", _NEW, "1.3", State.DRAFT),
    _pledge("pue-cool-new", Metric.PUE, _2025, "1.3", _pact(new=True)),
    _pledge("pue-warm-new", Metric.PUE, _2025, "1.4", _pact(new=True)),
    _pledge("pue-cool", Metric.PUE, _2030, "1.3", _pact(new=False)),
    _pledge("pue-warm", Metric.PUE, _2030, "1.4", _pact(new=False)),
    _pledge("wue", Metric.WUE, _2040, "0.4", _pact()),
    _pledge("renewable-2025", Metric.RENEWABLE_ELECTRICITY, date(2025, 12, 31), "0.75", _pact()),
    _pledge("renewable-2030", Metric.RENEWABLE_ELECTRICITY, _2030, "1", _pact()),
)
