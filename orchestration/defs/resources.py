"""What a run holds: the lock on the warehouse, and a dbt."""

from collections.abc import Iterator

import dagster as dg

from orchestration.building.dbt import Dbt
from orchestration.defs.common import POOL, log
from orchestration.housekeeping import clean_up
from orchestration.lock import warehouse_lock
from orchestration.paths import DataPaths
from orchestration.project import Project


def warehouse_resource(paths: DataPaths) -> dg.ResourceDefinition:
    """The sole right to write the warehouse, from a run's first step to its last."""

    @dg.resource
    def warehouse(context: dg.InitResourceContext) -> Iterator[DataPaths]:
        purpose = f"Dagster run {context.run_id}"
        with warehouse_lock(paths.lock, purpose=purpose, log=log.info):
            if context.instance is not None:
                clean_up(context.instance, paths, POOL, own_run=context.run_id)
            yield paths

    return warehouse


def dbt_resource(project: Project, ready: Dbt | None) -> dg.ResourceDefinition:
    """A dbt: the one that stands ready, or else one that starts when it is first used."""

    @dg.resource
    def dbt() -> Iterator[Dbt]:
        process = ready or Dbt(project.dbt_folders, project.paths.root)
        try:
            yield process
        finally:
            process.close()

    return dbt
