"""Texts to instants. Local time that does not exist, or exists twice, is never guessed."""

from datetime import UTC, datetime, timedelta

import polars as pl

from schemas.estate.source import Source
from schemas.quantities import Kind

#: ISO 8601 shapes that Polars reads at full speed; anything else goes through Python's own reader.
_WITH_OFFSET = ("%Y-%m-%dT%H:%M:%S%#z", "%Y-%m-%d %H:%M:%S%#z")
_NAIVE = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M")
#: Longer than any hole, and shorter than any two changes are apart.
BEFORE_A_CHANGE = timedelta(hours=3)
#: How long a local time can be there twice.
DOUBLE_HOUR = timedelta(hours=1)
#: The longest interval that a row may tell: a year's bill.
LONGEST = timedelta(days=366)
#: Ways to write a time as a count since 1970: nanoseconds in one.
EPOCHS = {"epoch_s": 10**9, "epoch_ms": 10**6, "epoch_us": 10**3, "epoch_ns": 1}
#: Labels of hours that go on to the end of the day.
_MIDNIGHT = r"(^|[ T])24(:00(?::00(?:\.0+)?)?(?:$|[^:.\d]))"
_UTC = "%Y-%m-%dT%H:%M:%SZ"


def parse_times(texts: pl.Series, time_format: str) -> list[pl.Series]:
    """``given`` (UTC, where the text has an offset) and ``local`` (naive, where it has none).

    Both are null where the text cannot be read. With ``time_format`` only that format counts; one
    of ``EPOCHS`` is a count since 1970, UTC, rounded down to the microsecond. 24:00 is the end of
    its day, as in ISO 8601.
    """
    given, local = _parsed(texts, time_format)
    unread = given.is_null() & local.is_null()
    if not unread.any():
        return [given, local]
    unread &= texts.str.contains(_MIDNIGHT)
    if not unread.any():
        return [given, local]
    begun = texts.set(~unread, None).str.replace(_MIDNIGHT, "${1}00${2}")
    read = (one.dt.offset_by("1d") for one in _parsed(begun, time_format))
    return [_or(one, other) for one, other in zip((given, local), read, strict=True)]


def _parsed(texts: pl.Series, time_format: str) -> list[pl.Series]:
    given = pl.repeat(None, len(texts), dtype=pl.Datetime("us", "UTC"), eager=True).alias("given")
    local = pl.repeat(None, len(texts), dtype=pl.Datetime("us"), eager=True).alias("local")
    if time_format:
        texts = texts.str.strip_chars()
        if time_format in EPOCHS:
            return [_since_1970(texts, EPOCHS[time_format]).alias("given"), local]
        if "z" in time_format:
            return [_parse(texts, time_format).alias("given"), local]
        return [given, _parse(texts, time_format).alias("local")]
    utc = _parse(texts, _UTC)
    if not utc.null_count() - texts.null_count():
        return [utc.dt.replace_time_zone("UTC").alias("given"), local]
    texts = texts.str.strip_chars()
    given = _parse(texts, _UTC).dt.replace_time_zone("UTC")
    for shape in _WITH_OFFSET:
        if _all_read(texts, given):
            break
        given = _or(given, _parse(texts, shape).dt.convert_time_zone("UTC"))
    for shape in _NAIVE:
        if _all_read(texts, given, local):
            break
        local = _or(local, _parse(texts, shape))
    return _slowly(texts, given.alias("given"), local.alias("local"))


