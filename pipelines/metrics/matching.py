"""Clean electricity against the load: over the period, and hour by hour."""

from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from pipelines.metrics.figure import (
    Figure,
    added,
    clipped,
    known,
    merged,
    ratio,
    remarked,
    withheld,
)
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.ledger import Entry, Verdict, deliverable, entries_of
from pipelines.metrics.power import TICKS, electricity, hourly_electricity
from schemas.tables import INSTANT

_ENDS = ("value", "low", "high")
_HOUR = 3600
_NOTHING = pl.lit(0, dtype=pl.Int128)


def annual_share(inputs: Inputs, site: Figure) -> Figure:
    """Clean electricity per electricity used over the period [1], at most 1.

    Certificates that the ledger counts, of any zone, and on-site generation that the site keeps.

    Args:
        site: on-site generation that the site keeps (ERES-OS) [kWh].
    """
    if inputs.registers.certificates is None:
        return withheld("there is no registers/certificates.csv", "certificates")
    used = _counted(inputs)
    energy = sum((one.energy for one in used), Fraction(0))
    lines = ("certificates", *(f"certificates:{one.certificate.line}" for one in used))
    found = ratio(added(known(energy, *lines), site), electricity(inputs))
    return clipped(found, highest=1)


def hourly_share(inputs: Inputs, site: Figure) -> Figure:
    """Clean electricity per electricity used, matched by the hour [1].

        Σ over hours: min(clean, used) / Σ used

    Clean in an hour: certificates produced in it in a zone from which the site can be supplied, and
    the part of on-site generation used in it whose attributes the site keeps. A certificate
    without hours (``certificate_hours.csv``) matches none, and the remark says how much that is.

    Source:
        GHG Protocol, Scope 2 revision: a draft of October 2025.
    """
    matched = _matched(inputs, site)
    if isinstance(matched, Figure):
        return matched
    found = clipped(ratio(matched.clean, electricity(inputs)), highest=1)
    # What matches hour by hour is never more than what matches over the period.
    most = annual_share(inputs, site)
    found = replace(
        found, raw=None, value=_least(found.value, most.value), high=_least(found.high, most.high)
    )
    return remarked(found, matched.words, flagged=False) if matched.words else found


