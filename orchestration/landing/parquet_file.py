"""Parquet files: DuckDB reads them straight into the table."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Cell, Rows
from orchestration.landing.csv_file import check_columns
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.landing.sql import identifier, literal, path_literal


def read(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, found: Found
) -> Iterator[Rows]:
    """The file's rows, counted by its own metadata. Raises FileProblem."""
    file = path_literal(found.path)
    scan = f"read_parquet({file}, hive_partitioning = false, file_row_number = true)"
    try:
        names = _top_level_names(connection, file)
        check_columns(contract, names)
        count = connection.execute(f"select num_rows from parquet_file_metadata({file})").fetchall()
        described = connection.execute(
            f"describe select * from read_parquet({file}, hive_partitioning = false)"
        ).fetchall()
        may_be_empty = _may_hold_empty_text(connection, file)
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise FileProblem("it is not a whole Parquet file") from error
    matched = contract.match(names)
    types = [row[1] for row in described]
    unknown = [i for i in range(len(names)) if i not in matched]
    yield Rows(
        relation=scan,
        cells=tuple(
            Cell(
                column, identifier(names[i]), types[i], is_never_empty=names[i] not in may_be_empty
            )
            for i, column in matched.items()
        ),
        count=count[0][0],
        extra=_extra([names[i] for i in unknown]),
        line="file_row_number + 1",
        raw=f"cast(to_json(struct_pack({_packed(names)})) as varchar)",
    )


def _packed(names: list[str]) -> str:
    return ", ".join(f"{identifier(name)} := {identifier(name)}" for name in names)


def _extra(names: list[str]) -> str:
    if not names:
        return "null"
    entries = ", ".join(
        f"{{'k': {literal(name)}, 'v': to_json({identifier(name)})}}" for name in names
    )
    any_there = " or ".join(f"{identifier(name)} is not null" for name in names)
    return (
        f"case when {any_there} then "
        f"to_json(map_from_entries(list_filter([{entries}], lambda e: e.v is not null))) end"
    )


def _top_level_names(connection: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """As the file spells them; DuckDB renames the second of two that differ only by case."""
    fields = connection.execute(f"select name, num_children from parquet_schema({file})").fetchall()
    names, position = [], 1
    while position < len(fields):
        names.append(fields[position][0])
        open_fields = 1
        while open_fields:
            open_fields += (fields[position][1] or 0) - 1
            position += 1
    return names


def _may_hold_empty_text(connection: duckdb.DuckDBPyConnection, file: str) -> set[str]:
    """Columns with a row group whose statistics do not rule out an empty text."""
    rows = connection.execute(f"""
        select distinct path_in_schema
        from parquet_metadata({file})
        where coalesce(stats_min_value, stats_min, '') = ''
            and stats_null_count is distinct from num_values
    """).fetchall()
    return {row[0] for row in rows}
