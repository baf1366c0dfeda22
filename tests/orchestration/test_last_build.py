from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from orchestration import last_build
from orchestration.building.build_plan import plan_build
from orchestration.last_build import LastBuild
from orchestration.paths import DataPaths

LAST = LastBuild(
    "build-1", "2026-06-30 12:00:00", 3, "project", {"sessions": {"seed `robots`": "a"}}, {}
)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """Two databases as a whole build left them, and its record."""
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    paths.warehouse.write_text("warehouse")
    paths.marts.write_text("marts")
    last_build.record(paths, LAST)
    return paths


@dataclass
class FakeProject:
    paths: DataPaths
    code_versions: dict[str, dict[str, str]] = field(default_factory=lambda: LAST.code_versions)
    fingerprint: str = LAST.project

    @property
    def manifest(self) -> dict[str, Any]:
        return {
            "nodes": {
                f"model.shop.{name}": {
                    "resource_type": "model",
                    "name": name,
                    "config": {"materialized": "incremental", "meta": {}},
                }
                for name in self.code_versions
            }
        }


def changed(file: Path) -> None:
    """Change the modification time, but not the size."""
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


def test_record_is_valid_until_it_is_cleared(paths: DataPaths) -> None:
    assert last_build.read(paths) == LAST
    assert last_build.publishable_build_id(paths) == "build-1"
    last_build.clear(paths)
    assert last_build.read(paths) is None
    assert last_build.publishable_build_id(paths) is None
    assert not last_build.is_outdated(paths)


@pytest.mark.parametrize("name", ["klantbeeld.duckdb", "marts.duckdb"])
def test_written_database_invalidates_the_record(paths: DataPaths, name: str) -> None:
    changed(paths.warehouse_dir / name)
    assert last_build.read(paths) is None
    assert last_build.is_outdated(paths)


@pytest.mark.parametrize("name", ["klantbeeld.duckdb", "marts.duckdb"])
def test_missing_database_invalidates_the_record(paths: DataPaths, name: str) -> None:
    (paths.warehouse_dir / name).unlink()
    assert last_build.read(paths) is None


def test_write_ahead_log_invalidates_the_record(paths: DataPaths) -> None:
    (paths.warehouse_dir / "klantbeeld.duckdb.wal").write_text("rows")
    assert last_build.read(paths) is None


def test_marts_are_publishable_after_the_warehouse_changed(paths: DataPaths) -> None:
    changed(paths.warehouse)
    assert last_build.publishable_build_id(paths) == "build-1"
    changed(paths.marts)
    assert last_build.publishable_build_id(paths) is None


def test_landing_keeps_the_record_valid(paths: DataPaths) -> None:
    with last_build.kept_valid(paths):
        changed(paths.warehouse)
        assert last_build.read(paths) is None
    assert last_build.read(paths) == LAST


def test_failed_landing_keeps_the_record_valid(paths: DataPaths) -> None:
    with pytest.raises(OSError), last_build.kept_valid(paths):
        changed(paths.warehouse)
        raise OSError
    assert last_build.read(paths) == LAST


def test_landing_does_not_validate_an_outdated_record(paths: DataPaths) -> None:
    changed(paths.warehouse)
    with last_build.kept_valid(paths):
        changed(paths.warehouse)
    assert last_build.read(paths) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"build": {}, "databases": {}}'])
def test_unreadable_record_counts_as_none(paths: DataPaths, text: str) -> None:
    (file,) = paths.warehouse_dir.glob("last_build.json")
    file.write_text(text)
    assert last_build.read(paths) is None
    assert not last_build.is_outdated(paths)


def test_first_build_builds_all_without_a_reason(tmp_path: Path) -> None:
    plan = plan_build(FakeProject(DataPaths(tmp_path)), full_refresh=False)
    assert (plan.settings, plan.reason) == ({"KLANTBEELD_REBUILD": "all"}, None)


def test_build_after_a_valid_record_is_incremental(paths: DataPaths) -> None:
    plan = plan_build(FakeProject(paths), full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": ""}
    assert plan.reason == "Incremental build on the tables of 2026-06-30 12:00:00 UTC."
    assert plan.unchanged_since == LAST


def test_build_of_a_changed_project_skips_nothing(paths: DataPaths) -> None:
    plan = plan_build(FakeProject(paths, fingerprint="another"), full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": ""}
    assert plan.unchanged_since is None


def test_full_refresh_ignores_a_valid_record(paths: DataPaths) -> None:
    plan = plan_build(FakeProject(paths), full_refresh=True)
    assert plan.settings == {"KLANTBEELD_REBUILD": "all"}
    assert plan.reason == "Full refresh: every table is rebuilt."


def test_build_after_an_unfinished_one_rebuilds_all(paths: DataPaths) -> None:
    last_build.clear(paths)
    plan = plan_build(FakeProject(paths), full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": "all"}
    assert plan.reason == (
        "The last build failed, was killed or was partial, so every table is rebuilt."
    )


def test_build_after_a_foreign_write_rebuilds_all(paths: DataPaths) -> None:
    changed(paths.warehouse)
    plan = plan_build(FakeProject(paths), full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": "all"}
    assert plan.reason == ("The warehouse changed after the last build, so every table is rebuilt.")


def test_build_after_a_change_names_it(paths: DataPaths) -> None:
    project = FakeProject(paths, {"sessions": {"seed `robots`": "b"}, "carts": {}})
    plan = plan_build(project, full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": "carts,sessions"}
    assert plan.reason == (
        "Changed since the last build: seed `robots`. Rebuilt: every incremental table."
    )


def test_build_with_a_new_incremental_model(paths: DataPaths) -> None:
    plan = plan_build(FakeProject(paths, {**LAST.code_versions, "carts": {}}), full_refresh=False)
    assert plan.settings == {"KLANTBEELD_REBUILD": "carts"}
    assert plan.reason == "Not built before, so built in full: carts."
