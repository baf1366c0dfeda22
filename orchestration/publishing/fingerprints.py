"""Fingerprints of tables and views: equal for equal content, in any order of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import duckdb

from orchestration.building.published_tables import SCHEMA
from orchestration.publishing.audit import PublishRefused
from orchestration.sql import identifier


def describe(
    connection: duckdb.DuckDBPyConnection, table: str, schema: str = SCHEMA
) -> dict[str, Any]:
    """The number of rows of a table, and fingerprints: one of columns and rows, one of comments."""
    rows = _rows(connection, table, schema)
    return {
        "rows": rows[0],
        "content": _digest(_columns(connection, table, schema), rows),
        "comments": _digest(_comments(connection, table, schema)),
    }


def describe_view(
    connection: duckdb.DuckDBPyConnection, view: str, tables: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Fingerprints of a view: one of its SQL and the contents of all tables, one of its comments.

    Its rows are not read, because it may have more than all tables together.
    """
    try:
        connection.execute(f"select * from {identifier(SCHEMA, view)} limit 0")
    except duckdb.Error as error:
        # its SQL names a database that readers do not have
        raise PublishRefused(
            f"mart `{view}` can't be read on its own: {str(error).splitlines()[0]}"
        ) from error
    (sql,) = connection.execute(
        "select sql from duckdb_views() where schema_name = ? and view_name = ?", [SCHEMA, view]
    ).fetchone() or ("",)
    contents = sorted((name, table["content"]) for name, table in tables.items())
    return {
        "rows": None,
        "content": _digest(sql, contents),
        "comments": _digest(_comments(connection, view, SCHEMA)),
    }


def views(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The names of the marts that are views."""
    found = connection.execute(
        "select view_name from duckdb_views() where schema_name = ?", [SCHEMA]
    )
    return {name for (name,) in found.fetchall()}


def _digest(*content: Any) -> str:
    return hashlib.sha256(repr((duckdb.__version__, *content)).encode()).hexdigest()[:32]


def _rows(connection: duckdb.DuckDBPyConnection, table: str, schema: str) -> tuple[int, ...]:
    """Count, xor and sum of row hashes: in an xor alone, equal pairs of rows cancel out."""
    rows = connection.execute(
        f"""
        select count(*), bit_xor(hash(whole_row)), sum(hash(whole_row)::hugeint)
        from {identifier(schema, table)} as whole_row
        """
    ).fetchone()
    assert rows
    return rows


def _columns(
    connection: duckdb.DuckDBPyConnection, table: str, schema: str
) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select column_name, data_type
        from information_schema.columns
        where table_catalog = current_database() and table_schema = ? and table_name = ?
        order by ordinal_position
        """,
        [schema, table],
    ).fetchall()


def _comments(
    connection: duckdb.DuckDBPyConnection, name: str, schema: str
) -> list[tuple[str, str | None]]:
    """The comments on a table or view and on its columns."""
    return connection.execute(
        """
        with described as (
            select schema_name, table_name as name, '' as part, comment from duckdb_tables()
            where database_name = current_database()
            union all
            select schema_name, view_name as name, '' as part, comment from duckdb_views()
            where database_name = current_database()
            union all
            select schema_name, table_name as name, column_name as part, comment
            from duckdb_columns()
            where database_name = current_database()
        )
        select part, comment from described
        where schema_name = ? and name = ?
        order by part
        """,
        [schema, name],
    ).fetchall()
