"""What a refresh may take of the machine, as its operator set it."""

from __future__ import annotations

import os


def memory_limit() -> str:
    """The most memory that DuckDB takes before it spills to disk, for example `6GB`."""
    return os.environ.get("KLANTBEELD_MEMORY_LIMIT") or "6GB"
