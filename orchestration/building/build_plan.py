"""How much of what stands a build may keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from orchestration.building import last_build
from orchestration.building.code_versions import changed_rules, rebuilds, some
from orchestration.building.last_build import Mark
from orchestration.landing.ledger import next_load_id
from orchestration.paths import DataPaths
from orchestration.project import Project

# The macro `is_rebuilt` reads it: names of incremental models, or this word.
REBUILD = "KLANTBEELD_REBUILD"
ALL = "all"


@dataclass(frozen=True)
class Extent:
    """The incremental models that are built anew; `reason` tells a person what is, and why.

    `unmoved_since` is the last build, where nothing but landed rows is new since.
    """

    rebuilt: tuple[str, ...] = ()
    reason: str | None = None
    unmoved_since: Mark | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment that tells dbt."""
        return {REBUILD: ",".join(self.rebuilt)}


def extent_of_build(project: Project, *, full_refresh: bool) -> Extent:
    """What has to be built anew for the tables to be what a full build would make of them."""
    mark = last_build.read(project.paths)
    if full_refresh:
        return Extent((ALL,), "Everything is built anew, as was asked.")
    if mark is None:
        return Extent((ALL,), _why_all(project))
    reasons = rebuilds(project.manifest, project.rules, mark.rules)
    if not reasons:
        reason = f"Building on the tables of {mark.finished_at} UTC: only what is new."
        return Extent((), reason, mark if mark.project == project.fingerprint else None)
    names = "everything" if reasons.keys() == project.rules.keys() else ", ".join(reasons)
    changed = changed_rules(project.rules, mark.rules)
    if not changed:
        return Extent(tuple(reasons), f"Not built before, so built from all that landed: {names}.")
    return Extent(
        tuple(reasons),
        f"Rules changed since the last build: {some(changed)}; rebuilt: {names}.",
    )


def nothing_new(project: Project) -> Mark | None:
    """The last whole build, where another would make the very same."""
    mark = last_build.read(project.paths)
    if (
        mark
        and mark.project == project.fingerprint
        and mark.last_load_id == last_load_id(project.paths)
    ):
        return mark
    return None


def mark_of_build(project: Project, build_id: str, warnings: Mapping[str, str]) -> Mark:
    """What to remember of a whole build that ends now. Nothing lands while one goes on."""
    return Mark(
        build_id=build_id,
        finished_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        last_load_id=last_load_id(project.paths),
        project=project.fingerprint,
        rules=project.rules,
        warnings=dict(warnings),
    )


def last_load_id(paths: DataPaths) -> int:
    """The number of the latest file that was landed, or that failed to."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return next_load_id(connection) - 1


def _why_all(project: Project) -> str | None:
    """The reason for a build without a mark; None for the first, which needs none."""
    if last_build.is_voided(project.paths):
        return "The warehouse was written to since the last build, so everything is built anew."
    if project.paths.marts.exists():
        return "The last build failed, was killed or was partial, so everything is built anew."
    return None
