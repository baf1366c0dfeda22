"""`python -m benchmarks.handwritten LANDING DATABASE` prints the seconds of each part as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import duckdb

PARTS = ("tables", "land", "sessions", "rfm")
FOLDER = Path(__file__).parent
SEEDS = FOLDER.parent.parent / "seeds"


def connect(database: Path | str, landing: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the warehouse's settings from profiles/profiles.yml."""
    connection = duckdb.connect(str(database))
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set memory_limit = '6GB'")
    connection.execute("set variable seeds = ?", [str(SEEDS)])
    connection.execute("set variable landing = ?", [str(landing or "")])
    return connection


def run(connection: duckdb.DuckDBPyConnection, part: str) -> None:
    """Run one part."""
    connection.execute((FOLDER / f"{part}.sql").read_text())


def main() -> None:
    """Run all parts into a new database."""
    landing, database = map(Path, sys.argv[1:])
    seconds = {}
    connection = connect(database, landing)
    for part in PARTS:
        began = time.monotonic()
        run(connection, part)
        seconds[part] = round(time.monotonic() - began, 2)
    began = time.monotonic()
    connection.close()
    seconds["close"] = round(time.monotonic() - began, 2)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
