"""How good the data are: days and months of every meter, rejected rows, and files."""

from collections.abc import Sequence
from datetime import date

import polars as pl
from markupsafe import Markup

from reports.charts import Table, day_strip
from reports.facts import FacilityYear
from reports.numbers import DASH, THIN, coverage_text, number
from reports.sections.findings import first_to_mend, left_over, rules_fired
from reports.sections.section import Block, Section, Text, words_of
from schemas.estate.policies import Policies
from schemas.rules import RULES

_EXAMPLES = 3
_FILES = 60
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def quality(facts: FacilityYear) -> Section:
    """What to mend first, strips, coverage by month, what the rules found, what upper meters leave
    over, quarantine by reason, and the account of every file."""
    blocks: list[Block] = [first_to_mend(facts)]
    if facts.meter_days.is_empty():
        blocks.append(Text(words=f"No meter was expected to report in {facts.year}."))
    else:
        blocks.append(_strips(facts))
    if not facts.meter_months.is_empty():
        blocks.append(_months(facts))
    blocks += [*rules_fired(facts), *left_over(facts)]
    if facts.quarantine.is_empty():
        blocks.append(Text(words="No row is in quarantine."))
    else:
        blocks += _quarantine(facts.quarantine)
    if facts.files.is_empty():
        blocks.append(Text(words=f"No file was landed for {facts.year}."))
    else:
        blocks.append(_files(facts.files))
    return Section(id="quality", title="Data quality", lead=_lead(facts), blocks=tuple(blocks))


def _lead(facts: FacilityYear) -> str:
    if facts.files.is_empty():
        return "Nothing has arrived yet."
    sums = _sums(facts.files)
    return (
        f"{number(sums['landed'])} rows landed in {number(facts.files.height)} files: "
        f"{number(sums['kept'])} kept, {number(sums['quarantined'])} quarantined, "
        f"{number(sums['duplicate'])} duplicates. "
        f"{'Every row is accounted for.' if _adds_up(sums) else 'THESE DO NOT ADD UP.'}"
    )


def _sums(files: pl.DataFrame) -> dict[str, int]:
    names = ("landed", "kept", "quarantined", "duplicate")
    row = files.select(pl.col(name).sum() for name in names).row(0, named=True)
    return {name: int(row[name] or 0) for name in names}


def _adds_up(sums: dict[str, int]) -> bool:
    return sums["landed"] == sums["kept"] + sums["quarantined"] + sums["duplicate"]


def _meters(facts: FacilityYear) -> list[tuple[str, str, str]]:
    """Every meter once: id, label, quantity; named even where only its days are known."""
    known = {
        str(meter): (str(label or ""), str(quantity))
        for meter, label, quantity in facts.meter_months.select(
            "meter_id", "label", "quantity"
        ).iter_rows()
    }
    names = list(known)
    names += [m for m in facts.meter_days["meter_id"].unique(maintain_order=True) if m not in known]
    return [(name, *known.get(name, ("", ""))) for name in names]


def _strips(facts: FacilityYear) -> Table:
    by_meter: dict[str, dict[date, float | None]] = {}
    guesses: dict[str, dict[date, float]] = {}
    # Where nothing was expected, measured ÷ expected is NaN: not a gap, but out of service.
    expected = facts.meter_days.with_columns(pl.col("coverage").fill_nan(None))
    columns = ("meter_id", "date", "coverage", "estimated")
    for meter, day, coverage, estimated in expected.select(columns).iter_rows():
        by_meter.setdefault(meter, {})[day] = coverage
        guesses.setdefault(meter, {})[day] = 0.0 if coverage is None else estimated
    rows = []
    for place, (meter, label, quantity) in enumerate(_meters(facts)):
        days = by_meter.get(meter, {})
        known = [level for level in days.values() if level is not None]
        empty = sum(level == 0 for level in known)
        partial = sum(0 < level < 1 for level in known)
        words = f"{len(known)} days expected, {partial} partly covered, {empty} without data"
        rows.append(
            (
                meter,
                label or words_of(quantity),
                day_strip(
                    days,
                    id=f"strip-{place}",
                    year=facts.year,
                    label=f"{meter}: {words}",
                    estimated=guesses.get(meter),
                ),
                number(partial),
                number(empty),
            )
        )
    return Table(
        caption=f"Days of {facts.year}, meter by meter. Blue, as high as the share of the day "
        "that was measured; dotted on it: estimated; hatched: missing; empty: no meter in service",
        head=("Meter", "Name", "January to December", "Days in part", "Days without data"),
        rows=tuple(rows),
        text=(1, 2),
        style="strips",
    )


