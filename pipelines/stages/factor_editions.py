"""Factor files as they are accepted, and what figures other ones would move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipelines.stages.build_year import rests_of
from pipelines.stages.figures import figures
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import all_years, load_year
from pipelines.steps.changes import moved
from pipelines.storage.files import write_bytes
from schemas.changes import Change
from schemas.errors import ConfigurationError, Problem
from schemas.estate.factor_files import PLACE, FactorFile, validity_of
from schemas.estate.factor_lock import LOCK, AcceptedFile, broken, lock_bytes, read_lock
from schemas.estate.factors import factors_in_force, read_factor_files, same_thing
from schemas.estate.model import Estate, Factor, HourlyFactors
from schemas.published import metrics_frame

Telling = Factor | HourlyFactors


@dataclass(frozen=True, kw_only=True)
class StandingFile:
    """A factor file of the estate, and how it stands to the lock.

    Args:
        file: what it holds; None where it is accepted and gone.
        accepted: its row in the lock; None where nobody has accepted it.
        state: ``accepted``, ``not accepted``, ``changed`` or ``gone``.
    """

    name: str
    file: FactorFile | None
    accepted: AcceptedFile | None
    state: str


def standing_files(estate: Estate) -> list[StandingFile]:
    """The factor files of an estate by name, and accepted ones that are gone."""
    files, problems = read_factor_files(estate.folder, estate.factor_sets)
    accepted, more = read_lock(estate.folder)
    if problems or more:
        raise ConfigurationError([*problems, *more])
    locked = {row.file: row for row in accepted or ()}
    there = {file.name: file for file in files}
    return [
        StandingFile(
            name=name,
            file=there.get(name),
            accepted=locked.get(name),
            state=_state(there.get(name), locked.get(name)),
        )
        for name in sorted({*there, *locked})
    ]


def _state(file: FactorFile | None, accepted: AcceptedFile | None) -> str:
    if file is None:
        return "gone"
    if accepted is None:
        return "not accepted"
    return "accepted" if accepted.sha256 == file.sha256 else "changed"


def effect(shop: Workshop, tried: Path) -> list[Change]:
    """What published figures of every built year become with the factor files of a folder.

    They stand in the place of files of the same name, and beside all others, newer than these.
    Figures rest on what the lake holds of totals, hours and meters; nothing is written.
    """
    files, problems = read_factor_files(shop.estate.folder, shop.estate.factor_sets, tried)
    if problems:
        raise ConfigurationError(problems)
    factors, hourly = factors_in_force(files)
    registers = replace(shop.estate.registers, factors=factors, hourly_factors=hourly)
    other = replace(shop, estate=replace(shop.estate, registers=registers))
    found: list[Change] = []
    for facility, year in all_years(shop):
        published = metrics_frame(load_year(shop, facility.id, year).metrics)
        computed = figures(other, facility, year, rests_of(shop, facility, year)).metrics
        found += moved("metric", published, metrics_frame(computed))
    return found


def accept(estate: Estate, *, by: str, on: date, source: Path | None = None) -> list[AcceptedFile]:
    """Accepts every factor file that nobody has accepted, and returns their rows in the lock.

    Those of the folder ``source`` are copied to ``registers/factors`` before. All or nothing.

    Raises:
        ConfigurationError: where an accepted file is gone or changed, or would be overwritten, and
            where an edition that is accepted stands in a new file once more.
    """
    accepted, problems = read_lock(estate.folder)
    locked = {row.file: row for row in accepted or ()}
    files, wrong = read_factor_files(estate.folder, estate.factor_sets, source)
    problems += [*broken(estate.folder, tuple(locked.values())), *wrong]
    new = [file for file in files if file.name not in locked]
    old = [file for file in files if file.name in locked]
    problems += [_overwriting(one) for one in old if one.sha256 != locked[one.name].sha256]
    problems += [problem for one in new for problem in _same_edition(one, old)]
    if problems:
        raise ConfigurationError(list(dict.fromkeys(problems)))
    for file in new:
        place = estate.folder / PLACE / file.name
        if source is not None and not (place.is_file() and place.samefile(file.path)):
            write_bytes(place, file.path.read_bytes())
    rows = [
        AcceptedFile(
            file=file.name,
            sha256=file.sha256,
            editions=file.editions,
            accepted_on=on,
            accepted_by=by,
        )
        for file in new
    ]
    write_bytes(estate.folder / LOCK, lock_bytes([*locked.values(), *rows]))
    return rows


def _overwriting(file: FactorFile) -> Problem:
    what = f"{PLACE}/{file.name} is accepted with other bytes, and is never overwritten."
    remedy = "Give what is corrected a new edition, and the file a new name."
    return Problem(where=str(file.path), what=what, remedy=remedy)


def _same_edition(file: FactorFile, accepted: Sequence[FactorFile]) -> list[Problem]:
    """Factors of a new file that carry the edition of an accepted one for the same days.

    Warming potentials are left out: their edition is the assessment report.
    """
    told: dict[tuple[str, ...], list[tuple[Telling, FactorFile]]] = {}
    for other in accepted:
        for one in other.all:
            told.setdefault((*same_thing(one), one.edition), []).append((one, other))
    found = []
    for one in file.all:
        for before, other in told.get((*same_thing(one), one.edition), ()):
            if one.kind != "gwp" and _overlap(one, before):
                what = f"edition '{one.edition}' of {one.kind} {one.key} stands already in "
                what += f"{PLACE}/{other.name}, which is accepted."
                remedy = "Give it a new edition: an edition never changes."
                found.append(Problem(where=str(file.path), what=what, remedy=remedy))
    return list(dict.fromkeys(found))


def _overlap(one: Telling, other: Telling) -> bool:
    (first, last), (begin, end) = validity_of(one), validity_of(other)
    return first <= end and begin <= last
