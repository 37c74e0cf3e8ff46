"""Every figure that a form may file, and the formula that gives it once more."""

from collections.abc import Callable

from reports.verify import carbon, energy, equipment, renewables
from reports.verify.energy import Categories
from reports.verify.number import NOTHING, Number
from reports.verify.registers import certified
from reports.verify.site import Site

Formula = Callable[[Site], Categories]

#: Hours of these are needed beside their sums.
BY_THE_HOUR = frozenset(
    {
        *("grid_import", "grid_export", "onsite_renewable", "generator_output"),
        *("heat_flow", "heat_supply_temperature", "heat_return_temperature"),
        *("outdoor_temperature", "bandwidth_in", "bandwidth_out", "battery_grid_capacity"),
    }
)
#: Of these the bounds are only held against the value: hours that exclude each other make them
#: narrower than the sums alone can tell.
WITHIN = frozenset({"pue", "pue_de", "ipue", "cfe_hourly", "certificate_gap"})


def _one(formula: Callable[[Site], Number]) -> Formula:
    return lambda site: [("", formula(site))]


def _total(quantity: str) -> Formula:
    return lambda site: [("", site.total(quantity))]


def _points(quantity: str) -> Formula:
    return lambda site: [("", site.over_points(quantity))]


def _certified(kind: str) -> Formula:
    return lambda site: [("", certified(site.evidence, kind))]


def _delivered(site: Site) -> Number:
    without = site.evidence.without("heat_reused")
    return NOTHING if without else site.total("heat_supply_temperature")


BOOK: dict[str, Formula] = {
    "edc": _one(energy.edc),
    "edc_carrier": energy.edc_carrier,
    "edc_bg": _total("generator_output"),
    "eit": energy.eit,
    "pue": energy.pue,
    "ipue": _one(energy.first_pue),
    "dpue": _one(lambda site: site.stated("design_pue")),
    "pue_de": _one(energy.pue_de),
    "electricity": energy.electricities,
    "cbtg": _points("battery_grid_capacity"),
    "ereuse": _one(energy.heat_reused),
    "erf": _one(energy.erf),
    "cer": _one(lambda site: site.total("heat_removed") / site.total("cooling_electricity")),
    "heat_rejected": _total("heat_rejected"),
    "heat_rejected_temperature": _total("heat_rejected_temperature"),
    "heat_delivered_temperature": _one(_delivered),
    "twh": _total("waste_heat_temperature"),
    "tin_setpoint": _total("intake_air_setpoint"),
    "cdd": _one(energy.cooling_degree_days),
    "win": lambda site: [("2", energy.water_input(site))],
    "win_pot": lambda site: [("1", site.total("potable_water"))],
    "win_fre": _one(lambda site: site.present(*energy.FRESH)),
    "wue": energy.wue,
    "wue_fre": _one(energy.wue_fre),
    "water_discharge": _total("water_discharge"),
    "water_storage_change": _one(energy.storage_change),
    "water_consumption": _one(energy.water_consumption),
    "water_consumption_stressed": _one(energy.stressed_consumption),
    "eres_goo": _certified("go"),
    "eres_ppa": _certified("ppa"),
    "eres_os": _one(renewables.on_site),
    "eres_tot": _one(renewables.owned),
    "ref": _one(renewables.ref),
    "renewable_electricity": _one(renewables.renewable_electricity),
    "certificate_gap": renewables.certificate_gap,
    "cfe_hourly": _one(renewables.cfe_hourly),
    "cue": carbon.cue,
    "scope1": carbon.scope1,
    "scope2_location": _one(carbon.scope2_location),
    "scope2_market": _one(carbon.scope2_market),
    "scope3": carbon.scope3,
    "pdit": lambda site: equipment.installed_power(site.evidence),
    "cserv": _one(lambda site: equipment.server_capacity(site.evidence)),
    "cstor": _one(lambda site: equipment.storage_capacity(site.evidence)),
    "iteesv": _one(lambda site: equipment.server_efficiency(site.evidence)),
    "iteusv": _total("server_utilisation"),
    "retired_mass": lambda site: equipment.retired_mass(site.evidence),
    "hazardous_mass": _one(lambda site: equipment.hazardous_mass(site.evidence)),
    "bin": _points("bandwidth_in"),
    "bout": _points("bandwidth_out"),
    "traffic_in": _total("traffic_in"),
    "traffic_out": _total("traffic_out"),
}
