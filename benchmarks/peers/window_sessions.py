"""Computes sessions and funnel classes in DuckDB with the usual windows, partitioned by visitor."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.peers.command import SEEDS, run

SQL = Path(__file__).with_suffix(".sql")


def write_sessions(events: Path, orders: Path, out: Path) -> None:
    """Run the SQL with the warehouse's settings from profiles/profiles.yml."""
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set memory_limit = '6GB'")
    connection.execute("set temp_directory = ?", [str(out.with_suffix(".spilled"))])
    for name, path in (("seeds", SEEDS), ("events", events), ("orders", orders)):
        connection.execute(f"set variable {name} = ?", [str(path)])
    connection.execute(SQL.read_text())
    connection.table("sessions").write_parquet(str(out))
    connection.close()


if __name__ == "__main__":
    run(write_sessions)
