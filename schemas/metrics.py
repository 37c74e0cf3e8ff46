"""What each metric is. The formulas are in ``pipelines/metrics``; a test holds both together."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.units import Unit


class Metric(StrEnum):
    """Every figure computed from totals and registers."""

    PUE = "pue"
    WUE = "wue"
    CUE = "cue"
    REF = "ref"
    ERF = "erf"
    CER = "cer"
    ITEUSV = "iteusv"
    EDC = "edc"
    EDC_BG = "edc_bg"
    EIT = "eit"
    WIN = "win"
    WIN_POT = "win_pot"
    EREUSE = "ereuse"
    ERES_TOT = "eres_tot"
    ERES_GOO = "eres_goo"
    ERES_PPA = "eres_ppa"
    ERES_OS = "eres_os"
    CO2_LOCATION = "co2_location"
    PDIT = "pdit"
    CBTG = "cbtg"
    TWH = "twh"
    TIN_SETPOINT = "tin_setpoint"
    CDD = "cdd"
    CSERV = "cserv"
    CSTOR = "cstor"
    BIN = "bin"
    BOUT = "bout"
    TRAFFIC_IN = "traffic_in"
    TRAFFIC_OUT = "traffic_out"


class Status(StrEnum):
    """How far a total or metric can be trusted."""

    CLEAN = "clean"  # coverage at or above the clean limit
    FLAGGED = "flagged"  # shown, with a remark: thin coverage, or a sum bridged by a register
    WITHHELD = "withheld"  # there is no honest number; the reason says why


@dataclass(frozen=True, kw_only=True)
class MetricFacts:
    """What a metric is, apart from its value.

    Args:
        name, unit: the name a reader knows, and the unit of the value.
        meaning, standard: the formula in words; standard or law, with edition.
        decimals: places shown on pages. Forms have their own.
    """

    name: str
    unit: Unit
    meaning: str
    standard: str
    decimals: int = 0


_EED = "Delegated Regulation (EU) 2024/1364, Annex II"
_KWH = Unit.KILOWATT_HOUR

FACTS: dict[Metric, MetricFacts] = {
    Metric.PUE: MetricFacts(
        name="Power usage effectiveness",
        unit=Unit.RATIO,
        meaning="Energy entering the data centre ÷ energy of the IT equipment.",
        standard="ISO/IEC 30134-2, EN 50600-4-2",
        decimals=3,
    ),
    Metric.WUE: MetricFacts(
        name="Water usage effectiveness",
        unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR,
        meaning="Water entering the data centre ÷ energy of the IT equipment.",
        standard="ISO/IEC 30134-9, EN 50600-4-9",
        decimals=3,
    ),
    Metric.CUE: MetricFacts(
        name="Carbon usage effectiveness",
        unit=Unit.KILOGRAM_PER_KILOWATT_HOUR,
        meaning="Emissions of the energy entering the data centre ÷ energy of the IT equipment.",
        standard="ISO/IEC 30134-8, EN 50600-4-8",
        decimals=3,
    ),
    Metric.REF: MetricFacts(
        name="Renewable energy factor",
        unit=Unit.RATIO,
        meaning="Renewable energy owned and retired ÷ energy entering the data centre, at most 1.",
        standard="ISO/IEC 30134-3, EN 50600-4-3",
        decimals=4,
    ),
    Metric.ERF: MetricFacts(
        name="Energy reuse factor",
        unit=Unit.RATIO,
        meaning="Heat reused outside ÷ energy entering the data centre.",
        standard="ISO/IEC 30134-6, EN 50600-4-6",
        decimals=4,
    ),
    Metric.CER: MetricFacts(
        name="Cooling efficiency ratio",
        unit=Unit.RATIO,
        meaning="Heat removed ÷ electricity of the cooling system.",
        standard="ISO/IEC 30134-7, EN 50600-4-7",
        decimals=2,
    ),
    Metric.ITEUSV: MetricFacts(
        name="IT equipment utilisation for servers",
        unit=Unit.PERCENT,
        meaning="Mean CPU utilisation of servers.",
        standard="ISO/IEC 30134-5",
        decimals=1,
    ),
    Metric.EDC: MetricFacts(
        name="Total energy consumption",
        unit=_KWH,
        meaning="Import − export + own generation + fuels and cold at the boundary.",
        standard=f"{_EED} 1(d)",
    ),
    Metric.EDC_BG: MetricFacts(
        name="Energy from backup generators",
        unit=_KWH,
        meaning="The part of total energy consumption that backup generators delivered.",
        standard=f"{_EED} 1(d)",
    ),
    Metric.EIT: MetricFacts(
        name="Energy of IT equipment",
        unit=_KWH,
        meaning="Energy at UPS outputs (category 1), else PDU outputs (2), else IT inputs (3).",
        standard=f"{_EED} 1(e)",
    ),
    Metric.WIN: MetricFacts(
        name="Total water input",
        unit=Unit.CUBIC_METRE,
        meaning="All water that crosses the boundary inwards (category 2).",
        standard=f"{_EED} 1(h)",
    ),
    Metric.WIN_POT: MetricFacts(
        name="Potable water input",
        unit=Unit.CUBIC_METRE,
        meaning="Drinking water that crosses the boundary inwards (category 1).",
        standard=f"{_EED} 1(i)",
    ),
    Metric.EREUSE: MetricFacts(
        name="Waste heat reused",
        unit=_KWH,
        meaning="Heat at the handover point less the share that cools the data centre itself.",
        standard=f"{_EED} 1(j)",
    ),
    Metric.ERES_TOT: MetricFacts(
        name="Total renewable energy",
        unit=_KWH,
        meaning="Guarantees of origin + PPAs + on-site renewables, after deductions.",
        standard=f"{_EED} 1(o)",
    ),
    Metric.ERES_GOO: MetricFacts(
        name="Renewable energy from guarantees of origin",
        unit=_KWH,
        meaning="Guarantees of origin retired for this data centre, whole MWh.",
        standard=f"{_EED} 1(p)",
    ),
    Metric.ERES_PPA: MetricFacts(
        name="Renewable energy from PPAs",
        unit=_KWH,
        meaning="PPA energy whose guarantees of origin are owned and retired, whole MWh.",
        standard=f"{_EED} 1(q)",
    ),
    Metric.ERES_OS: MetricFacts(
        name="Renewable energy from the site",
        unit=_KWH,
        meaning="On-site generation − export − volumes whose certificates are not retired.",
        standard=f"{_EED} 1(r)",
    ),
    Metric.CO2_LOCATION: MetricFacts(
        name="Energy-related emissions, location-based",
        unit=Unit.KILOGRAM,
        meaning="Grid import × the zone's factor of the hour or year + fuel × its factor.",
        standard="GHG Protocol Scope 2 Guidance, location-based method",
    ),
    Metric.PDIT: MetricFacts(
        name="Installed IT power demand",
        unit=Unit.KILOWATT,
        meaning="Nominal power of installed IT equipment, weighted by days.",
        standard=f"{_EED} 1(a)",
    ),
    Metric.CBTG: MetricFacts(
        name="Average battery capacity offered to the grid",
        unit=Unit.KILOWATT,
        meaning="Time average over the year.",
        standard=f"{_EED} 1(g)",
    ),
    Metric.TWH: MetricFacts(
        name="Average waste-heat temperature",
        unit=Unit.CELSIUS,
        meaning="Mean over time, then over points.",
        standard=f"{_EED} 1(k)",
        decimals=1,
    ),
    Metric.TIN_SETPOINT: MetricFacts(
        name="Average set point of IT intake air",
        unit=Unit.CELSIUS,
        meaning="Mean of the commanded temperatures over time, then over rooms.",
        standard=f"{_EED} 1(l)",
        decimals=1,
    ),
    Metric.CDD: MetricFacts(
        name="Cooling degree days",
        unit=Unit.DEGREE_DAY,
        meaning="Sum of (daily mean − 21 °C) over days with a daily mean of at least 24 °C.",
        standard=f"{_EED} 1(n), Eurostat/JRC method (threshold and base unverified)",
        decimals=1,
    ),
    Metric.CSERV: MetricFacts(
        name="ICT capacity of servers",
        unit=Unit.SERT_SCORE,
        meaning="Sum of declared active-state performance of servers in place on 31 December.",
        standard=f"{_EED} 2(a)",
    ),
    Metric.CSTOR: MetricFacts(
        name="ICT capacity of storage",
        unit=Unit.PETABYTE,
        meaning="Raw capacity of drives in place on 31 December, decimal petabytes.",
        standard=f"{_EED} 2(b)",
        decimals=3,
    ),
    Metric.BIN: MetricFacts(
        name="Incoming traffic bandwidth",
        unit=Unit.GIGABYTE_PER_SECOND,
        meaning="Provisioned bandwidth, time average.",
        standard=f"{_EED} 3(a)",
        decimals=2,
    ),
    Metric.BOUT: MetricFacts(
        name="Outgoing traffic bandwidth",
        unit=Unit.GIGABYTE_PER_SECOND,
        meaning="Provisioned bandwidth, time average.",
        standard=f"{_EED} 3(b)",
        decimals=2,
    ),
    Metric.TRAFFIC_IN: MetricFacts(
        name="Incoming data traffic",
        unit=Unit.EXABYTE,
        meaning="Data that came in over the period, decimal exabytes.",
        standard=f"{_EED} 3(c)",
        decimals=6,
    ),
    Metric.TRAFFIC_OUT: MetricFacts(
        name="Outgoing data traffic",
        unit=Unit.EXABYTE,
        meaning="Data that went out over the period, decimal exabytes.",
        standard=f"{_EED} 3(d)",
        decimals=6,
    ),
}


@dataclass(frozen=True, kw_only=True)
class MetricValue:
    """One metric of one facility and period, as it is published.

    Args:
        value: the figure, or None with a reason where there is no honest number; bounds stay.
        low, high: hard bounds. ``high`` is None where a missing hour has no maximum rate.
        likely_low, likely_high: likely band (k = 2) of what was estimated, within the hard bounds;
            ``value`` itself where nothing was, None without a value or where it is not known.
        uncertainty: the meters' own (k = 2), apart from all bounds; None where one is not known.
        raw: the value before a standard's cap (REF above 1), else None.
        coverage: smallest share of measured time among the inputs, 0..1. None for registers.
        estimated_share: largest estimated share among the inputs, 0..1.
        category: measuring category or method, such as ``1``, ``2`` or ``location``; may be empty.
        inputs: names of the totals and registers it was computed from, for ``explain``.
    """

    facility_id: str
    metric: Metric
    category: str
    period: str
    period_start: datetime
    period_end: datetime
    value: float | None
    low: float | None
    high: float | None
    unit: Unit
    coverage: float | None
    estimated_share: float | None
    status: Status
    reason: str
    likely_low: float | None = None
    likely_high: float | None = None
    uncertainty: float | None = None
    raw: float | None = None
    inputs: tuple[str, ...] = ()
