"""dbt's manifest: parsed again when the project has changed."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from orchestration.building.arguments import vars_arguments
from orchestration.building.dbt import NO_VARS, Dbt, DbtFolders
from orchestration.building.source_models import check_source_models
from orchestration.landing.sources_in_use import sources_in_use
from orchestration.paths import DataPaths

PARSED_FOLDERS = ("models", "macros", "seeds", "tests", "snapshots", "analyses", "profiles")
PARSED_FILES = ("dbt_project.yml", "packages.yml")


def declared_vars(project: Path) -> dict[str, Any]:
    """The vars of dbt_project.yml, with their defaults."""
    return yaml.safe_load((project / "dbt_project.yml").read_text()).get("vars") or {}


def known_manifest(folders: DbtFolders, data_root: Path) -> dict[str, Any] | None:
    """The manifest of the last parse; None when the project or its sources changed since."""
    parsed_from = _parsed_from(folders)
    known = parsed_from.read_text() if parsed_from.exists() else None
    if known != fingerprint(folders.project, data_root) or not _parsed(folders).exists():
        return None
    return json.loads(_parsed(folders).read_text())


def ensure_manifest(
    folders: DbtFolders,
    data_root: Path,
    values: Mapping[str, Any] = NO_VARS,
) -> dict[str, Any]:
    """The manifest; dbt parses the project first when it has changed."""
    if manifest := known_manifest(folders, data_root):
        return manifest
    now = fingerprint(folders.project, data_root)
    dbt = Dbt(folders, data_root)
    try:
        begin_parse(dbt, values)
        return finish_parse(dbt, now)
    finally:
        dbt.close()


def begin_parse(dbt: Dbt, values: Mapping[str, Any]) -> None:
    """Start to parse the project, without waiting for it."""
    project = dbt.folders.project
    check_source_models(project, {**declared_vars(project), **values})
    dbt.command(["parse", *vars_arguments(values)])


def finish_parse(dbt: Dbt, parsed_from: str) -> dict[str, Any]:
    """Wait for the parse and keep its manifest, with the fingerprint of the project it came from.

    The copy is needed because each build rewrites dbt's own manifest.json with what it executed.
    """
    dbt.finish()
    shutil.copyfile(dbt.folders.manifest, _parsed(dbt.folders))
    _parsed_from(dbt.folders).write_text(parsed_from)
    return json.loads(_parsed(dbt.folders).read_text())


def _parsed(folders: DbtFolders) -> Path:
    return folders.target / "parsed_manifest.json"


def _parsed_from(folders: DbtFolders) -> Path:
    return folders.target / "parsed_from"


def fingerprint(project: Path, data_root: Path) -> str:
    """Changes whenever a file that dbt parses does, or another source comes into use."""
    digest = hashlib.sha256(",".join(sources_in_use(DataPaths(data_root))).encode())
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


def parents_of_tables(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The models, seeds and snapshots, each with the ones that it reads."""
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
