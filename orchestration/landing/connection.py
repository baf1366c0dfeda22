"""The loader's connection to the warehouse, and its transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from orchestration.databases import limits
from orchestration.landing.instants import BUSINESS_TIME_ZONE, SET_TIME_ZONES_SQL
from orchestration.paths import DataPaths

# The storage version of a new warehouse; an existing one keeps its own. Since 1.3.0 DuckDB has a
# text compression that lands a quarter faster, for a file a twentieth larger.
STORAGE_VERSION = "v1.3.0"

# Each checkpoint rewrites the last rows of every table that grew, so the default of 16 MB is too
# small. Closing the connection checkpoints as well.
WAL_BYTES_PER_CHECKPOINT = "256MB"


@contextmanager
def connect(
    paths: DataPaths, *, business_timezone: str = "UTC"
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing, with the limits of dbt's profile.

    A date without a time that lands is a day in `business_timezone`.
    """
    config: dict[str, Any] = {
        "storage_compatibility_version": STORAGE_VERSION,
        **limits(),
    }
    with duckdb.connect(str(paths.warehouse), config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(SET_TIME_ZONES_SQL)
        connection.execute(f"set variable {BUSINESS_TIME_ZONE} = ?", [business_timezone])
        connection.execute("set enable_progress_bar = false")
        connection.execute("set temp_directory = ?", [str(paths.temporary)])
        connection.execute("set wal_autocheckpoint = ?", [WAL_BYTES_PER_CHECKPOINT])
        # a file's rows are in order of time; keeping it makes the table's zone maps useful
        connection.execute("set preserve_insertion_order = true")
        yield connection


class Transaction:
    """A transaction that can be undone."""

    def __init__(self) -> None:
        self.is_undone = False

    def undo(self) -> None:
        """Roll back at the end instead of committing."""
        self.is_undone = True


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[Transaction]:
    """Commit at the end; roll back after an error or `undo`."""
    current = Transaction()
    connection.begin()
    try:
        yield current
    except BaseException:
        connection.rollback()
        raise
    if current.is_undone:
        connection.rollback()
    else:
        connection.commit()
