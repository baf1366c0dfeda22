"""DuckDB database files: their limits, and the log that DuckDB keeps beside an open one."""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.errors import KlantbeeldError


class WriteAheadLogFound(KlantbeeldError):  # noqa: N818
    """A database that must be closed has a write-ahead log beside it."""


def memory_limit() -> str:
    """The memory that DuckDB may use before it spills to disk, for example `6GB`."""
    return os.environ.get("KLANTBEELD_MEMORY_LIMIT") or "6GB"


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
