"""How ready every form of an estate is."""

from datetime import date

from pipelines.stages.forms import form_of, is_about
from pipelines.stages.workshop import Workshop
from pipelines.stages.years import built_years
from reports.readiness import Readiness, readiness
from reports.regimes import REGIMES


def readiness_of(shop: Workshop, today: date) -> list[Readiness]:
    """Every form with a deadline about each facility and year, the next deadline first."""
    found = []
    for facility in shop.estate.facilities:
        owner = facility.contact or shop.estate.operator.contact
        for year in built_years(shop, facility.id):
            for key, regime in REGIMES.items():
                if is_about(regime, facility, year) and regime.due is not None:
                    form = form_of(shop, key, facility, year)
                    found.append(readiness(regime, form, owner=owner, today=today))
    return sorted(found, key=lambda one: (one.due or date.max, one.facility, one.regime))
