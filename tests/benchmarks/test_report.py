from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

import benchmarks.__main__
from benchmarks.compare import ResultsDiffer, demand_equal
from benchmarks.dbt_results import busy, seconds_by_kind, slowest, span
from benchmarks.machine import machine
from benchmarks.measure import CommandFailed, measure, spread
from benchmarks.report import (
    GIB,
    PEERS,
    Run,
    as_json,
    growth_targets,
    markdown,
    markdown_table,
    median,
    phases,
    serial_share,
    table,
    targets,
    text,
)

RUN = Run(
    full=100,
    one_core=180,
    handwritten=50,
    nothing_new=12,
    increment=16,
    tiny=9,
    dbt_build=80,
    sessions_dbt=20,
    sessions_peers={"Polars": 16, "chDB": 10, "the usual windows": 40},
)
SLOWER = Run(
    full=120,
    one_core=180,
    handwritten=48,
    nothing_new=14,
    increment=26,
    tiny=13,
    dbt_build=80,
    sessions_dbt=24,
    sessions_peers={"Polars": 16, "chDB": 16, "the usual windows": 40},
)
RESULTS = {
    "results": [
        {
            "unique_id": f"{kind}.klantbeeld.{name}",
            "execution_time": seconds,
            "timing": [
                {
                    "started_at": f"2026-11-01T10:00:{began:02d}.000000Z",
                    "completed_at": f"2026-11-01T10:00:{began + seconds:02d}.500000Z",
                }
            ],
        }
        for kind, name, began, seconds in (
            ("model", "a", 2, 3),
            ("test", "b", 5, 1),
            ("model", "c", 5, 9),
        )
    ]
}


@pytest.mark.parametrize(
    ("names", "seconds"),
    [
        # from 2 to 5.5 and from 5 to 6.5
        ({"model.klantbeeld.a", "test.klantbeeld.b"}, 4.5),
        # one contains the other: from 5 to 14.5
        ({"model.klantbeeld.c", "test.klantbeeld.b"}, 9.5),
        (set(), 0),
    ],
)
def test_overlapping_nodes_count_once(names: set[str], seconds: float):
    assert busy(RESULTS, names) == seconds


def test_separate_nodes_add_up():
    apart = {"results": [RESULTS["results"][0], {**RESULTS["results"][0]}]}
    apart["results"][1]["timing"] = [
        {"started_at": "2026-11-01T10:00:20.000000Z", "completed_at": "2026-11-01T10:00:21.250000Z"}
    ]
    assert busy(apart, {"model.klantbeeld.a"}) == 4.75


def test_median_of_even_count_is_mean_of_middle_two():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 2, 3]) == 2.5


def history(events: int, increments: list[float], peak: int) -> dict:
    cost = {"wall": increments[0], "runs": increments, "peak_rss": 2 * GIB}
    full = {"wall": 60.0, "runs": [60.0], "peak_rss": peak}
    return {"events": events, "days": 9, "full": full, "nothing_new": cost, "increment": cost}


SHORT = history(5_000_000, [20.0, 10.0, 10.0], 3 * GIB)
LONG = history(80_000_000, [20.0, 14.0, 16.0], 9 * GIB)


def test_ratios_are_computed_within_each_run():
    found = {target.name: target for target in targets([RUN, SLOWER], 80_000_000)}
    full = found["full refresh, against a hand-written script"]
    assert (full.lowest, full.reached, full.highest) == (2, 2.25, 2.5)
    assert full.verdict == "no"
    increment = found[
        "one day's increment beyond a refresh with nothing new, against a full refresh"
    ]
    assert (increment.lowest, increment.highest, increment.verdict) == (4, 10, "yes")
    chdb = found["sessions and funnel, against chDB"]
    assert (chdb.lowest, chdb.highest, chdb.verdict) == (1.5, 2, "no target")
    tiny = found["a tiny shop (ten orders), from landing to published"]
    assert (tiny.lowest, tiny.reached, tiny.verdict) == (9, 11, "yes")
    assert found["full refresh, against plain dbt build"].verdict == "no target"


def test_second_core_that_halves_nothing_new_leaves_serial_share():
    # of 100 s on one core, 20 can't be shared: 20 + 80 / 2
    assert serial_share(one_core=100, two_cores=60) == pytest.approx(0.2)
    assert serial_share(one_core=100, two_cores=50) == 0
    found = {target.name: target for target in targets([RUN, SLOWER], 20_000_000)}
    as_fast = found["full refresh on two cores, against one: as fast"]
    assert (as_fast.lowest, as_fast.highest) == (1.5, 1.8)
    assert as_fast.wanted == "at least 1.7"
    assert as_fast.verdict == "no"


def test_growth_compares_same_days_of_longest_and_shortest_history():
    growth, memory = growth_targets([LONG, SHORT])
    assert growth.name == "growth: one more day at 80 million events, against 5 million"
    # 20 / 20, 14 / 10, 16 / 10
    assert (growth.lowest, growth.reached, growth.highest) == (1, 1.4, 1.6)
    assert growth.verdict == "yes"
    assert (memory.reached, memory.verdict, memory.runs) == (9, "no", 1)


def test_value_equal_to_target_meets_it():
    assert targets([RUN], 20_000_000)[0].verdict == "yes"
    slow = replace(RUN, one_core=170)
    (as_fast,) = (each for each in targets([slow], 20_000_000) if each.at_least)
    assert as_fast.verdict == "yes"


def test_small_history_neither_meets_nor_misses_target():
    assert targets([RUN], 200_000)[0].verdict == "applies from 20 million on"
    small, _ = growth_targets([SHORT, history(20_000_000, [9.0, 9.0, 9.0], GIB)])
    assert small.verdict == "applies from 80 million on"


