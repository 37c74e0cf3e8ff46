"""What the data-quality report shows beside coverage: what to mend first, and what balances."""

import polars as pl

from schemas.tables import INSTANT, VALUE

#: One cause of doubt in one meter over a year, widest effect on the year's PUE first. ``cause`` is
#: the rule that withheld the hours, or ``missing``. ``width`` is the distance between the bounds
#: [canonical unit], ``effect`` what that adds to the width of the PUE's bounds; both null where
#: nobody knows the meter's maximum rate, so that there is no upper bound at all.
FIXES = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "place": pl.Int32(),
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "cause": pl.String(),
        "hours": pl.Int32(),
        "first": INSTANT,
        "last": INSTANT,
        "width": VALUE,
        "effect": pl.Float64(),
    }
)
#: One upper meter over a year: what went through it, what the meters below it show of that, and
#: what is left over, in hours in which all of them were read from end to end.
BALANCES = pl.Schema(
    {
        "facility_id": pl.String(),
        "year": pl.Int32(),
        "meter_id": pl.String(),
        "quantity": pl.String(),
        "unit": pl.String(),
        "below": pl.List(pl.String()),
        "hours": pl.Int32(),
        "through": VALUE,
        "shown_below": VALUE,
        "residual": VALUE,
        "share": pl.Float64(),
    }
)
