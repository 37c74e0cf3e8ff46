"""Two sites for a quarter of a year, small enough to be built in seconds."""

from itertools import pairwise

from tests.flow.small_estate import drop, instants, meter, write_estate

EDGES = ("2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01")
MONTHS = ("2025-01", "2025-02", "2025-03")
NOW = "2025-04-02T00:00:00+00:00"


def two_sites(folder, *, it_share=0.8):
    """One meter in each domain of the first, one register at the second."""
    estate = write_estate(
        folder,
        facilities=[{"id": "a"}, {"id": "b", "timezone": "Asia/Kolkata"}],
        meters=[
            meter("a.grid", "grid_import", "interval", "kWh", max_rate=200),
            meter("a.ups", "ups_output", "interval", "kWh", max_rate=200),
            meter("a.water", "potable_water", "interval", "m3", max_rate=5),
            meter("a.heat", "heat_reused", "interval", "kWh", max_rate=90),
            meter("a.sun", "onsite_renewable", "interval", "kWh", max_rate=90),
            meter("a.cpu", "server_utilisation", "gauge", "%"),
            meter("b.grid", "grid_import", "register", "kWh", max_rate=200),
        ],
    )
    for month, (first, last) in zip(MONTHS, pairwise(EDGES), strict=True):
        stamps = list(instants(first, last))
        values = {"grid": 100, "ups": 100 * it_share, "water": 1, "heat": 7, "sun": 3, "cpu": 40}
        rows = [(f"a.{name}", at, value) for at in stamps for name, value in values.items()]
        drop(estate, f"a/{month}.csv", rows)
        start = MONTHS.index(month) * 100_000
        drop(estate, f"b/{month}.csv", [("b.grid", at, start + n) for n, at in enumerate(stamps)])
    return estate
