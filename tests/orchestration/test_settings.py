"""A setting that can't be used is named before anything is done."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orchestration.paths import DataPaths
from orchestration.settings import SettingRefused, check_settings, check_vars

TIME_ZONE = {"business_timezone": "Europe/Amsterdam"}


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    return DataPaths(tmp_path / "data")


def test_usual_settings_and_missing_folders_are_fine(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_settings(paths, TIME_ZONE)
    check_settings(paths, {"business_timezone": "UTC"})
    check_settings(paths, {})
    monkeypatch.setenv("KLANTBEELD_THREADS", "3")
    monkeypatch.setenv("KLANTBEELD_MEMORY_LIMIT", "500 MiB")
    check_settings(paths, TIME_ZONE)
    # as the Makefile's users write "not set"
    monkeypatch.setenv("KLANTBEELD_THREADS", "")
    monkeypatch.setenv("KLANTBEELD_MEMORY_LIMIT", "")
    check_settings(paths, TIME_ZONE)
    assert not paths.root.exists()


@pytest.mark.parametrize("limit", ["lots", "6", "80%", "0GB", "6GB; drop"])
def test_memory_limit(paths: DataPaths, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setenv("KLANTBEELD_MEMORY_LIMIT", limit)
    with pytest.raises(SettingRefused, match=r"^KLANTBEELD_MEMORY_LIMIT is .*such as 6GB"):
        check_settings(paths, TIME_ZONE)


@pytest.mark.parametrize("threads", ["two", "0", "-1", "1.5", "²"])
def test_threads(paths: DataPaths, monkeypatch: pytest.MonkeyPatch, threads: str) -> None:
    monkeypatch.setenv("KLANTBEELD_THREADS", threads)
    with pytest.raises(SettingRefused, match=r"^KLANTBEELD_THREADS is .*whole number"):
        check_settings(paths, TIME_ZONE)


@pytest.mark.parametrize("zone", ["Europe/Asterdam", "", "o'clock", 2])
def test_time_zone(paths: DataPaths, zone: object) -> None:
    with pytest.raises(SettingRefused, match=r"business_timezone is .*Europe/Amsterdam"):
        check_settings(paths, {"business_timezone": zone})


@pytest.mark.parametrize("name", ["", "serving", "warehouse", "dagster", "dbt"])
def test_folder_that_is_a_file(paths: DataPaths, name: str) -> None:
    file = paths.root / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("not a folder")
    with pytest.raises(SettingRefused, match=f"^{file} must be a folder"):
        check_settings(paths, TIME_ZONE)


def test_link_to_a_missing_folder(paths: DataPaths) -> None:
    paths.root.mkdir()
    paths.serving.symlink_to(paths.root / "gone")
    with pytest.raises(SettingRefused, match="must be a folder"):
        check_settings(paths, TIME_ZONE)


@pytest.mark.parametrize("name", ["", "serving"])
def test_folder_without_permission(
    paths: DataPaths, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = paths.root / name
    folder.mkdir(parents=True)
    # not by its mode, which does not bind root
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != folder and may(path, mode))
    with pytest.raises(SettingRefused, match=f"^{folder} must be a folder that this user can"):
        check_settings(paths, TIME_ZONE)


@pytest.mark.parametrize("currency", ["euro", "eur", "EURO", "EUR ", "", 978])
def test_reporting_currency_that_is_no_code_is_refused(currency) -> None:
    with pytest.raises(SettingRefused, match=r"^reporting_currency must be an ISO 4217 code"):
        check_vars({"reporting_currency": currency})


def test_reporting_currency_that_is_a_code_is_taken() -> None:
    check_vars({"reporting_currency": "IDR"})
    check_vars({})
