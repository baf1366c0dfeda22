"""The second step of a refresh: dbt builds and tests the models."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from orchestration import last_build
from orchestration.building.arguments import SEEDS, build_arguments, selectors
from orchestration.building.build_plan import build_without_news, finished_build, plan_build
from orchestration.building.code_versions import unchanged_by_landing
from orchestration.building.dbt import NO_SETTINGS, RESULT_EVENTS, Dbt
from orchestration.building.failed_rows import failed_rows
from orchestration.building.marts import drop_leftovers
from orchestration.building.project import Project
from orchestration.building.results import BuildResults, summarize
from orchestration.building.rewriting import rewrite_after_erasure
from orchestration.building.unchanged import UnchangedNode, UnchangedNodes
from orchestration.console import log
from orchestration.errors import KlantbeeldError
from orchestration.landing.erasure import is_rewriting_due
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
) -> Iterator[NodeResult]:
    """Build and test everything; yields the result of each node.

    The caller holds the warehouse lock and exhausts the iterator. Raises KlantbeeldError when a
    model could not be built or a blocking test failed; dbt's process has ended then, and the
    databases are closed.
    """
    if not full_refresh and (last := build_without_news(project)):
        log.info("Nothing new since %s UTC: the tables are up to date.", last.finished_at)
        skipped = UnchangedNodes(project.manifest, last, project.manifest["nodes"])
        yield from _skip(skipped)
        if is_rewriting_due(project.paths):
            with last_build.kept_valid(project.paths):
                _rewrite_after_erasure(project)
        return
    plan = plan_build(project, full_refresh=full_refresh)
    if plan.reason:
        log.info("%s", plan.reason)
    unchanged = None
    if plan.unchanged_since:
        done = unchanged_by_landing(project.manifest)
        unchanged = UnchangedNodes(project.manifest, plan.unchanged_since, done)
        warnings = dict(unchanged.warnings)
        rest = build_arguments(
            values=project.values,
            exclude=selectors([project.manifest["nodes"][node] for node in done]),
            tests_of="none",
        )
    else:
        warnings = yield from _check_seeds(project, dbt, plan.settings)
        rest = build_arguments(
            values=project.values, full_refresh=full_refresh, exclude=SEEDS, tests_of="all"
        )
    last_build.clear(project.paths)
    results = yield from _run(project, dbt, rest, plan.settings, unchanged)
    drop_leftovers(project.paths.marts, project.published.tables, project.published.internal)
    forget_removed(project.paths)
    _rewrite_after_erasure(project)
    warnings |= results.warnings
    last_build.record(project.paths, finished_build(project, build_id, warnings))


def _check_seeds(
    project: Project, dbt: Dbt, settings: Mapping[str, str]
) -> Generator[NodeResult, None, dict[str, str]]:
    """Load the seeds and run the tests that read nothing else; yields results, returns warnings.

    dbt alone would hold back what depends on a failed test and build the rest on the broken rule.
    A failure leaves the tables of the last build as they were, so the next build is not a full one.
    """
    if all(node["resource_type"] != "seed" for node in project.manifest["nodes"].values()):
        return {}
    arguments = build_arguments(values=project.values, select=SEEDS, tests_of="all")
    with last_build.kept_valid(project.paths, is_same_project=False):
        results = yield from _run(project, dbt, arguments, settings, is_last=False)
    return dict(results.warnings)


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
    *,
    is_last: bool = True,
) -> Generator[NodeResult, None, BuildResults]:
    """Run one dbt command to its end; yields node results and returns their summary.

    dbt's process goes on for the next command where this one is not the last.
    """
    dbt.folders.run_results.unlink(missing_ok=True)
    dbt.command(arguments, settings)
    if unchanged:
        yield from _skip(unchanged)
    for event in _with_progress(dbt.events()):
        if event["info"]["name"] in RESULT_EVENTS:
            yield event
            if unchanged and _is_built_table(event):
                yield from unchanged.tables(event["data"]["node_info"]["unique_id"])
    results = None if is_last else _quiet_results(project)
    if results is None or dbt.failed:
        dbt.close()
        results = _read_results(project)
    _log_warnings(results.warnings)
    if results.failures or dbt.failed:
        raise KlantbeeldError(results.reason or dbt.failed or "dbt failed")
    return results


def _rewrite_after_erasure(project: Project) -> None:
    nodes = project.manifest["nodes"].values()
    rewrite_after_erasure(
        project.paths, {node["alias"] for node in nodes if node["resource_type"] == "model"}
    )


def _skip(unchanged: UnchangedNodes) -> Iterator[UnchangedNode]:
    yield from unchanged.tables()
    _log_warnings(unchanged.warnings)
    yield from unchanged.tests()


def _log_warnings(warnings: Mapping[str, str]) -> None:
    for warning in warnings.values():
        for sentence in warning.splitlines():
            log.warning("Warning: %s.", sentence)


def _read_results(project: Project) -> BuildResults:
    return summarize(project.manifest, _results(project), partial(failed_rows, project.paths))


def _quiet_results(project: Project) -> BuildResults | None:
    """The results when nothing failed or warned; else they need rows of databases dbt has open."""
    results = summarize(project.manifest, _results(project))
    return None if results.failures or results.warnings else results


def _results(project: Project) -> list[dict[str, Any]]:
    try:
        return json.loads(project.dbt_folders.run_results.read_text())["results"]
    except FileNotFoundError:
        raise KlantbeeldError("dbt ended without results") from None


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
