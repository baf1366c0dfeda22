"""The profile on dbt's own connections to DuckDB."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment

from orchestration.paths import PROJECT_DIR

MORE_THAN_THE_LIMIT = "select count(*) from (select random() as r from range(9_000_000) order by r)"


@pytest.mark.slow
def test_a_query_that_spills_leaves_the_next_connection_alone(tmp_path: Path) -> None:
    profile = yaml.safe_load((PROJECT_DIR / "profiles" / "profiles.yml").read_text())
    said = profile["klantbeeld"]["outputs"]["duckdb"]
    spill = tmp_path / "tmp"
    assert said["config_options"]["temp_directory"].endswith("/warehouse/tmp")
    environment = LocalEnvironment(
        DuckDBCredentials(
            database="warehouse",
            schema="main",
            path=str(tmp_path / "warehouse.duckdb"),
            config_options={**said["config_options"], "temp_directory": str(spill)},
            settings={**said["settings"], "memory_limit": "60MB"},
        )
    )
    environment.handle().cursor().execute(MORE_THAN_THE_LIMIT)
    assert spill.is_dir()
    environment.handle().cursor().execute("select 1")
