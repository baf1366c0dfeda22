"""Writes the databases again, without the freed bytes of what was erased.

DuckDB reuses the blocks of deleted rows, and until then keeps what is in them.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb

from orchestration.console import log
from orchestration.databases import limits, refuse_write_ahead_log
from orchestration.files import flush
from orchestration.landing.connection import STORAGE_VERSION
from orchestration.landing.connection import connect as connect_warehouse
from orchestration.landing.erasure import is_rewriting_due, rewriting_done
from orchestration.paths import DataPaths
from orchestration.sql import identifier, literal

# The databases by their names in dbt, with their storage versions; profiles/profiles.yml has the
# second, too.
_DATABASES = {"klantbeeld": STORAGE_VERSION, "published": "v1.0.0"}


def rewrite_after_erasure(paths: DataPaths, models: Collection[str]) -> None:
    """Rewrite the databases if something was erased since the last time.

    `models` are the names of all models: other tables in their schema are dropped. Trials are
    removed. The caller holds the warehouse lock; the last build is whole, and both databases are
    closed.
    """
    if not is_rewriting_due(paths):
        return
    log.info("Rewriting the databases, since rows were erased …")
    with connect_warehouse(paths) as connection:
        connection.execute(f"attach {literal(str(paths.marts))} as published (read_only)")
        _forget_former_rows(connection, models)
    for name in _DATABASES:
        _rewrite(paths, name)
    # A trial is a copy of the warehouse. `forget_removed` has deleted them where rows were removed,
    # but not where orders only became anonymous.
    shutil.rmtree(paths.trials, ignore_errors=True)
    rewriting_done(paths)


def _forget_former_rows(connection: duckdb.DuckDBPyConnection, models: Collection[str]) -> None:
    """Empty what only the last build needed: its lists, and copies of tables as they were before.

    The next build copies the tables again, as they are now.
    """
    tables = {
        name: identifier(database, schema, name)
        for database, schema, name in connection.execute(
            "select database_name, schema_name, table_name from duckdb_tables() "
            "where schema_name in ('intermediate', 'marts', 'internal')"
        ).fetchall()
    }
    for name, table in tables.items():
        if name.endswith("__before"):
            now = tables.get(name.removesuffix("__before"))
            connection.execute(
                f"create or replace table {table} as select * from {now}"
                if now
                else f"drop table {table}"
            )
        elif table.startswith('"published"'):
            continue
        elif name not in models:
            connection.execute(f"drop table {table}")
        elif name.endswith("_this_run"):
            connection.execute(f"delete from {table}")


def _rewrite(paths: DataPaths, name: str) -> None:
    database = _file(paths, name)
    rewritten = database.with_name(f"{database.name}.new")
    rewritten.unlink(missing_ok=True)
    with duckdb.connect(config=limits()) as connection:
        connection.execute("set temp_directory = ?", [str(paths.temporary)])
        for other in _DATABASES:  # views of one read tables of the other
            file = literal(str(_file(paths, other)))
            connection.execute(f"attach {file} as {identifier(other)} (read_only)")
        connection.execute(
            f"attach {literal(str(rewritten))} as rewritten "
            f"(storage_version {literal(_DATABASES[name])})"
        )
        connection.execute(f"copy from database {identifier(name)} to rewritten")
    _replace(rewritten, database)


def _file(paths: DataPaths, name: str) -> Path:
    return {"klantbeeld": paths.warehouse, "published": paths.marts}[name]


def _replace(new: Path, old: Path) -> None:
    for database in (new, old):
        refuse_write_ahead_log(database)
    flush(new)
    new.replace(old)
