"""Checks that the scripts compute the same rows as the warehouse, so that times are comparable."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.errors import BenchmarkError

SESSION_COLUMNS = (
    "visitor_id",
    "started_at",
    "event_count",
    "page_count",
    "funnel_class",
    "cart_add_count",
    "purchase_count",
)
RFM_COLUMNS = (
    "customer_id",
    "recency_days",
    "frequency",
    "monetary",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "rfm_segment",
)


class ResultsDiffer(BenchmarkError):  # noqa: N818
    """Two implementations of the same result gave different rows."""


def demand_equal(connection: duckdb.DuckDBPyConnection, name: str, ours: str, theirs: str) -> int:
    """Number of rows that both queries return; raises with an example if they differ."""
    only = [
        f"select {side!r} as only_in, * from (select * from ({a}) except all select * from ({b}))"
        for side, a, b in (("the warehouse", ours, theirs), (name, theirs, ours))
    ]
    differing = connection.execute(f"select count(*) from ({' union all '.join(only)})").fetchone()
    if differing and differing[0]:
        example = connection.execute(
            f"select * from ({' union all '.join(only)}) order by all limit 1"
        ).fetchone()
        raise ResultsDiffer(
            f"{name} and the warehouse differ in {differing[0]:,} rows, such as {example}; "
            "their times can't be compared"
        )
    return connection.execute(f"select count(*) from ({ours})").fetchone()[0]  # type: ignore[index]


def compare_handwritten(marts: Path, script: Path) -> dict[str, int]:
    """Compare the published marts with the hand-written script's database."""
    connection = duckdb.connect()
    connection.execute(f"attach '{marts}' as warehouse (read_only)")
    connection.execute(f"attach '{script}' as script (read_only)")
    sessions, rfm = ", ".join(SESSION_COLUMNS), ", ".join(RFM_COLUMNS)
    return {
        "sessions": demand_equal(
            connection,
            "the hand-written script (sessions)",
            f"select {sessions} from warehouse.marts.sessions",
            f"select {sessions} from script.sessions",
        ),
        "customer_rfm": demand_equal(
            connection,
            "the hand-written script (RFM)",
            f"select {rfm} from warehouse.marts.customer_rfm where as_of_date = "
            "(select max(as_of_date) from warehouse.marts.customer_rfm)",
            f"select {rfm} from script.customer_rfm",
        ),
    }


def compare_peer(name: str, marts: Path, parquet: Path) -> int:
    """Compare the published sessions with those that a peer wrote."""
    connection = duckdb.connect()
    # ClickHouse writes instants with a time zone
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"attach '{marts}' as warehouse (read_only)")
    columns = ", ".join(SESSION_COLUMNS)
    return demand_equal(
        connection,
        name,
        f"select {columns} from warehouse.marts.sessions",
        f"select {columns} from read_parquet('{parquet}')",
    )
