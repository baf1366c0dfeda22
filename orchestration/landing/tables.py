"""Creates and alters the raw tables by their contracts."""

from __future__ import annotations

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import widens
from orchestration.landing.problems import ContractError
from orchestration.sql import identifier

_LOADER_TYPES = {
    "_extra": "JSON",
    "_load_id": "BIGINT",
    "_file": "VARCHAR",
    "_loaded_at": "TIMESTAMP",
}


def prepare(connection: duckdb.DuckDBPyConnection, contracts: list[TableContract]) -> None:
    """Create the tables that are missing, and add and widen columns where contracts grew.

    A column that a contract no longer has stays in the table; new rows have null in it. Raises
    ContractError when a column's new type can't hold the landed values.
    """
    existing: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, data_type in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = current_database()"
    ).fetchall():
        existing.setdefault((schema.lower(), table.lower()), {})[column.lower()] = data_type
    for contract in contracts:
        columns = {column.name: column.data_type for column in contract.columns}
        there = existing.get((contract.schema.lower(), contract.table.lower()))
        if there is None:
            _create(connection, contract, columns | _LOADER_TYPES)
        else:
            _alter(connection, contract, columns, there)


def _create(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, columns: dict[str, str]
) -> None:
    definitions = ", ".join(f"{identifier(name)} {kind}" for name, kind in columns.items())
    connection.execute(f"create schema if not exists {identifier(contract.schema)}")
    connection.execute(
        f"create table {identifier(contract.schema, contract.table)} ({definitions})"
    )


def _alter(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    columns: dict[str, str],
    there: dict[str, str],
) -> None:
    table = identifier(contract.schema, contract.table)
    for name, kind in columns.items():
        old = there.get(name.lower())
        if old is None:
            connection.execute(f"alter table {table} add column {identifier(name)} {kind}")
        elif old != kind:
            if not widens(old, kind):
                raise ContractError(
                    f"source {contract.source}, table {contract.table}, column {name}: the "
                    f"contract says {kind.lower()}, but what landed is {old.lower()}; change it "
                    "back, or set the warehouse aside and land everything again"
                )
            connection.execute(f"alter table {table} alter {identifier(name)} type {kind}")