def _since_1970(texts: pl.Series, nanoseconds: int) -> pl.Series:
    ticks = pl.col("count").to_physical()  # of 10^-9
    micro = (ticks * nanoseconds // 10**12).cast(pl.Int64, strict=False)
    counts = texts.str.to_decimal(scale=9).alias("count").to_frame()
    return counts.select(micro.cast(pl.Datetime("us", "UTC"))).to_series()


def _parse(texts: pl.Series, shape: str) -> pl.Series:
    parsed = texts.str.to_datetime(shape, strict=False, time_unit="us")
    return parsed.dt.convert_time_zone("UTC") if "z" in shape.replace("SZ", "") else parsed


def _or(first: pl.Series, second: pl.Series) -> pl.Series:
    return first.zip_with(first.is_not_null(), second)


def _all_read(texts: pl.Series, *parsed: pl.Series) -> bool:
    unread = texts.is_not_null()
    for one in parsed:
        unread &= one.is_null()
    return not unread.any()


def _slowly(texts: pl.Series, given: pl.Series, local: pl.Series) -> list[pl.Series]:
    """What is left over, text by text: any other ISO 8601."""
    unread = texts.is_not_null() & given.is_null() & local.is_null()
    if not unread.any():
        return [given, local]
    with_offset: dict[str, datetime] = {}
    without: dict[str, datetime] = {}
    for text in texts.filter(unread).unique():
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            continue
        if moment.tzinfo is None:
            without[text] = moment
        else:
            try:
                with_offset[text] = moment.astimezone(UTC)
            except OverflowError:
                continue
    return [
        _or(given, _lookup(texts, with_offset, pl.Datetime("us", "UTC"))).alias("given"),
        _or(local, _lookup(texts, without, pl.Datetime("us"))).alias("local"),
    ]


def _lookup(texts: pl.Series, found: dict[str, datetime], kind: pl.DataType) -> pl.Series:
    table = pl.DataFrame(
        {"text": list(found), "time": list(found.values())},
        schema={"text": pl.String, "time": kind},
    )
    frame = texts.alias("text").to_frame()
    return frame.join(table, on="text", how="left", maintain_order="left")["time"]


def to_utc(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds ``instant`` and what became of it, from ``given``, ``local`` and ``timezone``.

    ``is_hole``: the local time does not exist. ``is_double``: it exists twice; ``instant`` is the
    first pass, ``second`` the other, until ``first_and_second_pass`` decides. Rows without a
    time zone (unknown meter, no mapping) are read as UTC only to go to quarantine.
    """
    rows = rows.with_columns(
        pl.when(pl.col("given").dt.year().is_between(2, 9998)).then("given"),
        pl.when(pl.col("local").dt.year().is_between(2, 9998)).then("local"),
    )
    rows = rows.with_columns(
        time_read=pl.col("given").is_not_null() | pl.col("local").is_not_null(),
        is_undecided=pl.lit(value=False),
        flag=pl.lit(None, dtype=pl.String),
    )
    if not rows["local"].is_not_null().any():
        return rows.with_columns(
            instant=pl.col("given"),
            second=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
            is_hole=pl.lit(value=False),
            is_double=pl.lit(value=False),
        )
    zones = rows["timezone"].unique().to_list()
    parts = [_part_to_utc(rows, zone) for zone in zones]
    return parts[0] if len(parts) == 1 else pl.concat(parts)


def ends_to_utc(rows: pl.DataFrame, texts: pl.Series, source: Source) -> pl.DataFrame:
    """Adds when each row's own interval ends: ``end``, and ``late_end`` by the second pass of
    autumn's double hour; and ``end_read``, false where there is a text that tells no instant.

    An inclusive end is a day that the interval holds wholly. The first instant of spring's hole
    does exist as an end: there the clocks jump.

    Args:
        rows: with ``timezone``; ends without offset are in it.
        texts: the ends as they stand in the file, empty where a row tells none.
    """
    stated = texts.str.strip_chars()
    stated = stated.set(stated == "", None)
    given, local = parse_times(stated, source.time_format)
    if source.until == "inclusive":
        given = given.clear(len(given))
        local = local.dt.truncate("1d").dt.offset_by("1d")
    told = pl.DataFrame([rows["timezone"], given, local]).with_row_index("nr")
    found = to_utc(told).sort("nr")
    last = pl.col("local") - timedelta(microseconds=1)
    before = to_utc(told.with_columns(local=last)).sort("nr")
    read = found["time_read"] & ~(found["is_hole"] & before["is_hole"])
    return rows.with_columns(
        found["instant"].alias("end"),
        found["second"].alias("late_end"),
        found["local"].alias("local_end"),
        (read | stated.is_null()).alias("end_read"),
    )


def with_own_ends(rows: pl.DataFrame) -> pl.DataFrame:
    """``measured_at`` and ``seconds`` of rows that tell their own end, whatever the meter's
    interval is; where the end is not after the start, ``seconds`` is not above zero.

    A short interval that begins in the double hour ends by the clock of its own pass: 03:00 after
    02:00 is one hour, though 03:00 comes only once. Another end in the double hour is its first
    pass, if that is after the start.
    """
    if not rows["end"].is_not_null().any():
        return rows.with_columns(lasts=pl.lit(value=False))
    own = pl.col("end").is_not_null() & (pl.col("kind").is_in([Kind.INTERVAL, Kind.AVERAGE]))
    by_the_clock = pl.col("local_end") - pl.col("local")
    within = pl.col("is_double") & by_the_clock.is_between(timedelta(0), DOUBLE_HOUR)
    end = (
        pl.when(within)
        .then(pl.col("instant") + by_the_clock)
        .when((pl.col("end") > pl.col("instant")) | pl.col("late_end").is_null())
        .then("end")
        .otherwise("late_end")
    )
    length = (end - pl.col("instant")).dt.total_seconds()
    return rows.with_columns(
        measured_at=pl.when(own).then("instant").otherwise("measured_at"),
        seconds=pl.when(own)
        .then(length.clip(-1, LONGEST.total_seconds() + 1))
        .otherwise("seconds")
        .cast(pl.Int32),
        end=pl.when(own).then(end),
        lasts=own,
    )


def _part_to_utc(rows: pl.DataFrame, zone: str | None) -> pl.DataFrame:
    part = rows.filter(pl.col("timezone").eq_missing(pl.lit(zone, dtype=pl.String)))

    def passes(which: str) -> pl.Expr:
        local = pl.col("local").dt.replace_time_zone(
            zone or "UTC",
            ambiguous=which,  # type: ignore[arg-type]
            non_existent="null",
        )
        return local.dt.convert_time_zone("UTC")

    part = part.with_columns(early=passes("earliest"), late=passes("latest"))
    by_local = pl.col("local").is_not_null()
    return part.with_columns(
        instant=pl.coalesce("given", "early", _by_the_clock_before(zone)),
        second=pl.col("late"),
        is_hole=by_local & pl.col("early").is_null(),
        is_double=(by_local & (pl.col("early") != pl.col("late"))).fill_null(value=False),
    ).drop("early", "late")


def _by_the_clock_before(zone: str | None) -> pl.Expr:
    """When a time in the hole of spring was, by a clock that was not put forward: the row is
    refused all the same, and tells only when that happened."""
    sooner = (pl.col("local") - BEFORE_A_CHANGE).dt.replace_time_zone(
        zone or "UTC", ambiguous="earliest", non_existent="null"
    )
    return sooner.dt.convert_time_zone("UTC") + BEFORE_A_CHANGE


def first_and_second_pass(double: pl.DataFrame, *, newest_first: bool) -> pl.DataFrame:
    """Decides the double hour by file order: one stamp alone is the first pass, and is flagged.

    Two stamps of a meter are first and second in time, so in a newest-first file the upper one is
    the second pass. Three or more cannot be decided.
    """
    key = ["meter_id", "local"]
    place = pl.int_range(pl.len()).over(key)
    rows = double.sort("line", descending=newest_first, maintain_order=True).with_columns(
        nr=place, of=pl.len().over(key)
    )
    return rows.with_columns(
        instant=pl.when((pl.col("of") == 2) & (pl.col("nr") == 1))
        .then("second")
        .otherwise("instant"),
        is_undecided=pl.col("of") > 2,
        flag=pl.when(pl.col("of") == 1).then(pl.lit("first_pass")).otherwise("flag"),
    ).drop("nr", "of")


def shift_local(rows: pl.DataFrame) -> pl.DataFrame:
    """``measured_at`` and ``seconds`` of intervals of calendar days or months, on site time."""
    zones = rows["facility_zone"].unique().to_list()
    parts = [
        _calendar_part(
            rows.filter(pl.col("facility_zone").eq_missing(pl.lit(zone, dtype=pl.String))),
            zone or "UTC",
        )
        for zone in zones
    ]
    return pl.concat(parts)


def _calendar_part(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    by_calendar = pl.col("calendar").fill_null("") != ""
    local = pl.col("instant").dt.convert_time_zone(zone)
    step = pl.when(by_calendar).then("calendar").otherwise(pl.lit("0s"))
    start = pl.when(pl.col("stamp_end")).then(local.dt.offset_by("-" + step)).otherwise(local)
    end = pl.when(pl.col("stamp_end")).then(local).otherwise(local.dt.offset_by(step))
    return rows.with_columns(
        measured_at=pl.when(by_calendar)
        .then(start.dt.convert_time_zone("UTC"))
        .otherwise("measured_at"),
        seconds=pl.when(by_calendar)
        .then((end - start).dt.total_seconds())
        .otherwise("seconds")
        .cast(pl.Int32),
    )
