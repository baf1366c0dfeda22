"""Turns measurements into ratios, targets, a text table and JSON. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

GIB = 1024**3


@dataclass(frozen=True)
class Run:
    """Wall times in seconds of one round, in which each command was measured once."""

    full: float
    handwritten: float
    nothing_new: float
    increment: float
    dbt_build: float
    sessions_dbt: float
    sessions_polars: float
    peak_rss: int


@dataclass(frozen=True)
class Target:
    """One ratio: the measured value and the target, if there is one.

    A target applies from a given number of events on: a smaller history neither meets nor misses
    it. Nor does a negative difference of times, which only shows that the machine was busy.
    """

    name: str
    unit: str
    at_most: float | None
    at_events: int
    events: int
    reached: float
    lowest: float
    highest: float

    @property
    def verdict(self) -> str:
        if self.at_most is None:
            return "no target"
        if self.events < self.at_events:
            return f"applies from {self.at_events / 1e6:.0f} million on"
        if self.lowest < 0:
            return "noise"
        return "yes" if self.reached <= self.at_most else "no"


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle values."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def targets(runs: Sequence[Run], events: int) -> list[Target]:
    """The ratios, each computed within a run, so that a slow machine slows both sides."""

    def target(
        name: str,
        unit: str,
        at_most: float | None,
        reached: Callable[[Run], float],
        at_events: int = 20_000_000,
    ) -> Target:
        values = [reached(run) for run in runs]
        return Target(
            name, unit, at_most, at_events, events, median(values), min(values), max(values)
        )

    return [
        target(
            "full refresh / hand-written script",
            "times",
            2,
            lambda run: run.full / run.handwritten,
        ),
        target(
            "sessions and funnel: dbt's models / Polars",
            "times",
            1,
            lambda run: run.sessions_dbt / run.sessions_polars,
        ),
        target(
            "one day's increment beyond nothing new / full",
            "share",
            0.10,
            lambda run: (run.increment - run.nothing_new) / run.full,
        ),
        target(
            "one day's increment beyond nothing new",
            "seconds",
            15,
            lambda run: run.increment - run.nothing_new,
        ),
        target("a refresh with nothing new", "seconds", 6, lambda run: run.nothing_new),
        target(
            "peak memory of the full refresh",
            "GiB",
            8,
            lambda run: run.peak_rss / GIB,
            at_events=80_000_000,
        ),
        target(
            "full refresh / plain dbt build",
            "times",
            None,
            lambda run: run.full / run.dbt_build,
        ),
    ]


def phases(lines: Sequence[tuple[float, str]], wall: float) -> dict[str, float]:
    """Seconds per phase of a refresh, from its own log lines; start-up is part of the rest."""
    found = {"landing": 0.0, "dbt": 0.0, "publishing": 0.0}
    for _, line in lines:
        seconds = re.search(r" in ([\d.]+) s$", line)
        if not seconds:
            continue
        if re.match(r"\w+/\w+", line):
            found["landing"] += float(seconds[1])
        elif "built and tested" in line:
            found["dbt"] += float(seconds[1])
        elif re.match(r"\s+(\d+ files replaced|nothing changed)", line):
            found["publishing"] += float(seconds[1])
    found["start-up and the rest"] = wall - sum(found.values())
    return {name: round(seconds, 2) for name, seconds in found.items()}


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A text table with all columns but the first aligned to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if position else cell.ljust(width)
            for position, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (header, ["-" * width for width in widths], *rows)
    )


def text(result: Mapping[str, Any]) -> str:
    """The whole result as it is printed."""
    costs = [
        [
            name,
            *(f"{cost['wall_seconds'][which]:.1f}" for which in ("median", "min", "max")),
            f"{cost['cpu_seconds']['median']:.1f}",
            f"{cost['peak_rss_bytes']['median'] / GIB:.2f}",
        ]
        for name, cost in result["measured"].items()
    ]
    reached = [
        [
            target["name"],
            f"{target['reached']:.3g}",
            f"{target['lowest']:.3g} to {target['highest']:.3g}",
            "" if target["at_most"] is None else f"{target['at_most']:g}",
            target["unit"],
            target["verdict"],
        ]
        for target in result["targets"]
    ]
    nodes = [[node["node"], f"{node['seconds']:.1f}"] for node in result["slowest_nodes"]]
    where = [[name, f"{seconds:.1f}"] for name, seconds in result["full_refresh_phases"].items()]
    return "\n\n".join(
        [
            f"{result['events']:,} events on {result['days']} days, {result['runs']} runs; "
            f"{result['machine']['cores']} cores, {result['machine']['memory_gib']} GiB, "
            f"load {result['machine']['load_before']} before the start",
            table(["seconds of wall time", "median", "min", "max", "cpu", "peak GiB"], costs),
            table(["target", "reached", "runs", "at most", "", "met"], reached),
            table(["phases of a full refresh", "seconds"], where),
            table(["slowest dbt nodes of a full refresh", "seconds"], nodes),
        ]
    )


def as_json(found: Sequence[Target]) -> list[dict[str, Any]]:
    """The targets for bench.json."""
    return [{**asdict(target), "verdict": target.verdict} for target in found]
