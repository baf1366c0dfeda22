from __future__ import annotations

from pathlib import Path

from orchestration.building.project import Project
from orchestration.defs.jobs import daily_refresh
from orchestration.paths import PROJECT_DIR, DataPaths


def test_schedule_runs_in_the_business_time_zone(tmp_path: Path) -> None:
    values = {"business_timezone": "America/New_York"}
    project = Project(DataPaths(tmp_path), PROJECT_DIR, values, {"nodes": {}})
    assert daily_refresh(project).execution_timezone == "America/New_York"
