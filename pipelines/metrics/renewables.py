"""Renewable energy that the data centre owns and has retired."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from math import ceil

from pipelines.metrics.energy import total_energy
from pipelines.metrics.figure import (
    Figure,
    added,
    clipped,
    known,
    negative,
    ratio,
    remarked,
    scaled,
    withheld,
)
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.ledger import Entry, Verdict, entries_of, remarks_on
from pipelines.metrics.matching import annual_share, hourly_share, unmatched
from pipelines.metrics.power import electricity
from schemas.metrics import Metric

MWH = 1000


def certified(inputs: Inputs, kind: str) -> Figure:
    """Certificates of a kind that the ledger counts, produced in the period, whole MWh [kWh].

    Null where the estate has no certificate register at all: nobody has said that there are none.
    Flagged, with serial and reason, where the ledger refuses one that was cancelled, or counts one
    without a beneficiary.
    """
    if inputs.registers.certificates is None:
        return withheld("there is no registers/certificates.csv", "certificates")
    mine = [one for one in entries_of(inputs) if one.certificate.kind == kind]
    used = [one for one in mine if one.verdict is Verdict.COUNTED]
    return _with_remarks(known(_energy(used) // MWH * MWH, *_lines(used)), mine)


def on_site(inputs: Inputs) -> Figure:
    """On-site generation that serves the site and whose attributes it keeps (ERES-OS) [kWh].

        on-site generation − export − volumes whose certificates are not its own, not below 0

    Not its own are those held, sold, or refused by the ledger; it is flagged where one is refused.
    Zero, exactly, where no on-site generation is registered.
    """
    if not inputs.has("onsite_renewable"):
        return known(0)
    parts = [inputs.total("onsite_renewable")]
    if inputs.has("grid_export"):
        parts.append(negative(inputs.total("grid_export")))
    mine = [one for one in entries_of(inputs) if one.certificate.kind == "onsite"]
    if inputs.registers.certificates is not None:
        lost = [one for one in mine if one.verdict is not Verdict.COUNTED]
        parts.append(negative(known(_energy(lost), *_lines(lost))))
    return _with_remarks(replace(clipped(added(*parts)), raw=None), mine)


def renewable_energy(*, origin: Figure, ppa: Figure, site: Figure) -> Figure:
    """ERES-TOT = ERES-GOO + ERES-PPA + ERES-OS [kWh]."""
    return added(origin, ppa, site)


def owned(inputs: Inputs) -> Figure:
    """Renewable energy of all three kinds [kWh]."""
    return renewable_energy(
        origin=certified(inputs, "go"), ppa=certified(inputs, "ppa"), site=on_site(inputs)
    )


def renewable_energy_factor(*, renewable_energy: Figure, total_energy: Figure) -> Figure:
    """Renewable energy per energy entering (REF) [1], at most 1; ``raw`` keeps what it was.

    Source:
        ISO/IEC 30134-3, EN 50600-4-3.
    """
    return clipped(ratio(renewable_energy, total_energy), highest=1)


def renewable_electricity(inputs: Inputs) -> Figure:
    """Renewable share of the electricity used [%], at most 100; ``raw`` keeps what it was.

    Source:
        EnEfG § 11(5) and Annex 3, 2b: on the basis of electricity, and not of EDC.
    """
    return clipped(scaled(ratio(owned(inputs), electricity(inputs)), Fraction(100)), highest=100)


def _gaps(inputs: Inputs) -> Computed:
    """Certificates that would close the gap [kWh], in whole MWh."""
    everything = owned(inputs)
    yield "annual", whole_certificates(added(total_energy(inputs), negative(everything)))
    yield "electricity", whole_certificates(added(electricity(inputs), negative(everything)))
    yield "hourly", whole_certificates(unmatched(inputs, on_site(inputs)))


def whole_certificates(energy: Figure) -> Figure:
    """Energy in whole certificates, rounded up to MWh [kWh]; nothing where there is too much."""

    def up(value: Fraction | None) -> Fraction | None:
        return None if value is None else Fraction(ceil(max(Fraction(0), value) / MWH) * MWH)

    return replace(energy, value=up(energy.value), low=up(energy.low), high=up(energy.high))


def _with_remarks(figure: Figure, entries: Iterable[Entry]) -> Figure:
    words = remarks_on(entries)
    return remarked(figure, words) if words else figure


def _energy(entries: Iterable[Entry]) -> Fraction:
    return sum((one.energy for one in entries), Fraction(0))


def _lines(entries: Iterable[Entry]) -> list[str]:
    """The register, and its lines that were used."""
    return ["certificates", *(f"certificates:{one.certificate.line}" for one in entries)]


def _ref(inputs: Inputs) -> Figure:
    return renewable_energy_factor(
        renewable_energy=owned(inputs), total_energy=total_energy(inputs)
    )


COMPUTED: dict[Metric, Formula] = {
    Metric.REF: single(_ref),
    Metric.ERES_TOT: single(owned),
    Metric.ERES_GOO: single(lambda inputs: certified(inputs, "go")),
    Metric.ERES_PPA: single(lambda inputs: certified(inputs, "ppa")),
    Metric.ERES_OS: single(on_site),
    Metric.RENEWABLE_ELECTRICITY: single(renewable_electricity),
    Metric.CFE_ANNUAL: single(lambda inputs: annual_share(inputs, on_site(inputs))),
    Metric.CFE_HOURLY: single(lambda inputs: hourly_share(inputs, on_site(inputs))),
    Metric.CERTIFICATE_GAP: _gaps,
}
