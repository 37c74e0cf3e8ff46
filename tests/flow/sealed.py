"""A sealed form to look at and to spoil, and the estate that it was sealed from."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from reports.verify.integrity import MANIFEST, SUMS, canonical, sums_text
from tests.flow.small_estate import done, drop, meter, write_estate

NOW = ("--now", "2026-02-01T00:00Z")
SEALED = ("--now", "2026-05-01T00:00Z")
ASKED = ("--regime", "iso-30134", "--facility", "fra1", "--year", 2025)


def filed_estate(folder: Path) -> Path:
    """A simulated site and year with faults, after one backfill."""
    done("simulate", folder, "--facilities", 1, "--interval", "1h", "--seed", 1, "--faults", "on")
    done("backfill", folder, *NOW)
    return folder


def members_of(path: Path) -> dict[str, bytes]:
    """A pack's members by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, members: Mapping[str, bytes]) -> Path:
    """Members as a pack, as they are: sums and manifest are the caller's."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def forged(
    path: Path, members: Mapping[str, bytes], name: str, change: Callable[[str], str]
) -> Path:
    """A pack with one member rewritten and every hash of it made anew, as a forger would."""

    def digest(content):
        return hashlib.sha256(content).hexdigest()

    text = members[name].decode()
    changed = change(text)
    assert changed != text, f"{name}: nothing was changed"
    whole = {**members, name: changed.encode()}
    manifest = json.loads(whole[MANIFEST])
    if name in manifest["members"]:
        manifest["members"][name] = digest(whole[name])
        whole[MANIFEST] = canonical(manifest)
    sums = {one: digest(content) for one, content in whole.items() if one != SUMS}
    return packed(path, {**whole, SUMS: sums_text(sums).encode()})


#: A small site whose year is thirteen readings of each register.
OF_HELSINKI = ("--regime", "iso-30134", "--facility", "hel", "--year", 2025)
FIRST = [f"2025-{month:02d}-01T00:00:00Z" for month in range(1, 13)] + ["2026-01-01T00:00:00Z"]


def registers(step, names=("hel.grid", "hel.ups")):
    """Thirteen readings of each register: the grid counts half as much again as the UPS."""
    return [
        (name, at, number * step * (3 if name == "hel.grid" else 2))
        for name in names
        for number, at in enumerate(FIRST)
    ]


def small_estate(folder, **more):
    write_estate(
        folder,
        facilities=[{"id": "hel", "name": "Helsinki", "country": "FI", **more.pop("facility", {})}],
        meters=[
            meter("hel.grid", "grid_import", "register", "kWh", max_rate=4000),
            meter("hel.ups", "ups_output", "register", "kWh", max_rate=3000),
            meter("hel.water", "potable_water", "register", "m3", max_rate=100),
        ],
        **more,
    )
    drop(folder, "hel/energy.csv", registers(100_000))
    drop(folder, "hel/water.csv", registers(50, ("hel.water",)))
    done("backfill", folder, *NOW)
    return folder
