"""The pages of every facility and year, and of the estate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.stages.accounts import files_frame, quarantine_frame
from pipelines.stages.index import intervals_place
from pipelines.stages.intervals import findings_place
from pipelines.stages.outlook import Outlook, build_outlooks, load_outlook
from pipelines.stages.partitions import totals_place
from pipelines.stages.publication import view_file
from pipelines.stages.publish import published_inputs
from pipelines.stages.published import viewer_folder
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, load_year, year_place
from pipelines.steps.calendar import months_of, year_bounds
from pipelines.steps.meter_months import METER_MONTHS
from pipelines.storage.files import read_json, write_bytes, write_json
from pipelines.storage.lake import concat, hash_of, hash_of_frame
from reports.dictionary_page import NAME as DICTIONARY
from reports.dictionary_page import dictionary_page
from reports.estate_page import estate_page
from reports.facility_page import facility_view
from reports.facts import FacilityYear
from reports.regimes_page import NAME as REGIMES_PAGE
from reports.regimes_page import regimes_page
from reports.view import page_of
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.tables import FINDINGS, INTERVALS


@dataclass(frozen=True)
class Around:
    """What pages of all facilities and years are cut from, worked out once for all of them.

    ``own`` says by facility and year which current files hold rows of it; one that holds no row of
    any meter belongs to every year of the facility whose inbox folder it lies in.
    """

    files: pl.DataFrame
    quarantine: pl.DataFrame
    own: Mapping[tuple[str, int], frozenset[str]]
    outlook: Outlook
    newest: Mapping[str, int]


def around(shop: Workshop) -> Around:
    """As the lake stands now."""
    years = all_years(shop)
    own: dict[tuple[str, int], set[str]] = {(one.id, year): set() for one, year in years}
    for file in shop.active:
        parts = (shop.lake.file_record(file.sha256) or {"parts": ()})["parts"]
        told = {(part["facility_id"], int(part["month"][:4])) for part in parts}
        empty = {one for one in own if not told and file.path.startswith(f"{one[0]}/")}
        for one in (told | empty) & own.keys():
            own[one].add(file.sha256)
    return Around(
        files=files_frame(shop),
        quarantine=quarantine_frame(shop),
        own={one: frozenset(found) for one, found in own.items()},
        outlook=load_outlook(shop, (facility.id for facility in shop.estate.facilities)),
        newest={one.id: year for one, year in years},
    )


def facility_year(shop: Workshop, facility: Facility, year: int, known: Around) -> FacilityYear:
    """Everything a page of one facility and year shows."""
    facts = load_year(shop, facility.id, year)
    name = str(year)
    months = _months(shop, facility.id, year)
    told = _of_year(known, facility, year)
    registers = shop.estate.registers
    return FacilityYear(
        operator=shop.estate.operator,
        facility=facility,
        policies=shop.estate.policies,
        year=year,
        year_metrics=tuple(one for one in facts.metrics if one.period == name),
        month_metrics=tuple(one for one in facts.metrics if one.period != name),
        year_totals=tuple(one for one in facts.totals if one.period == name),
        month_totals=tuple(one for one in facts.totals if one.period != name),
        hours=facts.hours.with_columns(pl.col("value", "low", "high").cast(pl.Float64)),
        hourly_ratios=facts.ratios,
        meter_months=_meter_months(shop, facility, months),
        meter_days=_meter_days(shop, facility, months),
        quarantine=told["quarantine"],
        files=told["files"],
        findings=concat(
            (shop.lake.read(findings_place(facility.id, month), FINDINGS) for month in months),
            FINDINGS,
        ),
        fixes=facts.fixes,
        balances=facts.balances,
        ledger=facts.ledger,
        forecasts=told["forecasts"],
        limits=told["limits"],
        capacities=told["capacities"],
        tenants=facts.tenants,
        incidents=facts.incidents,
        equipment=None
        if registers.equipment is None
        else tuple(one for one in registers.equipment if one.facility_id == facility.id),
        refrigerants=None
        if registers.refrigerants is None
        else tuple(one for one in registers.refrigerants if one.facility_id == facility.id),
        previous_year_metrics=tuple(
            one
            for one in load_year(shop, facility.id, year - 1).metrics
            if one.period == str(year - 1)
        ),
        code_version=shop.code_hash[:12],
        input_hash=shop.lake.inputs(year_place(facility.id, year, "metrics")),
    )


def _months(shop: Workshop, facility_id: str, year: int) -> list[str]:
    """The months of the year that are built."""
    return [one for one in months_of(year) if shop.lake.inputs(totals_place(facility_id, one))]


def _of_year(known: Around, facility: Facility, year: int) -> dict[str, pl.DataFrame]:
    """What lies around a facility's year, as far as it is of that year. Capacities are of today:
    the page of the newest year tells them."""
    own = known.own.get((facility.id, year), frozenset())
    start, end = year_bounds(year, facility.zone)
    here, at = pl.col("facility_id") == facility.id, pl.col("measured_at")
    of_file = pl.col("file").is_in(list(own))
    rows = known.quarantine.filter(
        (here & at.is_between(start, end, closed="left"))
        | ((here | pl.col("facility_id").is_null()) & at.is_null() & of_file)
    )
    current = pl.col("sha256").is_in(list(own)) & (pl.col("state") == "current")
    outlook, of_year = known.outlook, here & (pl.col("year") == year)
    told = ("path", "sha256", "landed", "kept", "quarantined", "duplicate")
    newest = known.newest.get(facility.id) == year
    return {
        "quarantine": rows.select("path", "line", "meter_id", "timestamp", "value", "reasons"),
        "files": known.files.filter(current).select(told).sort("path"),
        "forecasts": outlook.forecasts.filter(of_year),
        "limits": outlook.limits.filter(of_year),
        "capacities": outlook.capacities.filter(here) if newest else outlook.capacities.clear(),
    }


def _meter_months(shop: Workshop, facility: Facility, months: Sequence[str]) -> pl.DataFrame:
    frames = [shop.lake.read(totals_place(facility.id, month), METER_MONTHS) for month in months]
    rows = concat(frames, METER_MONTHS).with_columns(
        coverage=pl.col("measured_seconds") / pl.col("expected_seconds")
    )
    meters = pl.DataFrame(
        {
            "meter_id": [meter.meter_id for meter in shop.estate.meters],
            "label": [meter.label or meter.meter_id for meter in shop.estate.meters],
            "kind": [meter.kind.value for meter in shop.estate.meters],
        },
        schema={"meter_id": pl.String, "label": pl.String, "kind": pl.String},
    ).unique("meter_id", keep="last", maintain_order=True)
    return (
        rows.join(meters, on="meter_id", how="left", maintain_order="left")
        .select("meter_id", "label", "quantity", "kind", "month", "coverage")
        .sort("meter_id", "month")
    )


def _meter_days(shop: Workshop, facility: Facility, months: Sequence[str]) -> pl.DataFrame:
    columns = ["meter_id", "start", "seconds", "measured_seconds", "status"]
    frames = [
        shop.lake.read(intervals_place(facility.id, month, domain.name), INTERVALS).select(columns)
        for month in months
        for domain in DOMAINS
    ]
    date = pl.col("start").dt.convert_time_zone(facility.timezone).dt.date().alias("date")
    schema = pl.Schema({name: INTERVALS[name] for name in columns})
    unread = pl.col("seconds") - pl.col("measured_seconds")
    return (
        concat(frames, schema)
        .group_by("meter_id", date)
        .agg(
            coverage=pl.col("measured_seconds").sum() / pl.col("seconds").sum(),
            estimated=unread.filter(pl.col("status") == "estimated").sum()
            / pl.col("seconds").sum(),
        )
        .sort("meter_id", "date")
    )


def page_path(shop: Workshop, name: str, year: int) -> Path:
    """Where the page of a facility, or of the estate, lies."""
    return shop.var / "reports" / f"{name}-{year}.html"


def publish_pages(shop: Workshop) -> list[Path]:
    """The page of each facility and year, the estate's page of each year, and the dictionaries;
    and the parts of them that the viewer puts together.

    Returns:
        Those written: of years that nothing changed in, the pages stand.
    """
    inputs = published_inputs(shop)
    mark = shop.var / "lake" / "pages.json"
    before = read_json(mark) or {}
    kept = [viewer_folder(shop) / file for file in before.get("views", {}).values()]
    kept += [shop.var / "reports" / f"{stem}.html" for stem in before.get("keys", {})]
    if before.get("inputs") == inputs and all(path.exists() for path in kept):
        return []
    build_outlooks(shop)
    known = around(shop)
    made = _Made(shop, known, before)
    years = all_years(shop)
    for year in sorted({year for _, year in years}):
        made.add_year(year, [facility for facility, y in years if y == year])
    found = [*_dictionaries(shop), *made.written]
    write_json(mark, {"inputs": inputs, "views": made.views, "keys": made.keys})
    return found


def _dictionaries(shop: Workshop) -> list[Path]:
    dictionary, regimes = (shop.var / "reports" / name for name in (DICTIONARY, REGIMES_PAGE))
    write_bytes(dictionary, dictionary_page().encode())
    write_bytes(regimes, regimes_page().encode())
    return [dictionary, regimes]


@dataclass
class _Made:
    """Pages of year after year, each written only if what it shows has changed."""

    shop: Workshop
    known: Around
    before: Mapping[str, Any]
    views: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    written: list[Path] = field(default_factory=list)

    def add_year(self, year: int, facilities: Sequence[Facility]) -> None:
        """The pages of every facility in a year, and the estate's."""
        estate = page_path(self.shop, "estate", year)
        paths = {one.id: page_path(self.shop, one.id, year) for one in facilities}
        keys = {paths[one.id].stem: self._key(one, year) for one in facilities}
        stale = [one for one in facilities if not self._stands(paths[one.id], keys)]
        self.keys |= keys
        self.views |= {
            stem: file for stem, file in self.before.get("views", {}).items() if stem in keys
        }
        gone = self._years_before(year) != set(keys)
        if not stale and not gone and estate.exists():
            return
        facts = {one.id: facility_year(self.shop, one, year, self.known) for one in facilities}
        for one in stale:
            view = facility_view(facts[one.id])
            path = paths[one.id]
            self._write(path, page_of(view))
            self.views[path.stem] = view_file(self.shop, path.stem, view)
        told = self.shop.estate
        self._write(estate, estate_page(told.operator, told.policies, year, [*facts.values()]))

    def _years_before(self, year: int) -> set[str]:
        """The pages of facilities that there were of the year."""
        return {stem for stem in self.before.get("keys", {}) if stem.endswith(f"-{year}")}

    def _stands(self, page: Path, keys: Mapping[str, str]) -> bool:
        view = self.before.get("views", {}).get(page.stem)
        same = self.before.get("keys", {}).get(page.stem) == keys[page.stem]
        return same and page.exists() and bool(view) and (viewer_folder(self.shop) / view).exists()

    def _key(self, facility: Facility, year: int) -> str:
        """The hash of all that a facility's page of a year shows."""
        lake = self.shop.lake
        metrics = (year_place(facility.id, one, "metrics") for one in (year, year - 1))
        months = _months(self.shop, facility.id, year)
        told = _of_year(self.known, facility, year)
        return hash_of(
            [lake.inputs(place) for place in metrics],
            [lake.content(findings_place(facility.id, month)) for month in months],
            {name: hash_of_frame(frame) for name, frame in told.items()},
            self.shop.configuration_hash,
            self.shop.code_hash,
            self.shop.forms_hash,
        )

    def _write(self, path: Path, page: str) -> None:
        write_bytes(path, page.encode())
        self.written.append(path)


def published_views(shop: Workshop) -> dict[str, str]:
    """The files of the viewer's pages, as the last ``publish_pages`` wrote them."""
    found: dict[str, str] = (read_json(shop.var / "lake" / "pages.json") or {}).get("views", {})
    return found
