"""Filed figures that would be others today: by how much, why, and the draft of the correction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines.stages.changes import rows_of
from pipelines.stages.filings import Filed, filed, manifest_in, opened
from pipelines.stages.forms import form_of
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import load_year
from pipelines.steps.changes import causes_of
from pipelines.storage.files import write_bytes
from reports.form import FilledCell, Form
from reports.regimes import REGIMES
from reports.seal.approvals import Filing
from reports.seal.rules import metrics_of_cell
from reports.verify.evidence import FILES, rows
from reports.verify.integrity import FORM
from reports.verify.pack import Pack
from reports.write import WRITERS
from reports.write.corrections import Moved, corrections_bytes
from schemas.changes import Change, Figure, TouchedFile

_CODE = "rules or formulas changed with a new version of wattledger"
#: Registers whose every line may move any figure of a facility.
_EVERYWHERE = ("estate.yaml", "meters.csv", "meters.xlsx", "registers/edits.csv")
#: A form without what only printing needs: a draft is looked at, and sealed when it is right.
_DRAFTED = ("csv", "html", "json", "xlsx")


@dataclass(frozen=True, kw_only=True)
class Restatement:
    """One filing against what the estate says today; ``moved`` is empty where it still holds."""

    filing: Filing
    version: int
    path: Path
    moved: tuple[Moved, ...]
    form: Form

    @property
    def is_material(self) -> bool:
        return any(one.is_material for one in self.moved)


def restatements(shop: Workshop) -> list[Restatement]:
    """The last version of every filing of the estate, in their order.

    Raises:
        UsageError: a pack is damaged; ``verify`` names what of it.
    """
    last = {one.filing: one for one in filed(shop)}
    return [_restated(shop, one) for one in last.values() if one.filing.facility in shop.facilities]


def _restated(shop: Workshop, one: Filed) -> Restatement:
    filing = one.filing
    form = form_of(shop, filing.regime, shop.facilities[filing.facility], filing.year)
    with opened(one.path) as pack:
        moved = tuple(_moved(shop, filing, form, pack))
    return Restatement(filing=filing, version=one.version, path=one.path, moved=moved, form=form)


def _moved(shop: Workshop, filing: Filing, form: Form, pack: Pack) -> Iterable[Moved]:
    then = {cell["code"]: cell for cell in pack.json(FORM)["cells"]}
    manifest = manifest_in(pack)
    files, others = _touched(shop, filing, pack), _others(shop, manifest)
    figures = [
        one
        for one in load_year(shop, filing.facility, filing.year).metrics
        if one.period == str(filing.year)
    ]
    rules = {cell.code: cell for cell in REGIMES[filing.regime].cells}
    limit = shop.estate.policies.materiality_percent
    for cell in form.cells:
        before = then.get(cell.code)
        now = None if cell.value is None else _plain(cell)
        if before is not None and before["value"] == now:
            continue
        names = metrics_of_cell(rules[cell.code])
        inputs = [name for one in figures if one.metric in names for name in one.inputs]
        yield Moved(
            code=cell.code,
            label=cell.label,
            unit=cell.unit,
            filed=None if before is None else before["value"],
            today=now,
            reason=cell.reason,
            causes=_causes(filing, [*inputs, cell.source], files, others),
            materiality_percent=limit,
        )


def _plain(cell: FilledCell) -> Any:  # noqa: ANN401 - as JSON has it: a text or a number
    number = cell.number
    if number is None:
        return cell.value
    return int(number) if number == number.to_integral_value() else float(number)


def _causes(
    filing: Filing,
    inputs: Sequence[str],
    files: Sequence[TouchedFile],
    others: Mapping[str, str],
) -> tuple[str, ...]:
    """Files with rows of what the figure is made of; and what else changed that it rests on."""
    change = Change(
        facility_id=filing.facility,
        kind="metric",
        name="",
        category="",
        period=str(filing.year),
        unit="",
        before=Figure(),
        after=Figure(),
    )
    told = causes_of(change, inputs, files, ())
    named = {_register(name) for name in inputs}
    more = [
        words
        for name, words in others.items()
        if name in (*_EVERYWHERE, "") or any(name.startswith(one) for one in named if one)
    ]
    return (*told, *more)


def _register(name: str) -> str:
    """The file of the configuration that an input names; empty for a quantity."""
    kind, _, where = name.partition(" ")
    if kind in ("factor", "factors") and where:
        return where.partition(":")[0]
    source = name.partition(":")[0]
    return source if "." in source else f"registers/{source}."


def _touched(shop: Workshop, filing: Filing, pack: Pack) -> list[TouchedFile]:
    """Files that count today and did not then, or the other way round."""
    then = {row["sha256"]: row["path"] for row in rows(pack, FILES)}
    now = {file.sha256: file.path for file in shop.active}
    superseded = {file.sha256 for file in shop.files if file.superseded}
    found = [
        TouchedFile(path=path, verb="arrived", rows=rows_of(shop, sha256))
        for sha256, path in now.items()
        if sha256 not in then
    ]
    found += [
        TouchedFile(
            path=path,
            verb="superseded" if sha256 in superseded else "not yet known",
            rows=rows_of(shop, sha256),
        )
        for sha256, path in then.items()
        if sha256 not in now
    ]
    mine = filing.facility
    return [one for one in found if any(facility == mine for facility, _, _ in one.rows)]


def _others(shop: Workshop, manifest: Mapping[str, Any]) -> dict[str, str]:
    """What else is not what it was: configuration files by name, and under no name the code."""
    then, now = manifest["configuration"], dict(shop.estate.hashes)
    found = {
        name: f"{name} {'changed' if name in then and name in now else _came(name, now)}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    }
    if manifest["code"]["rules_sha256"] != shop.code_hash:
        found[""] = _CODE
    return found


def _came(name: str, now: Mapping[str, str]) -> str:
    return "is new" if name in now else "is gone"


def write_drafts(found: Sequence[Restatement], folder: Path, now: datetime) -> list[Path]:
    """For every filing that would be another: today's form as a draft, and what moved in it."""
    written = []
    for one in found:
        if not one.moved:
            continue
        name = f"{one.filing.name}_v{one.version + 1}_draft"
        files = {f"{name}.{ending}": WRITERS[ending](one.form) for ending in _DRAFTED}
        files[f"{name}_corrections.csv"] = corrections_bytes(
            one.filing.name, one.version, one.moved, now
        )
        for file, content in files.items():
            write_bytes(folder / file, content)
            written.append(folder / file)
    return written
