"""What several definitions share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.errors import KlantbeeldError

# The warehouse has one writer. Dagster keeps its own runs apart with this pool, and the file lock
# keeps them apart from everything else.
POOL = "warehouse"

# For what passes: a reader that has the warehouse open, a full disk that is being emptied.
RETRY = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)

# What a run tells a person, in the terminal as well as in Dagster's event log.
log = logging.getLogger("klantbeeld")


@contextmanager
def explained() -> Iterator[None]:
    """Fail with our one sentence, and without a retry: the same would be found again."""
    try:
        yield
    except KlantbeeldError as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
