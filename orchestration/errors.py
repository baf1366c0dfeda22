"""What went wrong, in one sentence that names the file, model or rule at fault."""

from __future__ import annotations


class KlantbeeldError(Exception):
    """A failure that is explained by its message alone, so nobody needs a stack trace."""
