"""What a run holds: the lock on the warehouse, and a dbt process."""

from collections.abc import Iterator

import dagster as dg

from orchestration.building.dbt import Dbt
from orchestration.building.project import Project
from orchestration.console import log
from orchestration.defs.common import POOL
from orchestration.defs.housekeeping import clean_up
from orchestration.lock import warehouse_lock
from orchestration.paths import DataPaths
from orchestration.permissions import close_to_others, keep_others_out


def warehouse_resource(paths: DataPaths) -> dg.ResourceDefinition:
    """The sole right to write the warehouse, from a run's first step to its last."""

    @dg.resource
    def warehouse(context: dg.InitResourceContext) -> Iterator[DataPaths]:
        run_id = context.run.run_id if context.run else "(none)"
        purpose = f"Dagster run {run_id}"
        # Dagster's daemon may have started this process
        keep_others_out()
        with warehouse_lock(paths.lock, purpose=purpose, log=log.info):
            if context.instance is not None:
                clean_up(context.instance, paths, POOL, own_run=run_id)
            close_to_others(paths)
            yield paths

    return warehouse


def dbt_resource(project: Project, running: Dbt | None) -> dg.ResourceDefinition:
    """The dbt process that is already running, or one that starts when it is first used."""

    @dg.resource
    def dbt() -> Iterator[Dbt]:
        process = running or Dbt(project.dbt_folders, project.paths.root)
        try:
            yield process
        finally:
            process.close()

    return dbt
