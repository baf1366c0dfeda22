"""Turns measurements into targets, and those into tables of text and Markdown. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.machine import MEASURED_WITH

GIB = 1024**3
# what computes the sessions besides dbt's models, and the module that does it
PEERS = {
    "Polars": "benchmarks.peers.polars_sessions",
    "chDB": "benchmarks.peers.chdb_sessions",
    "the usual windows": "benchmarks.peers.window_sessions",
}


@dataclass(frozen=True)
class Run:
    """Wall times in seconds of one round, in which each command was measured once."""

    full: float
    one_core: float
    handwritten: float
    nothing_new: float
    increment: float
    tiny: float
    dbt_build: float
    sessions_dbt: float
    sessions_peers: Mapping[str, float]


@dataclass(frozen=True)
class Target:
    """One figure: what was measured, and what it should be.

    A target applies from a given number of events on: a smaller history neither meets nor misses
    it. Nor does a negative difference of times, which only shows that the machine was busy.
    """

    name: str
    unit: str
    # what should be reached at most, or at least; no target if there is neither
    at_most: float | None
    at_least: float | None
    at_events: int
    events: int
    reached: float
    lowest: float
    highest: float
    runs: int

    @property
    def verdict(self) -> str:
        if self.at_most is None and self.at_least is None:
            return "no target"
        if self.events < self.at_events:
            return f"applies from {self.at_events / 1e6:.0f} million on"
        if self.lowest < 0:
            return "noise"
        is_met = (self.at_most is None or self.reached <= self.at_most) and (
            self.at_least is None or self.reached >= self.at_least
        )
        return "yes" if is_met else "no"

    @property
    def wanted(self) -> str:
        """The target as a text, empty if there is none."""
        if self.at_most is not None:
            return f"at most {self.at_most:g}"
        return "" if self.at_least is None else f"at least {self.at_least:g}"


def median(values: Sequence[float]) -> float:
    """The middle value, or the mean of the two middle values."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def target(
    name: str,
    unit: str,
    values: Sequence[float],
    events: int,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    at_events: int = 20_000_000,
) -> Target:
    """The figure of several runs."""
    return Target(
        name=name,
        unit=unit,
        at_most=at_most,
        at_least=at_least,
        at_events=at_events,
        events=events,
        reached=median(values),
        lowest=min(values),
        highest=max(values),
        runs=len(values),
    )


def targets(runs: Sequence[Run], events: int) -> list[Target]:
    """The figures of the rounds. Ratios are of one run: a slow machine slows both sides."""

    def of_runs(value: Callable[[Run], float]) -> list[float]:
        return [value(run) for run in runs]

    return [
        target(
            "full refresh, against a hand-written script",
            "times",
            of_runs(lambda run: run.full / run.handwritten),
            events,
            at_most=2,
        ),
        *(
            target(
                f"sessions and funnel, against {peer}",
                "times",
                of_runs(lambda run, peer=peer: run.sessions_dbt / run.sessions_peers[peer]),  # type: ignore[misc]
                events,
                at_most=1 if peer == "Polars" else None,
            )
            for peer in PEERS
        ),
        target(
            "one day's increment beyond a refresh with nothing new",
            "seconds",
            of_runs(lambda run: run.increment - run.nothing_new),
            events,
            at_most=15,
        ),
        target(
            "one day's increment beyond a refresh with nothing new, against a full refresh",
            "percent",
            of_runs(lambda run: 100 * (run.increment - run.nothing_new) / run.full),
            events,
            at_most=10,
        ),
        target(
            "a refresh with nothing new",
            "seconds",
            of_runs(lambda run: run.nothing_new),
            events,
            at_most=6,
        ),
        target(
            "a tiny shop (ten orders), from landing to published",
            "seconds",
            of_runs(lambda run: run.tiny),
            events,
            at_most=12,
            at_events=0,
        ),
        target(
            "full refresh on two cores, against one: as fast",
            "times",
            of_runs(lambda run: run.one_core / run.full),
            events,
            at_least=1.7,
        ),
        target(
            "part of a full refresh that a second core does not speed up",
            "percent",
            of_runs(lambda run: 100 * serial_share(run.one_core, run.full)),
            events,
            at_most=20,
        ),
        target(
            "full refresh, against plain dbt build",
            "times",
            of_runs(lambda run: run.full / run.dbt_build),
            events,
        ),
    ]


def serial_share(one_core: float, two_cores: float) -> float:
    """The share of the time on one core that two cores do not halve, by Amdahl's law.

    Of a time `one` with a share `serial`, two cores leave `one * (serial + (1 - serial) / 2)`.
    """
    return 2 * two_cores / one_core - 1


