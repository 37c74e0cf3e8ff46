"""Two sites and three months in which everything happens that can happen to a file.

Registers and intervals of five domains, a gap across the turn of a month, a glitch, a rollover,
repeats inside and across files, a conflict, a late file, a wide file in local time over the hole
of spring, and lines that nobody can read.
"""

from itertools import pairwise
from pathlib import Path

from tests.flow.small_estate import PLAIN, instants, meter, write_estate

EDGES = ("2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01")
MONTHS = ("2025-02", "2025-03", "2025-04")
#: On both sites' clocks the last hours of April in UTC are the first of May.
LOCAL_MONTHS = (*MONTHS, "2025-05")


def eventful_estate(folder: Path) -> Path:
    """Configuration only; the inbox is still empty."""
    write_estate(
        folder,
        facilities=[
            {"id": "bln", "timezone": "Europe/Berlin", "grid_zone": "DE"},
            {"id": "ccu", "country": "IN", "timezone": "Asia/Kolkata"},
        ],
        meters=[
            meter("bln.grid", "grid_import", "register", "kWh", modulus=1_000_000, max_rate=400),
            meter("bln.ups", "ups_output", "interval", "kWh", max_rate=300),
            meter("bln.water", "potable_water", "register", "L", max_rate=5),
            meter("bln.heat", "heat_reused", "average", "kW", max_rate=100),
            meter("bln.sun", "onsite_renewable", "interval", "kWh", max_rate=50),
            meter("bln.cpu", "server_utilisation", "gauge", "%"),
            meter("ccu.grid", "grid_import", "register", "MWh", max_rate=900),
            meter("ccu.ups", "ups_output", "register", "kWh", max_rate=500),
        ],
        sources=[
            {
                "match": "bln/wide_*.csv",
                "separator": ";",
                "decimal": ",",
                "time_format": "%d.%m.%Y %H:%M",
                "columns": {"timestamp": "Zeit"},
                "wide": {"Wärme [kW]": "bln.heat", "PV [kWh]": "bln.sun"},
            }
        ],
    )
    return folder


def eventful_files() -> dict[str, str]:
    """The inbox: content by name."""
    files = {}
    for month, (first, last) in zip(MONTHS, pairwise(EDGES), strict=True):
        files[f"bln/{month}.csv"] = _berlin(first, last)
        files[f"bln/wide_{month}.csv"] = _wide(first, last)
        files[f"ccu/{month}.csv"] = _kolkata(first, last)
    lines = files["bln/2025-03.csv"].splitlines()
    files["bln/2025-03_again.csv"] = "\n".join([PLAIN, *lines[40:90]]) + "\n"
    files["bln/2025-03_other.csv"] = f"{PLAIN}\nbln.ups,2025-03-09T09:00:00Z,77\n"
    files["bln/2025-02_late.csv"] = _late()
    files["ccu/broken.csv"] = "meter;zeit\nnothing of ours\n"
    return files


def _hour(stamp: str) -> int:
    """Hours since the start of the year, as the registers count them."""
    day_of_year = (0, 31, 59, 90)[int(stamp[5:7]) - 1] + int(stamp[8:10]) - 1
    return day_of_year * 24 + int(stamp[11:13])


def _berlin(first: str, last: str) -> str:
    lines = [PLAIN]
    for stamp in instants(first, last):
        hour = _hour(stamp)
        count = (799_900 + 210 * hour + hour % 7) % 1_000_000
        if stamp == "2025-03-05T05:00:00Z":
            count = 3  # a glitch that the next reading contradicts
        if not "2025-03-30T20" <= stamp < "2025-04-02T08":  # silent over the turn of the month
            lines.append(f"bln.grid,{stamp},{count}")
        lines.append(f"bln.ups,{stamp},{140 + hour % 11}")
        lines.append(f"bln.water,{stamp},{900 * hour}")
        lines.append(f"bln.cpu,{stamp},{30 + hour % 24}")
    lines.insert(100, lines[60])  # an equal line twice
    lines.insert(200, "bln.ups,yesterday,12")
    lines.insert(210, f"bln.ups,{first}T01:00:00Z,many")
    lines.insert(220, "nobody.knows,2025-02-03T00:00:00Z,1")
    lines.insert(230, "bln.ups,2025-02-03T00:00:00Z,1,2,3,4")
    return "\n".join(lines) + "\n"


def _wide(first: str, last: str) -> str:
    """Local time without offset: the clock never shows 02:30 on 30 March, this file does."""
    lines = ["Zeit;Wärme [kW];PV [kWh]"]
    for stamp in instants(first, last):
        day, hour = stamp[:10], int(stamp[11:13])
        shown = f"{day[8:]}.{day[5:7]}.{day[:4]} {hour:02d}:00"
        lines.append(f"{shown};{20 + hour % 5},5;{hour},25")
    return "\n".join(lines) + "\n"


def _late() -> str:
    """The last hours of February, which the file of February does not hold in Kolkata."""
    rows = [
        f"ccu.{name},{stamp},{_kolkata_count(name, stamp)}"
        for stamp in instants("2025-02-27", "2025-02-28")
        for name in ("grid", "ups")
    ]
    return "\n".join([PLAIN, *rows]) + "\n"


def _kolkata_count(name: str, stamp: str) -> str:
    hour = _hour(stamp)
    return f"{(500_000 + 450 * hour) / 1000:.3f}" if name == "grid" else str(300 * hour)


def _kolkata(first: str, last: str) -> str:
    lines = [PLAIN]
    lines += [
        f"ccu.{name},{stamp},{_kolkata_count(name, stamp)}"
        for stamp in instants(first, last)
        if stamp[:10] != "2025-02-27"
        for name in ("grid", "ups")
    ]
    return "\n".join(lines) + "\n"
