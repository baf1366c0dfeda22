"""Computes sessions and funnel classes with chDB, which is ClickHouse within the process."""

from __future__ import annotations

from pathlib import Path

from chdb.session import Session

from benchmarks.peers.command import SEEDS, run
from orchestration.sql import literal

SQL = Path(__file__).with_suffix(".sql")


def statements(events: Path, orders: Path, out: Path) -> list[str]:
    """The SQL with these files; chDB runs one statement at a time."""
    sql = SQL.read_text()
    for name, file in (
        ("event_taxonomy", SEEDS / "events" / "event_taxonomy.csv"),
        ("events", events),
        ("orders", orders),
        ("out", out),
    ):
        sql = sql.replace(f"{{{name}}}", literal(str(file)))
    return [statement for statement in sql.split(";\n") if statement.strip()]


def write_sessions(events: Path, orders: Path, out: Path) -> None:
    """Run the SQL; instants that land are UTC."""
    session = Session()
    session.query("set session_timezone = 'UTC'")
    for statement in statements(events, orders, out):
        session.query(statement)
    session.close()


if __name__ == "__main__":
    run(write_sessions)
