"""What Spark makes of Parquet files; run by an interpreter of its own (``make spark``), for Spark
and this project do not agree on a version of pandas.

    python spark_sums.py READINGS… -- INTERVALS…    prints one JSON document
"""

import json
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as fn


def main() -> None:
    border = sys.argv.index("--")
    readings, intervals = sys.argv[1:border], sys.argv[border + 1 :]
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.memory", "512m")
        .getOrCreate()
    )
    frame = spark.read.parquet(*readings)
    sums = frame.groupBy("meter_id").agg(
        fn.count("*").alias("n"), fn.sum("value").alias("total"), fn.sum("line").alias("lines")
    )
    hours = spark.read.parquet(*intervals)
    span = hours.selectExpr("min(unix_micros(start))", "max(unix_micros(start))").collect()[0]
    document = {
        "sums": {
            row["meter_id"]: [row["n"], str(row["total"]), row["lines"]] for row in sums.collect()
        },
        "types": dict(frame.dtypes),
        "span": list(span),
    }
    spark.stop()
    print(json.dumps(document))


if __name__ == "__main__":
    main()
