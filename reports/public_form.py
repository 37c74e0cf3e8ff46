"""A form as it is published: what the law wants everybody to read, and nothing that is internal."""

from dataclasses import replace

from reports.form import CellStatus, FilledCell, Form
from reports.regime import Regime
from schemas.errors import UsageError

_TOLD = (CellStatus.FILLED, CellStatus.FLAGGED)
_NOT_STATED = "not stated"


def public_form(form: Form, regime: Regime) -> Form:
    """The form without what only its makers need: where values came from, why cells are empty, what
    is assessed beside the form. Bounds, coverage and category stay: they are part of the figure.

    Raises:
        UsageError: the law keeps the figures of a single data centre confidential, or nobody asks
            for their publication.
    """
    if not regime.is_published:
        raise UsageError(
            f"{regime.key} is not published site by site.\n"
            "  What may be said of all sites together: wattledger public"
        )
    # Limits stand beside the form: whether one is kept is the operator's own look at it.
    cells = tuple(_public(one) for one in form.cells if not one.code.startswith("limit-"))
    return replace(form, cells=cells, notes=(), months=())


def _public(cell: FilledCell) -> FilledCell:
    if cell.status in _TOLD:
        return replace(cell, status=CellStatus.FILLED, reason="", source="", note="")
    return replace(
        cell,
        status=CellStatus.NOT_AVAILABLE,
        reason=_NOT_STATED,
        source="",
        note="",
        required=False,
    )
