"""Renewable energy that the data centre owns and has retired."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from pipelines.metrics.energy import total_energy
from pipelines.metrics.figure import Figure, added, clipped, known, negative, ratio, withheld
from pipelines.metrics.formula import Computed, Formula, single
from pipelines.metrics.inputs import Inputs
from schemas.estate.registers.certificates import Certificate
from schemas.metrics import Metric

MWH = 1000


def certified(inputs: Inputs, kind: str) -> Figure:
    """Cancelled certificates of a kind whose production lies in the period, whole MWh [kWh].

    Production that reaches beyond the period counts by its days inside. Null where the estate has
    no certificate register at all: nobody has said that there are none.
    """
    if inputs.registers.certificates is None:
        return withheld("there is no registers/certificates.csv", "certificates")
    used = _of_period(inputs, kind, ("cancelled",))
    return known(_whole_mwh(_energy(inputs, used)), *_lines(used))


def on_site(inputs: Inputs) -> Figure:
    """On-site generation that serves the site and whose attributes it keeps (ERES-OS) [kWh].

        on-site generation − export − volumes whose certificates are held or sold, not below 0

    Zero, exactly, where no on-site generation is registered.
    """
    if not inputs.has("onsite_renewable"):
        return known(0)
    parts = [inputs.total("onsite_renewable")]
    if inputs.has("grid_export"):
        parts.append(negative(inputs.total("grid_export")))
    if inputs.registers.certificates is not None:
        lost = _of_period(inputs, "onsite", ("held", "sold"))
        parts.append(negative(known(_energy(inputs, lost), *_lines(lost))))
    kept = clipped(added(*parts))
    return Figure(**{**kept.__dict__, "raw": None})


def renewable_energy(*, origin: Figure, ppa: Figure, site: Figure) -> Figure:
    """ERES-TOT = ERES-GOO + ERES-PPA + ERES-OS [kWh]."""
    return added(origin, ppa, site)


def renewable_energy_factor(*, renewable_energy: Figure, total_energy: Figure) -> Figure:
    """Renewable energy per energy entering (REF) [1], at most 1; ``raw`` keeps what it was.

    Source:
        ISO/IEC 30134-3, EN 50600-4-3.
    """
    return clipped(ratio(renewable_energy, total_energy), highest=1)


def _of_period(inputs: Inputs, kind: str, statuses: Iterable[str]) -> list[Certificate]:
    """The facility's certificates of a kind that were produced in the period, wholly or in part."""
    wanted = set(statuses)
    return [
        one
        for one in inputs.registers.certificates or ()
        if one.facility_id == inputs.facility.id
        and one.kind == kind
        and one.status in wanted
        and _share(one, inputs.first_day, inputs.last_day)
    ]


def _energy(inputs: Inputs, certificates: Iterable[Certificate]) -> Fraction:
    days = inputs.first_day, inputs.last_day
    return sum((_share(one, *days) * Fraction(one.energy_kwh) for one in certificates), Fraction(0))


def _lines(certificates: Iterable[Certificate]) -> list[str]:
    """The register, and its lines that were used."""
    return ["certificates", *(f"certificates:{one.line}" for one in certificates)]


def _share(certificate: Certificate, first: date, last: date) -> Fraction:
    start, end = certificate.production_start, certificate.production_end
    inside = (min(end, last) - max(start, first)).days + 1
    return Fraction(max(0, inside), (end - start).days + 1)


def _whole_mwh(energy_kwh: Fraction) -> int:
    return energy_kwh // MWH * MWH


def owned(inputs: Inputs) -> Figure:
    """Renewable energy of all three kinds [kWh]."""
    return renewable_energy(
        origin=certified(inputs, "go"),
        ppa=certified(inputs, "ppa"),
        site=on_site(inputs),
    )


def _ref(inputs: Inputs) -> Computed:
    figure = renewable_energy_factor(
        renewable_energy=owned(inputs), total_energy=total_energy(inputs)
    )
    yield "", figure


COMPUTED: dict[Metric, Formula] = {
    Metric.REF: _ref,
    Metric.ERES_TOT: single(owned),
    Metric.ERES_GOO: single(lambda inputs: certified(inputs, "go")),
    Metric.ERES_PPA: single(lambda inputs: certified(inputs, "ppa")),
    Metric.ERES_OS: single(on_site),
}
