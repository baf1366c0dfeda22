"""Timings of dbt nodes from run_results.json."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any


def slowest(run_results: Mapping[str, Any], count: int = 10) -> list[dict[str, object]]:
    """The slowest nodes, tests included."""
    nodes = sorted(run_results["results"], key=lambda node: -node["execution_time"])
    return [
        {"node": node["unique_id"], "seconds": round(node["execution_time"], 2)}
        for node in nodes[:count]
    ]


def seconds_by_kind(run_results: Mapping[str, Any]) -> dict[str, float]:
    """Execution times by resource type, summed over threads."""
    sums: dict[str, float] = {}
    for node in run_results["results"]:
        kind = node["unique_id"].split(".")[0]
        sums[kind] = round(sums.get(kind, 0.0) + node["execution_time"], 2)
    return sums


def span(run_results: Mapping[str, Any]) -> float:
    """Seconds from the start of the first node to the end of the last: dbt without its start-up."""
    times = [timing for node in run_results["results"] for timing in node["timing"]]
    began = min(_instant(timing["started_at"]) for timing in times)
    ended = max(_instant(timing["completed_at"]) for timing in times)
    return (ended - began).total_seconds()


def busy(run_results: Mapping[str, Any], nodes: Collection[str]) -> float:
    """Seconds during which at least one of these nodes was running."""
    spans = sorted(
        (_instant(timing["started_at"]), _instant(timing["completed_at"]))
        for node in run_results["results"]
        if node["unique_id"] in nodes
        for timing in node["timing"]
    )
    seconds, until = 0.0, None
    for began, ended in spans:
        if until is None or ended > until:
            seconds += (ended - (began if until is None else max(began, until))).total_seconds()
            until = ended
    return seconds


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
