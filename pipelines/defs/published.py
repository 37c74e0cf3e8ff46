"""What readers get, as assets: the warehouse, the pages, and the viewer's publication of both."""

from collections.abc import Iterable

import dagster as dg

from pipelines.defs.estate_resource import EstateResource
from pipelines.stages.pages import publish_pages, published_views
from pipelines.stages.publication import publish_viewer
from pipelines.stages.publish import publish_warehouse
from pipelines.stages.visits import WHOLE


@dg.asset(
    group_name="published",
    deps=["metrics"],
    kinds={"duckdb"},
)
def warehouse(estate: EstateResource) -> dg.MaterializeResult[None]:
    """The DuckDB warehouse, rebuilt beside the old one and swapped in at once."""
    with estate.turn(WHOLE):
        changed = publish_warehouse(estate.open())
    return dg.MaterializeResult(metadata={"changed": changed})


@dg.asset(group_name="published", deps=["metrics"], kinds={"html"})
def reports(estate: EstateResource) -> dg.MaterializeResult[None]:
    """The pages of every facility and year, and of the estate."""
    with estate.turn(WHOLE):
        pages = publish_pages(estate.open())
    return dg.MaterializeResult(metadata={"pages": len(pages)})


def viewer_asset(forms: Iterable[str]) -> dg.AssetsDefinition:
    """What the viewer reads, swapped in once warehouse, pages and forms are those of now."""

    @dg.asset(group_name="published", deps=["warehouse", "reports", *forms], kinds={"html"})
    def viewer(estate: EstateResource) -> dg.MaterializeResult[None]:
        """The publication that the viewer reads."""
        with estate.turn(WHOLE):
            shop = estate.open()
            changed = publish_viewer(shop, published_views(shop))
        return dg.MaterializeResult(metadata={"changed": changed})

    return viewer
