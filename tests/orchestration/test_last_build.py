from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from orchestration.building import last_build
from orchestration.building.build_plan import extent_of_build
from orchestration.building.last_build import Mark
from orchestration.paths import DataPaths

MARK = Mark(
    "build-1", "2026-06-30 12:00:00", 3, "project", {"sessions": {"seed `robots`": "a"}}, {}
)


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    """Two databases as a whole build left them."""
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    paths.warehouse.write_text("warehouse")
    paths.marts.write_text("marts")
    last_build.set_whole(paths, MARK)
    return paths


@dataclass
class FakeProject:
    paths: DataPaths
    rules: dict[str, dict[str, str]] = field(default_factory=lambda: MARK.rules)
    fingerprint: str = MARK.project

    @property
    def manifest(self) -> dict[str, Any]:
        return {
            "nodes": {
                f"model.shop.{name}": {
                    "resource_type": "model",
                    "name": name,
                    "config": {"materialized": "incremental", "meta": {}},
                }
                for name in self.rules
            }
        }


def changed(file: Path) -> None:
    """Written to, and of the same size."""
    stat = file.stat()
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


def test_mark_stands_until_it_is_cleared(paths: DataPaths) -> None:
    assert last_build.read(paths) == MARK
    assert last_build.published_build(paths) == "build-1"
    last_build.clear(paths)
    assert last_build.read(paths) is None
    assert last_build.published_build(paths) is None
    assert not last_build.is_voided(paths)


@pytest.mark.parametrize("name", ["klantbeeld.duckdb", "marts.duckdb"])
def test_whatever_writes_to_a_database_voids_it(paths: DataPaths, name: str) -> None:
    changed(paths.warehouse_dir / name)
    assert last_build.read(paths) is None
    assert last_build.is_voided(paths)


@pytest.mark.parametrize("name", ["klantbeeld.duckdb", "marts.duckdb"])
def test_database_that_is_gone_voids_it(paths: DataPaths, name: str) -> None:
    (paths.warehouse_dir / name).unlink()
    assert last_build.read(paths) is None


def test_changes_that_a_killed_process_left_beside_a_database_void_it(paths: DataPaths) -> None:
    (paths.warehouse_dir / "klantbeeld.duckdb.wal").write_text("rows")
    assert last_build.read(paths) is None


def test_marts_are_published_whatever_became_of_the_warehouse(paths: DataPaths) -> None:
    changed(paths.warehouse)
    assert last_build.published_build(paths) == "build-1"
    changed(paths.marts)
    assert last_build.published_build(paths) is None


def test_landing_keeps_the_mark(paths: DataPaths) -> None:
    with last_build.kept(paths):
        changed(paths.warehouse)
        assert last_build.read(paths) is None
    assert last_build.read(paths) == MARK


def test_landing_that_fails_keeps_the_mark(paths: DataPaths) -> None:
    with pytest.raises(OSError), last_build.kept(paths):
        changed(paths.warehouse)
        raise OSError
    assert last_build.read(paths) == MARK


def test_landing_does_not_make_a_void_mark_stand(paths: DataPaths) -> None:
    changed(paths.warehouse)
    with last_build.kept(paths):
        changed(paths.warehouse)
    assert last_build.read(paths) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"build": {}, "databases": {}}'])
def test_mark_that_cannot_be_read_is_none(paths: DataPaths, text: str) -> None:
    (file,) = paths.warehouse_dir.glob("last_build.json")
    file.write_text(text)
    assert last_build.read(paths) is None
    assert not last_build.is_voided(paths)


def test_first_build_makes_everything_and_says_nothing(tmp_path: Path) -> None:
    extent = extent_of_build(FakeProject(DataPaths(tmp_path)), full_refresh=False)
    assert (extent.settings, extent.reason) == ({"KLANTBEELD_REBUILD": "all"}, None)


def test_build_on_what_stands_keeps_it(paths: DataPaths) -> None:
    extent = extent_of_build(FakeProject(paths), full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": ""}
    assert extent.reason == "Building on the tables of 2026-06-30 12:00:00 UTC: only what is new."
    assert extent.unmoved_since == MARK


def test_build_of_another_project_runs_every_view_and_test(paths: DataPaths) -> None:
    extent = extent_of_build(FakeProject(paths, fingerprint="another"), full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": ""}
    assert extent.unmoved_since is None


def test_full_refresh_is_no_matter_of_marks(paths: DataPaths) -> None:
    extent = extent_of_build(FakeProject(paths), full_refresh=True)
    assert extent.settings == {"KLANTBEELD_REBUILD": "all"}
    assert extent.reason == "Everything is built anew, as was asked."


def test_build_after_one_that_did_not_finish(paths: DataPaths) -> None:
    last_build.clear(paths)
    extent = extent_of_build(FakeProject(paths), full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": "all"}
    assert extent.reason == (
        "The last build failed, was killed or was partial, so everything is built anew."
    )


def test_build_after_something_else_wrote(paths: DataPaths) -> None:
    changed(paths.warehouse)
    extent = extent_of_build(FakeProject(paths), full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": "all"}
    assert extent.reason == (
        "The warehouse was written to since the last build, so everything is built anew."
    )


def test_build_by_other_rules_names_them(paths: DataPaths) -> None:
    project = FakeProject(paths, {"sessions": {"seed `robots`": "b"}, "carts": {}})
    extent = extent_of_build(project, full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": "carts,sessions"}
    assert extent.reason == (
        "Rules changed since the last build: seed `robots`; rebuilt: everything."
    )


def test_build_with_a_new_incremental_model(paths: DataPaths) -> None:
    extent = extent_of_build(FakeProject(paths, {**MARK.rules, "carts": {}}), full_refresh=False)
    assert extent.settings == {"KLANTBEELD_REBUILD": "carts"}
    assert extent.reason == "Not built before, so built from all that landed: carts."
