"""dbt on a warehouse of its own in which nothing has landed yet."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from plain_dbt import Dbt

from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import load_files
from orchestration.paths import PROJECT_DIR, DataPaths


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Dbt:
    """All raw tables, seeds and models, without a row that landed."""
    paths = DataPaths(tmp_path_factory.mktemp("empty_warehouse"))
    paths.landing.mkdir(parents=True)
    load_files(paths, load_contracts(PROJECT_DIR / "models" / "staging"))
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
