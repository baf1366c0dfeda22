"""One round of the benchmark: each command is measured once, on a fresh data root."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.compare import compare_handwritten, compare_peer
from benchmarks.dbt_results import seconds_by_kind, slowest, span
from benchmarks.generate import land_base, land_next_day, land_tiny_shop
from benchmarks.measure import CORES, Cost, measure, measure_refresh
from benchmarks.report import GIB, PEERS, Run, phases
from orchestration.building.dbt import dbt_environment, dbt_folders
from orchestration.paths import PROJECT_DIR, DataPaths

# what the peers read
EXPORTED = ("events", "orders")


@dataclass(frozen=True)
class Round:
    """The results of one round."""

    run: Run
    costs: dict[str, Cost]
    details: dict[str, Any]


def measure_round(home: Path, scratch: Path) -> Round:
    """Measure each command once. `scratch` is created, and removed at the end."""
    shutil.rmtree(scratch, ignore_errors=True)
    paths = DataPaths(scratch / "root")
    land_base(home, paths.root)
    costs: dict[str, Cost] = {}
    details: dict[str, Any] = {}

    costs["full refresh"] = full = _refresh("full refresh", paths)
    details["full_refresh_phases"] = phases(full.lines, full.wall)
    details["slowest_nodes"] = slowest(_run_results(paths))
    details["dbt_seconds_by_kind"] = seconds_by_kind(_run_results(paths))

    script = scratch / "handwritten.duckdb"
    costs["hand-written script"] = handwritten = _module(
        "benchmarks.handwritten", str(paths.landing / "shop"), str(script)
    )
    details["handwritten_parts"] = json.loads(handwritten.lines[-1][1])
    details["compared_rows"] = compare_handwritten(_served(paths), script)
    script.unlink()

    _export(paths, scratch)
    landed = [scratch / f"{table}.parquet" for table in EXPORTED]
    peer_seconds = {}
    for peer, module in PEERS.items():
        out = scratch / f"{peer}.parquet"
        cost = _module(module, *map(str, (*landed, out)))
        costs[f"sessions by {peer}, with start"] = cost
        peer_seconds[peer] = json.loads(cost.lines[-1][1])["sessions"]
        details["compared_rows"][peer] = compare_peer(peer, _served(paths), out)
        out.unlink()
    for file in landed:
        file.unlink()

    costs["a refresh with nothing new"] = _refresh("nothing new", paths)
    land_next_day(home, paths.root)
    costs["one day's increment"] = increment = _refresh("one more day", paths)
    details["increment_phases"] = phases(increment.lines, increment.wall)
    details["slowest_increment_nodes"] = slowest(_run_results(paths))

    # last on this data root, because a refresh after a separate dbt run rebuilds everything
    costs["sessions by dbt, with start"] = _dbt(
        paths, "run", "--full-refresh", "--select", "+int_session_classes"
    )
    session_results = _run_results(paths)
    details["slowest_session_nodes"] = slowest(session_results)
    costs["plain dbt build"] = _dbt(
        paths, "build", "--full-refresh", "--exclude", "resource_type:unit_test"
    )
    shutil.rmtree(paths.root)

    land_base(home, paths.root)
    costs["full refresh on one core"] = one_core = _refresh("on one core", paths, cores=1)
    details["one_core_phases"] = phases(one_core.lines, one_core.wall)

    tiny = DataPaths(scratch / "tiny")
    land_tiny_shop(tiny.root)
    costs["a tiny shop"] = _refresh("a tiny shop", tiny)
    shutil.rmtree(scratch)

    return Round(
        run=Run(
            full=full.wall,
            one_core=one_core.wall,
            handwritten=handwritten.wall,
            nothing_new=costs["a refresh with nothing new"].wall,
            increment=increment.wall,
            tiny=costs["a tiny shop"].wall,
            dbt_build=costs["plain dbt build"].wall,
            # all without process start-up
            sessions_dbt=span(session_results),
            sessions_peers=peer_seconds,
        ),
        costs=costs,
        details=details,
    )


def _refresh(name: str, paths: DataPaths, cores: int = CORES) -> Cost:
    return _reported(name, measure_refresh(paths.root, cores=cores))


def _module(name: str, *arguments: str) -> Cost:
    return _reported(name, measure([sys.executable, "-m", name, *arguments], folder=PROJECT_DIR))


def _dbt(paths: DataPaths, *arguments: str) -> Cost:
    environment = dbt_environment(dbt_folders(paths, PROJECT_DIR), paths.root)
    command = [sys.executable, "-m", "dbt.cli.main", *arguments]
    return _reported(f"dbt {arguments[0]}", measure(command, environment, PROJECT_DIR))


def _reported(name: str, cost: Cost) -> Cost:
    print(f"  {name}: {cost.wall:.1f} s, {cost.peak_rss / GIB:.1f} GiB", flush=True)
    return cost


def _run_results(paths: DataPaths) -> dict[str, Any]:
    return json.loads(dbt_folders(paths, PROJECT_DIR).run_results.read_text())


def _served(paths: DataPaths) -> Path:
    return paths.serving / "klantbeeld.duckdb"


def _export(paths: DataPaths, folder: Path) -> None:
    """Export the landed rows as Parquet, all columns, as the peers' input."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        for table in EXPORTED:
            connection.execute(f"copy raw_shop.{table} to '{folder / table}.parquet'")
