"""The third contender: the same sums with pandas, validated by pandera.

File by file: read_csv, meters merged, values converted, the same screening as pandera checks
(rejected rows are kept with their file), equal rows counted once, conflicting ones rejected,
hourly amounts of every meter with covered time into Parquet, then monthly and yearly totals and
the metrics. Amounts are doubles. Neither lineage, nor bounds, nor estimates, nor a landing.
"""

import argparse
from pathlib import Path

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from benchmarks.facts import Fact, drops_of, facts_of
from benchmarks.figures import Figure, print_figures, with_metrics

HOUR = 3600
KEY = ["meter_id", "instant"]


def _not_below(rows: pd.DataFrame) -> pd.Series:
    return rows["value"] >= rows["lowest"]


def _within_level(rows: pd.DataFrame) -> pd.Series:
    return ~rows["is_level"] | rows["highest"].isna() | (rows["value"] <= rows["highest"])


def _possible_rate(rows: pd.DataFrame) -> pd.Series:
    hours = (rows["seconds"] / HOUR).where(rows["kind"] == "interval", 1)
    lasting = (rows["seconds"] > 0) & ~rows["is_level"] & rows["rate"].notna()
    return ~lasting | (rows["value"] <= rows["rate"] * hours * (1 + 1e-9))


SCREENED = pa.DataFrameSchema(
    {
        "meter_id": pa.Column(str),
        "timestamp": pa.Column("datetime64[us, UTC]"),
        "value": pa.Column(float),
        "quantity": pa.Column(str),
    },
    checks=[
        pa.Check(_not_below, name="not_below"),
        pa.Check(_within_level, name="within_level"),
        pa.Check(_possible_rate, name="possible_rate"),
    ],
)
UNIQUE = pa.DataFrameSchema(unique=KEY, report_duplicates="all")
HOURS = pa.DataFrameSchema(
    {
        "meter_id": pa.Column(str),
        "hour": pa.Column(int),
        "amount": pa.Column(float),
        "covered": pa.Column(float, pa.Check.in_range(0, HOUR)),
    },
    unique=["meter_id", "hour"],
)


def read(file: Path, facts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One file's readings in canonical units, and its rejected rows."""
    raw = pd.read_csv(file, dtype={"meter_id": str, "timestamp": str, "value": float})
    raw["timestamp"] = pd.to_datetime(raw["timestamp"], format="%Y-%m-%dT%H:%M:%SZ", utc=True)
    rows = raw.merge(facts, on="meter_id", how="left")
    rows["value"] *= rows["factor"]
    rows["instant"] = rows["timestamp"].astype("int64") // 1_000_000 - rows["seconds"].where(
        rows["stamp_end"], 0
    )
    fine, rejected = split(rows, SCREENED)
    unique, conflicts = split(fine.drop_duplicates([*KEY, "value"]), UNIQUE)
    return unique, pd.concat([rejected, conflicts])


def split(rows: pd.DataFrame, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows that pass, and those that do not."""
    try:
        schema.validate(rows, lazy=True)
    except SchemaErrors as errors:
        bad = errors.failure_cases["index"].dropna().unique()
        return rows.drop(bad), rows.loc[bad]
    return rows, rows.iloc[:0]


def hours_of(rows: pd.DataFrame, following: pd.DataFrame) -> pd.DataFrame:
    """Amount and covered seconds of each meter and hour.

    A register's amount from one reading to the next lies in the hour of the first; a fall is a
    rollover; more than its highest rate allows is no amount. A level holds until the next reading.
    """
    rows = pd.concat([rows, following]).sort_values(KEY)
    by_meter = rows.groupby("meter_id")
    held = by_meter["instant"].shift(-1) - rows["instant"]
    rise = by_meter["value"].shift(-1) - rows["value"]
    rise = rise.where(~(rise < 0), rise + rows["modulus"])
    possible = rows["rate"].isna() | (rise <= rows["rate"] * held / HOUR + rows["factor"])
    to_hour_end = held.fillna(HOUR).clip(upper=HOUR - rows["instant"] % HOUR)
    register, average = rows["kind"] == "register", rows["kind"] == "average"
    amount = rows["value"].where(~average, rows["value"] * rows["seconds"] / HOUR)
    amount = amount.where(~rows["is_level"], rows["value"] * to_hour_end / HOUR)
    rows["amount"] = amount.where(~register, rise.where(possible))
    covered = rows["seconds"].where(~rows["is_level"], to_hour_end)
    rows["covered"] = covered.where(~register, held)
    rows["hour"] = rows["instant"] // HOUR
    known = rows[rows["amount"].notna()]
    return known.groupby(["meter_id", "hour"], as_index=False)[["amount", "covered"]].sum()


def first_readings(rows: pd.DataFrame) -> pd.DataFrame:
    """Each register's first reading, which closes the last hour of the month before."""
    registers = rows[rows["kind"] == "register"]
    return registers.loc[registers.groupby("meter_id")["instant"].idxmin()]


def totals_of(hours: pd.DataFrame, facts: pd.DataFrame) -> list[Figure]:
    """Yearly totals on site time from monthly ones; a level's is the mean of its meters' means."""
    hours = hours.merge(facts, on="meter_id")
    utc = pd.to_datetime(hours["hour"] * HOUR, unit="s", utc=True)
    hours["month"] = ""
    for zone, part in utc.groupby(hours["timezone"]):
        hours.loc[part.index, "month"] = part.dt.tz_convert(zone).dt.strftime("%Y-%m")
    meter = ["meter_id", "facility_id", "quantity", "is_level", "counted"]
    months = hours.groupby([*meter, "month"], as_index=False)[["amount", "covered"]].sum()
    months["year"] = months["month"].str[:4]
    years = months.groupby([*meter, "year"], as_index=False)[["amount", "covered"]].sum()
    years["mean"] = years["amount"] / years["covered"] * HOUR
    totals = (
        years[years["counted"]]
        .groupby(["facility_id", "year", "quantity", "is_level"], as_index=False)
        .agg(total=("amount", "sum"), mean=("mean", "mean"))
    )
    totals["value"] = totals["total"].where(~totals["is_level"], totals["mean"])
    return [
        Figure(row.facility_id, row.year, row.quantity, "", float(row.value))
        for row in totals.itertuples()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("estate", type=Path)
    parser.add_argument("work", type=Path, help="an empty folder for the hourly amounts")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    facts = pd.DataFrame(facts_of(args.estate), columns=Fact._fields)
    hours, refused = [], []
    for files in drops_of(args.estate).values():
        following = pd.DataFrame()
        for file in files:
            rows, rejected = read(file, facts)
            refused.append(rejected.assign(file=file.name))
            hours.append(hours_of(rows, following))
            following = first_readings(rows)
    summed = pd.concat(hours).groupby(["meter_id", "hour"], as_index=False).sum()
    HOURS.validate(summed, lazy=True)
    summed.to_parquet(args.work / "hours.parquet")
    pd.concat(refused)[["file", "meter_id", "timestamp", "value"]].to_parquet(
        args.work / "rejected.parquet"
    )
    print_figures(with_metrics(totals_of(summed, facts)))


if __name__ == "__main__":
    main()
