"""Names, texts and paths as SQL writes them."""

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
    """A quoted path without wildcards: to DuckDB "a [1].csv" is a pattern for "a 1.csv"."""
    return literal(glob.escape(str(path)))
