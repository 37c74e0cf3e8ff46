"""Readings as files of every format hold them: what ``benchmarks.formats`` reads."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

METERS = 10
START = datetime(2025, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=15)
WIDE = tuple((f"M{number} [kWh]", f"m{number}") for number in range(METERS))
AT = "2025-01-01T00:00:00+00:00"


def readings(count: int) -> pl.DataFrame:
    """So many readings of a few meters, quarter by quarter, as text."""
    number = pl.int_range(count)
    at = pl.lit(START) + STEP * (number // METERS)
    return pl.select(
        meter_id=pl.format("m{}", number % METERS),
        timestamp=at.dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        value=(number.cast(pl.Decimal(20, 3)) * pl.lit("0.125").cast(pl.Decimal(20, 3))).cast(
            pl.String
        ),
    )


def csv(frame: pl.DataFrame) -> bytes:
    return frame.write_csv().encode()


def wide(frame: pl.DataFrame) -> bytes:
    table = frame.pivot("meter_id", index="timestamp", values="value")
    commas = pl.col(table.columns[1:]).str.replace(".", ",", literal=True)
    titles = {meter: title for title, meter in WIDE}
    return table.with_columns(commas).rename(titles).write_csv(separator=";").encode()


def zipped(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    with zipfile.ZipFile(packing, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readings.csv", csv(frame))
    return packing.getvalue()


def lines(frame: pl.DataFrame) -> bytes:
    objects = (
        json.dumps({"at": at, "tags": {"meter": meter}, "kwh": float(value)})
        for meter, at, value in frame.iter_rows()
    )
    return "".join(f"{one}\n" for one in objects).encode()


def parquet(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    frame.with_columns(pl.col("value").cast(pl.Float64)).write_parquet(packing)
    return packing.getvalue()


def points(frame: pl.DataFrame) -> bytes:
    nanoseconds = (
        int((START + timedelta(minutes=15) * (number // METERS)).timestamp()) * 10**9
        for number in range(frame.height)
    )
    points = (
        f"energy,meter={meter},rack=7 kwh={value},volts=230i {at}"
        for (meter, _, value), at in zip(frame.iter_rows(), nanoseconds, strict=True)
    )
    return "".join(f"{one}\n" for one in points).encode()


def workbook(frame: pl.DataFrame) -> bytes:
    packing = io.BytesIO()
    numbers = frame.with_columns(pl.col("value").cast(pl.Float64))
    numbers.write_excel(packing, worksheet="Data", autofit=False, table_style=None)
    return packing.getvalue()


def zinc(frame: pl.DataFrame) -> bytes:
    """A history of one point: all readings of the first meter's times, one below the other."""
    stamps = frame.select(pl.format("{} UTC,{}kWh", "timestamp", "value")).to_series()
    return ('ver:"3.0"\nts,val\n' + "\n".join(stamps) + "\n").encode()


def green_button(frame: pl.DataFrame) -> bytes:
    """One interval block of all readings."""
    readings = "".join(
        f"<IntervalReading><timePeriod><duration>900</duration><start>{start}</start></timePeriod>"
        f"<value>{number}</value></IntervalReading>"
        for number, start in enumerate(range(0, 900 * frame.height, 900))
    )
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        '<link rel="self" href="/IntervalBlock/1"/>'
        f'<content><IntervalBlock xmlns="http://naesb.org/espi">{readings}</IntervalBlock></content>'
        "</entry></feed>"
    ).encode()


def hayson(frame: pl.DataFrame) -> bytes:
    """The same history as JSON."""
    rows = [
        {
            "ts": {"_kind": "dateTime", "val": at, "tz": "UTC"},
            "val": {"_kind": "number", "val": float(value), "unit": "kWh"},
        }
        for _, at, value in frame.iter_rows()
    ]
    columns = [{"name": "ts"}, {"name": "val"}]
    return json.dumps(
        {"_kind": "grid", "meta": {"ver": "3.0"}, "cols": columns, "rows": rows}
    ).encode()


def metrics(frame: pl.DataFrame) -> bytes:
    """A page of OpenMetrics: a gauge of ten series, each with its samples below one another."""
    return _page(frame, lambda at: f"{at:.0f}", "# EOF\n")