def _least(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return one if one is None or other is None else min(one, other)


def unmatched(inputs: Inputs, site: Figure) -> Figure:
    """Electricity used in hours with too little clean electricity, as far as it is too little
    [kWh]."""
    matched = _matched(inputs, site)
    if isinstance(matched, Figure):
        return matched
    missing, words = matched.missing, matched.words
    return remarked(missing, words, flagged=False) if words else missing


@dataclass(frozen=True, kw_only=True)
class _Matched:
    """Σ min(clean, used) and Σ (used − min(clean, used)) [kWh], and what matches no hour."""

    clean: Figure
    missing: Figure
    words: str


def _matched(inputs: Inputs, site: Figure) -> _Matched | Figure:
    """What the hours say; a withheld figure where there is nothing to match."""
    if inputs.registers.certificates is None:
        return withheld("there is no registers/certificates.csv", "certificates")
    load = hourly_electricity(inputs)
    total = electricity(inputs)
    if load.is_empty():
        return total if total.value is None else withheld("no hours of the load are known")
    used = _counted(inputs)
    hours = _with_clean(inputs, load, used, site)
    clean = {end: pl.min_horizontal(end, f"clean_{end}") for end in _ENDS}
    sums = hours.select(
        *(clean[end].sum().alias(end) for end in _ENDS),
        # Least is missing where the load is lowest and clean electricity highest.
        least=(pl.col("low") - pl.min_horizontal("low", "clean_high")).sum(),
        best=(pl.col("value") - clean["value"]).sum(),
        most=(pl.col("high") - pl.min_horizontal("high", "clean_low")).sum(),
        unknown=pl.col("value").is_null().any() | pl.col("clean_value").is_null().any(),
        unbounded=pl.col("high").is_null().any(),
        seconds=pl.col("seconds").sum(),
    ).row(0, named=True)
    told = merged([total, site])
    unknown = sums["unknown"] or total.value is None or site.value is None
    # Hours of months that nobody has built yet may match, or be without, any amount.
    lacking = total.value is None and sums["seconds"] < inputs.seconds
    names = (*told.inputs, "certificates", "certificate_hours")

    def figure(value: int, low: int, high: int) -> Figure:
        return Figure(
            **{
                **told.__dict__,
                "inputs": names,
                "value": None if unknown else Fraction(value, TICKS),
                "low": Fraction(low, TICKS),
                "high": None if sums["unbounded"] or lacking else Fraction(high, TICKS),
            }
        )

    return _Matched(
        clean=figure(sums["value"], sums["low"], sums["high"]),
        # It grows with the load at most as fast as the load itself.
        missing=replace(figure(sums["best"], sums["least"], sums["most"]), doubt=total.doubt),
        words=_timeless(inputs, used),
    )


def _counted(inputs: Inputs) -> list[Entry]:
    """Bought certificates that the ledger counts; those of the site's own are its meter's."""
    return [
        one
        for one in entries_of(inputs)
        if one.verdict is Verdict.COUNTED and one.certificate.kind != "onsite"
    ]


def _timeless(inputs: Inputs, used: list[Entry]) -> str:
    """How much of what counts has no hours, or none that can be delivered."""
    timed = inputs.certificate_energy
    without = sum(
        (e.energy for e in used if e.certificate.certificate_id not in timed), Fraction(0)
    )
    away = sum(
        (
            e.energy
            for e in used
            if e.certificate.certificate_id in timed
            and not deliverable(e.certificate, inputs.facility)
        ),
        Fraction(0),
    )
    told = [
        f"{float(energy / 1000):.6g} MWh of certificates {words}"
        for energy, words in (
            (without, "have no hours in registers/certificate_hours.csv"),
            (away, "are of zones from which the site cannot be supplied"),
        )
        if energy
    ]
    return "; ".join(told)


def _with_clean(
    inputs: Inputs, load: pl.DataFrame, used: list[Entry], site: Figure
) -> pl.DataFrame:
    """The load's hours with the clean electricity of each, in trillionths of a kWh. An hour that
    feeds back more than it takes uses nothing."""
    bought = _bought(inputs, used)
    hour = pl.col("start").dt.truncate("1h")
    late = (pl.col("start") - hour).dt.total_seconds().cast(pl.Int128)
    own = _own(inputs, site)
    joined = (
        load.with_columns(_not_below_zero(pl.col(end)) for end in _ENDS)
        .with_columns(now=hour, then=hour + pl.duration(hours=1), late=late)
        .join(bought.rename({"start": "now", "ticks": "first"}), on="now", how="left")
        .join(bought.rename({"start": "then", "ticks": "second"}), on="then", how="left")
        .join(own, on="start", how="left")
    )
    # A site whose hours begin at half past takes half of each hour of the plant's clock.
    part = (
        pl.col("first").fill_null(0) * (_HOUR - pl.col("late"))
        + pl.col("second").fill_null(0) * pl.col("late")
    ) // _HOUR
    if own.is_empty():
        return joined.with_columns(**{f"clean_{end}": part for end in _ENDS})
    return joined.with_columns(**{f"clean_{end}": part + pl.col(f"own_{end}") for end in _ENDS})


def _bought(inputs: Inputs, used: list[Entry]) -> pl.DataFrame:
    """Certificates by the hour of their production, of zones that can supply the site."""
    usable = {
        one.certificate.certificate_id
        for one in used
        if deliverable(one.certificate, inputs.facility)
    }
    return (
        inputs.certificate_hours.filter(pl.col("certificate_id").is_in(list(usable)))
        .group_by("start")
        .agg(pl.col("ticks").sum())
    )


def _not_below_zero(energy: pl.Expr) -> pl.Expr:
    """Missing stays missing, where polars' highest of null and 0 is 0."""
    return pl.when(energy < 0).then(_NOTHING).otherwise(energy).alias(energy.meta.output_name())


def _own(inputs: Inputs, site: Figure) -> pl.DataFrame:
    """On-site generation used by the hour, as far as the site keeps its attributes: what it gave
    away over the period is taken off each hour in proportion."""
    schema = pl.Schema({"start": INSTANT, **{f"own_{end}": pl.Int128() for end in _ENDS}})
    if not inputs.has("onsite_renewable"):
        return pl.DataFrame(schema=schema)
    made = inputs.hours_of("onsite_renewable").select(
        "start", *(pl.col(end).to_physical() for end in _ENDS)
    )
    if inputs.has("grid_export"):
        fed = inputs.hours_of("grid_export").select(
            "start",
            *(pl.col(end).to_physical().alias(f"fed_{end}") for end in _ENDS),
        )
        made = made.join(fed, on="start", how="left").select(
            "start",
            value=_not_below_zero(pl.col("value") - pl.col("fed_value")),
            low=_not_below_zero(pl.col("low") - pl.col("fed_high")),
            high=_not_below_zero(pl.col("high") - pl.col("fed_low")),
        )
    kept = _kept(inputs, site)
    return made.select(
        "start",
        own_value=pl.col("value") * kept.numerator // kept.denominator,
        # Nobody can say which hours were sold: none of it may be left in this one, or all.
        own_low=_NOTHING if _gave_away(inputs) else pl.col("low"),
        own_high=pl.col("high"),
    )


def _gave_away(inputs: Inputs) -> bool:
    """Whether attributes of what was made on site are held, sold or refused."""
    return any(
        one.certificate.kind == "onsite" and one.energy and one.verdict is not Verdict.COUNTED
        for one in entries_of(inputs)
    )


def _kept(inputs: Inputs, site: Figure) -> Fraction:
    """The share of what was made and used on site whose attributes the site keeps."""
    made = inputs.total("onsite_renewable")
    if not _gave_away(inputs) or site.value is None or made.value is None:
        return Fraction(1)
    exported = inputs.total("grid_export").value if inputs.has("grid_export") else Fraction(0)
    used = made.value - (exported or 0)
    return min(Fraction(1), site.value / used) if used > 0 else Fraction(0)
