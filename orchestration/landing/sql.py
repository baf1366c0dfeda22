"""Writing names and texts into SQL."""

from __future__ import annotations

import glob
from pathlib import Path


def identifier(*parts: str) -> str:
    """A quoted name, its parts joined by dots."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A quoted text."""
    return "'" + text.replace("'", "''") + "'"


def path_literal(path: Path) -> str:
    """A quoted path that is no pattern: DuckDB would take "a [1].csv" for "a 1.csv"."""
    return literal(glob.escape(str(path)))
