"""Every metric of one facility and period, in the catalogue's order.

A metric is its facts in ``schemas/metrics.py``, its formula, and one line in ``COMPUTED``.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

from pipelines.metrics import carbon, climate, energy, equipment, renewables, water
from pipelines.metrics.figure import Figure
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.overlap import overlap
from schemas.metrics import FACTS, Metric, MetricValue, Status

#: Category and figure: one for each category the metric has at this facility.
Computed = Iterable[tuple[str, Figure]]


def _single(formula: Callable[[Inputs], Figure]) -> Callable[[Inputs], Computed]:
    return lambda inputs: [("", formula(inputs))]


def _total(quantity: str) -> Callable[[Inputs], Computed]:
    return lambda inputs: [("", inputs.total(quantity))]


def _pue(inputs: Inputs) -> Computed:
    everything = energy.total_energy(inputs)
    for category in energy.it_categories(inputs) or ["1"]:
        part = energy.it_energy(
            inputs, category if inputs.has(energy.CATEGORIES[category]) else None
        )
        crossing = energy.carriers(inputs) if inputs.has(energy.CATEGORIES[category]) else None
        yield (
            category,
            energy.power_usage_effectiveness(
                total_energy=everything,
                it_energy=part,
                overlap=crossing
                and overlap(
                    inputs,
                    entering=crossing[0],
                    leaving=crossing[1],
                    within=energy.CATEGORIES[category],
                ),
            ),
        )


def _eit(inputs: Inputs) -> Computed:
    for category in energy.it_categories(inputs) or [""]:
        yield category, energy.it_energy(inputs, category or None)


def _wue(inputs: Inputs) -> Computed:
    part = energy.it_energy(inputs)
    yield (
        "2",
        water.water_usage_effectiveness(water_input=water.water_input(inputs), it_energy=part),
    )
    if inputs.has("potable_water"):
        yield (
            "1",
            water.water_usage_effectiveness(
                water_input=water.potable_input(inputs), it_energy=part
            ),
        )


def _cue(inputs: Inputs) -> Computed:
    figure = carbon.carbon_usage_effectiveness(
        emissions=carbon.location_emissions(inputs), it_energy=energy.it_energy(inputs)
    )
    yield "location", figure


def _renewable(inputs: Inputs) -> Figure:
    return renewables.renewable_energy(
        origin=renewables.certified(inputs, "go"),
        ppa=renewables.certified(inputs, "ppa"),
        site=renewables.on_site(inputs),
    )


def _ref(inputs: Inputs) -> Computed:
    figure = renewables.renewable_energy_factor(
        renewable_energy=_renewable(inputs), total_energy=energy.total_energy(inputs)
    )
    yield "", figure


def _erf(inputs: Inputs) -> Computed:
    figure = energy.energy_reuse_factor(
        heat_reused=energy.heat_reused(inputs), total_energy=energy.total_energy(inputs)
    )
    yield "", figure


def _cer(inputs: Inputs) -> Computed:
    figure = energy.cooling_efficiency_ratio(
        heat_removed=inputs.total("heat_removed"),
        cooling_electricity=inputs.total("cooling_electricity"),
    )
    yield "", figure


def _pdit(inputs: Inputs) -> Computed:
    figure, method = equipment.installed_it_power(inputs)
    yield method, figure


COMPUTED: dict[Metric, Callable[[Inputs], Computed]] = {
    Metric.PUE: _pue,
    Metric.WUE: _wue,
    Metric.CUE: _cue,
    Metric.REF: _ref,
    Metric.ERF: _erf,
    Metric.CER: _cer,
    Metric.ITEUSV: _total("server_utilisation"),
    Metric.EDC: _single(energy.total_energy),
    Metric.EDC_BG: _single(energy.backup_energy),
    Metric.EIT: _eit,
    Metric.WIN: lambda inputs: [("2", water.water_input(inputs))],
    Metric.WIN_POT: lambda inputs: [("1", water.potable_input(inputs))],
    Metric.EREUSE: _single(energy.heat_reused),
    Metric.ERES_TOT: _single(_renewable),
    Metric.ERES_GOO: _single(lambda inputs: renewables.certified(inputs, "go")),
    Metric.ERES_PPA: _single(lambda inputs: renewables.certified(inputs, "ppa")),
    Metric.ERES_OS: _single(renewables.on_site),
    Metric.CO2_LOCATION: _single(carbon.location_emissions),
    Metric.PDIT: _pdit,
    Metric.CBTG: _total("battery_grid_capacity"),
    Metric.TWH: _total("waste_heat_temperature"),
    Metric.TIN_SETPOINT: _total("intake_air_setpoint"),
    Metric.CDD: _single(climate.cooling_degree_days),
    Metric.CSERV: _single(equipment.server_capacity),
    Metric.CSTOR: _single(equipment.storage_capacity),
    Metric.BIN: _total("bandwidth_in"),
    Metric.BOUT: _total("bandwidth_out"),
    Metric.TRAFFIC_IN: _total("traffic_in"),
    Metric.TRAFFIC_OUT: _total("traffic_out"),
}


def metrics_of(inputs: Inputs) -> list[MetricValue]:
    """Every metric, one row per category; null with a reason where there is no honest number."""
    return [
        _published(metric, category, figure, inputs)
        for metric, formula in COMPUTED.items()
        for category, figure in formula(inputs)
    ]


def _published(metric: Metric, category: str, figure: Figure, inputs: Inputs) -> MetricValue:
    status = Status.WITHHELD if figure.value is None else figure.status
    if status is not Status.WITHHELD and figure.raw is not None and figure.raw != figure.value:
        figure = replace(
            figure,
            reason="; ".join(
                part
                for part in (
                    f"capped; before the cap it was {float(figure.raw):.6f}",
                    figure.reason,
                )
                if part
            ),
        )
    likely_low, likely_high = _likely(figure)
    return MetricValue(
        facility_id=inputs.facility.id,
        metric=metric,
        category=category,
        period=inputs.period.name,
        period_start=inputs.period.start,
        period_end=inputs.period.end,
        value=_float(figure.value),
        low=_float(figure.low),
        high=_float(figure.high),
        unit=FACTS[metric].unit,
        coverage=figure.coverage,
        estimated_share=figure.estimated_share,
        status=status,
        reason=figure.reason,
        likely_low=likely_low,
        likely_high=likely_high,
        uncertainty=None if figure.value is None else figure.doubt.uncertainty,
        raw=None if figure.raw == figure.value else _float(figure.raw),
        inputs=figure.inputs,
    )


def _likely(figure: Figure) -> tuple[float | None, float | None]:
    """The likely band, within the hard bounds."""
    if figure.value is None:
        return None, None
    value, half = float(figure.value), figure.doubt.half_width
    low = value - half if figure.low is None else max(float(figure.low), value - half)
    high = value + half if figure.high is None else min(float(figure.high), value + half)
    return min(low, value), max(high, value)


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
