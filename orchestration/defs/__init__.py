"""The Dagster definitions, one file for each kind of thing. Only this folder imports Dagster."""

from __future__ import annotations

import dagster as dg

from orchestration.building.dbt import Dbt
from orchestration.building.project import Project
from orchestration.defs.jobs import daily_refresh, refresh_job
from orchestration.defs.landing import landing_assets
from orchestration.defs.models import dbt_models
from orchestration.defs.publishing import serving_assets
from orchestration.defs.resources import dbt_resource, warehouse_resource
from orchestration.defs.sensors import alert_on_failure, refresh_when_files_arrive


def build_definitions(project: Project, dbt: Dbt | None = None) -> dg.Definitions:
    """All definitions for a project; they use the process `dbt` if one is already running."""
    return dg.Definitions(
        assets=[landing_assets(project), dbt_models(project), serving_assets(project)],
        resources={
            "warehouse": warehouse_resource(project.paths),
            "dbt": dbt_resource(project, dbt),
        },
        jobs=[refresh_job],
        schedules=[daily_refresh(project)],
        sensors=[refresh_when_files_arrive(project.paths), alert_on_failure],
        # a run holds the warehouse lock, and only the process that took it may write
        executor=dg.in_process_executor,
    )
