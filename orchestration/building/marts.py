"""The marts database after dbt has built it."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from orchestration.building.published_tables import INTERNAL, SCHEMA
from orchestration.databases import limits, refuse_write_ahead_log
from orchestration.sql import identifier, literal


def drop_leftovers(
    marts: Path, tables: Collection[str], internal: Collection[str] = ()
) -> list[str]:
    """Drop tables that are not to be published, and checkpoint the file; returns their names.

    dbt never drops the table of a model that left the project, or one that a killed run left.
    """
    known = {(SCHEMA, name) for name in tables} | {(INTERNAL, name) for name in internal}
    dropped = []
    with duckdb.connect(config=limits()) as connection:
        # the default alias would be `marts`, which is ambiguous with the schema
        connection.execute(f"attach {literal(str(marts))} as published")
        found = connection.execute(
            """
            select table_schema, table_name, table_type
            from information_schema.tables
            where table_catalog = 'published'
            """
        ).fetchall()
        for schema, name, kind in found:
            if (schema, name) not in known:
                what = "view" if kind == "VIEW" else "table"
                connection.execute(f"drop {what} published.{identifier(schema, name)}")
                dropped.append(f"{schema}.{name}")
        connection.execute("checkpoint published")
    refuse_write_ahead_log(marts)
    return dropped
