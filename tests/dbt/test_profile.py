"""The profile on dbt's own connections to DuckDB."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.adapters.duckdb.environments.local import LocalEnvironment
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

from orchestration.paths import PROJECT_DIR

PROFILE = yaml.safe_load((PROJECT_DIR / "profiles" / "profiles.yml").read_text())
MORE_THAN_THE_LIMIT = "select count(*) from (select random() as r from range(9_000_000) order by r)"


@pytest.mark.slow
def test_a_query_that_spills_leaves_the_next_connection_alone(tmp_path: Path) -> None:
    said = PROFILE["klantbeeld"]["outputs"]["duckdb"]
    spill = tmp_path / "tmp"
    assert said["config_options"]["temp_directory"].endswith("/warehouse/tmp")
    environment = LocalEnvironment(
        DuckDBCredentials(
            database="warehouse",
            schema="main",
            path=str(tmp_path / "warehouse.duckdb"),
            config_options={**said["config_options"], "temp_directory": str(spill)},
            settings={**said["settings"], "memory_limit": "60MB", "threads": "2"},
        )
    )
    environment.handle().cursor().execute(MORE_THAN_THE_LIMIT)
    assert spill.is_dir()
    environment.handle().cursor().execute("select 1")


@pytest.mark.parametrize(("threads", "models_at_a_time"), [("1", 1), ("2", 2), ("8", 2)])
def test_threads_are_those_of_duckdb_and_at_most_two_models(
    threads: str, models_at_a_time: int
) -> None:
    set_invocation_context({"KLANTBEELD_DATA": "data", "KLANTBEELD_THREADS": threads})
    output = ProfileRenderer({}).render_data(PROFILE)["klantbeeld"]["outputs"]["duckdb"]
    assert output["threads"] == models_at_a_time
    assert str(output["settings"]["threads"]) == threads
