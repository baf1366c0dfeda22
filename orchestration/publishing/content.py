"""Tells whether a table's content is what it was, whatever the order of its rows."""

from __future__ import annotations

import hashlib

import duckdb

from orchestration.publishing.audit import SCHEMA, quoted


def fingerprint(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Equal for equal columns and rows.

    The sum beside the xor, since rows that come in pairs vanish from an xor.
    """
    columns = connection.execute(
        """
        select column_name, data_type
        from information_schema.columns
        where table_catalog = current_database() and table_schema = ? and table_name = ?
        order by ordinal_position
        """,
        [SCHEMA, table],
    ).fetchall()
    rows = connection.execute(
        f"""
        select count(*), bit_xor(hash(whole_row)), sum(hash(whole_row)::hugeint)
        from {SCHEMA}.{quoted(table)} as whole_row
        """
    ).fetchone()
    return hashlib.sha256(repr((duckdb.__version__, columns, rows)).encode()).hexdigest()[:32]
