"""One dbt project with one data root: the input of every step and of all Dagster definitions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.building.code_versions import code_versions_of_models, project_fingerprint
from orchestration.building.dbt import NO_VARS, DbtFolders, dbt_folders
from orchestration.building.dbt_manifest import declared_vars, ensure_manifest, project_version
from orchestration.building.published_tables import PublishedTables, published_tables
from orchestration.building.seeds import seed_rows
from orchestration.landing.contract import TableContract, load_contracts
from orchestration.landing.retention import Retention
from orchestration.landing.sources_in_use import sources_in_use
from orchestration.last_build import CodeVersions
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.settings import check_vars, days_read_back


@dataclass(frozen=True)
class Project:
    """A parsed project with the vars of this run and the paths of its data root."""

    paths: DataPaths
    folder: Path
    values: Mapping[str, Any]
    manifest: Mapping[str, Any]

    @classmethod
    def load(
        cls, paths: DataPaths, folder: Path = PROJECT_DIR, values: Mapping[str, Any] = NO_VARS
    ) -> Project:
        """The project as it is on disk; dbt parses it when it has changed."""
        manifest = ensure_manifest(dbt_folders(paths, folder, values), paths.root, values)
        return cls(paths, folder, values, manifest)

    @property
    def dbt_folders(self) -> DbtFolders:
        return dbt_folders(self.paths, self.folder, self.values)

    @cached_property
    def contracts(self) -> list[TableContract]:
        """The contracts of the tables that land."""
        return load_contracts(self.folder / "models" / "staging")

    @property
    def unread_sources(self) -> list[str]:
        """The sources that came into use after the parse: their models are not in the manifest."""
        listed = {name for names in self.settings.get("sources", {}).values() for name in names}
        united = {
            parent.split(".")[-1].removeprefix("stg_").partition("__")[0]
            for node in self.manifest["nodes"].values()
            if node["name"].startswith("canonical_")
            for parent in node["depends_on"]["nodes"]
        }
        return sorted(listed.intersection(sources_in_use(self.paths)) - united)

    @cached_property
    def published(self) -> PublishedTables:
        return published_tables(self.manifest)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """The value of every var. Raises KlantbeeldError for one that can't be used."""
        settings = {**declared_vars(self.folder), **self.values}
        check_vars(settings, self.threshold)
        return settings

    @cached_property
    def code_versions(self) -> dict[str, CodeVersions]:
        """The code versions of each incremental model."""
        return code_versions_of_models(self.manifest, self.settings)

    @cached_property
    def fingerprint(self) -> str:
        """A hash of everything that a build is made from, apart from landed data."""
        return project_fingerprint(self.manifest, self.settings)

    def threshold(self, topic: str, name: str, default: float) -> float:
        """A threshold of the seed; `default` where the project has none of this name."""
        for row in seed_rows(self.manifest, "thresholds"):
            if (row["topic"], row["threshold"]) == (topic, name):
                return float(row["value"])
        return default

    @property
    def retention(self) -> dict[str, Retention]:
        """The tables whose old rows leave, with their days."""
        read_back = days_read_back(self.threshold)
        return {
            table: Retention(days, read_back[table])
            for table, days in (self.settings.get("retention_days") or {}).items()
        }

    @property
    def facts(self) -> dict[str, Any]:
        """The settings that a reader of the tables needs to know."""
        return {
            "project_version": project_version(self.folder),
            "reporting_currency": self.settings.get("reporting_currency"),
            "business_timezone": self.settings.get("business_timezone"),
            # those that this run was given; YAML has dates, which JSON lacks
            "vars": json.loads(json.dumps(dict(self.values), sort_keys=True, default=str)),
        }
