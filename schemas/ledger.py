"""The ledger of certificates as it is published."""

import polars as pl

from schemas.tables import VALUE

#: One row per certificate and year: ``counted_kwh`` is what of it counts in the year, before whole
#: MWh are made of the sum; 0 where it does not count. ``state`` is ``counted``, ``held``, ``sold``
#: or ``refused``, and ``reason`` says why it is refused, or what is not stated of one that counts.
LEDGER = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "certificate_id": pl.String(),
        "kind": pl.String(),
        "energy_kwh": VALUE,
        "produced_kwh": VALUE,
        "counted_kwh": VALUE,
        "state": pl.String(),
        "reason": pl.String(),
        "rules": pl.String(),
        "zone": pl.String(),
        "production_start": pl.Date(),
        "production_end": pl.Date(),
        "cancelled_on": pl.Date(),
        "beneficiary": pl.String(),
        "line": pl.Int32(),
    }
)
