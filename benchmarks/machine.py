"""Describes the machine and the versions that a benchmark ran on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

MEASURED_WITH = ("duckdb", "polars", "dbt-core", "dbt-duckdb", "dagster")


def machine() -> dict[str, object]:
    """Cores, memory and versions."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 1024**3, 1),
        "python": platform.python_version(),
        **{name: version(name) for name in MEASURED_WITH},
    }
