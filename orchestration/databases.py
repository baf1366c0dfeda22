"""DuckDB databases: limits of memory and threads, write-ahead log, single values."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import KlantbeeldError


class WriteAheadLogFound(KlantbeeldError):  # noqa: N818
    """A database that must be closed has a write-ahead log beside it."""


def memory_limit() -> str:
    """The memory that DuckDB may use before it spills to disk, for example `6GB`."""
    return os.environ.get("KLANTBEELD_MEMORY_LIMIT") or "6GB"


def thread_count() -> int:
    """How many threads DuckDB may use: one for each core, unless `KLANTBEELD_THREADS` is set."""
    if threads := os.environ.get("KLANTBEELD_THREADS"):
        return int(threads)
    # DuckDB knows how many cores a container may use
    with duckdb.connect() as connection:
        return single_value(connection, "select current_setting('threads')")


def limits() -> dict[str, Any]:
    """The configuration that keeps a connection to the limits of the environment."""
    return {"memory_limit": memory_limit(), "threads": thread_count()}


def single_value(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    """The value of a query that returns one row with one column."""
    (value,) = connection.execute(query).fetchone() or (None,)
    return value


def write_ahead_log(database: Path) -> Path:
    """The path of the log with changes that are not in the database file yet."""
    return database.with_name(f"{database.name}.wal")


def refuse_write_ahead_log(database: Path) -> None:
    """Raise when there is a log: DuckDB replays it into a replaced file, which doubles rows."""
    log = write_ahead_log(database)
    if log.exists():
        raise WriteAheadLogFound(
            f"{log} lies beside a database that must be closed; close the program that has "
            f"{database.name} open for writing, then remove the log"
        )
