"""Pure functions that write dbt's command-line arguments."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import yaml

from orchestration.errors import KlantbeeldError

# the seeds alone, in few words: a selector per node costs dbt a comparison with every node
SEEDS = ("resource_type:seed",)

_INDIRECT_SELECTION = {"any": "eager", "all": "cautious", "none": "empty"}


def parse_vars(text: str | None, known: Collection[str]) -> dict[str, Any]:
    """The vars of a command line, checked against those that the project declares.

    dbt itself ignores an unknown var, so a misspelt one would silently have no effect.
    """
    if not text or not text.strip():
        return {}
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise KlantbeeldError(f"--vars is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise KlantbeeldError(
            "--vars must be a mapping such as '{session_timeout_minutes: 31}', not "
            f"{text.strip()!r}"
        )
    unknown = sorted(str(name) for name in values if name not in known)
    if unknown:
        raise KlantbeeldError(
            f"dbt_project.yml declares no var {', '.join(unknown)}; it has {', '.join(known)}"
        )
    return values


def vars_arguments(values: Mapping[str, Any]) -> list[str]:
    """The `--vars` option: equal text for equal vars, because dbt parses again when it changes."""
    if not values:
        return []
    return ["--vars", json.dumps(values, sort_keys=True, default=str)]


def target_name(values: Mapping[str, Any]) -> str:
    """The target folder for these vars: each set has its own, with its own partial parse."""
    if not values:
        return "target"
    return f"target-{hashlib.sha256(vars_arguments(values)[1].encode()).hexdigest()[:12]}"


def build_arguments(
    *,
    values: Mapping[str, Any],
    full_refresh: bool = False,
    select: Sequence[str] = (),
    exclude: Sequence[str] = (),
    tests_of: Literal["any", "all", "none"] = "any",
) -> list[str]:
    """Arguments to build and test everything or the selected nodes, without the excluded nodes.

    Tests that read any, or nothing but, or none of the selected nodes are selected with them;
    likewise with the excluded ones.

    Unit tests are left to `make test`: they test the code, not today's data.
    """
    return [
        "build",
        # manifest.json and the graph, which nothing reads after a build; the results are written
        "--no-write-json",
        *(["--full-refresh"] if full_refresh else []),
        *(["--select", *select] if select else []),
        "--exclude",
        "resource_type:unit_test",
        *exclude,
        "--indirect-selection",
        _INDIRECT_SELECTION[tests_of],
        *vars_arguments(values),
    ]


def selectors(nodes: Collection[Mapping[str, Any]]) -> list[str]:
    """dbt selectors for exactly these nodes."""
    return sorted(f"fqn:{'.'.join(node['fqn'])}" for node in nodes)
