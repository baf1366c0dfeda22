"""The nodes that a build skips, in the order in which they are reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from orchestration.building.dbt_manifest import parents_of_tables
from orchestration.last_build import LastBuild


@dataclass(frozen=True)
class UnchangedNode:
    """A table that is up to date, or a test whose result is that of the last build.

    `since` is the end of that build, `warning` what the test found in it.
    """

    unique_id: str
    since: str
    warning: str | None = None


class UnchangedNodes:
    """Reports skipped tables after the tables that they read, as Dagster requires.

    `nodes` are the unique ids of all that is skipped; this build builds the other tables.
    """

    def __init__(
        self, manifest: Mapping[str, Any], last_build: LastBuild, nodes: Collection[str]
    ) -> None:
        self.nodes = nodes
        self._manifest = manifest
        self._last_build = last_build
        self._order = TopologicalSorter(parents_of_tables(manifest))
        self._order.prepare()

    @property
    def warnings(self) -> dict[str, str]:
        """The warnings of the skipped tests, by unique id."""
        warnings = self._last_build.warnings.items()
        return {test: warning for test, warning in warnings if test in self.nodes}

    def tables(self, built: str | None = None) -> Iterator[UnchangedNode]:
        """The skipped tables that can be reported now that the table `built` was."""
        if built is not None:
            self._order.done(built)
        while ready := self._order.get_ready():
            for unique_id in ready:
                if unique_id in self.nodes:
                    yield self._unchanged(unique_id)
                    self._order.done(unique_id)

    def tests(self) -> Iterator[UnchangedNode]:
        """The skipped tests."""
        for unique_id, node in self._manifest["nodes"].items():
            if unique_id in self.nodes and node["resource_type"] == "test":
                yield self._unchanged(unique_id)

    def _unchanged(self, unique_id: str) -> UnchangedNode:
        since = f"{self._last_build.finished_at} UTC"
        return UnchangedNode(unique_id, since, self._last_build.warnings.get(unique_id))
