"""Results as tables: what each policy makes of the same spoiled files."""

from collections.abc import Callable, Sequence
from statistics import median

from benchmarks.faults.measure import OURS, Measured
from benchmarks.faults.peers import POLICIES

NAMES = {OURS: "wattledger"} | {key: policy.name for key, policy in POLICIES.items()}
GROUPS: dict[str, Callable[[Measured], bool]] = {
    "registers": lambda one: one.mix == "standard" and one.kinds == "registers",
    "mixed": lambda one: one.mix == "standard" and one.kinds == "mixed",
    "no register": lambda one: one.mix == "standard" and one.kinds == "amounts",
    "no register, only gaps": lambda one: one.mix == "gaps",
}


def pue_errors(results: Sequence[Measured], policy: str) -> list[float]:
    """Relative errors of the year's PUE, where it was not withheld."""
    return [error for one in results if (error := one.pue[policy]) is not None]


def energy_errors(results: Sequence[Measured], policy: str) -> list[float]:
    """Relative errors of the year's energies of every quantity, where not withheld."""
    return [
        error for one in results for error in one.energies[policy].values() if error is not None
    ]


def percent(share: float) -> str:
    """A share as people read it: three digits, down to a millionth; many times over as such."""
    if share >= 10:
        return f"{share:,.0f} ×"
    if share < 5e-9:
        return "0"
    digits = next((places for places in range(7) if share * 100 >= 10.0 ** (-places)), 6) + 1
    return f"{share * 100:.{digits}f} %"


def together(results: Sequence[Measured]) -> str:
    """The main table: errors of PUE and energies, and what is said of doubt."""
    lines = [
        "| policy | PUE of the year, median | worst | energies of the year, median | worst "
        "| hours told as not measured | truth outside its bounds |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    outside = sum(len(one.outside) for one in results)
    figures = sum(one.figures for one in results)
    flagged = percent(median(one.flagged for one in results))
    for policy, name in NAMES.items():
        doubt = ("none", "no bounds stated")
        if policy == OURS:
            doubt = (flagged, f"{outside} of {figures:,}")
        errors = [pue_errors(results, policy), energy_errors(results, policy)]
        cells = [percent(of(one)) for one in errors for of in (median, max)]
        lines.append(f"| {name} | {' | '.join([*cells, *doubt])} |")
    return "\n".join(lines)


def by_meters(results: Sequence[Measured]) -> str:
    """Median and worst error of the year's PUE, by the kind of meters."""
    groups = {
        title: chosen
        for title, belongs in GROUPS.items()
        if (chosen := [one for one in results if belongs(one)])
    }
    lines = [
        f"| policy | {' | '.join(f'{title} ({len(found)})' for title, found in groups.items())} |",
        f"| --- |{' ---: |' * len(groups)}",
    ]
    for policy, name in NAMES.items():
        cells = [
            f"{percent(median(errors))} … {percent(max(errors))}"
            for found in groups.values()
            if (errors := pue_errors(found, policy))
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def widths(results: Sequence[Measured]) -> str:
    """How wide the bounds of the year's PUE are, by the kind of meters, where rates are known."""
    lines = [
        "| meters | hard bounds, median | widest | likely band, median | widest |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for title, belongs in GROUPS.items():
        found = [one for one in results if belongs(one) and not one.generous]
        hard = [one.pue_width for one in found if one.pue_width is not None]
        likely = [one.pue_likely for one in found if one.pue_likely is not None]
        if hard and likely:
            cells = [percent(of(one)) for one in (hard, likely) for of in (median, max)]
            lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def costs(results: Sequence[Measured]) -> str:
    """What faults cost that no rule promises to find."""
    shares: dict[str, list[float]] = {}
    for one in results:
        for cost in one.costs:
            shares.setdefault(cost.fault, []).append(cost.share)
    lines = [
        "| fault below its limit | how many | moves its total of the year by, median | worst |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {fault.replace('_', ' ')} | {len(found)} | {percent(median(found))} "
        f"| {percent(max(found))} |"
        for fault, found in sorted(shares.items())
    ]
    return "\n".join(lines)
