"""Commands that only read what the last backfill published."""

import argparse
from collections.abc import Iterable
from decimal import Decimal

from pipelines.cli import asked
from pipelines.cli.show import document, number, percent, table
from pipelines.stages.workshop import Workshop, remembered
from pipelines.stages.years import YearFacts, load_year, without_edits
from schemas.errors import UsageError, nearest
from schemas.estate.model import Facility
from schemas.metrics import FACTS, Metric, MetricValue
from schemas.tables import ESTIMATED
from schemas.totals import TotalValue

#: What ``explain --metric`` is given for all of them.
EVERY = "all"


def _opened(options: argparse.Namespace) -> tuple[Workshop, Facility, YearFacts, str]:
    period = asked.period(options.year, options.month)
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    facts = load_year(shop, facility.id, options.year)
    if options.without_edits:
        facts = without_edits(shop, facts, facility.id, options.year)
    return shop, facility, facts, period


def totals(options: argparse.Namespace) -> int:
    """Totals of one period."""
    _, facility, facts, period = _opened(options)
    rows = [one for one in facts.totals if one.period == period]
    if options.json:
        document(
            {
                **_asked(options, facility),
                "totals": [_total_row(one, facility) for one in rows],
            }
        )
        return 0
    if not _told(options, facility, period, found=bool(rows)):
        return 0
    table(
        (
            *("quantity", "value", "low", "high", "likely", "meters ±", "unit"),
            *("coverage", "policy", "estimated", "status", "remark"),
        ),
        [
            (
                one.quantity,
                *(None if v is None else float(v) for v in (one.value, one.low, one.high)),
                _band(one.likely_low, one.likely_high),
                one.uncertainty,
                one.unit.value,
                percent(one.coverage),
                f"≥ {percent(one.coverage_minimum)}",
                percent(one.estimated_share),
                one.status.value,
                one.reason,
            )
            for one in rows
        ],
    )
    return 0


def _asked(options: argparse.Namespace, facility: Facility) -> dict[str, object]:
    without = {"without_edits": True} if options.without_edits else {}
    return {"facility": facility.id, "year": options.year, **without}


def _told(options: argparse.Namespace, facility: Facility, period: str, *, found: bool) -> bool:
    """Prints what is shown, and says whether there is any of it."""
    edits = ", without edits" if options.without_edits else ""
    print(f"{facility.name} ({facility.id}), {period}, {facility.timezone}{edits}")
    if not found:
        print(_nothing(options, period))
    return found


def _band(low: float | Decimal | None, high: float | Decimal | None) -> str:
    """A likely band, apart from the hard bounds; a dash where nothing was estimated."""
    if low is None or high is None or low == high:
        return "—"
    return f"{number(float(low))} to {number(float(high))}"


def _nothing(options: argparse.Namespace, period: str) -> str:
    return (
        f"  {period} has not been backfilled.\n"
        f"  Run: wattledger backfill {options.estate} --facility {options.facility}"
    )


def _total_row(one: TotalValue, facility: Facility) -> dict[str, object]:
    def plain(value: object) -> float | None:
        return None if value is None else float(str(value))

    return {
        "quantity": one.quantity,
        "value": plain(one.value),
        "low": plain(one.low),
        "high": plain(one.high),
        "likely_low": plain(one.likely_low),
        "likely_high": plain(one.likely_high),
        "measured": plain(one.measured),
        "unit": one.unit.value,
        "coverage": one.coverage,
        "coverage_clean": one.coverage_clean,
        "coverage_minimum": one.coverage_minimum,
        "estimated_share": one.estimated_share,
        "uncertainty": one.uncertainty,
        "period_start": one.period_start.astimezone(facility.zone).isoformat(),
        "period_end": one.period_end.astimezone(facility.zone).isoformat(),
        "status": one.status.value,
        "reason": one.reason,
        "meters": list(one.meters),
    }


def metrics(options: argparse.Namespace) -> int:
    """Metrics of one period; what has no honest number is null, with the reason."""
    _, facility, facts, period = _opened(options)
    rows = [one for one in facts.metrics if one.period == period]
    if options.json:
        document(
            {
                **_asked(options, facility),
                "metrics": [_metric_row(one, facility) for one in rows]
                or [_unbuilt_row(metric, options, period) for metric in Metric],
            }
        )
        return 0
    if not _told(options, facility, period, found=bool(rows)):
        return 0
    told = [one for one in rows if one.founded]
    table(
        (
            *("metric", "category", "value", "low", "high", "likely", "meters ±", "unit"),
            *("coverage", "status", "remark"),
        ),
        [
            (
                one.metric.value,
                one.category,
                one.value,
                one.low,
                one.high,
                _band(one.likely_low, one.likely_high),
                one.uncertainty,
                one.unit.value,
                percent(one.coverage),
                one.status.value,
                one.reason,
            )
            for one in told
        ],
    )
    somehow = {one.metric for one in told}
    unknown = dict.fromkeys(one.metric.value for one in rows if one.metric not in somehow)
    if unknown:
        print(
            f"\nNothing is known of: {', '.join(unknown)}.\n"
            f"  What one needs: wattledger explain {options.estate} --facility {facility.id} "
            f"--year {options.year} --metric {next(iter(unknown))}"
        )
    return 0


