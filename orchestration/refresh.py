"""One refresh from the command line: Dagster's job, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration import last_build
from orchestration.building.arguments import parse_vars
from orchestration.building.dbt import Dbt, DbtFolders, dbt_folders
from orchestration.building.dbt_manifest import (
    begin_parse,
    declared_vars,
    fingerprint,
    finish_parse,
    known_manifest,
)
from orchestration.building.project import Project
from orchestration.console import log
from orchestration.errors import KlantbeeldError
from orchestration.instance import dagster_home
from orchestration.landing.files import find
from orchestration.landing.folder_state import folder_state, last_seen
from orchestration.landing.land import nothing_landed
from orchestration.lock import warehouse_lock
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.settings import check_settings
from orchestration.summary import summary


def refresh(
    paths: DataPaths,
    *,
    vars_text: str | None = None,
    full_refresh: bool = False,
    folder: Path = PROJECT_DIR,
    is_trial: bool = False,
) -> None:
    """Land, build, test and publish, then print a summary."""
    began = time.monotonic()
    declared = declared_vars(folder)
    values = parse_vars(vars_text, declared)
    check_settings(paths, {**declared, **values})
    if values and not is_trial:
        log.warning(
            "Published with VARS %s: readers see that until the next refresh. `make try` builds "
            "the same apart.",
            ", ".join(f"{name}: {value}" for name, value in values.items()),
        )
    if not find(paths.landing) and not paths.warehouse.exists():
        raise KlantbeeldError(nothing_landed(paths.landing))
    with warehouse_lock(paths.lock, purpose="a refresh by the command line", log=log.info):
        totals = _refresh_locked(paths, folder, values, full_refresh)
    print(summary(paths, totals, time.monotonic() - began), flush=True)


def _refresh_locked(
    paths: DataPaths, folder: Path, values: Mapping[str, Any], full_refresh: bool
) -> dict[str, int]:
    state = fingerprint(folder, paths.root)
    dbt = Dbt(dbt_folders(paths, folder, values), paths.root)
    manifest = None if full_refresh else manifest_without_dbt(paths, dbt.folders)
    try:
        if manifest is None:
            # dbt's process imports dbt and parses while this process imports Dagster
            begin_parse(dbt, values)
        os.environ["DAGSTER_HOME"] = str(dagster_home(paths))
        from orchestration.defs.refresh_run import run_refresh_job

        project = Project(paths, folder, values, manifest or finish_parse(dbt, state))
        return run_refresh_job(project, dbt, full_refresh=full_refresh)
    finally:
        dbt.close()


def manifest_without_dbt(paths: DataPaths, folders: DbtFolders) -> dict[str, Any] | None:
    """The known manifest, when dbt will probably not be needed; else None.

    A quick guess is enough: the build decides, and starts dbt then if it has to.
    """
    if last_build.read(paths) and folder_state(paths.landing).fingerprint == last_seen(paths):
        return known_manifest(folders, paths.root)
    return None
