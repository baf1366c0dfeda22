"""Command line: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from benchmarks.errors import BenchmarkError
from benchmarks.generate import made_shop
from benchmarks.machine import machine
from benchmarks.measure import summarize
from benchmarks.report import as_json, targets, text
from benchmarks.rounds import measure_round


def main() -> int:
    """Measure, print, write bench.json."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--days", type=int, default=180, help="days of history")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    arguments = parser.parse_args()
    # stops the measured process as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        result = bench(arguments.data.resolve(), arguments.events, arguments.days, arguments.runs)
    except BenchmarkError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    file = arguments.data.resolve() / "bench.json"
    file.write_text(json.dumps(result, indent=2) + "\n")
    print(f"\n{text(result)}\n\nAll figures: {file}")
    return 0


def bench(folder: Path, events: int, days: int, runs: int) -> dict:
    """Run the benchmark on a shop of this size and return its figures."""
    home = made_shop(folder, events, days)
    # recorded because other load makes the figures unreliable
    load_before = os.getloadavg()[0]
    rounds = []
    for nth in range(1, runs + 1):
        print(f"Run {nth} of {runs}", flush=True)
        rounds.append(measure_round(home, folder / "scratch"))
    return {
        "events": events,
        "days": days,
        "runs": runs,
        "machine": {**machine(), "load_before": round(load_before, 2)},
        "targets": as_json(targets([one.run for one in rounds], events)),
        "measured": {
            name: summarize([one.costs[name] for one in rounds]) for name in rounds[0].costs
        },
        # of the last run
        **rounds[-1].details,
    }


if __name__ == "__main__":
    sys.exit(main())
