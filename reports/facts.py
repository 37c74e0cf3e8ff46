"""What a report is made from: published figures, handed over by whoever holds them."""

from dataclasses import dataclass, field

import polars as pl

from schemas.estate.model import Facility, Operator
from schemas.estate.policies import Policies
from schemas.estate.registers.equipment import Equipment
from schemas.estate.registers.refrigerants import RefrigerantEvent
from schemas.incidents import INCIDENTS
from schemas.ledger import LEDGER
from schemas.metrics import MetricValue
from schemas.outlook import CAPACITY, FORECASTS, OUTLOOK
from schemas.quality import BALANCES, FIXES
from schemas.tables import FINDINGS
from schemas.tenants import TENANTS
from schemas.totals import TotalValue


@dataclass(frozen=True, kw_only=True)
class FacilityYear:
    """Everything a report of one facility and year may show.

    Frames (all sorted, may be empty):
        hours: one row per quantity and hour: ``start`` (UTC), ``local_date``, ``local_hour``
            (0..23), ``quantity``, ``value``, ``low``, ``high`` (float, canonical unit),
            ``status`` (measured | estimated | missing).
        hourly_ratios: one row per hour: ``start``, ``local_date``, ``local_hour``, ``pue``,
            ``wue`` (float or null), ``status``. For charts only; never averaged.
        meter_months: one row per meter and month: ``meter_id``, ``label``, ``quantity``, ``kind``,
            ``month`` (YYYY-MM), ``coverage`` (0..1).
        meter_days: one row per meter and local day: ``meter_id``, ``date``, ``coverage``,
            ``estimated`` (share of the day that was not read, and is estimated).
        quarantine: ``path``, ``line``, ``meter_id``, ``timestamp``, ``value``, ``reasons``.
        files: ``path``, ``sha256``, ``landed``, ``kept``, ``quarantined``, ``duplicate``.
        findings: ``FINDINGS``, what the rules found in the year's months.
        fixes: ``FIXES``, what to mend first. balances: ``BALANCES``, what upper meters leave over.
        ledger: ``LEDGER``, the certificates whose production lies in the year.
        forecasts, limits, capacities: ``FORECASTS``, ``OUTLOOK`` and ``CAPACITY`` of the facility.
        tenants: ``TENANTS``, of the year and its months. incidents: ``INCIDENTS`` of the year.
    """

    operator: Operator
    facility: Facility
    policies: Policies
    year: int
    year_metrics: tuple[MetricValue, ...]
    month_metrics: tuple[MetricValue, ...]
    year_totals: tuple[TotalValue, ...]
    month_totals: tuple[TotalValue, ...]
    hours: pl.DataFrame
    hourly_ratios: pl.DataFrame
    meter_months: pl.DataFrame
    meter_days: pl.DataFrame
    quarantine: pl.DataFrame
    files: pl.DataFrame
    findings: pl.DataFrame = field(default_factory=FINDINGS.to_frame)
    fixes: pl.DataFrame = field(default_factory=FIXES.to_frame)
    balances: pl.DataFrame = field(default_factory=BALANCES.to_frame)
    ledger: pl.DataFrame = field(default_factory=LEDGER.to_frame)
    tenants: pl.DataFrame = field(default_factory=TENANTS.to_frame)
    incidents: pl.DataFrame = field(default_factory=INCIDENTS.to_frame)
    forecasts: pl.DataFrame = field(default_factory=FORECASTS.to_frame)
    limits: pl.DataFrame = field(default_factory=OUTLOOK.to_frame)
    capacities: pl.DataFrame = field(default_factory=CAPACITY.to_frame)
    equipment: tuple[Equipment, ...] | None = None
    refrigerants: tuple[RefrigerantEvent, ...] | None = None
    previous_year_metrics: tuple[MetricValue, ...] = ()
    code_version: str = ""
    input_hash: str = ""
