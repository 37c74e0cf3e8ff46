"""The carbon that was spent before equipment came: added, allocated over its life, unknown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from pipelines.metrics.figure import Figure, known, ratio
from pipelines.metrics.fleet import (
    DAYS_OF_A_YEAR,
    IT,
    days_in_place,
    installed_within,
    lacking,
    lines_of,
    pieces,
    standing_on,
    stated,
)
from pipelines.metrics.inputs import Inputs
from pipelines.metrics.server_footprint import embodied_server
from schemas.estate.registers.equipment import Equipment
from schemas.metrics import Status

#: Of a piece's embodied carbon the part that counts; None where it cannot be told.
Part = Callable[[Equipment], Fraction | None]


def embodied_added(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Embodied carbon of what was installed in the period [kg]: Σ count × embodied_kgco2e.

    What the register does not state is missing from the value, which says so: it is flagged, has
    no highest bound, and its lowest holds only what is stated. A server whose parts are stated
    is estimated from them. Null where nothing is known of anything that came.
    """
    return _carbon(installed_within(assets, inputs), lambda _: Fraction(1), "embodied_kgco2e")


def embodied_allocated(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Embodied carbon as it is used up, evenly over the life of what stood here [kg].

        Σ count × embodied_kgco2e × days in place within life ÷ (life_years × 365.25)

    Life begins on the day of installing. After it nothing is left to allocate; what leaves early
    takes the rest with it. Over a whole life the periods add up to ``embodied_kgco2e`` exactly.
    There is no default life: an asset without ``life_years`` or ``installed_on`` is unknown.
    Unknown assets and estimates are dealt with as in ``embodied_added``.
    """
    stood = [one for one in assets if days_in_place(one, inputs)]
    columns = "embodied_kgco2e, life_years or installed_on"
    return _carbon(stood, lambda one: _share_of_life(one, inputs), columns)


def _share_of_life(asset: Equipment, inputs: Inputs) -> Fraction | None:
    """The part of the asset's life that it spent here in the period; it may end within a day."""
    if asset.life_years is None or asset.installed_on is None:
        return None
    life = Fraction(asset.life_years) * DAYS_OF_A_YEAR
    lived = max((inputs.first_day - asset.installed_on).days, 0)
    return max(Fraction(0), min(Fraction(days_in_place(asset, inputs)), life - lived)) / life


def _carbon(assets: Sequence[Equipment], part: Part, columns: str) -> Figure:
    declared = estimated = Fraction(0)
    silent, built_up = [], []
    for one in assets:
        share = part(one)
        if share == 0 or not one.count:
            continue
        guess = from_parts(one) if one.embodied_kgco2e is None else None
        if share is None or (one.embodied_kgco2e is None and guess is None):
            silent.append(one)
        elif guess is None:
            declared += one.count * share * Fraction(one.embodied_kgco2e or 0)
        else:
            built_up.append(one)
            estimated += one.count * share * guess
    whole = declared + estimated
    figure = replace(
        known(whole, *lines_of(assets)),
        estimated_share=float(estimated / whole) if whole else 0.0,
    )
    if not silent and not built_up:
        return figure
    remarks = [lacking(columns, silent)] if silent else []
    if built_up:
        remarks.append(f"{lacking('embodied_kgco2e', built_up)}: estimated from the parts")
    return replace(
        figure,
        value=None if silent and not whole else whole,
        low=declared,
        high=None,
        status=Status.FLAGGED,
        reason="; ".join(remarks),
    )


def from_parts(asset: Equipment) -> Fraction | None:
    """What a server's parts add up to; None where they are not all stated, or it is no server."""
    if (
        asset.category != "server"
        or asset.cpu_count is None
        or asset.cpu_cores is None
        or asset.ram_gb is None
        or asset.ssd_gb is None
        or asset.hdd_count is None
    ):
        return None
    return embodied_server(
        cpu_count=asset.cpu_count,
        cpu_cores=asset.cpu_cores,
        ram_gb=asset.ram_gb,
        ssd_gb=asset.ssd_gb,
        hdd_count=asset.hdd_count,
    )


def embodied_unknown(assets: Sequence[Equipment], inputs: Inputs) -> Figure:
    """Share of the IT equipment in place whose embodied carbon or life is not stated [1].

    By rated power where all of it states one, else by pieces. An estimate is not a statement.
    ``zero_denominator`` where no IT equipment stands.
    """
    standing = [one for one in standing_on(assets, inputs.last_day) if one.category in IT]
    unknown = [
        one for one in standing if None in (one.embodied_kgco2e, one.life_years, one.installed_on)
    ]
    powered = all(one.rated_power_kw is not None for one in standing)
    if powered and stated(standing, lambda one: one.rated_power_kw):
        part, whole = (stated(some, lambda one: one.rated_power_kw) for some in (unknown, standing))
    else:
        part, whole = pieces(unknown), pieces(standing)
    figure = ratio(known(part, *lines_of(standing)), known(whole))
    silent = [one for one in unknown if one.count]
    reason = lacking("embodied_kgco2e, life_years or installed_on", silent) if silent else ""
    return replace(figure, reason=figure.reason or reason)
