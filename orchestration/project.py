"""One dbt project with one data root: what every definition and every run is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.building.code_versions import Rules, project_fingerprint, rules_of_models
from orchestration.building.dbt import DbtFolders
from orchestration.building.manifest import (
    NO_VARS,
    PublishedTables,
    dbt_folders,
    declared_vars,
    ensure_manifest,
    project_version,
    published_tables,
)
from orchestration.paths import PROJECT_DIR, DataPaths


@dataclass(frozen=True)
class Project:
    """A parsed project, its vars and its places."""

    paths: DataPaths
    folder: Path
    values: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @classmethod
    def load(
        cls, paths: DataPaths, folder: Path = PROJECT_DIR, values: Mapping[str, Any] = NO_VARS
    ) -> Project:
        """The project as it is now; dbt parses it where it has changed."""
        manifest = ensure_manifest(dbt_folders(paths, folder, values), paths.root, values)
        return cls(paths, folder, values, manifest)

    @property
    def dbt_folders(self) -> DbtFolders:
        return dbt_folders(self.paths, self.folder, self.values)

    @cached_property
    def published(self) -> PublishedTables:
        return published_tables(self.manifest)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The value of every var."""
        return {**declared_vars(self.folder), **self.values}

    @cached_property
    def rules(self) -> dict[str, Rules]:
        """What decides the rows of each incremental model."""
        return rules_of_models(self.manifest, self.settings)

    @cached_property
    def fingerprint(self) -> str:
        """Of all that a build is made from, apart from what landed."""
        return project_fingerprint(self.manifest, self.settings)

    @property
    def facts(self) -> dict[str, Any]:
        """What a reader of the tables needs to know of the settings."""
        return {
            "project_version": project_version(self.folder),
            "reporting_currency": self.settings.get("reporting_currency"),
            "business_timezone": self.settings.get("business_timezone"),
        }