def _metric_row(one: MetricValue, facility: Facility) -> dict[str, object]:
    return {
        "metric": one.metric.value,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "likely_low": one.likely_low,
        "likely_high": one.likely_high,
        "uncertainty": one.uncertainty,
        "unit": one.unit.value,
        "coverage": one.coverage,
        "estimated_share": one.estimated_share,
        "category": one.category,
        "period_start": one.period_start.astimezone(facility.zone).isoformat(),
        "period_end": one.period_end.astimezone(facility.zone).isoformat(),
        "status": one.status.value,
        "reason": one.reason,
        "raw": one.raw,
        "inputs": list(one.inputs),
    }


def _unbuilt_row(metric: Metric, options: argparse.Namespace, period: str) -> dict[str, object]:
    bounds = ("low", "high", "likely_low", "likely_high", "uncertainty")
    empty = ("value", *bounds, "coverage", "estimated_share", "period_start", "period_end")
    return {
        "metric": metric.value,
        **dict.fromkeys(empty),
        "unit": FACTS[metric].unit.value,
        "category": "",
        "status": "withheld",
        "reason": f"{period} has not been backfilled",
    }


def explain(options: argparse.Namespace) -> int:
    """A figure, down to the lines it came from."""
    from pipelines.stages.explain import as_rows
    from pipelines.stages.explain import explain as trace

    known = [metric.value for metric in Metric]
    if options.metric not in (*known, EVERY):
        raise UsageError(
            f"metric '{options.metric}' is not known.\n  {nearest(options.metric, known)}"
        )
    wanted = list(Metric) if options.metric == EVERY else [Metric(options.metric)]
    period = asked.period(options.year, options.month)
    shop = remembered(options.estate)
    facility = asked.facility(shop.estate, options.facility)
    found = trace(shop, facility, options.year, wanted, period)
    if options.json:
        document({"facility": facility.id, "year": options.year, "explanations": as_rows(found)})
        return 0
    if not found:
        print(_nothing(options, period))
    for one in found:
        _print_explanation(one.metric, one.formula, one.standard)
        for line in one.registers:
            print(f"  register  {line}")
        for total, trails in one.totals:
            print(
                f"  total  {total.quantity}: {number(_float(total.value))} {total.unit.value} "
                f"[{number(_float(total.low))} … {number(_float(total.high))}], "
                f"coverage {percent(total.coverage)}"
            )
            for trail in trails:
                print(
                    f"    meter  {trail.meter_id} ({trail.kind}, {trail.unit}, "
                    f"× {trail.multiplier}), meters.csv:{_joined(trail.register_lines)}"
                )
                for share in trail.files:
                    print(
                        f"      file  {share.path} lines {share.first_line}–{share.last_line}, "
                        f"{share.readings} readings, sha256 {share.sha256[:12]}"
                    )
                for quote in trail.quotes:
                    event = f", {quote.event}" if quote.event else ""
                    serial = f", serial {quote.serial}" if quote.serial else ""
                    until = f" until {quote.until}" if quote.until else ""
                    made_up = ", an estimate of its source" if quote.flag == ESTIMATED else ""
                    print(
                        f"      line  {quote.path}:{quote.line}: {quote.text}\n"
                        f"            read as {quote.value} {quote.unit} at {quote.measured_at}"
                        f"{until}{serial}{event}{made_up}"
                    )
    return 0


def _joined(lines: Iterable[int]) -> str:
    return ",".join(str(line) for line in lines)


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))


def _print_explanation(metric: MetricValue, formula: str, standard: str) -> None:
    category = f" category {metric.category}" if metric.category else ""
    print(
        f"{FACTS[metric.metric].name} ({metric.metric.value}{category}), {metric.period}: "
        f"{number(metric.value)} {metric.unit.value} "
        f"[{number(metric.low)} … {number(metric.high)}], coverage {percent(metric.coverage)}"
    )
    print(f"  {formula} {standard}.")
    if metric.reason:
        print(f"  remark: {metric.reason}")


def sql(options: argparse.Namespace) -> int:
    """One SELECT, read-only."""
    from pipelines.storage.console import as_json, query

    names, rows = query(options.estate / "var", options.query)
    if options.json:
        print(as_json(names, rows))
        return 0
    table(names, rows)
    return 0
