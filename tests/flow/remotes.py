"""What tests of remotes share: one run of ``fetch``, and what it left in the inbox."""

from pathlib import Path

from tests.flow.small_estate import Answer, meter, run, write_estate

SELECTOR = 'pdu_energy_joules_total{rack="7"}'
ROOM = 'room_temperature_celsius{room="a"}'


def fetched(estate: Path, now: str, *more: str) -> tuple[Answer, dict[str, object]]:
    """A run over an estate with one remote: its answer, and what it says of that one."""
    answer = run("fetch", estate, "--now", now, "--json", *more)
    [told] = answer.json["remotes"]
    return answer, told


def landed(estate: Path) -> list[Path]:
    """Every file of the inbox, by name."""
    return sorted((estate / "inbox").rglob("*.*"))


def prometheus_estate(folder: Path, address: str, **more: object) -> Path:
    """An estate that asks Prometheus for a counter and a level from March 2025 on."""
    remote = {
        "name": "prom", "kind": "prometheus", "url": address, "since": "2025-03-01",
        "into": "a/prom", "retries": 0, "timeout_s": 20,
        "series": {SELECTOR: "a.it", ROOM: "a.room"}, **more,
    }  # fmt: skip
    return write_estate(
        folder,
        facilities=[{"id": "a"}],
        meters=[
            meter("a.it", "pdu_output", "register", "J", max_rate=50, interval="5min"),
            meter("a.room", "intake_air_temperature", "gauge", "°C", interval="5min"),
        ],
        remotes=[remote],
    )
