"""Time spent on features and segments against sessions: `python -m benchmarks.segments --help`."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.dbt_results import busy
from benchmarks.errors import BenchmarkError
from benchmarks.generate import land_base, made_shop
from benchmarks.machine import machine
from benchmarks.measure import measure_refresh
from benchmarks.report import GIB, phases, table
from orchestration.building.dbt import dbt_folders
from orchestration.paths import PROJECT_DIR, DataPaths

PARTS = {
    "events": (
        "models/intermediate/sessions/",
        "models/marts/web/",
    ),
    "segments": (
        "models/intermediate/features/",
        "models/marts/features/",
        "models/marts/internal/profile_segments.sql",
    ),
    # profiles, sizes, transitions and other tables that aggregate the segments
    "counts": (
        "models/marts/customers/",
        "models/marts/segments/",
        "models/marts/audiences/",
    ),
}


def main() -> int:
    """Measure, print, write segments.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.segments", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[20_000_000, 28_500_000])
    parser.add_argument("--days", type=int, default=740)
    parser.add_argument("--months", type=int, default=24, help="month ends in the history")
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = arguments.data.resolve()
    try:
        shops = [
            measure_shop(folder, events, arguments.days, arguments.months)
            for events in arguments.events
        ]
    except BenchmarkError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    file = folder / "segments.json"
    file.write_text(json.dumps({"machine": machine(), "shops": shops}, indent=2) + "\n")
    print(f"\n{text(shops)}\n\nAll figures: {file}")
    return 0


def measure_shop(folder: Path, events: int, days: int, months: int) -> dict[str, Any]:
    """Run a full refresh of a shop; return the seconds of landing and of each part."""
    home = made_shop(folder, events, days)
    scratch = folder / "scratch-segments"
    shutil.rmtree(scratch, ignore_errors=True)
    paths = DataPaths(scratch)
    land_base(home, paths.root)
    print(f"{events:,} events on {days} days", flush=True)
    values = {"history_length": months}
    cost = measure_refresh(paths.root, "--vars", json.dumps(values))
    folders = dbt_folders(paths, PROJECT_DIR, values)
    results = json.loads(folders.run_results.read_text())
    manifest = json.loads(folders.manifest.read_text())
    seconds = {part: busy(results, nodes_of(part, manifest)) for part in PARTS}
    shop = {
        "events": events,
        "days": days,
        **size(paths),
        "full_seconds": round(cost.wall, 1),
        "landing_seconds": phases(cost.lines, cost.wall)["landing"],
        **{f"{part}_seconds": round(spent, 1) for part, spent in seconds.items()},
        "peak_rss": cost.peak_rss,
    }
    print(f"  refresh: {cost.wall:.1f} s", flush=True)
    shutil.rmtree(scratch)
    return shop


def nodes_of(part: str, manifest: Mapping[str, Any]) -> set[str]:
    """The unique ids of a part's models and of the tests on them."""
    models = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["original_file_path"].startswith(PARTS[part])
    }
    tests = {
        unique_id
        for unique_id, node in manifest["nodes"].items()
        if node.get("attached_node") in models
    }
    return models | tests


def size(paths: DataPaths) -> dict[str, int]:
    """Number of profiles, of dates, and of rows (profile and date)."""
    with duckdb.connect(str(paths.serving / "klantbeeld.duckdb"), read_only=True) as connection:
        found = connection.execute(
            """
            select count(distinct profile_id), count(distinct as_of_date), count(*)
            from internal.profile_segments
            """
        ).fetchone()
    assert found
    return dict(zip(("profiles", "dates", "profile_dates"), found, strict=True))


def text(shops: list[dict[str, Any]]) -> str:
    """The shops as a text table."""
    return table(
        [
            "events",
            "profiles",
            "dates",
            "rows",
            "full s",
            "landing s",
            "events s",
            "segments s",
            "counts s",
            "peak GiB",
        ],
        [
            [
                f"{shop['events']:,}",
                f"{shop['profiles']:,}",
                f"{shop['dates']}",
                f"{shop['profile_dates']:,}",
                f"{shop['full_seconds']:.1f}",
                f"{shop['landing_seconds']:.1f}",
                f"{shop['events_seconds']:.1f}",
                f"{shop['segments_seconds']:.1f}",
                f"{shop['counts_seconds']:.1f}",
                f"{shop['peak_rss'] / GIB:.1f}",
            ]
            for shop in shops
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
