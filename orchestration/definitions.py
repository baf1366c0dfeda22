"""Klantbeeld for Dagster: `dagster dev -m orchestration.definitions`."""

from __future__ import annotations

import dagster as dg

from orchestration.defs import build_definitions
from orchestration.paths import DataPaths
from orchestration.project import Project


@dg.definitions
def defs() -> dg.Definitions:
    """Everything, of the data root that the environment names."""
    return build_definitions(Project.load(DataPaths.from_environment()))
