"""The loader's connection to the warehouse, and its transactions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from orchestration.databases import memory_limit
from orchestration.paths import DataPaths

# What a new warehouse is written in; one that is there keeps its own. From 1.3.0 on DuckDB has a
# compression of texts that takes a quarter off the work of landing, for a file a twentieth larger.
STORAGE_VERSION = "v1.3.0"

# Each checkpoint rewrites the last rows of every table that grew, so not after every 16 MB; the
# one at the end is made when the connection closes.
WAL_BYTES_PER_CHECKPOINT = "256MB"


@contextmanager
def connect(paths: DataPaths) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, open for writing, within the limits that dbt's profile has too."""
    config: dict[str, Any] = {
        "storage_compatibility_version": STORAGE_VERSION,
        "memory_limit": memory_limit(),
    }
    if threads := os.environ.get("KLANTBEELD_THREADS"):
        config["threads"] = threads
    with duckdb.connect(str(paths.warehouse), config=config) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = false")
        connection.execute("set temp_directory = ?", [str(paths.temporary)])
        connection.execute("set wal_autocheckpoint = ?", [WAL_BYTES_PER_CHECKPOINT])
        # rows of one time lie together in a file; so they do in the table, for its zone maps
        connection.execute("set preserve_insertion_order = true")
        yield connection


class Transaction:
    """One that can still be thought better of."""

    def __init__(self) -> None:
        self.is_undone = False

    def undo(self) -> None:
        """Roll back at the end instead of committing."""
        self.is_undone = True


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[Transaction]:
    """Commits at the end, or rolls back where it was undone or an error came."""
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
