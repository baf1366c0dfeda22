"""How much of what stands a build may keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from orchestration.building import marker
from orchestration.building.marker import Mark
from orchestration.building.rules import changed_rules, rebuilds, some
from orchestration.project import Project

# The macro `is_rebuilt` reads it: names of incremental models, or this word.
REBUILD = "KLANTBEELD_REBUILD"
ALL = "all"


@dataclass(frozen=True)
class Extent:
    """The incremental models that are built anew, and why, where that needs saying."""

    rebuilt: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def settings(self) -> Mapping[str, str]:
        """The environment that tells dbt."""
        return {REBUILD: ",".join(self.rebuilt)}


def extent_of_build(project: Project, *, full_refresh: bool) -> Extent:
    """What has to be built anew for the tables to be what a full build would make of them."""
    mark = marker.read(project.paths)
    if full_refresh:
        return Extent((ALL,))
    if mark is None:
        return Extent((ALL,), _why_all(project))
    reasons = rebuilds(project.manifest, project.rules, mark.rules)
    if not reasons:
        return Extent()
    names = some(list(reasons))
    changed = changed_rules(project.rules, mark.rules)
    if not changed:
        return Extent(tuple(reasons), f"Not built before, so built from all that landed: {names}.")
    return Extent(
        tuple(reasons),
        f"Rules changed since the last build: {some(changed)}; rebuilt: {names}.",
    )


def mark_of_build(project: Project, build_id: str) -> Mark:
    """What to remember of a whole build that ends now."""
    return Mark(
        build_id=build_id,
        finished_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        project=project.fingerprint,
        rules=project.rules,
    )


def _why_all(project: Project) -> str | None:
    if marker.is_voided(project.paths):
        return "The warehouse was written to since the last build, so everything is built anew."
    if project.paths.marts.exists():
        return "The last build did not finish, so everything is built anew."
    # the first build ever
    return None
