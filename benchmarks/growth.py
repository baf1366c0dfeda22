"""The cost of one more day as history grows: `python -m benchmarks.growth --help`."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.generate import DAYS_HELD_BACK, land_base, land_next_day, made_shop
from benchmarks.machine import machine
from benchmarks.measure import Cost, measure_refresh
from benchmarks.report import GIB, as_json, growth_section, growth_targets, median, phases, table
from orchestration.paths import PROJECT_DIR, DataPaths

EVENTS_A_DAY = 20_000_000 / 180
HISTORIES = (5_000_000, 20_000_000, 80_000_000)
# a day that lands at once, and those that are held back
MIN_DAYS = 1 + DAYS_HELD_BACK
PLOT = PROJECT_DIR / "docs" / "growth.svg"


@dataclass(frozen=True)
class Point:
    """One history: the costs of a rebuild, of refreshes with nothing new and of one more day."""

    events: int
    days: int
    full: list[Cost]
    nothing_new: list[Cost]
    increment: list[Cost]

    def as_json(self) -> dict[str, Any]:
        """Seconds of wall time (median, and each), the most bytes of memory."""
        last = self.increment[-1]
        return {
            "events": self.events,
            "days": self.days,
            "full": _summary(self.full),
            "nothing_new": _summary(self.nothing_new),
            "increment": _summary(self.increment),
            "increment_phases": phases(last.lines, last.wall),
        }


def _summary(costs: Sequence[Cost]) -> dict[str, Any]:
    walls = [round(cost.wall, 2) for cost in costs]
    return {"wall": median(walls), "runs": walls, "peak_rss": max(cost.peak_rss for cost in costs)}


def main() -> int:
    """Measure each history, print a table, write growth.json and the plot for the docs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=HISTORIES)
    parser.add_argument("--runs", type=int, default=DAYS_HELD_BACK, help="days that land")
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    parser.add_argument("--plot", type=Path, default=PLOT)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = arguments.data.resolve()
    try:
        result = grow(folder, arguments.events, arguments.runs)
    except BenchmarkError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    (folder / "growth.json").write_text(json.dumps(result, indent=2) + "\n")
    plot(result["histories"], arguments.plot)
    section = growth_section(result["histories"])
    print(f"\n{section.text}\n\n{table(section.header, section.rows)}")
    print(f"\nAll figures: {folder / 'growth.json'}\nPlot: {arguments.plot}")
    return 0


def grow(folder: Path, histories: Sequence[int], runs: int) -> dict[str, Any]:
    """Measure each history and return the figures."""
    described = machine()
    days = min(runs, DAYS_HELD_BACK)
    points = [measure_history(folder, events, days).as_json() for events in histories]
    return {
        "machine": described,
        "targets": as_json(growth_targets(points)),
        "histories": points,
    }


def measure_history(folder: Path, events: int, increments: int) -> Point:
    """Measure one history. Events per day are constant, so more events mean more days."""
    days = round(events / EVENTS_A_DAY)
    if days < MIN_DAYS:
        raise BenchmarkError(
            f"{events:,} events are fewer than {MIN_DAYS} days of {EVENTS_A_DAY:,.0f} events"
        )
    home = made_shop(folder, events, days)
    scratch = folder / "scratch-growth"
    shutil.rmtree(scratch, ignore_errors=True)
    paths = DataPaths(scratch)
    print(f"{events:,} events on {days} days", flush=True)
    land_base(home, paths.root)
    full = [refresh("rebuild", paths)]
    nothing_new, increment = [], []
    for nth in range(1, increments + 1):
        nothing_new.append(refresh("nothing new", paths))
        land_next_day(home, paths.root, nth)
        increment.append(refresh("one more day", paths))
    shutil.rmtree(scratch)
    return Point(events, days, full, nothing_new, increment)


def refresh(name: str, paths: DataPaths) -> Cost:
    """Run and measure one refresh."""
    cost = measure_refresh(paths.root)
    print(f"  {name}: {cost.wall:.1f} s, {cost.peak_rss / GIB:.1f} GiB", flush=True)
    return cost


def plot(histories: list[dict[str, Any]], file: Path) -> None:
    """Plot cost against size of history."""
    # importing takes a second, and only the plot needs it
    import matplotlib

    matplotlib.use("svg")
    # fixed ids: the same figures give the same file
    matplotlib.rcParams["svg.hashsalt"] = "klantbeeld"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4), layout="constrained")
    millions = [history["events"] / 1e6 for history in histories]
    for name, label, marker in (
        ("full", "rebuild", "o"),
        ("increment", "one more day", "s"),
        ("nothing_new", "nothing new", "^"),
    ):
        seconds = [history[name]["wall"] for history in histories]
        axes.plot(millions, seconds, marker=marker, label=label)
        for x, y in zip(millions, seconds, strict=True):
            axes.annotate(f"{y:.0f} s", (x, y), textcoords="offset points", xytext=(4, 6))
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="history, million events",
        ylabel="seconds",
        title="One refresh, with landing, tests and publishing",
    )
    axes.set_xticks(millions, [f"{million:g}" for million in millions])
    axes.minorticks_off()
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    sys.exit(main())
