"""Writes the project's documentation: dbt's pages as one offline page, and the data dictionary."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from orchestration import data_dictionary
from orchestration.building.dbt import Dbt, dbt_folders
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.publishing.placing import put_in_place, staging_folder


def write_documentation(paths: DataPaths, project: Path = PROJECT_DIR) -> Path:
    """Write serving/docs/index.html and the generated pages of docs/; return the former.

    The caller must hold the warehouse lock.
    """
    paths.temporary.mkdir(parents=True, exist_ok=True)
    dbt = Dbt(dbt_folders(paths, project), paths.root)
    try:
        dbt.command(["docs", "generate", "--static"])
        dbt.finish()
    finally:
        dbt.close()
    data_dictionary.write(json.loads(dbt.folders.manifest.read_text()), project / "docs")
    staging = staging_folder(paths.serving)
    try:
        staged = shutil.copyfile(dbt.folders.target / "static_index.html", staging / "index.html")
        page = paths.serving / "docs" / "index.html"
        put_in_place(staged, page)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return page
