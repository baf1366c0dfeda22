"""What several definitions share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.causes import cause_of
from orchestration.errors import KlantbeeldError
from orchestration.paths import DataPaths

# The warehouse has one writer. This pool keeps Dagster's runs apart, and the file lock keeps them
# apart from every other process.
POOL = "warehouse"

# For transient failures: a reader that has the warehouse open, or a full disk.
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


@contextmanager
def explained(paths: DataPaths) -> Iterator[None]:
    """Fail with one sentence.

    A KlantbeeldError has no retry, which would fail the same way; a full disk or a database that is
    open elsewhere has.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, dg.Failure):
            raise
        if cause := cause_of(error, paths):
            raise dg.Failure(description=cause) from error
        if isinstance(error, KlantbeeldError):
            raise dg.Failure(description=str(error), allow_retries=False) from error
        raise
