"""EU: the form of Delegated Regulation (EU) 2024/1364, Annexes I, II and III, edition 2024.

One line per cell, in the order of the annexes. Places after the point are wattledger's policy: the
act prescribes no rounding. "unverified" marks what was not read in the act itself.
"""

from datetime import date
from decimal import Decimal

from reports.content.kinds import (
    FromMaster,
    FromMonth,
    FromPeriod,
    FromRefrigerants,
    FromYesNo,
    NotComputed,
    Part,
)
from reports.regime import AtMost, Cell, Range, Ratio, Regime, RuleState, Sum, Threshold
from reports.regimes.lines import (
    ABOVE_0,
    FROM_0,
    IT,
    KW,
    KWH,
    M2,
    M3,
    OPTIONAL,
    OWNERS,
    POWER,
    RATIO,
    SHARE,
    WATER,
    C,
    category,
    figure,
    key,
)
from schemas.metrics import Metric
from schemas.units import Unit

_INFO = "Annex I: information on the data centre"
_ENERGY = "Annex II, 1: energy and sustainability"
_ICT = "Annex II, 2: ICT capacity"
_TRAFFIC = "Annex II, 3: data traffic"
INDICATORS = "Annex III: sustainability indicators"
_GBS, _EB, _PB = Unit.GIGABYTE_PER_SECOND, Unit.EXABYTE, Unit.PETABYTE

_TYPE = FromMaster(
    parts=(
        Part(fields=("facility.type",)),
        Part(fields=("facility.structure",)),
        Part(label="also", fields=("facility.also",), optional=True),
    )
)
_ELECTRICAL = FromMaster(
    parts=(
        Part(label="high voltage", fields=("facility.redundancy.high_voltage",)),
        Part(label="low voltage", fields=("facility.redundancy.low_voltage",)),
        Part(label="rack", fields=("facility.redundancy.rack",)),
    )
)
_COOLING = FromMaster(
    parts=(
        Part(label="room", fields=("facility.redundancy.cooling_room",)),
        Part(label="rack", fields=("facility.redundancy.cooling_rack",)),
    )
)
_PLANTS = FromMaster(
    parts=(
        Part(label="CHP", fields=("facility.boundary.chp",), optional=True),
        Part(
            label="district cooling", fields=("facility.boundary.district_cooling",), optional=True
        ),
    )
)


