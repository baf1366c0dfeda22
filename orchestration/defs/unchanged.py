"""What a run leaves as it is, as events of Dagster."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt.asset_utils import DAGSTER_DBT_UNIQUE_ID_METADATA_KEY

from orchestration.building.last_build import Mark
from orchestration.building.manifest import parents_of_tables
from orchestration.defs.common import log
from orchestration.defs.translator import Translator
from orchestration.project import Project


class Unmoved:
    """Says of tables that they are up to date, and of tests what they found the last time.

    `nodes` are their unique ids in dbt; the other tables are built by this run. Dagster wants to
    hear of a table after those that it reads, so some are told of between tables that are built.
    """

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        project: Project,
        last_build: Mark,
        nodes: Collection[str],
    ) -> None:
        self.context = context
        self.manifest = project.manifest
        self.last_build = last_build
        self.nodes = nodes
        self._order = TopologicalSorter(parents_of_tables(project.manifest))
        self._order.prepare()

    @cached_property
    def warnings(self) -> dict[str, str]:
        """What tests found that did not block the last build, by the tests' unique ids."""
        warnings = self.last_build.warnings.items()
        return {test: warning for test, warning in warnings if test in self.nodes}

    def tables(self, built: str | None = None) -> Iterator[dg.MaterializeResult]:
        """Those that read nothing which is still to be built, now that this table was."""
        if built is not None:
            self._order.done(built)
        while ready := self._order.get_ready():
            for unique_id in ready:
                if unique_id in self.nodes:
                    yield from self._table(unique_id)
                    self._order.done(unique_id)

    def checks(self) -> Iterator[dg.AssetCheckResult]:
        """The tests; their warnings are said in the log."""
        for warning in self.warnings.values():
            log.warning("Warning: %s.", warning)
        for spec in self.context.assets_def.check_specs:
            test = spec.metadata[DAGSTER_DBT_UNIQUE_ID_METADATA_KEY]
            if test in self.nodes and spec.key in self.context.selected_asset_check_keys:
                yield dg.AssetCheckResult(
                    asset_key=spec.asset_key,
                    check_name=spec.name,
                    passed=test not in self.warnings,
                    severity=dg.AssetCheckSeverity.WARN,
                    metadata=self._since,
                )

    def _table(self, unique_id: str) -> Iterator[dg.MaterializeResult]:
        key = Translator().get_asset_key(self.manifest["nodes"][unique_id])
        # an ephemeral model is no asset
        if key in self.context.selected_asset_keys:
            yield dg.MaterializeResult(asset_key=key, metadata=self._since)

    @property
    def _since(self) -> dict[str, Any]:
        return {"unchanged_since": f"{self.last_build.finished_at} UTC"}
