"""Writing names and texts into SQL."""

from __future__ import annotations


def identifier(*parts: str) -> str:
    """A quoted name, its parts joined by dots."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)


def literal(text: str) -> str:
    """A quoted text."""
    return "'" + text.replace("'", "''") + "'"
