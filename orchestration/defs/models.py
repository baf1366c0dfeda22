"""The dbt project's models, seeds and tests as Dagster assets and checks."""

import json
import time
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import dagster as dg
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.building import last_build
from orchestration.building.arguments import build_arguments, selectors
from orchestration.building.build_plan import extent_of_build, mark_of_build, nothing_new
from orchestration.building.code_versions import unmoved_by_landing
from orchestration.building.dbt import NO_SETTINGS, RESULT_EVENTS, Dbt
from orchestration.building.failed_rows import first_row
from orchestration.building.results import Outcome, outcome
from orchestration.defs.common import POOL, explained, log
from orchestration.defs.translator import Translator
from orchestration.defs.unchanged import Unmoved
from orchestration.errors import KlantbeeldError
from orchestration.project import Project
from orchestration.publishing.marts import tidy

SECONDS_BETWEEN_PROGRESS = 5


class BuildConfig(dg.Config):
    """How to build."""

    full_refresh: bool = False


def dbt_models(project: Project) -> dg.AssetsDefinition:
    """All nodes of the project, built and tested by one dbt."""

    @dbt_assets(
        manifest=project.manifest,
        dagster_dbt_translator=Translator(),
        name="dbt_models",
        pool=POOL,
        required_resource_keys={"warehouse", "dbt"},
    )
    def models(context: dg.AssetExecutionContext, config: BuildConfig) -> Iterator[Any]:
        with explained():
            if not context.selected_asset_keys:
                # checks alone change no table
                with last_build.kept(project.paths):
                    yield from run_dbt(context, project, _arguments(context, project, config))
                return
            if not context.is_subset and not config.full_refresh:
                known_build = nothing_new(project)
                if known_build:
                    since = f"{known_build.finished_at} UTC"
                    log.info("Nothing new since %s: the tables stand as they are.", since)
                    everything = Unmoved(context, project, known_build, project.manifest["nodes"])
                    yield from everything.tables()
                    yield from everything.checks()
                    return
            yield from build(context, project, config)

    return models


def build(
    context: dg.AssetExecutionContext, project: Project, config: BuildConfig
) -> Iterator[Any]:
    """Build and test everything, or what was selected; only everything can become a whole build."""
    extent = extent_of_build(project, full_refresh=config.full_refresh)
    if extent.reason:
        log.info("%s", extent.reason)
    if context.is_subset:
        log.warning("Only a part is built: the next refresh builds everything anew.")
    last_build.clear(project.paths)
    unmoved = None
    if extent.unmoved_since and not context.is_subset:
        nodes = unmoved_by_landing(project.manifest)
        unmoved = Unmoved(context, project, extent.unmoved_since, nodes)
    arguments = _arguments(context, project, config, unmoved.nodes if unmoved else ())
    result = yield from run_dbt(context, project, arguments, extent.settings, unmoved)
    tidy(project.paths.marts, project.published.tables, project.published.internal)
    if not context.is_subset:
        warnings = {**(unmoved.warnings if unmoved else {}), **result.warnings}
        last_build.set_whole(project.paths, mark_of_build(project, context.run_id, warnings))


def run_dbt(
    context: dg.AssetExecutionContext,
    project: Project,
    arguments: Sequence[str],
    settings: Mapping[str, str] = NO_SETTINGS,
    unmoved: Unmoved | None = None,
) -> Generator[Any, None, Outcome]:
    """Run one command of dbt to the end, as events of Dagster; returns what it came to.

    `unmoved` is told of as well, where there is such.

    Raises KlantbeeldError where a model could not be built or a blocking test failed. dbt's
    process is gone then, and the databases are closed.
    """
    dbt: Dbt = context.resources.dbt
    translator = Translator()
    dbt.folders.run_results.unlink(missing_ok=True)
    dbt.command(arguments, settings)
    if unmoved:
        yield from unmoved.tables()
        yield from unmoved.checks()
    for event in with_progress(dbt.events()):
        if event["info"]["name"] in RESULT_EVENTS:
            yield from DbtCoreCliEventMessage(
                raw_event=event, event_history_metadata={}
            ).to_default_asset_events(
                manifest=project.manifest,
                dagster_dbt_translator=translator,
                context=context,
                target_path=dbt.folders.target,
            )
            if unmoved and _is_built_table(event):
                yield from unmoved.tables(event["data"]["node_info"]["unique_id"])
    dbt.close()
    result = read_outcome(project)
    for warning in result.warnings.values():
        log.warning("Warning: %s.", warning)
    if result.failures or dbt.failed:
        raise KlantbeeldError(result.reason or dbt.failed)
    return result


def read_outcome(project: Project) -> Outcome:
    """What the last build came to."""
    try:
        results = json.loads(project.dbt_folders.run_results.read_text())["results"]
    except FileNotFoundError:
        raise KlantbeeldError("dbt ended without results") from None
    return outcome(project.manifest, results, partial(first_row, project.paths))


def _is_built_table(event: Mapping[str, Any]) -> bool:
    node = event["data"]["node_info"]
    return node["resource_type"] != "test" and node["node_status"] == "success"


def with_progress(events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same events; says every few seconds how far dbt is."""
    began = said_at = time.monotonic()
    done = total = 0
    for event in events:
        data = event.get("data", {})
        if event["info"]["name"] in RESULT_EVENTS:
            done, total = done + 1, data.get("total", total)
        if total and time.monotonic() - said_at >= SECONDS_BETWEEN_PROGRESS:
            said_at = time.monotonic()
            log.info("  %s of %s, %.0f s", done, total, said_at - began)
        yield event
    if done:
        log.info("  %s built and tested in %.1f s", done, time.monotonic() - began)


def _arguments(
    context: dg.AssetExecutionContext,
    project: Project,
    config: BuildConfig,
    unmoved: Collection[str] = (),
) -> list[str]:
    nodes = project.manifest["nodes"]
    return build_arguments(
        values=project.values,
        full_refresh=config.full_refresh,
        select=_selection(context, project),
        exclude=selectors([nodes[unique_id] for unique_id in unmoved]),
    )


def _selection(context: dg.AssetExecutionContext, project: Project) -> list[str]:
    """What was selected by hand; empty for everything. dbt runs a selected model's tests."""
    if not context.is_subset:
        return []
    translator = Translator()
    selected = context.selected_asset_keys
    nodes = [
        node
        for node in project.manifest["nodes"].values()
        if node["resource_type"] in {"model", "seed", "snapshot"}
        and translator.get_asset_key(node) in selected
    ]
    return selectors(nodes or _selected_tests(context, project))


def _selected_tests(context: dg.AssetExecutionContext, project: Project) -> list[Mapping[str, Any]]:
    return [
        project.manifest["nodes"][spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]]
        for spec in context.assets_def.check_specs
        if spec.key in context.selected_asset_check_keys
    ]
