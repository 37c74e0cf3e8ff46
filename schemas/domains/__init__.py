"""The domains. A new one is one file here and one line in ``DOMAINS``."""

from schemas.domains.cooling import COOLING
from schemas.domains.equipment import EQUIPMENT
from schemas.domains.power import POWER
from schemas.domains.renewables import RENEWABLES
from schemas.domains.water import WATER
from schemas.quantities import Domain, Quantity

DOMAINS: tuple[Domain, ...] = (POWER, WATER, COOLING, RENEWABLES, EQUIPMENT)

QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity for domain in DOMAINS for quantity in domain.quantities
}
DOMAIN_OF: dict[str, Domain] = {
    quantity.name: domain for domain in DOMAINS for quantity in domain.quantities
}

__all__ = ["DOMAINS", "DOMAIN_OF", "QUANTITIES"]
