"""Decides which tables a build rebuilds, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from orchestration import last_build
from orchestration.building.code_versions import changed_versions, models_to_rebuild, shortened
from orchestration.building.project import Project
from orchestration.landing.ledger import next_load_id
from orchestration.landing.removal import were_removed
from orchestration.last_build import LastBuild
from orchestration.paths import DataPaths

# The macro `is_rebuilt` reads this variable: the names of incremental models, or `all`.
REBUILD = "KLANTBEELD_REBUILD"
ALL = "all"


@dataclass(frozen=True)
class BuildPlan:
    """The incremental models to rebuild; `reason` is a sentence for the log.

    `unchanged_since` is the last build when only landed rows are new since then.
    """

    rebuilt: tuple[str, ...] = ()
    reason: str | None = None
    unchanged_since: LastBuild | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """The plan as environment variables for dbt."""
        return {REBUILD: ",".join(self.rebuilt)}


def plan_build(project: Project, *, full_refresh: bool) -> BuildPlan:
    """Plan the smallest build whose tables equal those of a full rebuild."""
    last = last_build.read(project.paths)
    if full_refresh:
        return BuildPlan((ALL,), "Full refresh: every table is rebuilt.")
    if last is None:
        return BuildPlan((ALL,), _why_rebuild_all(project))
    reasons = models_to_rebuild(project.manifest, project.code_versions, last.code_versions)
    if not reasons:
        reason = f"Incremental build on the tables of {last.finished_at} UTC."
        return BuildPlan((), reason, last if last.project == project.fingerprint else None)
    is_everything = reasons.keys() == project.code_versions.keys()
    names = "every incremental table" if is_everything else ", ".join(reasons)
    changed = changed_versions(project.code_versions, last.code_versions)
    if not changed:
        return BuildPlan(tuple(reasons), f"Not built before, so built in full: {names}.")
    return BuildPlan(
        tuple(reasons), f"Changed since the last build: {shortened(changed)}. Rebuilt: {names}."
    )


def build_without_news(project: Project) -> LastBuild | None:
    """The last build when another one would give the same tables; else None."""
    last = last_build.read(project.paths)
    if (
        last
        and last.project == project.fingerprint
        and last.last_load_id == last_load_id(project.paths)
        # rows may have left though nothing landed
        and not were_removed(project.paths)
    ):
        return last
    return None


def finished_build(project: Project, build_id: str, warnings: Mapping[str, str]) -> LastBuild:
    """The record of a whole build that ends now. The lock keeps files from landing meanwhile."""
    return LastBuild(
        build_id=build_id,
        finished_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        last_load_id=last_load_id(project.paths),
        project=project.fingerprint,
        code_versions=dict(project.code_versions),
        warnings=dict(warnings),
    )


def last_load_id(paths: DataPaths) -> int:
    """The load id of the latest file that landed or failed to."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return next_load_id(connection) - 1


def _why_rebuild_all(project: Project) -> str | None:
    """The reason for a build without a valid record; None for the first build, which needs none."""
    if last_build.is_outdated(project.paths):
        return "The warehouse changed after the last build, so every table is rebuilt."
    if project.paths.marts.exists():
        return "The last build failed, was killed or was partial, so every table is rebuilt."
    return None
