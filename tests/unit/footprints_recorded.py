"""A hundred servers, and what boaviztapi says of their embodied carbon.

boaviztapi is another project's model, with a lowest and a highest where the silicon of a part is
not known. Where it is installed, running this file writes its answers to the record beside it, so
that tests need not have it.
"""

import csv
import random
from pathlib import Path

RECORD = Path(__file__).with_suffix(".csv")
PARTS = ("cpu_count", "cpu_cores", "modules", "module_gb", "ssds", "each_ssd_gb", "hdd_count")


def servers() -> list[dict[str, int]]:
    """Servers as they are bought, from one CPU without a drive to a full shelf; always the same."""
    draw = random.Random(2023_1542)
    return [
        {
            "cpu_count": draw.choice((1, 2)),
            "cpu_cores": draw.choice((8, 12, 16, 24, 32, 48, 64)),
            "modules": draw.choice((4, 8, 12, 16, 24)),
            "module_gb": draw.choice((16, 32, 64)),
            "ssds": draw.choice((1, 2, 4, 8)),
            "each_ssd_gb": draw.choice((480, 960, 1920, 3840)),
            "hdd_count": draw.choice((0, 0, 2, 4, 12)),
        }
        for _ in range(100)
    ]


def told_by_boaviztapi(server: dict[str, int]) -> tuple[float, float]:
    """Its lowest and highest embodied carbon of a server [kg CO2e]."""
    from boaviztapi.compute.impacts_computation import compute_impacts
    from boaviztapi.data.archetype import get_server_archetype
    from boaviztapi.dto.device import Server
    from boaviztapi.dto.device.device import mapper_server

    disks = [{"units": server["ssds"], "type": "ssd", "capacity": server["each_ssd_gb"]}]
    if server["hdd_count"]:
        disks.append({"units": server["hdd_count"], "type": "hdd"})
    configuration = {
        "cpu": {"units": server["cpu_count"], "core_units": server["cpu_cores"]},
        "ram": [{"units": server["modules"], "capacity": server["module_gb"]}],
        "disk": disks,
        "power_supply": {"units": 2, "unit_weight": 2.99},
    }
    device = mapper_server(
        Server(model={"type": "rack"}, configuration=configuration),
        archetype=get_server_archetype("platform_compute_medium"),
    )
    # Over its whole life, so that all of it is allocated.
    found = compute_impacts(model=device, selected_criteria=["gwp"], duration=35_040)
    return found["gwp"]["embedded"]["min"], found["gwp"]["embedded"]["max"]


def recorded() -> list[dict[str, float]]:
    """The servers with ``low`` and ``high``, as they were written."""
    with RECORD.open(encoding="utf-8", newline="") as file:
        return [{name: float(cell) for name, cell in row.items()} for row in csv.DictReader(file)]


def write() -> None:
    """Ask boaviztapi of every server."""
    with RECORD.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*PARTS, "low", "high"))
        for server in servers():
            writer.writerow((*server.values(), *told_by_boaviztapi(server)))


if __name__ == "__main__":
    write()
