"""SQL that cuts the blanks around a text."""

from __future__ import annotations

# trim() alone leaves tabs and line ends, the mark at a file's beginning and blanks without width
_BLANK = r"[\s\p{Z}\x{FEFF}\x{200B}\x{0000}]"


def trimmed(x: str) -> str:
    """An expression for the text without any blank around it, of whatever kind."""
    return f"regexp_replace({x}, '^{_BLANK}+|{_BLANK}+$', '', 'g')"
