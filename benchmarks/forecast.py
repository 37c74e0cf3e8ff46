"""Year-end forecasts of simulated years, month by month, beside the truth and two simpler ways.

    python -m benchmarks.forecast [--write]

The model's parts were chosen on other seeds (``TUNED_ON``) than those that the page tells of.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

from benchmarks.forecast_truth import FIRST_YEAR, YEARS, true_histories
from pipelines.outlook.backtest import MONTHS_KNOWN, Case, backtest, coverage
from pipelines.outlook.course import HORIZON
from pipelines.outlook.forecast import INTERVAL
from schemas.metrics import FACTS, Metric

PAGE = Path(__file__).with_name("FORECAST.md")
TUNED_ON = (1, 2, 3)
SEEDS = (11, 12, 13, 14)
FACILITIES = 3
ACCEPTED = (0.85, 0.95)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.forecast", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write benchmarks/FORECAST.md")
    args = parser.parse_args()
    text = told(cases_of(SEEDS), cases_of(TUNED_ON))
    print(text)
    if args.write:
        PAGE.write_text(text, encoding="utf-8")


def cases_of(seeds: Iterable[int], months: Iterable[int] = MONTHS_KNOWN) -> list[Case]:
    """Every year end of every simulated facility of some seeds, forecast from each month."""
    wanted = tuple(months)
    return [
        case
        for seed in seeds
        for facility, history in true_histories(seed, FACILITIES)
        for case in backtest(facility, history, months_known=wanted)
        if not (case.forecast.metric is Metric.REF and case.truth >= 1)
    ]


def told(cases: Sequence[Case], tuned: Sequence[Case]) -> str:
    """The page."""
    low, high = ACCEPTED
    held = coverage(cases)
    verdict = "met" if low <= held <= high else "**not met**"
    return f"""# Year-end forecasts, held against the truth

{YEARS} simulated years ({FIRST_YEAR} to {FIRST_YEAR + YEARS - 1}) of {FACILITIES} facilities and
{len(SEEDS)} seeds; each year end forecast from the months known by then, {MONTHS_KNOWN[0]} to
{MONTHS_KNOWN[-1]}: {len(cases):,} forecasts. The truth is the simulator's own, by the hour. This
page is written by `python -m benchmarks.forecast --write`.

| goal | | |
| --- | ---: | --- |
| the {INTERVAL:.0%} interval holds the truth in {low:.0%} to {high:.0%} of cases | {held:.1%} | \
{verdict} |

Errors are medians of |forecast − truth| ÷ truth. *Last year* is the value of the year before,
*scaled* what is known so far, as if the rest of the year were like it. The first year has no year
before it.

{_table("months known", cases, lambda case: str(case.forecast.months_known))}

{_table("metric", cases, lambda case: FACTS[case.forecast.metric].name)}

{_table("year", cases, lambda case: str(case.forecast.year))}

{_lost(cases)}

## Conditions

- The parts of the model (`pipelines/outlook/course.py`) were chosen on seeds
  {", ".join(map(str, TUNED_ON))}, where {coverage(tuned):.1%} of the truths were held; the tables
  are of seeds {", ".join(map(str, SEEDS))}, which had no say. Facilities are the same three
  archetypes; their weather, load and carbon intensity are other draws.
- The months of one year, and the metrics of one facility, share their luck: the cases are far fewer
  independent ones than they are many. Coverage by row scatters accordingly.
- Simulated facilities grow steadily until they are full, and have no new customers, no outages and
  no missing months. Real ones do, and their intervals are as wide as their own past was restless.
- What is no feat to forecast is left out: heat that a facility does not reuse, and a renewable
  energy factor at its cap of 1.
- Of the past, {HORIZON} months count at most.
"""


def _table(name: str, cases: Sequence[Case], key: Callable[[Case], str]) -> str:
    lines = [
        f"| {name} | forecast | last year | scaled | interval holds | width of interval |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for group in dict.fromkeys(map(key, cases)):
        some = [case for case in cases if key(case) == group]
        ours = median(case.error(case.forecast.value) for case in some)
        before = [case.error(case.last_year) for case in some if case.last_year is not None]
        last = f"{median(before):.2f} %" if before else ""
        scaled = median(case.error(case.scaled) for case in some)
        lines.append(
            f"| {group} | {ours:.2f} % | {last} | {scaled:.2f} % | {coverage(some):.1%} "
            f"| {median(case.width for case in some):.2f} % |"
        )
    return "\n".join(lines)


def _lost(cases: Sequence[Case]) -> str:
    """Where a simpler way is nearer to the truth, the page says so."""
    worse = []
    for group in dict.fromkeys(case.forecast.metric for case in cases):
        some = [case for case in cases if case.forecast.metric is group]
        ours = median(case.error(case.forecast.value) for case in some)
        simpler = {
            "last year": [
                case.error(case.last_year) for case in some if case.last_year is not None
            ],
            "scaled": [case.error(case.scaled) for case in some],
        }
        worse += [
            f"{FACTS[group].name} ({name})"
            for name, errors in simpler.items()
            if errors and median(errors) < ours
        ]
    if not worse:
        return "By metric, neither simpler way is nearer to the truth than the forecast."
    return f"A simpler way is nearer to the truth for: {', '.join(worse)}."


if __name__ == "__main__":
    main()
