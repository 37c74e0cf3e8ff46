"""From a scene to a spoiled estate on disk, with ``truth/injected.csv`` beside the true answers."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree
from zoneinfo import ZoneInfo

import polars as pl

from benchmarks.faults.below import add_below
from benchmarks.faults.drops import read_drops, write_drops
from benchmarks.faults.fault import Fault, FaultKind, late_files, write_faults
from benchmarks.faults.gaps import add_gaps
from benchmarks.faults.meters import Meter, exchange, make_generous, read_meters, tracks_of
from benchmarks.faults.plan import Plan
from benchmarks.faults.scene import YEAR, Mix, Scene, simulate_scene
from benchmarks.faults.spoil import spoil
from benchmarks.faults.standard import add_standard
from sample_data.clock import as_utc
from sample_data.facilities import ARCHETYPES

#: Beside the inbox: files that arrive after the first backfill.
LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Spoiled:
    """A spoiled estate: its faultless rows (``ROWS``), what was done to them, and its meters."""

    rows: pl.DataFrame
    faults: list[Fault]
    meters: dict[str, Meter]
    zone: ZoneInfo


def spoiled_estate(target: Path, scene: Scene) -> Spoiled:
    """Simulates the scene's estate and spoils its inbox."""
    simulate_scene(target, scene)
    inbox, register = target / "inbox", target / "meters.csv"
    rows, meters = read_drops(inbox), read_meters(register)
    zone = ZoneInfo(ARCHETYPES[scene.plant].timezone)
    plan = Plan(
        facility_id=rows["file"][0].split("/")[0],
        tracks=tracks_of(rows, meters),
        zone=zone,
        year=YEAR,
        chance=Random(f"faults {scene.seed} {scene.mix}"),
    )
    _RECIPES[scene.mix](plan)
    rmtree(inbox)
    write_drops(spoil(rows, plan.faults, meters, zone), inbox)
    for name in late_files(plan.faults):
        later = target / LATER / name
        later.parent.mkdir(parents=True)
        (inbox / name).rename(later)
    for fault in plan.faults:
        if fault.kind is FaultKind.EXCHANGE:
            exchange(register, fault.meter, moment=as_utc(fault.start), serial=fault.detail)
    if scene.generous:
        make_generous(register)
    write_faults(target / "truth" / "injected.csv", plan.faults)
    return Spoiled(rows=rows, faults=plan.faults, meters=meters, zone=zone)


def _standard(plan: Plan) -> None:
    add_standard(plan)
    add_gaps(plan)


_RECIPES = {Mix.STANDARD: _standard, Mix.GAPS: add_gaps, Mix.BELOW: add_below}
