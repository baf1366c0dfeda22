"""The marts database between dbt and publication."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from orchestration.limits import memory_limit
from orchestration.publishing.audit import (
    INTERNAL,
    SCHEMA,
    literal,
    quoted,
    refuse_write_ahead_log,
)


def tidy(marts: Path, tables: Collection[str], internal: Collection[str] = ()) -> list[str]:
    """Drop what is no mart any more, write everything into the file, and close it.

    dbt never drops the table of a model that left the project, or that a killed run was building.
    """
    known = {(SCHEMA, name) for name in tables} | {(INTERNAL, name) for name in internal}
    dropped = []
    with duckdb.connect(config={"memory_limit": memory_limit()}) as connection:
        # under a name of its own: the file's would be `marts`, and so ambiguous with the schema
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
                connection.execute(f"drop {what} published.{quoted(schema)}.{quoted(name)}")
                dropped.append(f"{schema}.{name}")
        connection.execute("checkpoint published")
    refuse_write_ahead_log(marts)
    return dropped