# fmt: off
_CELLS = (
    Cell(section=_INFO, annex="Article 3", code="PERIOD", label="Reporting period, first and last day", content=FromPeriod(), note="A data centre in operation for less than the year reports the operating period; no figure is annualised."),
    Cell(section=_INFO, annex="Annex I, 1(a)", code="A1-1a", label="Name of the data centre", content=key("name")),
    Cell(section=_INFO, annex="Annex I, 1(b)", code="A1-1b", label="Owner and operator, names and contacts", content=OWNERS, note="The act asks for a contact of both: where the owner's differs, write it in 'owner'."),
    Cell(section=_INFO, annex="Annex I, 1(c)", code="A1-1c", label="Location, LAU code", content=key("lau"), note="From the latest Eurostat table of local administrative units. Replaced by the NUTS 3 code in C(2026) 3472, adopted and not yet in force."),
    Cell(section=_INFO, annex="Annex I, 1(d)", code="A1-1d", label="Type of data centre", content=_TYPE, note="enterprise, colocation or co-hosting; one structure or a group of structures; 'also' where colocation also co-hosts or the reverse."),
    Cell(section=_INFO, annex="Annex I, 1(e)", code="A1-1e", label="Entry into operation, year and month", content=FromMonth(field="facility.commissioned")),
    Cell(section=_INFO, annex="Annex I, 2(a)", code="A1-2a", label="Redundancy of electrical infrastructure", content=_ELECTRICAL, note="Such as N, N+1, 2N, at high-voltage, low-voltage and rack level."),
    Cell(section=_INFO, annex="Annex I, 2(b)", code="A1-2b", label="Redundancy of cooling infrastructure", content=_COOLING, note="Such as N, N+1, 2N, at room and rack level."),
    Cell(section=_INFO, annex="Portal", code="A1-x", label="ReferenceID of entity and data centre", content=key("reference_id"), note="Issued by the Member State's coordinator; it must exist before filing."),

    Cell(section=_ENERGY, annex="Annex II, 1(a)", code="PDIT", label="Installed information technology power demand", content=figure(Metric.PDIT, *POWER), unit=KW, decimals=1, limits=ABOVE_0, plausible=Range(lowest=500, because="under the reporting threshold of 500 kW; the duty does not apply"), needs="registers/equipment.csv with rated_power_kw, or 'installed_it_kw' or 'rated_it_kw' in estate.yaml", note="Weighted by days where it changed in the period. The threshold is of installed IT power, not of the grid connection."),
    Cell(section=_ENERGY, annex="Annex II, 1(a)", code="PDIT-metric", label="Metric used for PDIT: installed or rated", content=category(Metric.PDIT, *POWER), allowed=POWER),
    Cell(section=_ENERGY, annex="Annex II, 1(b)", code="SDC", label="Data centre total floor area", content=key("floor_area_m2"), unit=M2, decimals=0, limits=ABOVE_0, note="In a building of another main use: computer rooms, own support areas and a share of shared equipment areas by rated power demand."),
    Cell(section=_ENERGY, annex="Annex II, 1(c)", code="SCR", label="Data centre computer room floor area", content=key("computer_room_m2"), unit=M2, decimals=0, limits=ABOVE_0),
    Cell(section=_ENERGY, annex="Annex II, 1(d)", code="EDC", label="Total energy consumption", content=figure(Metric.EDC), unit=KWH, decimals=0, limits=ABOVE_0, needs="meters of grid_import, generator_output and onsite_renewable in meters.csv", note="Before the supply transfer switchgear, all supplies, EN 50600-4-2. Own generation used on site counts; export does not."),
    Cell(section=_ENERGY, annex="Annex II, 1(d)", code="EDC-boundary", label="Plants inside or outside the measured system", content=_PLANTS, when_missing=OPTIONAL, note="Internal: metered at the fuel input; external: at the output. Empty where there is no such plant."),
    Cell(section=_ENERGY, annex="Annex II, 1(d)", code="EDC-BG", label="Energy consumption from backup generators", content=figure(Metric.EDC_BG), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of generator_output in meters.csv, or registers/fuel.csv", note="Zero needs a meter or a run log; no meter is not zero."),
    Cell(section=_ENERGY, annex="Annex II, 1(e)", code="EIT", label="Total energy consumption of information technology equipment", content=figure(Metric.EIT, *IT), unit=KWH, decimals=0, limits=ABOVE_0, needs="meters of ups_output, else pdu_output, else it_input in meters.csv"),
    Cell(section=_ENERGY, annex="Annex II, 1(e)", code="EIT-category", label="Measuring category of EIT", content=category(Metric.EIT, *IT), allowed=IT, note="1: UPS outputs; 2: PDU outputs; 3: inputs of IT equipment."),
    Cell(section=_ENERGY, annex="Annex II, 1(f)", code="A2-1f", label="Electrical grid functions provided", content=FromYesNo(field="facility.grid_functions"), note="Such as peak shifting or firm frequency response."),
    Cell(section=_ENERGY, annex="Annex II, 1(g)", code="CBtG", label="Average battery capacity offered to the grid", content=figure(Metric.CBTG), unit=KW, decimals=1, limits=FROM_0, only_if="A2-1f", needs="a meter of battery_grid_capacity in meters.csv", note="Called a capacity, its unit is kW. Average over the whole year; the act does not define the method (unverified)."),
    Cell(section=_ENERGY, annex="Annex II, 1(h)", code="WIN", label="Total water input", content=figure(Metric.WIN, *WATER), unit=M3, decimals=0, limits=FROM_0, needs="meters of potable_water and of every other water input in meters.csv", note="EN 50600-4-9 category 2, else category 1. Water taken in, not water consumed."),
    Cell(section=_ENERGY, annex="Annex II, 1(h)", code="WIN-category", label="WUE category of WIN", content=category(Metric.WIN, *WATER), allowed=WATER),
    Cell(section=_ENERGY, annex="Annex II, 1(i)", code="WIN-POT", label="Total potable water input", content=figure(Metric.WIN_POT), unit=M3, decimals=0, limits=FROM_0, needs="a meter of potable_water in meters.csv"),
    Cell(section=_ENERGY, annex="Annex II, 1(j)", code="EREUSE", label="Waste heat reused", content=figure(Metric.EREUSE), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of heat_reused at the handover point in meters.csv", note="Outside the boundary only, less the share that cools the data centre itself, EN 50600-4-6."),
    Cell(section=_ENERGY, annex="Annex II, 1(k)", code="TWH", label="Average waste heat temperature", content=figure(Metric.TWH), unit=C, decimals=1, plausible=Range(lowest=5, highest=90, because="not plausible for waste heat"), needs="a meter of waste_heat_temperature in meters.csv", note="Mean over time and then over points; not weighted by flow."),
    Cell(section=_ENERGY, annex="Annex II, 1(l)", code="TIN-temp", label="Average set point of IT equipment intake air temperature", content=figure(Metric.TIN_SETPOINT), unit=C, decimals=1, plausible=Range(lowest=15, highest=35, because="not plausible for a set point"), needs="a meter of intake_air_setpoint in meters.csv", note="The act's symbol is TIN, which it also gives to incoming traffic. The commanded temperature, not the measured one."),
    Cell(section=_ENERGY, annex="Annex II, 1(m)", code="A2-1m", label="Types of refrigerants used", content=FromRefrigerants(), note="Common or industrial designations of the annexes to Regulation (EU) 517/2014, since replaced by (EU) 2024/573; not checked against their lists."),
    Cell(section=_ENERGY, annex="Annex II, 1(n)", code="CDD", label="Cooling degree days", content=figure(Metric.CDD), unit=Unit.DEGREE_DAY, decimals=1, limits=FROM_0, needs="a meter of outdoor_temperature in meters.csv", note="Eurostat/JRC method, base 21 °C; counting only days with a mean of at least 24 °C is unverified."),
    Cell(section=_ENERGY, annex="Annex II, 1(o)", code="ERES-TOT", label="Total renewable energy consumption", content=figure(Metric.ERES_TOT), unit=KWH, decimals=0, limits=FROM_0, needs="registers/certificates.csv, and a meter of onsite_renewable in meters.csv"),
    Cell(section=_ENERGY, annex="Annex II, 1(p)", code="ERES-GOO", label="Renewable energy from guarantees of origin", content=figure(Metric.ERES_GOO), unit=KWH, decimals=0, limits=FROM_0, needs="registers/certificates.csv", note="Bought and retired for this data centre only. The act's sentence on metering in point (p) belongs to point (q)."),
    Cell(section=_ENERGY, annex="Annex II, 1(q)", code="ERES-PPA", label="Renewable energy from power purchase agreements", content=figure(Metric.ERES_PPA), unit=KWH, decimals=0, limits=FROM_0, needs="registers/certificates.csv with kind ppa", note="Volumes whose guarantees of origin are not owned and retired are deducted."),
    Cell(section=_ENERGY, annex="Annex II, 1(r)", code="ERES-OS", label="Renewable energy from on-site generation", content=figure(Metric.ERES_OS), unit=KWH, decimals=0, limits=FROM_0, needs="a meter of onsite_renewable in meters.csv", note="Volumes whose guarantees of origin are not owned and retired are deducted."),

    Cell(section=_ICT, annex="Annex II, 2(a)", code="CSERV", label="ICT capacity for servers", content=figure(Metric.CSERV), unit=Unit.SERT_SCORE, decimals=1, limits=FROM_0, needs="registers/equipment.csv with sert_performance of every server", note="Active-state performance as declared under Regulation (EU) 2019/424, servers in place on 31 December of the year reported; the act says 'of the reporting year', this reading is an inference."),
    Cell(section=_ICT, annex="Annex II, 2(a)", code="CSERV-share", label="Share of computer room floor area covered by CSERV", content=NotComputed(because="the equipment register holds no floor area; state the share by hand where only the minimum set of servers is reported"), when_missing=OPTIONAL, unit=Unit.PERCENT, decimals=1),
    Cell(section=_ICT, annex="Annex II, 2(b)", code="CSTOR", label="ICT capacity for storage equipment", content=figure(Metric.CSTOR), unit=_PB, decimals=3, limits=FROM_0, needs="registers/equipment.csv with storage_tb of every storage line", note="Raw addressable capacity, decimal petabytes (policy), in place on 31 December of the year reported."),
    Cell(section=_ICT, annex="Annex II, 2(b)", code="CSTOR-share", label="Share of computer room floor area covered by CSTOR", content=NotComputed(because="the equipment register holds no floor area; state the share by hand where only the minimum set of storage is reported"), when_missing=OPTIONAL, unit=Unit.PERCENT, decimals=1),

    Cell(section=_TRAFFIC, annex="Annex II, 3(a)", code="BIN", label="Incoming traffic bandwidth", content=figure(Metric.BIN), unit=_GBS, decimals=3, limits=FROM_0, needs="a meter of bandwidth_in in meters.csv", note="Provisioned bandwidth in gigabytes per second; carriers sell gigabits."),
    Cell(section=_TRAFFIC, annex="Annex II, 3(b)", code="BOUT", label="Outgoing traffic bandwidth", content=figure(Metric.BOUT), unit=_GBS, decimals=3, limits=FROM_0, needs="a meter of bandwidth_out in meters.csv", note="Provisioned bandwidth in gigabytes per second; carriers sell gigabits."),
    Cell(section=_TRAFFIC, annex="Annex II, 3(c)", code="TIN-traffic", label="Incoming data traffic", content=figure(Metric.TRAFFIC_IN), unit=_EB, decimals=6, limits=FROM_0, needs="a meter of traffic_in in meters.csv", note="The act's symbol is TIN, which it also gives to the intake air temperature. Decimal exabytes (policy)."),
    Cell(section=_TRAFFIC, annex="Annex II, 3(d)", code="TOUT", label="Outgoing data traffic", content=figure(Metric.TRAFFIC_OUT), unit=_EB, decimals=6, limits=FROM_0, needs="a meter of traffic_out in meters.csv", note="Decimal exabytes (policy)."),

    Cell(section=INDICATORS, annex="Annex III, (a)", code="PUE", label="Power usage effectiveness", content=figure(Metric.PUE, *IT), unit=RATIO, decimals=3, when_missing=OPTIONAL, limits=Range(lowest=1, because="a data centre cannot use less than its IT equipment; look for missing PV or generator meters and wrong multipliers"), plausible=Range(above=1, highest=3, because="not plausible without an explanation"), note="EDC ÷ EIT. The database computes it from the cells above."),
    Cell(section=INDICATORS, annex="Annex III, (a)", code="PUE-category", label="Measuring category of PUE", content=category(Metric.PUE, *IT), allowed=IT, when_missing=OPTIONAL),
    Cell(section=INDICATORS, annex="Annex III, (b)", code="WUE", label="Water usage effectiveness", content=figure(Metric.WUE, *WATER), unit=Unit.CUBIC_METRE_PER_MEGAWATT_HOUR, decimals=3, when_missing=OPTIONAL, limits=FROM_0, note="WIN ÷ EIT with EIT in MWh. The database computes it. The act points to a definition of WIN in Annex III; it is in Annex II."),
    Cell(section=INDICATORS, annex="Annex III, (b)", code="WUE-category", label="Category of WUE", content=category(Metric.WUE, *WATER), allowed=WATER, when_missing=OPTIONAL),
    Cell(section=INDICATORS, annex="Annex III, (c)", code="ERF", label="Energy reuse factor", content=figure(Metric.ERF), unit=RATIO, decimals=4, when_missing=OPTIONAL, limits=SHARE, note="EREUSE ÷ EDC. The database computes it from the cells above."),
    Cell(section=INDICATORS, annex="Annex III, (d)", code="REF", label="Renewable energy factor", content=figure(Metric.REF), unit=RATIO, decimals=4, when_missing=OPTIONAL, limits=SHARE, note="ERES-TOT ÷ EDC. The database computes it. Capped at 1 as in EN 50600-4-3; the act's own formula names no cap."),
)
# fmt: on

EU_EED_2024 = Regime(
    key="eu-eed-2024",
    title="European database on data centres: annual report",
    edition="2024",
    jurisdiction="EU",
    source="Commission Delegated Regulation (EU) 2024/1364, Annexes I, II and III",
    state=RuleState.IN_FORCE,
    valid_from=date(2024, 6, 6),
    valid_to=None,
    first_year=2023,
    due=(5, 15),
    threshold=Threshold(
        code="PDIT",
        least=Decimal(500),
        of="installed IT power demand",
        source="Directive (EU) 2023/1791, Article 12(1)",
    ),
    cells=_CELLS,
    at_most=(
        AtMost(left="SCR", right="SDC", because="computer rooms are a part of the floor area"),
        AtMost(left="EIT", right="EDC", because="IT energy is a part of the total"),
        AtMost(left="EDC-BG", right="EDC", because="backup generation is a part of the total"),
        AtMost(left="WIN-POT", right="WIN", because="potable water is a part of the input"),
        AtMost(
            left="EREUSE", right="EDC", because="more heat than energy points to a wrong boundary"
        ),
        AtMost(
            left="ERES-TOT",
            right="EDC",
            because="renewable energy beyond the total is not counted in REF",
            blocks=False,
        ),
        AtMost(
            left="TIN-temp",
            right="TWH",
            because="waste heat is normally warmer than intake air",
            blocks=False,
        ),
    ),
    sums=(Sum(total="ERES-TOT", parts=("ERES-GOO", "ERES-PPA", "ERES-OS")),),
    ratios=(
        Ratio(code="PUE", numerator="EDC", denominator="EIT"),
        Ratio(code="WUE", numerator="WIN", denominator="EIT", per=1000),
        Ratio(code="ERF", numerator="EREUSE", denominator="EDC"),
        Ratio(code="REF", numerator="ERES-TOT", denominator="EDC", cap=1),
    ),
    notes=(
        "Prepared for the European database on data centres, or for the national scheme that feeds it; due 15 May of the following year. Nothing is official until the authority's database says so.",
        "Individual records are confidential by law (Article 5(5)); only the aggregates of Annex IV are public.",
        "The act prescribes no rounding. wattledger rounds half up, once, from the unrounded figure.",
        "CSERV-share and CSTOR-share are to be added by hand where only the minimum set of equipment is reported.",
        "Measurement points and devices must be kept on record for at least ten years (Annex II).",
    ),
)
