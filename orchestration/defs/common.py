"""What several definitions share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.errors import KlantbeeldError

# The warehouse has one writer. This pool keeps Dagster's runs apart, and the file lock keeps them
# apart from every other process.
POOL = "warehouse"

# For transient failures: a reader that has the warehouse open, or a full disk.
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)


@contextmanager
def explained() -> Iterator[None]:
    """Fail with the sentence of a KlantbeeldError and no retry, which would fail the same way."""
    try:
        yield
    except KlantbeeldError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
