"""Command line: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import Any

from benchmarks import growth
from benchmarks.errors import BenchmarkError
from benchmarks.generate import made_shop
from benchmarks.machine import machine
from benchmarks.measure import summarize
from benchmarks.report import as_json, markdown, targets, text
from benchmarks.rounds import measure_round
from orchestration.paths import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "benchmarks.md"
PARTS = ("rounds", "growth")


def main() -> int:
    """Measure, print, write bench.json, growth.json, and the page and the plot for the docs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000_000)
    parser.add_argument("--days", type=int, default=180, help="days of history")
    parser.add_argument("--histories", type=int, nargs="+", default=growth.HISTORIES)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--plot", type=Path, default=growth.PLOT)
    parser.add_argument(
        "--measure",
        choices=PARTS,
        nargs="*",
        default=PARTS,
        help="the figures of the others are those that were written before",
    )
    arguments = parser.parse_args()
    # stops the measured process as well
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = arguments.data.resolve()
    files = {"rounds": folder / "bench.json", "growth": folder / "growth.json"}
    try:
        if "rounds" in arguments.measure:
            result = bench(folder, arguments.events, arguments.days, arguments.runs)
            files["rounds"].write_text(json.dumps(result, indent=2) + "\n")
        if "growth" in arguments.measure:
            result = growth.grow(folder, arguments.histories, arguments.runs)
            files["growth"].write_text(json.dumps(result, indent=2) + "\n")
    except BenchmarkError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    measured = json.loads(files["rounds"].read_text())
    grown = json.loads(files["growth"].read_text()) if files["growth"].exists() else None
    arguments.page.write_text(markdown(measured, grown))
    if grown:
        growth.plot(grown["histories"], arguments.plot)
    print(f"\n{text(measured, grown)}\n\nAll figures: {folder}\nPage: {arguments.page}")
    return 0


def bench(folder: Path, events: int, days: int, runs: int) -> dict[str, Any]:
    """Run the rounds on a shop of this size and return their figures."""
    home = made_shop(folder, events, days)
    described = machine()
    rounds = []
    for nth in range(1, runs + 1):
        print(f"Run {nth} of {runs}", flush=True)
        rounds.append(measure_round(home, folder / "scratch"))
    return {
        "events": events,
        "days": days,
        "runs": runs,
        "machine": described,
        "targets": as_json(targets([one.run for one in rounds], events)),
        "measured": {
            name: summarize([one.costs[name] for one in rounds]) for name in rounds[0].costs
        },
        # of the last run
        **rounds[-1].details,
    }


if __name__ == "__main__":
    sys.exit(main())
