"""Checks a staged database before it is published."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from orchestration.building.published_tables import INTERNAL, SCHEMA
from orchestration.errors import KlantbeeldError

STORAGE_VERSION = "v1.0.0"


class PublishRefused(KlantbeeldError):  # noqa: N818
    """The staged database breaks a rule, so the published one stays; the message names the rule."""


def audit(
    connection: duckdb.DuckDBPyConnection,
    tables: Collection[str],
    direct_identifiers: Collection[str],
    internal: Collection[str] = (),
) -> None:
    """Check storage version, tables and columns. Raises PublishRefused."""
    _check_storage_version(connection)
    _check_tables(connection, tables, internal)
    _check_columns(connection, direct_identifiers)


def _check_storage_version(connection: duckdb.DuckDBPyConnection) -> None:
    (tags,) = connection.execute(
        "select tags from duckdb_databases() where database_name = current_database()"
    ).fetchone() or ({},)
    version = str((tags or {}).get("storage_version", ""))
    if not version.startswith(STORAGE_VERSION):
        raise PublishRefused(
            f"the marts are in storage version {version or 'unknown'}, older clients need "
            f"{STORAGE_VERSION}: see profiles/profiles.yml"
        )


def _check_tables(
    connection: duckdb.DuckDBPyConnection, tables: Collection[str], internal: Collection[str]
) -> None:
    known = {(SCHEMA, name) for name in tables} | {(INTERNAL, name) for name in internal}
    found = connection.execute(
        """
        select table_schema, table_name
        from information_schema.tables
        where table_catalog = current_database()
        """
    ).fetchall()
    for schema, name in sorted(set(found) - known):
        raise PublishRefused(f"`{schema}.{name}` is in the marts database but is not a mart")
    for _, name in sorted(known - set(found)):
        raise PublishRefused(f"mart `{name}` is not in the marts database")


def _check_columns(
    connection: duckdb.DuckDBPyConnection, direct_identifiers: Collection[str]
) -> None:
    forbidden = {name.lower() for name in direct_identifiers}
    columns = connection.execute(
        """
        select table_name, column_name
        from information_schema.columns
        where table_catalog = current_database()
        order by all
        """
    ).fetchall()
    for table, column in columns:
        if column.lower() in forbidden:
            raise PublishRefused(
                f"mart `{table}` has the column `{column}`, a direct identifier, which is never "
                "published"
            )
