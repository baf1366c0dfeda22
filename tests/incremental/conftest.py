from __future__ import annotations

import pytest
from replay import Replay, copy_project, record

from orchestration.paths import PROJECT_DIR
from tests.docs.markdown import examples

GUIDE = PROJECT_DIR / "docs" / "incremental.md"


@pytest.fixture(scope="session")
def replay(tmp_path_factory: pytest.TempPathFactory, runs_dbt: None) -> Replay:
    """The project with the example models of its guide, recorded once."""
    root = tmp_path_factory.mktemp("recorded")
    project = copy_project(root / "project")
    models = [one for one in examples(GUIDE, "sql") if "`models/" in one.before]
    assert models
    for model in models:
        (project / model.file).write_text(model.text, encoding="utf-8")
    return Replay(record(project, root / "data"))
