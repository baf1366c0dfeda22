from __future__ import annotations

import pytest
from replay import Replay, copy_project, record


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Replay:
    """The project as it is, recorded once."""
    root = tmp_path_factory.mktemp("recorded")
    return Replay(record(copy_project(root / "project"), root / "data"))
