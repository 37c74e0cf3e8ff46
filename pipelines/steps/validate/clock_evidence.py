"""What speaks for a clock that is off: hours that are likelier an hour or two early or late."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.rules.clocks import SHIFTS, WITNESS

#: The columns of a series that tell an hour; every other one is a meter's.
CLOCK = ("start", "local_date", "local_hour")
USUAL_DAYS = "its usual days"
#: What is usual in a week is what was usual in these, counted from it: not in itself, nor in the
#: weeks beside it, which a fault of some days may reach into.
_WEEKS = (-4, -3, -2, 2, 3, 4)
_FRIDAY = 5
#: Fewer hours say nothing of a meter.
_HOURS = 200
#: Other meters that are heard; the ones that tell most.
_WITNESSES = 3
#: No single hour weighs more than this: a spike is no clock.
_MOST = 4.0


@dataclass(frozen=True, kw_only=True)
class Source:
    """What speaks for or against shifts: each meter's usual days, or another meter beside each.

    ``names`` says what it is for each meter; ``sums`` by shift, a column for each meter, how much
    evidence there is up to and with each hour.
    """

    names: Mapping[str, str]
    sums: Mapping[int, pl.DataFrame]


def sources(series: pl.DataFrame, names: Sequence[str]) -> Iterator[Source]:
    """The sources that speak of some meters of a series (``CLOCK``, and hours by meter).

    First the usual days of each; then the meter whose steps from hour to hour tell most of its
    own, the second such meter, and so on.
    """
    yield _usual_days(series, names)
    steps = series.drop(CLOCK).select(pl.all().diff())
    witnesses = _witnesses(steps, names)
    for rank in range(_WITNESSES):
        heard = {name: some[rank] for name, some in witnesses.items() if len(some) > rank}
        if heard:
            others = steps.select(pl.col(other).alias(name) for name, other in heard.items())
            yield Source(names=heard, sums=_sums(steps.select(list(heard)), others))


def _usual_days(series: pl.DataFrame, names: Sequence[str]) -> Source:
    """By the site's clock or the sun's, whichever suits the meter better.

    What a meter has too much in one hour it mostly has in the next: that part says nothing, and is
    taken off both sides.
    """
    told = series.select(names)
    site, sun = (
        _usual(series, names, clock) for clock in (pl.col("local_hour"), pl.col("start").dt.hour())
    )
    off = ((told - usual).select(pl.all().abs().mean()).row(0) for usual in (site, sun))
    better = [
        sun[name] if by_sun is not None and by_sun < by_site else site[name]
        for name, by_site, by_sun in zip(names, *off, strict=True)
    ]
    usual = pl.DataFrame(better)
    rest = (told - usual).select(_capped(_centred(pl.all())))
    lasting = rest.select((pl.all() * pl.all().shift()).mean() / (pl.all() ** 2).mean())
    kept = lasting.select(pl.all().clip(0.0, 1.0).fill_nan(0.0).fill_null(0.0)).row(0, named=True)
    seen, expected = (
        frame.select(pl.col(name) - pl.col(name).shift() * kept[name] for name in names)
        for frame in (told, usual)
    )
    return Source(names=dict.fromkeys(names, USUAL_DAYS), sums=_sums(seen, expected))


def _usual(series: pl.DataFrame, names: Sequence[str], clock: pl.Expr) -> pl.DataFrame:
    """The median of the same hour on days of the same class, of some weeks before and after."""
    day = pl.col("local_date")
    key = ["week", "weekend", "clock"]
    rows = series.select(
        *names,
        clock=clock,
        week=(day - day.min()).dt.total_days() // 7,
        weekend=day.dt.weekday() > _FRIDAY,
    )
    weeks = rows.group_by(key).agg(pl.col(names).median())
    usual = (
        pl.concat(weeks.with_columns(pl.col("week") + by) for by in _WEEKS)
        .group_by(key)
        .agg(pl.col(names).median())
    )
    return rows.select(key).join(usual, on=key, how="left", maintain_order="left").select(names)


def _witnesses(steps: pl.DataFrame, names: Sequence[str]) -> dict[str, list[str]]:
    """Per meter the others that explain more of its steps at the hour itself than an hour off."""
    scaled = steps.select(_capped(_centred(pl.all())))
    scaled = scaled.select(pl.all() / (pl.all() ** 2).mean().sqrt()).fill_nan(None)
    found = {}
    for name in names:
        there, before, after = (
            scaled.select((pl.all().shift(by) * pl.col(name)).mean() ** 2).row(0)
            for by in (0, -1, 1)
        )
        more = [
            ((here or 0.0) - max(early or 0.0, late or 0.0), other)
            for other, here, early, late in zip(steps.columns, there, before, after, strict=True)
            if other != name
        ]
        telling = sorted((-share, other) for share, other in more if share >= WITNESS)
        found[name] = [other for _, other in telling[:_WITNESSES]]
    return found


def _sums(seen: pl.DataFrame, told: pl.DataFrame) -> dict[int, pl.DataFrame]:
    """By shift the evidence up to and with each hour; both frames have a column for each meter.

    An hour speaks for a shift by how much more likely what is seen is if what is told stands so
    many hours later in it: by the logarithm of the ratio of likelihoods.
    """
    names = seen.columns
    both = pl.concat([seen, told.select(pl.all().name.suffix("|told"))], how="horizontal")
    both = both.select(_centred(pl.all()))
    slopes = both.select(_slope(name).alias(name) for name in names).row(0, named=True)

    def missed(shift: int) -> pl.DataFrame:
        return both.select(
            (pl.col(name) - pl.col(f"{name}|told").shift(shift) * pl.lit(slopes[name])) ** 2
            for name in names
        )

    here = missed(0)
    usual = pl.all().clip(upper_bound=pl.all().quantile(0.8)).mean() * 1.6
    rows = [here.select(one).row(0, named=True) for one in (usual, pl.all().mean() / 10)]
    width = {name: 2 * max(row[name] or 0.0 for row in rows) for name in names}
    return {
        shift: (here - missed(shift)).select(
            (pl.col(name) / width[name]).clip(-_MOST, _MOST).fill_nan(0.0).fill_null(0.0).cum_sum()
            for name in names
        )
        for shift in SHIFTS
    }


def _slope(name: str) -> pl.Expr:
    """How much of what is told is seen; nothing where too few hours have both."""
    seen, told = pl.col(name), pl.col(f"{name}|told")
    both = seen.is_not_null() & told.is_not_null()
    x, y = (_capped(pl.when(both).then(one)) for one in (told, seen))
    slope = (x * y).mean() / (x**2).mean()
    return pl.when((both.sum() >= _HOURS) & slope.is_finite()).then(slope)


def _centred(values: pl.Expr) -> pl.Expr:
    return values - values.median()


def _capped(values: pl.Expr) -> pl.Expr:
    highest = values.abs().quantile(0.99)
    return values.clip(-highest, highest)
