from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.paths import DataPaths
from orchestration.publishing import last_publication


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """Published, and remembered."""
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    (paths.serving / "parquet").mkdir(parents=True)
    files = {"klantbeeld.duckdb": {}, "parquet/orders.parquet": {}, "report.html": {}}
    (paths.serving / "manifest.json").write_text(json.dumps({"files": files}))
    for name in files:
        (paths.serving / name).write_text(name)
    last_publication.remember(paths, "build-1")
    return paths


def test_what_is_published_stands(paths: DataPaths) -> None:
    assert last_publication.stands(paths, "build-1")


def test_another_build_is_not_published(paths: DataPaths) -> None:
    assert not last_publication.stands(paths, "build-2")


def test_nothing_was_published(tmp_path: Path) -> None:
    assert not last_publication.stands(DataPaths(tmp_path), "build-1")


@pytest.mark.parametrize(
    "name", ["klantbeeld.duckdb", "parquet/orders.parquet", "report.html", "manifest.json"]
)
def test_file_that_is_gone_or_other(paths: DataPaths, name: str) -> None:
    file = paths.serving / name
    file.write_text("other")
    assert not last_publication.stands(paths, "build-1")
    file.unlink()
    assert not last_publication.stands(paths, "build-1")


def test_database_that_somebody_writes_to(paths: DataPaths) -> None:
    (paths.serving / "klantbeeld.duckdb.wal").write_text("rows")
    assert not last_publication.stands(paths, "build-1")


def test_other_program_publishes_again(paths: DataPaths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_publication, "program_fingerprint", lambda: "other")
    assert not last_publication.stands(paths, "build-1")
