"""Which countries a jurisdiction holds: ISO 3166-1 alpha-2."""

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

#: The Member States of the European Union since 2020.
MEMBER_STATES = frozenset(_EU.split())


def lies_in(country: str, jurisdiction: str) -> bool:
    """Whether a country is, or is a part of, a jurisdiction: itself, ``EU`` or ``INT`` for all."""
    if jurisdiction == "EU":
        return country.upper() in MEMBER_STATES
    return jurisdiction in ("INT", country.upper())
