"""What customers state of their own IT: which columns, in which units, and what is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True, kw_only=True)
class StatedColumn:
    """One column that a customer fills in; ``highest`` None is any number from 0 on."""

    key: str
    title: str
    meaning: str
    whole: bool = False
    highest: int | None = None

    @property
    def allowed(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} of at least 0" if self.highest is None else f"{kind} from 0 to 100"


COLUMNS = (
    StatedColumn(
        key="installed_servers",
        title="Installed servers",
        meaning="Servers in place on the last day of the year.",
        whole=True,
    ),
    StatedColumn(
        key="it_power_kw",
        title="IT power [kW]",
        meaning="Nominal power of all your IT equipment: servers, storage and network.",
    ),
    StatedColumn(
        key="sert_performance",
        title="SERT performance",
        meaning="Sum over your servers of their active-state performance by SERT.",
    ),
    StatedColumn(
        key="storage_tb",
        title="Storage [TB]",
        meaning="Capacity of all storage equipment, 1 TB = 10¹² bytes.",
    ),
    StatedColumn(
        key="traffic_in_tb",
        title="Traffic in [TB]",
        meaning="Data that came in over the year.",
    ),
    StatedColumn(
        key="traffic_out_tb",
        title="Traffic out [TB]",
        meaning="Data that went out over the year.",
    ),
    StatedColumn(
        key="utilisation_percent",
        title="Utilisation [%]",
        meaning="Mean CPU utilisation of your servers over the year.",
        highest=100,
    ),
)
SHEET = "Data"
TENANT, CUSTOMER = "tenant_id", "Customer"
FACILITY, YEAR = "Facility", "Year"
HEADER = (TENANT, CUSTOMER, *(column.title for column in COLUMNS))


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What one customer states of one facility and year; what it left empty is not in it."""

    tenant_id: str
    facility_id: str
    year: int
    figures: dict[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version taken: its number, by whom and on which day, from which workbook."""

    number: int
    stated: Stated
    taken_by: str
    taken_on: date
    workbook: str
    sha256: str


def figure_of(text: str, column: StatedColumn) -> Decimal:
    """A cell as a number; ``ValueError`` where it is none that is allowed."""
    bare = text.strip()
    if column.highest is not None:
        bare = bare.removesuffix("%").strip()
    try:
        value = Decimal(bare)
    except InvalidOperation as error:
        raise ValueError(text) from error
    beyond = column.highest is not None and value > column.highest
    if not value.is_finite() or value < 0 or beyond:
        raise ValueError(text)
    if column.whole and value != value.to_integral_value():
        raise ValueError(text)
    return value


def cell_name(row: int, column: int) -> str:
    """``C7`` for the third column of the seventh row; there are not more than 26."""
    return f"{chr(ord('A') + column)}{row}"


def latest(versions: Sequence[Version], facility_id: str, year: int) -> dict[str, Version]:
    """Of each customer the version that counts: the last one taken."""
    found: dict[str, Version] = {}
    for one in sorted(versions, key=lambda one: one.number):
        if (one.stated.facility_id, one.stated.year) == (facility_id, year):
            found[one.stated.tenant_id] = one
    return found
