from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from benchmarks.compare import ResultsDiffer, demand_equal
from benchmarks.dbt_results import busy, seconds_by_kind, slowest, span
from benchmarks.measure import CommandFailed, measure, spread
from benchmarks.report import GIB, Run, median, phases, table, targets

RUN = Run(
    full=100,
    handwritten=50,
    nothing_new=12,
    increment=16,
    dbt_build=80,
    sessions_dbt=20,
    sessions_polars=16,
    peak_rss=6 * GIB,
)
SLOWER = Run(
    full=120,
    handwritten=48,
    nothing_new=14,
    increment=26,
    dbt_build=80,
    sessions_dbt=24,
    sessions_polars=16,
    peak_rss=9 * GIB,
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


def test_ratios_are_computed_within_each_run():
    found = {target.name: target for target in targets([RUN, SLOWER], 80_000_000)}
    full = found["full refresh / hand-written script"]
    assert (full.lowest, full.reached, full.highest) == (2, 2.25, 2.5)
    assert full.verdict == "no"
    increment = found["one day's increment beyond nothing new / full"]
    assert (increment.lowest, increment.highest) == (0.04, 0.1)
    memory = found["peak memory of the full refresh"]
    assert (memory.reached, memory.verdict) == (7.5, "yes")
    assert found["full refresh / plain dbt build"].verdict == "no target"


def test_value_equal_to_target_meets_it():
    assert targets([RUN], 20_000_000)[0].verdict == "yes"


def test_small_history_neither_meets_nor_misses_target():
    assert targets([RUN], 200_000)[0].verdict == "applies from 20 million on"
    (memory,) = (each for each in targets([RUN], 20_000_000) if each.unit == "GiB")
    assert memory.verdict == "applies from 80 million on"


def test_increment_faster_than_nothing_new_is_noise():
    noisy = replace(RUN, increment=RUN.nothing_new - 1)
    assert targets([noisy], 20_000_000)[2].verdict == "noise"


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
