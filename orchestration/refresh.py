"""One refresh from the command line: through Dagster, in this process."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from orchestration.building import last_build
from orchestration.building.arguments import parse_vars
from orchestration.building.dbt import Dbt, DbtFolders
from orchestration.building.manifest import (
    begin_parse,
    dbt_folders,
    declared_vars,
    fingerprint,
    finish_parse,
    known_manifest,
)
from orchestration.errors import KlantbeeldError
from orchestration.instance import dagster_home
from orchestration.landing.files import find
from orchestration.lock import warehouse_lock
from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.watch import last_seen, waiting_files

log = logging.getLogger("klantbeeld")


class RefreshFailed(KlantbeeldError):  # noqa: N818
    """A refresh that Dagster knows of has failed."""

    def __init__(self, reason: str, run_id: str, step: str | None) -> None:
        super().__init__(reason)
        self.run_id = run_id
        self.step = step


def refresh(
    paths: DataPaths,
    *,
    vars_text: str | None = None,
    full_refresh: bool = False,
    project: Path = PROJECT_DIR,
) -> None:
    """Land, build, test, publish; then say what came of it."""
    began = time.monotonic()
    values = parse_vars(vars_text, declared_vars(project))
    if not find(paths.landing) and not paths.warehouse.exists():
        raise KlantbeeldError(
            f"Nothing has landed: put files in {paths.landing}/<source>/<table>/, such as "
            f"{paths.landing}/shop/orders/2026-11.csv"
        )
    with warehouse_lock(paths.lock, purpose="a refresh by the command line", log=log.info):
        totals = _refresh_locked(paths, project, values, full_refresh)
    _conclude(paths, totals, time.monotonic() - began)


def _refresh_locked(
    paths: DataPaths, project: Path, values: Mapping[str, Any], full_refresh: bool
) -> dict[str, int]:
    state = fingerprint(project)
    dbt = Dbt(dbt_folders(paths, project, values), paths.root)
    manifest = None if full_refresh else manifest_without_dbt(paths, dbt.folders)
    try:
        if manifest is None:
            # dbt imports and parses in its process, while this one imports Dagster
            begin_parse(dbt, values)
        os.environ["DAGSTER_HOME"] = str(dagster_home(paths))
        dagster_run = _import_dagster()
        manifest = manifest or finish_parse(dbt, state)
        return dagster_run.execute_refresh(
            paths, project, values, manifest, dbt, full_refresh=full_refresh
        )
    finally:
        dbt.close()


def _import_dagster() -> ModuleType:
    """Without looking for garbage: Python would go through 200,000 objects, again and again."""
    gc.disable()
    try:
        return importlib.import_module("orchestration.dagster_run")
    finally:
        gc.freeze()
        gc.enable()


def manifest_without_dbt(paths: DataPaths, folders: DbtFolders) -> dict[str, Any] | None:
    """The manifest, where it seems that dbt will not be needed.

    Whether it is needed the assets decide, and then it starts late; so this may guess, but quickly.
    """
    if last_build.read(paths) and waiting_files(paths.landing).fingerprint == last_seen(paths):
        return known_manifest(folders)
    return None


def _conclude(paths: DataPaths, totals: Mapping[str, int], seconds: float) -> None:
    from orchestration.summary import summary

    print(summary(paths, totals, seconds), flush=True)
