"""dbt's documentation as one page that works offline."""

from __future__ import annotations

import shutil
from pathlib import Path

from orchestration.building.dbt import Dbt, dbt_folders
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.publishing.placing import put_in_place, staging_folder


def write_documentation(paths: DataPaths, project: Path = PROJECT_DIR) -> Path:
    """Write serving/docs/index.html. The caller holds the warehouse lock."""
    paths.temporary.mkdir(parents=True, exist_ok=True)
    dbt = Dbt(dbt_folders(paths, project), paths.root)
    try:
        dbt.command(["docs", "generate", "--static"])
        dbt.finish()
    finally:
        dbt.close()
    staging = staging_folder(paths.serving)
    try:
        staged = shutil.copyfile(dbt.folders.target / "static_index.html", staging / "index.html")
        page = paths.serving / "docs" / "index.html"
        put_in_place(staged, page)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return page
