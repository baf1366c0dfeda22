"""Removes landed rows, and keeps what the next build needs to recompute what they touched.

The rows of a file that changed or was retracted, those of an erased person and those that are too
old leave this way. Tables that a build recreates from the raw tables need nothing more. Sessions
are recomputed only where something changed, so the visitors and times of removed events are kept in
`raw.removed_events`, and the loads that lost rows in `raw.removed_loads`, until a whole build ends.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable

import duckdb

from orchestration.databases import single_value
from orchestration.landing.connection import connect
from orchestration.landing.contract import TableContract
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

SCHEMA_SQL = """
    create table if not exists raw.removed_loads (load_id bigint not null);
    create table if not exists raw.removed_events (
        load_id bigint not null,
        visitor_id varchar not null,
        occurred_at timestamp not null
    );
"""

# dbt's views of the landed events, which name visitor and time alike in all sources
_STAGING = "staging"


def remove_loads(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, load_ids: Iterable[int]
) -> int:
    """Remove all rows of some loads of a table; returns their number. The caller commits."""
    listed = ", ".join(str(load_id) for load_id in load_ids)
    if not listed:
        return 0
    is_of_load = f"_load_id in ({listed})"
    return sum(remove_rows(connection, contract, is_of_load, of_events=is_of_load).values())


def remove_rows(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, condition: str, of_events: str
) -> dict[int, int]:
    """Remove the rows of a table that meet a condition; returns their number by load.

    `of_events` is the same condition in the names of the source's staged events. It may hold for
    more events than are removed: those are recomputed for nothing. The caller commits.
    """
    table = identifier(contract.schema, contract.table)
    removed = dict(
        connection.execute(
            f"select _load_id, count(*) from {table} where {condition} group by all"
        ).fetchall()
    )
    if not removed:
        return {}
    connection.execute(
        "insert into raw.removed_loads select unnest(?::bigint[])", [sorted(removed)]
    )
    for events in _staged_events(connection, contract.source):
        connection.execute(
            f"insert into raw.removed_events select _load_id, visitor_id, occurred_at "
            f"from {events} where {of_events}"
        )
    connection.execute(f"delete from {table} where {condition}")
    return removed


def were_removed(paths: DataPaths) -> bool:
    """Whether rows have left since the last whole build, which still shows them."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return _has_removed(connection)


def forget_removed(paths: DataPaths) -> None:
    """Empty the lists, after a build that followed them to its end.

    Trials go when anything was removed: each is a copy of what had landed, the removed rows
    included.
    """
    with connect(paths) as connection:
        has_removed = _has_removed(connection)
        forget(connection)
    if has_removed:
        shutil.rmtree(paths.trials, ignore_errors=True)


def forget(connection: duckdb.DuckDBPyConnection) -> None:
    """The same, on an open connection."""
    for table in ("removed_loads", "removed_events"):
        connection.execute(f"delete from raw.{table}")


def _has_removed(connection: duckdb.DuckDBPyConnection) -> bool:
    return single_value(connection, "select count(*) from raw.removed_loads") > 0


def _staged_events(connection: duckdb.DuckDBPyConnection, source: str) -> list[str]:
    """The view of the source's events; none before the first build."""
    name = f"stg_{source}__events"
    found = connection.execute(
        "select 1 from duckdb_views() where database_name = current_database() "
        f"and schema_name = {literal(_STAGING)} and view_name = {literal(name)}"
    ).fetchone()
    return [identifier(_STAGING, name)] if found else []


def columns_of_staged_events(connection: duckdb.DuckDBPyConnection, source: str) -> set[str]:
    """The columns of the source's staged events; none before the first build."""
    return {
        row[0]
        for events in _staged_events(connection, source)
        for row in connection.execute(f"describe {events}").fetchall()
    }
