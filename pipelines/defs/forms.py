"""Forms as assets, one for each edition of each law. Filing is a person's act, and no asset's:
nothing here seals, signs or sends."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import dagster as dg

from pipelines.defs.estate_resource import EstateResource
from pipelines.stages.forms import publish_forms
from pipelines.stages.visits import WHOLE
from reports.regime import Regime


def form_assets(regimes: Iterable[Regime]) -> dg.AssetsDefinition:
    """An asset for each edition of each law, all made in one look at the estate."""
    by_key = {form_key(regime): regime for regime in regimes}

    @dg.multi_asset(
        name="forms",
        can_subset=True,
        specs=[
            dg.AssetSpec(
                key,
                group_name="forms",
                deps=["metrics"],
                kinds={"xlsx", "json"},
                description=f"{regime.title}, edition {regime.edition} ({regime.state}).",
                skippable=True,
            )
            for key, regime in by_key.items()
        ],
    )
    def forms(
        context: dg.AssetExecutionContext, estate: EstateResource
    ) -> Iterator[dg.MaterializeResult[None]]:
        with estate.turn(WHOLE):
            shop = estate.open()
            for key in sorted(context.selected_asset_keys):
                told = publish_forms(shop, by_key[key.to_user_string()])
                yield dg.MaterializeResult(asset_key=key, metadata=asdict(told))

    return forms


def form_key(regime: Regime) -> str:
    """The name of a regime's asset: Dagster's names have no dashes."""
    return f"form_{regime.key.replace('-', '_')}"
