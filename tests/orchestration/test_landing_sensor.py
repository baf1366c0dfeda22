from __future__ import annotations

import os
import time
from pathlib import Path

import dagster as dg

from orchestration.defs.sensors import decide, refresh_when_files_arrive
from orchestration.landing.folder_state import SETTLE_SECONDS, folder_state, remember_seen
from orchestration.paths import DataPaths


def put(paths: DataPaths, name: str, *, age: float = 3600, text: str = "order_id\n1\n") -> None:
    file = paths.landing / "shop" / "orders" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (time.time() - age,) * 2)


def ask(paths: DataPaths, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    sensor = refresh_when_files_arrive(paths)
    with dg.DagsterInstance.ephemeral() as instance:
        return sensor(dg.build_sensor_context(instance=instance, cursor=cursor))


def test_empty_folder_starts_nothing(tmp_path: Path) -> None:
    assert isinstance(ask(DataPaths(tmp_path)), dg.SkipReason)


def test_new_file_starts_one_refresh(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv")
    first = ask(paths)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests) == 1
    assert isinstance(ask(paths, first.cursor), dg.SkipReason)

    put(paths, "b.csv")
    second = ask(paths, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert second.run_requests[0].run_key != first.run_requests[0].run_key


def test_changed_file_starts_a_refresh(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv")
    first = ask(paths)
    put(paths, "a.csv", text="order_id\n1\n2\n")
    assert isinstance(ask(paths, first.cursor), dg.SensorResult)


def test_file_changed_a_second_ago_waits(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv", age=1)
    assert isinstance(ask(paths), dg.SkipReason)
    later = folder_state(paths.landing, now=time.time() + SETTLE_SECONDS + 1)
    assert isinstance(decide(later, None, lambda: None), dg.SensorResult)


def test_file_from_the_future_does_not_wait(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv", age=-7200)
    assert isinstance(ask(paths), dg.SensorResult)


def test_files_seen_by_a_manual_refresh_start_nothing(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv")
    paths.warehouse_dir.mkdir()
    remember_seen(paths, folder_state(paths.landing).fingerprint)
    assert isinstance(ask(paths), dg.SkipReason)


def test_sensor_never_opens_the_warehouse(tmp_path: Path) -> None:
    paths = DataPaths(tmp_path)
    put(paths, "a.csv")
    paths.warehouse_dir.mkdir()
    paths.warehouse.write_text("no database: to open it would fail")
    assert isinstance(ask(paths), dg.SensorResult)
