"""The sources that something landed of."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.landing.sources_in_use import remember_sources, sources_in_use
from orchestration.paths import DataPaths


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path)
    paths.warehouse_dir.mkdir()
    return paths


def arrives(paths: DataPaths, name: str) -> Path:
    file = paths.landing / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return file


def test_none_without_a_landing_folder(paths: DataPaths) -> None:
    assert sources_in_use(paths) == ()


def test_a_folder_that_holds_something_is_a_source_in_use(paths: DataPaths) -> None:
    arrives(paths, "shop/orders/2026-11.csv")
    arrives(paths, "ga4/events/20261101.parquet")
    arrives(paths, "notes.md")
    (paths.landing / "rees46").mkdir()
    assert sources_in_use(paths) == ("ga4", "shop")


def test_a_source_stays_in_use_when_its_landed_files_are_deleted(paths: DataPaths) -> None:
    file = arrives(paths, "rees46/events/a.csv")
    remember_sources(paths)
    file.unlink()
    file.parent.rmdir()
    arrives(paths, "shop/orders/2026-11.csv")
    assert sources_in_use(paths) == ("rees46", "shop")
