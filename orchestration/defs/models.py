"""The dbt project's models, seeds and tests as Dagster assets and checks."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.building.arguments import selectors
from orchestration.building.build import NodeResult, build, run_tests
from orchestration.building.project import Project
from orchestration.building.unchanged import UnchangedNode
from orchestration.defs.common import POOL, explained
from orchestration.defs.translator import Translator
from orchestration.errors import KlantbeeldError


class BuildConfig(dg.Config):
    """How to build."""

    full_refresh: bool = False


def dbt_models(project: Project) -> dg.AssetsDefinition:
    """All nodes of the project, built and tested by one dbt process."""
    # one for all results: it remembers what it made of a node, and else follows its parents again
    translator = Translator()

    @dbt_assets(
        manifest=project.manifest,
        dagster_dbt_translator=translator,
        name="dbt_models",
        pool=POOL,
        required_resource_keys={"warehouse", "dbt"},
    )
    def models(context: dg.AssetExecutionContext, config: BuildConfig) -> Iterator[Any]:
        with explained(project.paths):
            for result in node_results(context, config, project):
                yield from dagster_events(context, project, translator, result)

    return models


def node_results(
    context: dg.AssetExecutionContext, config: BuildConfig, project: Project
) -> Iterator[NodeResult]:
    """Build what the run selected; checks without assets only run their tests."""
    dbt = context.resources.dbt
    if not context.selected_asset_keys:
        return run_tests(project, dbt, selectors(_selected_tests(context, project)))
    if not set(_table_keys(project)) <= context.selected_asset_keys:
        # an incremental model passes on new rows once: a model that is left out would miss them
        raise KlantbeeldError(
            "Nothing was built, because only some of the models are selected, and the tables of a "
            "refresh belong together. Run the job `refresh` (Jobs, refresh, Launchpad) or `make "
            "refresh`, which builds only what is new"
        )
    return build(project, dbt, build_id=context.run.run_id, full_refresh=config.full_refresh)


def dagster_events(
    context: dg.AssetExecutionContext, project: Project, translator: Translator, result: NodeResult
) -> Iterator[Any]:
    """The result of one node as Dagster's events."""
    if isinstance(result, UnchangedNode):
        node = project.manifest["nodes"][result.unique_id]
        yield from _unchanged_events(context, translator, node, result)
        return
    yield from DbtCoreCliEventMessage(
        raw_event=result, event_history_metadata={}
    ).to_default_asset_events(
        manifest=project.manifest,
        dagster_dbt_translator=translator,
        context=context,
        target_path=project.dbt_folders.target,
    )


def _unchanged_events(
    context: dg.AssetExecutionContext,
    translator: Translator,
    node: Mapping[str, Any],
    unchanged: UnchangedNode,
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    metadata = {"unchanged_since": unchanged.since}
    if node["resource_type"] != "test":
        key = translator.get_asset_key(node)
        # an ephemeral model is not an asset
        if key in context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=metadata)
        return
    for spec in context.assets_def.check_specs:
        is_this_test = spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY] == unchanged.unique_id
        if is_this_test and spec.key in context.selected_asset_check_keys:
            yield dg.AssetCheckResult(
                asset_key=spec.asset_key,
                check_name=spec.name,
                passed=unchanged.warning is None,
                severity=dg.AssetCheckSeverity.WARN,
                metadata=metadata,
            )


def _table_keys(project: Project) -> list[dg.AssetKey]:
    """The keys of all models, seeds and snapshots that are assets."""
    translator = Translator()
    return [
        translator.get_asset_key(node)
        for node in project.manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
        and node["config"].get("materialized") != "ephemeral"
    ]


def _selected_tests(context: dg.AssetExecutionContext, project: Project) -> list[Mapping[str, Any]]:
    return [
        project.manifest["nodes"][spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]]
        for spec in context.assets_def.check_specs
        if spec.key in context.selected_asset_check_keys
    ]
