"""A site with two halls and three customers in December 2025, worked by hand.

744 hours from 1 December, UTC. Hall a uses 60 kWh an hour and hall b 40; 150 come from the grid,
and 0.2 m3 of water. Hanse holds hall a up to 15 December and half of it from then on; Kiefer holds
a quarter of hall b. On Wednesday, 10 December, hall b is silent from 09:00 to 12:00: its meter's
register stood still and went on, so nothing is known of it.

    hall a    744 × 60 = 44 640; Hanse 14 × 24 × 60 + 17 × 24 × 60 / 2 = 20 160 + 12 240 = 32 400
    hall b    741 × 40 = 29 640 are read
"""

from pathlib import Path

from tests.flow.small_estate import done, drop, instants, meter, write_estate, write_rows

SINCE = {"valid_from": "2025-12-01"}
SILENT = ("2025-12-10T09:00:00Z", "2025-12-10T10:00:00Z", "2025-12-10T11:00:00Z")
NOW = ("--now", "2026-02-01T00:00Z")
HOURS = tuple(instants("2025-12-01", "2026-01-01"))
HANSE = {"tenant_id": "hanse", "name": "=Hanse Analytik", "facility_id": "a"}
KIEFER = {"tenant_id": "kiefer", "name": "Kiefer & <Söhne>", "facility_id": "a"}


def tenanted_estate(folder: Path) -> Path:
    """The estate before its first backfill."""
    write_estate(
        folder,
        facilities=[
            {"id": "a", "name": "Alpha", "contact": "dc@alpha.example", "rated_it_kw": 300}
        ],
        meters=[
            meter("a.grid", "grid_import", "interval", "kWh", max_rate=300, **SINCE),
            meter("a.hall.a", "it_input", "interval", "kWh", max_rate=100, **SINCE),
            meter("a.hall.b", "it_input", "interval", "kWh", max_rate=100, **SINCE),
            meter("a.water", "potable_water", "interval", "L", max_rate=2, **SINCE),
        ],
    )
    write_rows(
        folder / "registers" / "tenants.csv",
        [
            {**HANSE, "meter_id": "a.hall.a", "share": 1, "valid_to": "2025-12-15"},
            {**HANSE, "meter_id": "a.hall.a", "share": 0.5, "valid_from": "2025-12-15"},
            {**KIEFER, "meter_id": "a.hall.b", "share": 0.25},
        ],
    )
    write_rows(
        folder / "registers" / "incidents.csv",
        [
            {
                "incident_id": "I-7",
                "facility_id": "a",
                "start": "2025-12-10T09:00",
                "end": "2025-12-10T12:00",
                "cause": "battery_failure",
                "note": "=UPS b on bypass",
            }
        ],
    )
    write_rows(
        folder / "registers" / "equipment.csv",
        [
            {
                "asset_id": "servers", "facility_id": "a", "category": "server", "model": "1U",
                "count": 100,
                "rated_power_kw": 2, "installed_on": "2019-04-15", "storage_tb": 10,
            }
        ],
    )  # fmt: skip
    drop(folder, "a/grid.csv", [("a.grid", at, 150 - 30 * (at in SILENT)) for at in HOURS])
    drop(folder, "a/hall_a.csv", [("a.hall.a", at, 60) for at in HOURS])
    drop(folder, "a/hall_b.csv", [("a.hall.b", at, 40) for at in HOURS if at not in SILENT])
    drop(folder, "a/water.csv", [("a.water", at, 200 + 100 * (at in SILENT)) for at in HOURS])
    return folder


def backfilled(folder: Path) -> Path:
    done("backfill", tenanted_estate(folder), *NOW)
    return folder
