"""The refresh job and its schedule."""

from __future__ import annotations

import dagster as dg

from orchestration.building.project import Project

refresh_job = dg.define_asset_job(
    "refresh",
    selection=dg.AssetSelection.all(),
    description="Land what is new, build and test the models, publish.",
)


def daily_refresh(project: Project) -> dg.ScheduleDefinition:
    """Refreshes after midnight in the business time zone, when yesterday is complete."""
    return dg.ScheduleDefinition(
        name="daily_refresh",
        job=refresh_job,
        cron_schedule="0 5 * * *",
        execution_timezone=project.settings.get("business_timezone"),
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
