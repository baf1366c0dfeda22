"""Tells whether a table's content is what it was, whatever the order of its rows."""

from __future__ import annotations

import hashlib
from typing import Any

import duckdb

from orchestration.publishing.audit import SCHEMA, PublishRefused, quoted


def describe(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, Any]:
    """The number of rows, and a fingerprint that is equal for equal columns and rows.

    In one pass, since a view computes its rows each time that it is read.
    """
    try:
        rows = _rows(connection, table)
    except duckdb.Error as error:
        # a view whose text names a database that readers do not have
        raise PublishRefused(
            f"mart `{table}` can't be read on its own: {str(error).splitlines()[0]}"
        ) from error
    said = repr((duckdb.__version__, _columns(connection, table), rows))
    return {"rows": rows[0], "content": hashlib.sha256(said.encode()).hexdigest()[:32]}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> tuple[int, ...]:
    """The sum beside the xor, since rows that come in pairs vanish from an xor."""
    rows = connection.execute(
        f"""
        select count(*), bit_xor(hash(whole_row)), sum(hash(whole_row)::hugeint)
        from {SCHEMA}.{quoted(table)} as whole_row
        """
    ).fetchone()
    assert rows
    return rows


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str]]:
    return connection.execute(
        """
        select column_name, data_type
        from information_schema.columns
        where table_catalog = current_database() and table_schema = ? and table_name = ?
        order by ordinal_position
        """,
        [SCHEMA, table],
    ).fetchall()
