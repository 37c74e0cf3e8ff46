"""Where a pack's evidence comes from: the landed files, their lines, and the configuration."""

from urllib.parse import quote

import polars as pl

from pipelines.stages.accounts import files_frame
from pipelines.stages.index import readings_place
from pipelines.stages.workshop import Workshop
from pipelines.steps.calendar import months_of, next_month
from schemas.domains import DOMAINS
from schemas.estate.model import Facility
from schemas.estate.read import configuration_files
from schemas.tables import READINGS

#: Where the files of the configuration lie in a pack, their names written as in addresses.
CONFIGURATION = "configuration/"
#: What is between operator and customer goes to no authority.
_PRIVATE = ("registers/tenants", "registers/tenant_data")


def files_of(shop: Workshop, facility: Facility) -> pl.DataFrame:
    """The landed files that count and have rows of the facility."""
    mine = {
        file.sha256
        for file in shop.active
        for part in (shop.lake.file_record(file.sha256) or {"parts": ()})["parts"]
        if part["facility_id"] == facility.id
    }
    return files_frame(shop).filter(pl.col("sha256").is_in(list(mine)))


def lines_of(shop: Workshop, facility: Facility, year: int) -> pl.DataFrame:
    """Which lines of which file each meter's readings of a month are, in the year and beside it."""
    months = [next_month(f"{year:04d}-01", -1), *months_of(year), f"{year + 1:04d}-01"]
    frames = []
    for month in months:
        for domain in DOMAINS:
            place = readings_place(facility.id, month, domain.name)
            rows = shop.lake.read(place, READINGS)
            frames.append(
                rows.group_by("meter_id", "file", maintain_order=True)
                .agg(
                    first_line=pl.col("line").min(),
                    last_line=pl.col("line").max(),
                    readings=pl.len(),
                )
                .select("meter_id", pl.lit(month).alias("month"), pl.exclude("meter_id"))
            )
    return pl.concat(frames).rename({"file": "sha256"}).sort("meter_id", "month", "sha256")


def configuration_of(shop: Workshop) -> dict[str, bytes]:
    """The files of the configuration as they are; but for those between operator and customer."""
    return {
        CONFIGURATION + quote(name).replace("/.", "/%2E"): path.read_bytes()
        for path in configuration_files(shop.estate.folder)
        for name in [path.relative_to(shop.estate.folder).as_posix()]
        if not name.startswith(_PRIVATE)
    }
