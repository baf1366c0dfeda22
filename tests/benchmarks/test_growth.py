"""The growth benchmark on a tiny shop, with refreshes stubbed."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from benchmarks import growth
from benchmarks.machine import MEASURED_WITH, machine
from benchmarks.measure import Cost
from benchmarks.report import GIB
from orchestration.paths import DataPaths

SECONDS = {"rebuild": 40, "nothing new": 7, "one more day": 12}
REFRESHED = [
    (1.0, "shop/events: 1 files, 5 rows in 2.0 s"),
    (9.0, "  241 built and tested in 6.0 s"),
    (9.5, "  14 files replaced in 1.0 s"),
]


@pytest.fixture
def refreshes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Each measured refresh, with the number of files in the landing folder."""
    found = []

    def refresh(name: str, paths: DataPaths) -> Cost:
        files = [file for file in paths.landing.rglob("*") if file.is_file()]
        found.append((name, len(files)))
        return Cost(wall=SECONDS[name], cpu=0, peak_rss=2 * GIB, lines=REFRESHED)

    monkeypatch.setattr(growth, "refresh", refresh)
    monkeypatch.setattr(growth, "EVENTS_A_DAY", 2_500)
    return found


def bench(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    arguments = ["--data", str(folder), "--plot", str(folder / "growth.svg")]
    monkeypatch.setattr(
        sys, "argv", ["growth", "--events", "10000", "20000", "--runs", "2", *arguments]
    )
    return growth.main()


@pytest.mark.slow
def test_longer_history_has_more_days_and_last_days_land_later(
    tmp_path: Path,
    refreshes: list[tuple[str, int]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    assert bench(tmp_path, monkeypatch) == 0

    found = json.loads((tmp_path / "growth.json").read_text())
    assert found["machine"].keys() == machine().keys()
    assert [(history["events"], history["days"]) for history in found["histories"]] == [
        (10_000, 4),
        (20_000, 8),
    ]
    assert [target["reached"] for target in found["targets"]] == [1, 2]
    assert found["histories"][0] | {"events": 0, "days": 0} == {
        "events": 0,
        "days": 0,
        "full": {"wall": 40, "runs": [40], "peak_rss": 2 * GIB},
        "nothing_new": {"wall": 7, "runs": [7, 7], "peak_rss": 2 * GIB},
        "increment": {"wall": 12, "runs": [12, 12], "peak_rss": 2 * GIB},
        "increment_phases": {
            "landing": 2.0,
            "dbt": 6.0,
            "publishing": 1.0,
            "start-up and the rest": 3.0,
        },
    }

    each = ["rebuild", "nothing new", "one more day", "nothing new", "one more day"]
    assert [name for name, _ in refreshes] == [*each, *each]
    for files in ([count for _, count in refreshes[:5]], [count for _, count in refreshes[5:]]):
        assert 0 < files[0] == files[1] < files[2] == files[3] < files[4]
    # the generated shops are kept for the next benchmark
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "growth.json",
        "growth.svg",
        "shop-10000-4",
        "shop-20000-8",
    ]

    printed = capsys.readouterr().out.splitlines()
    assert "10,000     4     40.0          7.0          12.0       2.0" in printed


def test_plot_shows_each_cost_and_is_reproducible(tmp_path: Path):
    histories = [
        {
            "events": events,
            "full": {"wall": seconds},
            "increment": {"wall": seconds / 3},
            "nothing_new": {"wall": 7},
        }
        for events, seconds in ((5_000_000, 30.0), (20_000_000, 90.0))
    ]
    growth.plot(histories, tmp_path / "a.svg")
    growth.plot(histories, tmp_path / "b.svg")
    picture = (tmp_path / "a.svg").read_text()
    # matplotlib draws text as paths, with the text in a comment
    for text in ("rebuild", "one more day", "nothing new", "90 s", "10 s", "7 s", "5", "20"):
        assert f"<!-- {text} -->" in picture
    assert (tmp_path / "b.svg").read_text() == picture


def test_failed_benchmark_prints_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    # a shop without a held-back day
    (tmp_path / "shop-10000-4" / "landing").mkdir(parents=True)
    (tmp_path / "shop-10000-4" / "finished").touch()
    monkeypatch.setattr(growth, "EVENTS_A_DAY", 2_500)
    monkeypatch.setattr(growth, "refresh", lambda *_: Cost(wall=1, cpu=1, peak_rss=1))
    assert bench(tmp_path, monkeypatch) == 1
    assert "Failed: " in capsys.readouterr().err
    assert not (tmp_path / "growth.json").exists()


def test_machine_describes_this_machine():
    found = machine()
    assert found["cores"] == os.cpu_count()
    total = next(
        int(line.split()[1])
        for line in Path("/proc/meminfo").read_text().splitlines()
        if line.startswith("MemTotal")
    )
    assert found["memory_gib"] == round(total / 1024**2, 1)
    assert found["python"] == sys.version.split()[0]
    assert found.keys() >= set(MEASURED_WITH)
    json.dumps(found)


def test_history_below_minimum_days_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["growth", "--events", "200000", "--data", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", arguments)
    assert growth.main() == 1
    assert (
        capsys.readouterr().err
        == "Failed: 200,000 events are fewer than 4 days of 111,111 events\n"
    )
