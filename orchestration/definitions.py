"""Klantbeeld for Dagster: `dagster dev -m orchestration.definitions`."""

from __future__ import annotations

import dagster as dg

from orchestration.building.project import Project
from orchestration.defs import build_definitions
from orchestration.paths import DataPaths


@dg.definitions
def defs() -> dg.Definitions:
    """All definitions, for the data root in `KLANTBEELD_DATA`."""
    return build_definitions(Project.load(DataPaths.from_environment()))
