"""The Dagster definitions, a file for each kind of thing."""

from __future__ import annotations

import dagster as dg

from orchestration.building.dbt import Dbt
from orchestration.defs.jobs import daily_refresh, refresh_job
from orchestration.defs.landing import landing_assets
from orchestration.defs.models import dbt_models
from orchestration.defs.publishing import serving_assets
from orchestration.defs.resources import dbt_resource, warehouse_resource
from orchestration.defs.sensors import alert_on_failure, refresh_when_files_arrive
from orchestration.project import Project


def build_definitions(project: Project, dbt: Dbt | None = None) -> dg.Definitions:
    """All definitions for a project; `dbt` is one that stands ready, where there is one."""
    return dg.Definitions(
        assets=[landing_assets(project), dbt_models(project), serving_assets(project)],
        resources={
            "warehouse": warehouse_resource(project.paths),
            "dbt": dbt_resource(project, dbt),
        },
        jobs=[refresh_job],
        schedules=[daily_refresh],
        sensors=[refresh_when_files_arrive(project.paths), alert_on_failure],
        # one process holds the lock for a whole run, so all steps of a run are in one process
        executor=dg.in_process_executor,
    )
