"""The second step of a refresh: dbt builds and tests the models."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from orchestration import last_build
from orchestration.building.arguments import build_arguments, selectors
from orchestration.building.build_plan import build_without_news, finished_build, plan_build
from orchestration.building.code_versions import unchanged_by_landing
from orchestration.building.dbt import NO_SETTINGS, RESULT_EVENTS, Dbt
from orchestration.building.failed_rows import first_failed_row
from orchestration.building.marts import drop_leftovers
from orchestration.building.project import Project
from orchestration.building.results import BuildResults, summarize
from orchestration.building.unchanged import UnchangedNode, UnchangedNodes
from orchestration.console import log
from orchestration.errors import KlantbeeldError
from orchestration.landing.removal import forget_removed

SECONDS_BETWEEN_PROGRESS = 5

# The result of one node: dbt's own log event, or a node that the build skipped.
NodeResult = dict[str, Any] | UnchangedNode


def build(
    project: Project,
    dbt: Dbt,
    *,
    build_id: str,
    full_refresh: bool = False,
    select: Sequence[str] = (),
) -> Iterator[NodeResult]:
    """Build and test everything, or the nodes of dbt's selection `select`; yields each result.

    The caller holds the warehouse lock and exhausts the iterator. Only a build of everything is
    recorded as the last build. Raises KlantbeeldError when a model could not be built or a blocking
    test failed; dbt's process has ended then, and the databases are closed.
    """
    if not select and not full_refresh and (last := build_without_news(project)):
        log.info("Nothing new since %s UTC: the tables are up to date.", last.finished_at)
        skipped = UnchangedNodes(project.manifest, last, project.manifest["nodes"])
        yield from _skip(skipped)
        return
    plan = plan_build(project, full_refresh=full_refresh)
    if plan.reason:
        log.info("%s", plan.reason)
    if select:
        log.warning("Only a part is built: the next refresh rebuilds everything.")
    last_build.clear(project.paths)
    unchanged = None
    if plan.unchanged_since and not select:
        nodes = unchanged_by_landing(project.manifest)
        unchanged = UnchangedNodes(project.manifest, plan.unchanged_since, nodes)
    results = yield from _run(
        project,
        dbt,
        build_arguments(
            values=project.values,
            full_refresh=full_refresh,
            select=select,
            exclude=selectors([project.manifest["nodes"][node] for node in unchanged.nodes])
            if unchanged
            else (),
        ),
        plan.settings,
        unchanged,
    )
    drop_leftovers(project.paths.marts, project.published.tables, project.published.internal)
    if not select:
        forget_removed(project.paths)
        warnings = {**(unchanged.warnings if unchanged else {}), **results.warnings}
        last_build.record(project.paths, finished_build(project, build_id, warnings))


def run_tests(project: Project, dbt: Dbt, select: Sequence[str]) -> Iterator[NodeResult]:
    """Run the selected tests on the tables as they are; raises as `build` does."""
    arguments = build_arguments(values=project.values, select=select)
    with last_build.kept_valid(project.paths):
        yield from _run(project, dbt, arguments)


def _run(
    project: Project,
    dbt: Dbt,
    arguments: Sequence[str],
    settings: Mapping[str, str] = NO_SETTINGS,
    unchanged: UnchangedNodes | None = None,
) -> Generator[NodeResult, None, BuildResults]:
    """Run one dbt command to its end; yields node results and returns their summary."""
    dbt.folders.run_results.unlink(missing_ok=True)
    dbt.command(arguments, settings)
    if unchanged:
        yield from _skip(unchanged)
    for event in _with_progress(dbt.events()):
        if event["info"]["name"] in RESULT_EVENTS:
            yield event
            if unchanged and _is_built_table(event):
                yield from unchanged.tables(event["data"]["node_info"]["unique_id"])
    dbt.close()
    results = _read_results(project)
    for warning in results.warnings.values():
        log.warning("Warning: %s.", warning)
    if results.failures or dbt.failed:
        raise KlantbeeldError(results.reason or dbt.failed or "dbt failed")
    return results


def _skip(unchanged: UnchangedNodes) -> Iterator[UnchangedNode]:
    yield from unchanged.tables()
    for warning in unchanged.warnings.values():
        log.warning("Warning: %s.", warning)
    yield from unchanged.tests()


def _read_results(project: Project) -> BuildResults:
    try:
        results = json.loads(project.dbt_folders.run_results.read_text())["results"]
    except FileNotFoundError:
        raise KlantbeeldError("dbt ended without results") from None
    return summarize(project.manifest, results, partial(first_failed_row, project.paths))


def _is_built_table(event: Mapping[str, Any]) -> bool:
    node = event["data"]["node_info"]
    return node["resource_type"] != "test" and node["node_status"] == "success"


def _with_progress(events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same events; logs every few seconds how many nodes are done."""
    began = logged_at = time.monotonic()
    done = total = 0
    for event in events:
        data = event.get("data", {})
        if event["info"]["name"] in RESULT_EVENTS:
            done, total = done + 1, data.get("total", total)
        if total and time.monotonic() - logged_at >= SECONDS_BETWEEN_PROGRESS:
            logged_at = time.monotonic()
            log.info("  %s of %s, %.0f s", done, total, logged_at - began)
        yield event
    if done:
        log.info("  %s built and tested in %.1f s", done, time.monotonic() - began)