def older_metrics(frame: pl.DataFrame) -> bytes:
    """The same page in Prometheus' older text, which counts milliseconds."""
    return _page(frame, lambda at: f"{at * 1000:.0f}", "")


def _page(frame: pl.DataFrame, written: Callable[[float], str], end: str) -> bytes:
    samples = "".join(
        f'energy{{meter="{meter}"}} {value} {written(datetime.fromisoformat(at).timestamp())}\n'
        for meter, at, value in frame.sort("meter_id", maintain_order=True).iter_rows()
    )
    return f"# TYPE energy gauge\n{samples}{end}".encode()


def day_of_samples(frame: pl.DataFrame) -> bytes:
    """What Prometheus answered, one query for each meter."""
    answers = [
        {
            "query": meter,
            "answer": {
                "status": "success",
                "data": {
                    "resultType": "matrix",
                    "result": [{
                        "metric": {"meter": meter},
                        "values": [
                            [datetime.fromisoformat(at).timestamp(), value]
                            for at, value in own.select("timestamp", "value").iter_rows()
                        ],
                    }],
                },
            },
        }
        for (meter,), own in frame.group_by("meter_id", maintain_order=True)
    ]  # fmt: skip
    return json.dumps({"answers": answers}).encode()


def history_of_nodes(frame: pl.DataFrame) -> bytes:
    """What a server of OPC UA answered, node by node; every status is good."""
    answers = [
        {
            "node": meter,
            "values": [
                [at, float(value), 0] for at, value in own.select("timestamp", "value").iter_rows()
            ],
        }
        for (meter,), own in frame.group_by("meter_id", maintain_order=True)
    ]
    return json.dumps({"answers": answers}).encode()


def sensors(frame: pl.DataFrame) -> bytes:
    """What so many sensors of Redfish showed at one instant."""
    answers = [
        {
            "path": f"/redfish/v1/Chassis/1/Sensors/{number}",
            "answer": {"Id": f"{number}", "Reading": float(value), "ReadingUnits": "kW.h"},
        }
        for number, value in enumerate(frame["value"])
    ]
    return json.dumps({"at": AT, "answers": answers}).encode()


def registers(frame: pl.DataFrame) -> bytes:
    """What so many counters of one device's own map held at one instant."""
    answers = [
        {"device": 1, "table": "holding", "address": 2 * number, "registers": [number // 65536,
         number % 65536]}
        for number in range(frame.height)
    ]  # fmt: skip
    return json.dumps({"at": AT, "answers": answers}).encode()


def walks(frame: pl.DataFrame) -> bytes:
    """Walks of ten counters each, one below the other."""
    lines = []
    for number, at in enumerate(frame["timestamp"]):
        if number % METERS == 0:
            lines.append(f"# {at}")
        lines.append(f"1.3.6.1.4.1.318.1.1.26.4.3.1.9.{number % METERS}|65|{number}")
    return "".join(f"{line}\n" for line in lines).encode()


def weather(frame: pl.DataFrame) -> bytes:
    """Years of hours at one place, as EnergyPlus has them."""
    above = "LOCATION,Here,HE,DEU,TMYx,106370,50.05,8.60,1.0,113.0\n" + "ABOVE\n" * 7
    hours = (START + timedelta(hours=number) for number in range(frame.height))
    lines = (
        f"{at.year},{at.month},{at.day},{at.hour + 1},60,?,{at.hour}.5,3.2,62,101325" + ",0" * 25
        for at in hours
    )
    return (above + "".join(f"{line}\n" for line in lines)).encode()


def hours_of_weather(frame: pl.DataFrame) -> bytes:
    """Open-Meteo's answer: one variable, an array of times and one of values."""
    hours = [f"{START + timedelta(hours=number):%Y-%m-%dT%H:%M}" for number in range(frame.height)]
    document = {
        "utc_offset_seconds": 0,
        "hourly_units": {"time": "iso8601", "temperature_2m": "°C"},
        "hourly": {"time": hours, "temperature_2m": [float(value) for value in frame["value"]]},
    }
    return json.dumps(document).encode()