def _months(facts: FacilityYear) -> Table:
    found: dict[tuple[str, str], float | None] = {
        (meter, month): coverage
        for meter, month, coverage in facts.meter_months.select(
            "meter_id", "month", pl.col("coverage").fill_nan(None)
        ).iter_rows()
    }
    rows = [
        (
            meter,
            *(
                coverage_cell(
                    found.get((meter, f"{facts.year}-{month:02d}")),
                    facts.policies.limits(facts.facility.id, quantity),
                )
                for month in range(1, 13)
            ),
        )
        for meter, _, quantity in _meters(facts)
    ]
    return coverage_table(
        rows,
        first="Meter",
        caption=f"Coverage [%] by meter and month, {facts.year}",
        policies=facts.policies,
    )


def coverage_table(
    rows: Sequence[tuple[str, ...]], *, first: str, caption: str, policies: Policies
) -> Table:
    """Coverage by month; the limits stand in the caption, beside the figures they touch."""
    finer = "; finer limits for some, see Policies" if policies.by else ""
    clean, least = coverage_text(policies.coverage_clean), coverage_text(policies.coverage_minimum)
    return Table(
        caption=f"{caption}. ⚑ below {clean}: flagged; ▼ below {least}: too thin for a value of "
        f"its own{finer}",
        head=(first, *_MONTHS),
        rows=tuple(rows),
        style="coverage",
    )


def coverage_cell(coverage: float | None, limits: tuple[float, float]) -> str:
    """One month's coverage in percent, with a sign where it is below a limit (clean, minimum)."""
    if coverage is None:
        return DASH
    text = coverage_text(coverage).removesuffix(f"{THIN}%")
    clean, minimum = limits
    if coverage >= clean:
        return text
    if coverage >= minimum:
        return Markup('<span class="flagged">{}{}⚑</span>').format(text, THIN)
    return Markup('<span class="thin">{}{}▼</span>').format(text, THIN)


def _quarantine(rows: pl.DataFrame) -> list[Block]:
    """Rejected rows counted by reason, and the first few of each with file and line."""
    reasons = pl.col("reasons")
    if rows.schema["reasons"] == pl.String:
        reasons = reasons.str.split(";").list.eval(pl.element().str.strip_chars())
    single = rows.with_columns(reason=reasons).explode("reason")
    tally = (
        single.group_by("reason")
        .agg(rows=pl.len(), files=pl.col("path").n_unique())
        .sort(["rows", "reason"], descending=[True, False])
    )
    counted = Table(
        caption=f"Quarantine by reason: {number(rows.height)} rows. A row may have several reasons",
        head=("Reason", "Rows", "Files", "Meaning", "What to do"),
        rows=tuple(
            (_words(reason), number(count), number(files), *_rule(reason))
            for reason, count, files in tally.iter_rows()
        ),
        text=(3, 4),
    )
    shown = []
    for reason in tally["reason"]:
        part = single.filter(pl.col("reason").eq_missing(pl.lit(reason))).head(_EXAMPLES)
        shown += [
            (
                _words(reason),
                f"{path}:{line}",
                str(meter or DASH),
                str(timestamp or DASH),
                DASH if value is None else str(value),
            )
            for path, line, meter, timestamp, value in part.select(
                "path", "line", "meter_id", "timestamp", "value"
            ).iter_rows()
        ]
    examples = Table(
        caption=f"Examples from quarantine: the first {_EXAMPLES} rows of each reason",
        head=("Reason", "File and line", "Meter", "Timestamp", "Value"),
        rows=tuple(shown),
        text=(1, 2, 3, 4),
        folded=True,
    )
    return [counted, examples]


def _words(reason: str | None) -> str:
    return (reason or "not stated").replace("_", " ")


def _rule(reason: str | None) -> tuple[str, str]:
    """What a reason means and what a person does about it; dashes for one that is no rule."""
    rule = next((rule for rule in RULES.values() if rule.id == reason), None)
    return (rule.meaning, rule.remedy) if rule else (DASH, DASH)


def _files(files: pl.DataFrame) -> Table:
    """Landed = kept + quarantined + duplicate; files with rejected rows first, then by path."""
    order = files.sort([pl.col("quarantined") > 0, pl.col("path")], descending=[True, False])
    rows = [_file_row(row) for row in order.head(_FILES).iter_rows(named=True)]
    rest = order.slice(_FILES)
    if rest.height:
        sums = {"path": f"{number(rest.height)} more files", "sha256": "", **_sums(rest)}
        rows.append(_file_row(sums))
    rows.append(_file_row({"path": "All files", "sha256": "", **_sums(files)}))
    return Table(
        caption="Files: landed = kept + quarantined + duplicate",
        head=("File", "SHA-256", "Landed", "Kept", "Quarantined", "Duplicate", "Adds up"),
        rows=tuple(rows),
        text=(1, 6),
        folded=files.height > 12,
    )


def _file_row(row: dict[str, object]) -> tuple[str, ...]:
    counts = {name: int(str(row[name])) for name in ("landed", "kept", "quarantined", "duplicate")}
    return (
        str(row["path"]),
        str(row["sha256"])[:12] or DASH,
        *(number(count) for count in counts.values()),
        "✓ yes" if _adds_up(counts) else "✕ no",
    )
