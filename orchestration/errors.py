"""Failures that one sentence explains: it names the file, model or rule at fault."""

from __future__ import annotations


class KlantbeeldError(Exception):
    """A failure that its message explains in full, so that the user needs no stack trace."""


class RefreshFailed(KlantbeeldError):  # noqa: N818
    """A Dagster run of the refresh job failed in `step`."""

    def __init__(self, reason: str, run_id: str, step: str | None) -> None:
        super().__init__(reason)
        self.run_id = run_id
        self.step = step
