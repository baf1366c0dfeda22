"""dbt's manifest: kept up to date, and asked for what others need to know."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from orchestration.building.arguments import target_name, vars_arguments
from orchestration.building.dbt import Dbt, DbtFolders
from orchestration.building.source_models import check_source_models
from orchestration.paths import DataPaths

PARSED_FOLDERS = ("models", "macros", "seeds", "tests", "snapshots", "analyses", "profiles")
PARSED_FILES = ("dbt_project.yml", "selectors.yml", "packages.yml")
PUBLISHED_DATABASE = "published"
# The schema of what the views of the marts read, which is published and no mart.
INTERNAL_SCHEMA = "internal"
NO_VARS: Mapping[str, Any] = MappingProxyType({})


def dbt_folders(paths: DataPaths, project: Path, values: Mapping[str, Any] = NO_VARS) -> DbtFolders:
    """Where dbt writes for this data root and these vars."""
    return DbtFolders(project, paths.dbt / target_name(values), paths.dbt / "logs")


def declared_vars(project: Path) -> dict[str, Any]:
    """The vars that the project has, with their defaults."""
    return yaml.safe_load((project / "dbt_project.yml").read_text()).get("vars") or {}


def known_manifest(folders: DbtFolders) -> dict[str, Any] | None:
    """The manifest, where the project is as it was when it was parsed."""
    remembered = _parsed_from(folders)
    known = remembered.read_text() if remembered.exists() else None
    if known != fingerprint(folders.project) or not _parsed(folders).exists():
        return None
    return json.loads(_parsed(folders).read_text())


def ensure_manifest(
    folders: DbtFolders,
    data_root: Path,
    values: Mapping[str, Any] = NO_VARS,
) -> dict[str, Any]:
    """The manifest; parsed first where the project has changed since."""
    if manifest := known_manifest(folders):
        return manifest
    now = fingerprint(folders.project)
    dbt = Dbt(folders, data_root)
    try:
        begin_parse(dbt, values)
        return finish_parse(dbt, now)
    finally:
        dbt.close()


def begin_parse(dbt: Dbt, values: Mapping[str, Any]) -> None:
    """Let dbt parse the project while we do something else."""
    project = dbt.folders.project
    check_source_models(project, {**declared_vars(project), **values})
    dbt.command(["parse", *vars_arguments(values)])


def finish_parse(dbt: Dbt, parsed_from: str) -> dict[str, Any]:
    """Wait for the parse, keep it, and remember from which state of the project it came.

    What dbt parsed is kept apart, since each build writes what it came across into its manifest.
    """
    dbt.finish()
    shutil.copyfile(dbt.folders.manifest, _parsed(dbt.folders))
    _parsed_from(dbt.folders).write_text(parsed_from)
    return json.loads(_parsed(dbt.folders).read_text())


def _parsed(folders: DbtFolders) -> Path:
    return folders.target / "parsed_manifest.json"


def _parsed_from(folders: DbtFolders) -> Path:
    return folders.target / "parsed_from"


def fingerprint(project: Path) -> str:
    """Changes whenever a file that dbt parses does."""
    digest = hashlib.sha256()
    for file in _parsed_files(project):
        stat = file.stat()
        digest.update(f"{file}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _parsed_files(project: Path) -> Iterator[Path]:
    for name in PARSED_FILES:
        if (project / name).exists():
            yield project / name
    for folder in PARSED_FOLDERS:
        for file in sorted((project / folder).rglob("*")):
            if file.suffix in {".sql", ".yml", ".yaml", ".csv", ".md"}:
                yield file


@dataclass(frozen=True)
class PublishedTables:
    """What publishing must find, and what it must never find."""

    tables: tuple[str, ...]
    # what the marts' views read, in a schema of its own
    internal: tuple[str, ...]
    direct_identifiers: frozenset[str]
    # by view, the most rows that some tables may have for it to be written as Parquet
    parquet_limits: Mapping[str, Mapping[str, int]]
    audiences: tuple[str, ...]


def published_tables(manifest: Mapping[str, Any]) -> PublishedTables:
    """The marts of the project, and the columns that its sources call direct identifiers."""
    published = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node.get("database") == PUBLISHED_DATABASE
    ]
    internal = sorted(node["alias"] for node in published if node["schema"] == INTERNAL_SCHEMA)
    marts = [node for node in published if node["schema"] != INTERNAL_SCHEMA]
    tables = sorted(node["alias"] for node in marts)
    limits = {
        node["alias"]: node["config"]["meta"]["parquet_up_to"]
        for node in marts
        if "parquet_up_to" in node["config"]["meta"]
    }
    identifiers = {
        column["name"].lower()
        for source in manifest["sources"].values()
        for column in source["columns"].values()
        if _is_direct_identifier(column)
    }
    audiences = sorted(node["alias"] for node in marts if "audiences" in node["fqn"])
    return PublishedTables(
        tuple(tables), tuple(internal), frozenset(identifiers), limits, tuple(audiences)
    )


def parents_of_tables(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The models, seeds and snapshots, each with those that it reads."""
    nodes = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in {"model", "seed", "snapshot"}
    }
    return {
        unique_id: nodes.keys() & node["depends_on"].get("nodes", ())
        for unique_id, node in nodes.items()
    }


def project_version(project: Path) -> str | None:
    """The version in dbt_project.yml."""
    version = yaml.safe_load((project / "dbt_project.yml").read_text()).get("version")
    return str(version) if version is not None else None


def _is_direct_identifier(column: Mapping[str, Any]) -> bool:
    meta = {**(column.get("meta") or {}), **((column.get("config") or {}).get("meta") or {})}
    return bool(meta.get("direct_identifier"))
