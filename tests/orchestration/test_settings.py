"""A setting that can't be used is named before anything is done."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, DataPaths
from orchestration.settings import SettingRefused, check_settings, check_vars, days_read_back

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


@pytest.mark.parametrize("days", [None, {}, {"events": 366}, {"survey_responses": 731}])
def test_retention_that_features_can_do_with_is_taken(days: object) -> None:
    check_vars({"retention_days": days})


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (400, "retention_days is 400, but must have days by table, such as {events: 800}"),
        ({"orders": 800}, "retention_days has orders, but its rows are the shop's accounts"),
        ({"order_lines": 800}, "has order_lines, but its rows are the shop's accounts, so they"),
        ({"refunds": 800}, "has refunds, but its rows are the shop's accounts, so they are always"),
        ({"customers": 800}, "has customers, but its rows say what is so until they say otherwise"),
        ({"products": 800}, "has products, but its rows say what is so until they say otherwise"),
        ({"loyalty_memberships": 800}, "has loyalty_memberships, but its rows say what is so"),
        ({"evnts": 800}, "has evnts, but only events, messages, survey_responses, service_cont"),
        ({"events": 365}, "has 365 days for events, but must have a whole number of at least 366"),
        ({"survey_responses": 730}, "a whole number of at least 731: so far do the features of"),
        ({"events": "800"}, "has '800' days for events, but must have a whole number"),
        ({"events": 800.5}, "has 800.5 days for events, but must have a whole number"),
        ({"events": True}, "has True days for events, but must have a whole number"),
        ({"events": None}, "has None days for events, but must have a whole number"),
    ],
)
def test_retention_that_is_refused(days: object, sentence: str) -> None:
    with pytest.raises(SettingRefused, match=r"^the var retention_days") as error:
        check_vars({"retention_days": days})
    assert sentence in str(error.value)


def test_retention_covers_the_windows_that_are_thresholds() -> None:
    """Views of 60 days before an order of a year ago, and a day more."""

    def threshold(topic: str, name: str, default: float) -> float:
        windows = {
            ("order_views", "view_window_days"): 60,
            ("orientation", "store_contact_days"): 14,
        }
        return windows[topic, name]

    check_vars({"retention_days": {"events": 426, "service_contacts": 380}}, threshold)
    for table, days in {"events": 425, "service_contacts": 379}.items():
        with pytest.raises(SettingRefused, match=f"for {table}.* at least {days + 1}"):
            check_vars({"retention_days": {table: days}}, threshold)


def test_no_feature_looks_back_further_than_retention_allows() -> None:
    """By the numbers of days in the models of features, and the thresholds in days."""
    features = PROJECT_DIR / "models" / "intermediate" / "features"
    text = "".join(file.read_text(encoding="utf-8") for file in features.glob("*.sql"))
    windows = {int(days) for days in re.findall(r"(?:'day', -|days_ago < )(\d{2,})", text)}
    assert windows == {30, 90, 180, 365, 730}
    surveys = (features / "int_profile_surveys.sql").read_text(encoding="utf-8")
    occasions = (features / "int_profile_occasions.sql").read_text(encoding="utf-8")
    # of orders, which are always kept, and of surveys
    assert text.count("-730") == surveys.count("-730") + occasions.count("-730") == 2
    fewest = days_read_back(lambda *_: 0)
    assert fewest.pop("survey_responses") > 730
    assert min(fewest.values()) > 365
    # every other window is a threshold
    with (PROJECT_DIR / "seeds/thresholds/thresholds.csv").open(encoding="utf-8") as file:
        in_days = {
            (row["topic"], row["threshold"]): float(row["value"])
            for row in csv.DictReader(file)
            if row["unit"] == "days"
        }
    # a return is within the 90 days of the style, and peaks are of orders
    for key in (
        ("shopping_style", "comparer_return_days"),
        ("shop_peaks", "days_before"),
        ("shop_peaks", "min_days_with_orders"),
    ):
        assert in_days.pop(key) <= 365 - 90
    asked = set()

    def threshold(topic: str, name: str, default: float) -> float:
        asked.add((topic, name))
        return in_days[topic, name]

    days_read_back(threshold)
    assert asked == set(in_days)
