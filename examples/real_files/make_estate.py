"""Write the estate of real files: python make_estate.py DATA_DIR TARGET."""  # noqa: INP001 - a script

import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).parent
INBOX = (
    "cornell-biohpc/cbsugpu05_usage_stats.txt",
    "cornell-biohpc/cbsugpu06_usage_stats.txt",
    "cornell-biohpc/cbsugpu07_usage_stats.txt",
    "cornell-biohpc/cbsugpu09_usage_stats.txt",
    "cornell-biohpc/cbsugpu10_usage_stats.txt",
    "sustain-cluster/open-meteo_SG_2024.json",
)
FACTORS = "sustain-cluster/GB_2024_hourly.csv"


def make_estate(data: Path, target: Path) -> Path:
    """Copies configuration and files into ``target``, and writes the invented flat load."""
    absent = [name for name in (*INBOX, FACTORS) if not (data / name).is_file()]
    if absent:
        raise SystemExit(f"{data} does not hold: {', '.join(absent)}")
    if target.exists() and any(target.iterdir()):
        raise SystemExit(f"{target} is not empty; name a new folder.")
    for name in ("estate.yaml", "meters.csv"):
        _copy(HERE / name, target / name)
    for name in INBOX:
        _copy(data / name, target / "inbox" / name)
    _copy(data / FACTORS, target / "registers" / "factors" / Path(FACTORS).name)
    (target / "inbox" / "lon").mkdir()
    (target / "inbox" / "lon" / "flat_2024.csv").write_text(_flat(2024), encoding="utf-8")
    return target


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _flat(year: int) -> str:
    """1000 kWh in each hour of a year in UTC."""
    at, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    lines = ["meter_id,timestamp,value"]
    while at < end:
        lines.append(f"lon.grid,{at:%Y-%m-%dT%H:%M:%SZ},1000")
        at += timedelta(hours=1)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: python make_estate.py DATA_DIR TARGET")
    print(f"{make_estate(Path(sys.argv[1]), Path(sys.argv[2]))}: ready")
