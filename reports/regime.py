"""What a regime is: one law's form in one edition, as data. A regime is one file in ``regimes``."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from reports.content.kinds import Content, FromMetric
from schemas.units import Unit


class RuleState(StrEnum):
    """How far an edition of the rules has come."""

    DRAFT = "draft"
    ADOPTED = "adopted-not-yet-in-force"
    IN_FORCE = "in-force"
    SUPERSEDED = "superseded"


class WhenMissing(StrEnum):
    """What an empty cell does to the form."""

    REFUSE = "refuse"  # required: the form is not complete without it
    LEAVE_EMPTY = "leave empty"  # may stay empty, with a reason beside it


@dataclass(frozen=True, kw_only=True)
class Range:
    """Limits of a cell's exact value; None is no limit. ``because`` says what lies outside."""

    above: Decimal | int | None = None
    lowest: Decimal | int | None = None
    highest: Decimal | int | None = None
    because: str = ""

    def breach(self, value: Decimal) -> str:
        """What is wrong with a value, in words; empty where nothing is."""
        if self.above is not None and value <= self.above:
            wrong = f"is not above {self.above}"
        elif self.lowest is not None and value < self.lowest:
            wrong = f"is below {self.lowest}"
        elif self.highest is not None and value > self.highest:
            wrong = f"is above {self.highest}"
        else:
            return ""
        return f"{wrong}: {self.because}" if self.because else wrong


ANY = Range()


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a form.

    Args:
        code: unique in the regime.
        annex: the place in the act, to be held against it.
        content: where the value comes from.
        decimals: places that are submitted, half up; None for text.
        allowed: the only texts allowed; empty where any text is.
        limits: outside, the value is impossible or unlawful and is not filed.
        plausible: outside, the value is filed with a remark.
        only_if: code of a yes/no cell; where that says no, this cell does not apply.
        needs: the file or person that fills the cell, for the reason beside an empty one.
        note: what the reader of the form must know, with the marks of doubt.
    """

    code: str
    label: str
    section: str
    annex: str
    content: Content
    unit: Unit | None = None
    decimals: int | None = None
    when_missing: WhenMissing = WhenMissing.REFUSE
    allowed: tuple[str, ...] = ()
    limits: Range = ANY
    plausible: Range = ANY
    only_if: str = ""
    needs: str = ""
    note: str = ""

    @property
    def required(self) -> bool:
        return self.when_missing is WhenMissing.REFUSE


@dataclass(frozen=True, kw_only=True)
class AtMost:
    """``left ≤ right``. ``blocks`` says whether a breach keeps both out of the filing."""

    left: str
    right: str
    because: str
    blocks: bool = True


@dataclass(frozen=True, kw_only=True)
class Sum:
    """``total = sum(parts)``."""

    total: str
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ratio:
    """``code = numerator ÷ (denominator ÷ per)``, at most ``cap``."""

    code: str
    numerator: str
    denominator: str
    per: int = 1
    cap: int | None = None


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """From which size on the form must be filed.

    Args:
        code: the cell that tells the size.
        least: the least size, in the cell's unit; the edge itself is in scope.
        of: what is measured, in the law's words.
        source: where the law says so.
    """

    code: str
    least: Decimal
    of: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Taxonomy:
    """The XBRL taxonomy that a regime's cells are tagged with: a cell's code is a local name.

    Args:
        prefix, namespace: of its elements.
        entry_point: the schema that a report refers to.
        instants: elements that tell a day; all others tell the period.
    """

    prefix: str
    namespace: str
    entry_point: str
    instants: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Regime:
    """One law's form in one edition.

    Args:
        key: the word on the command line, such as ``eu-eed-2024``.
        jurisdiction: a country, ``EU``, or ``INT`` for what binds nobody by law.
        first_year: the first calendar year that is reported on this form.
        valid_from, valid_to: when the edition applies; None where no source says.
        threshold: from which size on it must be filed; None where it binds nobody by size.
        due: month and day of the following year by which the form is filed; None without one.
        cells: in the act's order.
        notes: what holds for the whole form.
        taxonomy: what its figures are tagged with in XBRL; None where there is none.
        monthly: figures that are handed over month by month beside the cells.
        is_published: whether the law wants each data centre's form published too.
    """

    key: str
    title: str
    edition: str
    jurisdiction: str
    source: str
    state: RuleState
    first_year: int
    cells: tuple[Cell, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    due: tuple[int, int] | None = None
    threshold: Threshold | None = None
    at_most: tuple[AtMost, ...] = ()
    sums: tuple[Sum, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    notes: tuple[str, ...] = ()
    taxonomy: Taxonomy | None = None
    monthly: tuple[FromMetric, ...] = ()
    is_published: bool = False

    def __post_init__(self) -> None:
        codes = [cell.code for cell in self.cells]
        named = {cell.only_if for cell in self.cells if cell.only_if}
        named |= {code for check in self.at_most for code in (check.left, check.right)}
        named |= {code for check in self.sums for code in (check.total, *check.parts)}
        named |= {c for check in self.ratios for c in (check.code, check.numerator)}
        named |= {check.denominator for check in self.ratios}
        named |= {self.threshold.code} if self.threshold else set()
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice or not named <= set(codes):
            raise ValueError(
                f"regime {self.key}: codes used twice: {twice}; "
                f"checks name codes that are no cells: {sorted(named - set(codes))}"
            )
