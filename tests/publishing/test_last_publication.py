from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.paths import DataPaths
from orchestration.publishing import last_publication


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """A data root with a recorded publication."""
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    (paths.serving / "parquet").mkdir(parents=True)
    files = {"klantbeeld.duckdb": {}, "parquet/orders.parquet": {}, "report.html": {}}
    (paths.serving / "manifest.json").write_text(json.dumps({"files": files}))
    for name in files:
        (paths.serving / name).write_text(name)
    last_publication.record(paths, "build-1")
    return paths


def test_recorded_publication_is_current(paths: DataPaths) -> None:
    assert last_publication.is_current(paths, "build-1")


def test_another_build_is_not_current(paths: DataPaths) -> None:
    assert not last_publication.is_current(paths, "build-2")


def test_without_publication_nothing_is_current(tmp_path: Path) -> None:
    assert not last_publication.is_current(DataPaths(tmp_path), "build-1")


@pytest.mark.parametrize(
    "name", ["klantbeeld.duckdb", "parquet/orders.parquet", "report.html", "manifest.json"]
)
def test_missing_or_changed_file_is_noticed(paths: DataPaths, name: str) -> None:
    file = paths.serving / name
    file.write_text("other")
    assert not last_publication.is_current(paths, "build-1")
    file.unlink()
    assert not last_publication.is_current(paths, "build-1")


def test_log_beside_the_database_is_noticed(paths: DataPaths) -> None:
    (paths.serving / "klantbeeld.duckdb.wal").write_text("rows")
    assert not last_publication.is_current(paths, "build-1")


def test_another_program_version_publishes_again(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(last_publication, "program_fingerprint", lambda: "other")
    assert not last_publication.is_current(paths, "build-1")