def test_increment_faster_than_nothing_new_is_noise():
    noisy = replace(RUN, increment=RUN.nothing_new - 1)
    (increment,) = (each for each in targets([noisy], 20_000_000) if each.at_most == 15)
    assert increment.verdict == "noise"


def figures() -> tuple[dict, dict]:
    """What bench.json and growth.json have."""
    cost = {
        "wall_seconds": {"median": 100.0, "min": 99.0, "max": 104.5},
        "cpu_seconds": {"median": 150.0},
        "peak_rss_bytes": {"median": 6.5 * GIB},
    }
    bench = {
        "events": 20_000_000,
        "days": 180,
        "runs": 2,
        "machine": machine(),
        "targets": as_json(targets([RUN, SLOWER], 20_000_000)),
        "measured": {"full refresh": cost},
        "full_refresh_phases": {"landing": 30.0},
        "one_core_phases": {"landing": 55.5},
        "slowest_nodes": [{"node": "model.klantbeeld.sessions", "seconds": 9.0}],
    }
    growth = {"targets": as_json(growth_targets([SHORT, LONG])), "histories": [SHORT, LONG]}
    return bench, growth


def test_page_has_machine_targets_seconds_and_growth():
    bench, growth = figures()
    page = markdown(bench, growth).splitlines()
    assert f"{machine()['cores']} cores" in page[4]
    assert (
        "| full refresh, against a hand-written script | at most 2 | 2.25 | 2 to 2.5 | times | no |"
        in page
    )
    assert "| peak memory at 80 million events | at most 8 | 9 | one | GiB | no |" in page
    assert "| full refresh | 100.0 | 99.0 | 104.5 | 150.0 | 6.5 |" in page
    assert "| landing | 30.0 | 55.5 |" in page
    assert "| 80,000,000 | 9 | 60.0 | 20.0 | 20.0 | 9.0 |" in page
    assert page[-1].endswith("(growth.svg)")
    # without growth there is no plot of it
    assert "growth" not in markdown(bench, None)
    assert "model.klantbeeld.sessions" in text(bench, growth)


def test_page_is_written_from_earlier_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bench, growth = figures()
    (tmp_path / "bench.json").write_text(json.dumps(bench))
    (tmp_path / "growth.json").write_text(json.dumps(growth))
    page, plot = tmp_path / "page.md", tmp_path / "plot.svg"
    files = ["--data", str(tmp_path), "--page", str(page), "--plot", str(plot)]
    monkeypatch.setattr(sys, "argv", ["benchmarks", *files, "--measure"])
    assert benchmarks.__main__.main() == 0
    assert page.read_text() == markdown(bench, growth)
    assert "<!-- one more day -->" in plot.read_text()


def test_each_peer_has_a_module():
    for module in PEERS.values():
        assert importlib.util.find_spec(module)


def test_phases_are_read_from_log_lines():
    lines = [
        (1.0, "shop/orders: 18 files, 5 rows in 2.5 s"),
        (1.5, "shop/customers/customers-all.ndjson: 3,949 rows, 4 rejected in 0.50 s"),
        (2.0, "  82 of 241, 5 s"),
        (9.0, "  241 built and tested in 10.0 s"),
        (9.5, "Publishing …"),
        (9.9, "  14 files replaced in 1.5 s"),
        (9.9, "Refreshed in 20.0 s."),
    ]
    assert phases(lines, 20) == {
        "landing": 3.0,
        "dbt": 10.0,
        "publishing": 1.5,
        "start-up and the rest": 5.5,
    }


def test_slowest_nodes_come_first():
    assert slowest(RESULTS, 2) == [
        {"node": "model.klantbeeld.c", "seconds": 9},
        {"node": "model.klantbeeld.a", "seconds": 3},
    ]
    assert seconds_by_kind(RESULTS) == {"model": 12, "test": 1}


def test_span_is_first_start_to_last_end():
    assert span(RESULTS) == 12.5


def test_spread_has_minimum_and_maximum():
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "min": 1.0, "max": 3.0}


def test_table_aligns_numbers_right():
    assert table(["what", "s"], [["a", "10"]]) == "what   s\n----  --\na     10"


def test_markdown_table_aligns_numbers_right():
    assert (
        markdown_table(["what", "s"], [["a", "10"]]) == "| what | s |\n| --- | ---: |\n| a | 10 |"
    )


def test_command_runs_on_the_cores_that_it_may_use():
    count = "import os; print(len(os.sched_getaffinity(0)))"
    assert measure([sys.executable, "-c", count], cores=1).lines[0][1] == "1"


def test_cpu_and_memory_of_children_count(tmp_path: Path):
    child = (
        "x = bytearray(150_000_000); sum(i for i in range(3_000_000)); import time; time.sleep(.5)"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = measure([sys.executable, "-c", f"print('a line'); {parent}"], folder=tmp_path)
    assert cost.peak_rss > 150_000_000
    assert cost.cpu > 0
    assert [line for _, line in cost.lines] == ["a line"]


def test_failed_command_raises_with_its_last_lines():
    with pytest.raises(CommandFailed, match=r"ended with 3: no disk"):
        measure([sys.executable, "-c", "print('no disk'); raise SystemExit(3)"])


def test_differing_results_raise_with_an_example():
    connection = duckdb.connect()
    assert demand_equal(connection, "Polars", "select 1 as a", "select 1 as a") == 1
    with pytest.raises(ResultsDiffer, match=r"Polars and the warehouse differ in 1 rows"):
        demand_equal(connection, "Polars", "select 1 as a", "select 1 as a union all select 1")
