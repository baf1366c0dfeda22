"""dbt on a warehouse of its own in which nothing has landed yet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import land
from orchestration.paths import PROJECT_DIR, DataPaths


@dataclass(frozen=True)
class Dbt:
    """dbt's command line on one data root."""

    paths: DataPaths

    def __call__(self, *arguments: str, expect: Sequence[int] = (0,)) -> dict[str, dict[str, Any]]:
        """Run a command; its results by unique_id."""
        target = self.paths.dbt / "target"
        done = subprocess.run(
            [Path(sys.executable).with_name("dbt"), "--quiet", "--no-use-colors", *arguments],
            cwd=PROJECT_DIR,
            env={
                **os.environ,
                "KLANTBEELD_DATA": str(self.paths.root),
                "DBT_PROFILES_DIR": "profiles",
                "DBT_TARGET_PATH": str(target),
                "DBT_LOG_PATH": str(self.paths.dbt / "logs"),
            },
            capture_output=True,
            text=True,
        )
        if done.returncode not in expect:
            pytest.fail(f"dbt {' '.join(arguments)}\n{done.stdout}\n{done.stderr}", pytrace=False)
        results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        return {result["unique_id"]: result for result in results}


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    """All raw tables, seeds and models, without a row that landed."""
    paths = DataPaths(tmp_path_factory.mktemp("empty_warehouse"))
    paths.landing.mkdir(parents=True)
    land(paths, load_contracts(PROJECT_DIR / "models" / "staging"))
    dbt = Dbt(paths)
    # nothing landed gives no latest instant, and a refresh would stop
    as_of = "{as_of: '2026-01-31 12:00:00'}"
    dbt("build", "--resource-type", "seed", "--resource-type", "model", "--vars", as_of)
    return dbt


@pytest.fixture(scope="session")
def test_results(empty_warehouse: Dbt) -> dict[str, dict[str, Any]]:
    """What `dbt test` says there, unit tests and data tests, by unique_id."""
    return empty_warehouse("test", expect=(0, 1))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """List each dbt unit test by its name, as found in the YAML, so that none can go missing."""
    if "unit_test" in metafunc.fixturenames:
        metafunc.parametrize("unit_test", sorted(unit_tests()))


def unit_tests() -> list[str]:
    """`<model>.<name>` of every unit test in the project's YAML."""
    return [
        f"{test['model']}.{test['name']}"
        for file in (PROJECT_DIR / "models").rglob("*.yml")
        for test in (yaml.safe_load(file.read_text(encoding="utf-8")) or {}).get("unit_tests", ())
    ]
