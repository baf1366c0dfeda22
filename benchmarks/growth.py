"""The cost of one more day as history grows: `python -m benchmarks.growth --help`."""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.generate import land_base, land_next_day, made_shop
from benchmarks.machine import machine
from benchmarks.measure import Cost, measure
from benchmarks.report import GIB, phases, table
from orchestration.paths import PROJECT_DIR, DataPaths

EVENTS_A_DAY = 20_000_000 / 180
HISTORIES = (5_000_000, 20_000_000, 80_000_000)
# the shortest demo shop with a day held back
MIN_DAYS = 3
PLOT = PROJECT_DIR / "docs" / "growth.svg"


@dataclass(frozen=True)
class Point:
    """One history: the costs of a rebuild, of a refresh with nothing new and of one more day."""

    events: int
    days: int
    full: Cost
    nothing_new: Cost
    increment: Cost

    def as_json(self) -> dict[str, Any]:
        """Seconds of wall time, bytes of memory."""
        return {
            "events": self.events,
            "days": self.days,
            **{
                name: {"wall": round(cost.wall, 2), "peak_rss": cost.peak_rss}
                for name, cost in self._costs().items()
            },
            "increment_phases": phases(self.increment.lines, self.increment.wall),
        }

    def _costs(self) -> dict[str, Cost]:
        return {
            "full": self.full,
            "nothing_new": self.nothing_new,
            "increment": self.increment,
        }


def main() -> int:
    """Measure each history, print a table, write growth.json and the plot for the docs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=HISTORIES)
    parser.add_argument("--data", type=Path, default=Path("data/bench"))
    parser.add_argument("--plot", type=Path, default=PLOT)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = arguments.data.resolve()
    try:
        points = [measure_history(folder, events) for events in arguments.events]
    except BenchmarkError as error:
        print(f"Failed: {error}", file=sys.stderr)
        return 1
    histories = [point.as_json() for point in points]
    result = {"machine": machine(), "histories": histories}
    (folder / "growth.json").write_text(json.dumps(result, indent=2) + "\n")
    plot(histories, arguments.plot)
    print(f"\n{text(histories)}\n\nAll figures: {folder / 'growth.json'}")
    print(f"Plot: {arguments.plot}")
    return 0


def measure_history(folder: Path, events: int) -> Point:
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
    full = refresh("rebuild", paths)
    nothing_new = refresh("nothing new", paths)
    land_next_day(home, paths.root)
    increment = refresh("one more day", paths)
    shutil.rmtree(scratch)
    return Point(events, days, full, nothing_new, increment)


def refresh(name: str, paths: DataPaths) -> Cost:
    """Run and measure one refresh."""
    cost = measure(
        [sys.executable, "-m", "orchestration", "refresh"],
        {"KLANTBEELD_DATA": str(paths.root)},
        PROJECT_DIR,
    )
    print(f"  {name}: {cost.wall:.1f} s, {cost.peak_rss / GIB:.1f} GiB", flush=True)
    return cost


def text(histories: list[dict[str, Any]]) -> str:
    """The histories as a text table."""
    return table(
        ["events", "days", "rebuild s", "peak GiB", "nothing new s", "one more day s"],
        [
            [
                f"{history['events']:,}",
                f"{history['days']}",
                f"{history['full']['wall']:.1f}",
                f"{history['full']['peak_rss'] / GIB:.1f}",
                f"{history['nothing_new']['wall']:.1f}",
                f"{history['increment']['wall']:.1f}",
            ]
            for history in histories
        ],
    )


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