def growth_targets(histories: Sequence[Mapping[str, Any]]) -> list[Target]:
    """The figures of the histories of growth.json."""
    shortest = min(histories, key=lambda history: history["events"])
    longest = max(histories, key=lambda history: history["events"])
    small, large = _millions(shortest), _millions(longest)
    days = zip(longest["increment"]["runs"], shortest["increment"]["runs"], strict=True)
    peaks = [longest[refresh]["peak_rss"] for refresh in ("full", "nothing_new", "increment")]
    return [
        target(
            f"growth: one more day at {large} million events, against {small} million",
            "times",
            [long / short for long, short in days],
            longest["events"],
            at_most=1.5,
            at_events=80_000_000,
        ),
        target(
            f"peak memory at {large} million events",
            "GiB",
            [max(peaks) / GIB],
            longest["events"],
            at_most=8,
            at_events=80_000_000,
        ),
    ]


def _millions(history: Mapping[str, Any]) -> str:
    return f"{history['events'] / 1e6:g}"


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


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table with all columns but the first aligned to the right."""
    rule = ["---", *("---:" for _ in header[1:])]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *rows))


@dataclass(frozen=True)
class Section:
    """A table with what is said above it."""

    text: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def sections(bench: Mapping[str, Any], growth: Mapping[str, Any] | None) -> list[Section]:
    """The figures of bench.json and growth.json, the targets first."""
    found = [*bench["targets"], *(growth["targets"] if growth else [])]
    return [
        Section(
            "Ratios are of figures of the same run.",
            ["what", "target", "median", "runs", "unit", "met"],
            [
                [
                    one["name"],
                    one["wanted"],
                    f"{one['reached']:.3g}",
                    f"{one['lowest']:.3g} to {one['highest']:.3g}" if one["runs"] > 1 else "one",
                    one["unit"],
                    one["verdict"],
                ]
                for one in found
            ],
        ),
        Section(
            f"Seconds of {_runs(bench['runs'])} on {bench['events']:,} events "
            f"of {bench['days']} days. Sessions and RFM of the scripts were compared with those "
            "that are published: they are the same rows.",
            ["command", "median", "least", "most", "cpu", "peak GiB"],
            [
                [
                    name,
                    *(f"{cost['wall_seconds'][which]:.1f}" for which in ("median", "min", "max")),
                    f"{cost['cpu_seconds']['median']:.1f}",
                    f"{cost['peak_rss_bytes']['median'] / GIB:.1f}",
                ]
                for name, cost in bench["measured"].items()
            ],
        ),
        Section(
            "Where a full refresh spends its seconds, on two cores and on one.",
            ["phase", "two cores", "one core"],
            [
                [name, f"{seconds:.1f}", f"{bench['one_core_phases'][name]:.1f}"]
                for name, seconds in bench["full_refresh_phases"].items()
            ],
        ),
        *([growth_section(growth["histories"])] if growth else []),
    ]


def growth_section(histories: Sequence[Mapping[str, Any]]) -> Section:
    """The histories of growth.json."""
    return Section(
        f"Seconds by size of the history; of one more day and of nothing new the median of "
        f"{_runs(len(histories[0]['increment']['runs']))}.",
        ["events", "days", "rebuild", "nothing new", "one more day", "peak GiB"],
        [
            [
                f"{history['events']:,}",
                f"{history['days']}",
                f"{history['full']['wall']:.1f}",
                f"{history['nothing_new']['wall']:.1f}",
                f"{history['increment']['wall']:.1f}",
                f"{history['full']['peak_rss'] / GIB:.1f}",
            ]
            for history in histories
        ],
    )


def _runs(count: int) -> str:
    return "one run" if count == 1 else f"{count} runs"


def described(machine: Mapping[str, Any]) -> str:
    """The machine in one sentence."""
    versions = ", ".join(f"{name} {machine[name]}" for name in MEASURED_WITH)
    return (
        f"Measured on {machine['cores']} cores ({machine['processor']}) and "
        f"{machine['memory_gib']} GiB, with {machine['system']}, Python {machine['python']}, "
        f"{versions}. Load before the start: {machine['load']}."
    )


def text(bench: Mapping[str, Any], growth: Mapping[str, Any] | None) -> str:
    """All figures as they are printed."""
    slowest = Section(
        "Slowest dbt nodes of a full refresh.",
        ["node", "seconds"],
        [[node["node"], f"{node['seconds']:.1f}"] for node in bench["slowest_nodes"]],
    )
    parts = [described(bench["machine"])]
    for section in (*sections(bench, growth), slowest):
        parts += [section.text, table(section.header, section.rows)]
    return "\n\n".join(parts)


def markdown(bench: Mapping[str, Any], growth: Mapping[str, Any] | None) -> str:
    """The page for the docs."""
    parts = [
        "# Benchmarks",
        "`make bench` writes this page. [What grows, and why](incremental.md#costs).",
        described(bench["machine"]),
    ]
    for section in sections(bench, growth):
        parts += [section.text, markdown_table(section.header, section.rows)]
    if growth:
        parts += ["![Seconds of a refresh, by size of the history](growth.svg)"]
    return "\n\n".join(parts) + "\n"


def as_json(found: Sequence[Target]) -> list[dict[str, Any]]:
    """The targets for JSON."""
    return [{**asdict(one), "wanted": one.wanted, "verdict": one.verdict} for one in found]
