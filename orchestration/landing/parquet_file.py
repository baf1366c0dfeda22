"""Parquet files: DuckDB reads them directly into the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Cell, Rows
from orchestration.landing.csv_file import check_columns
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.sql import identifier, literal, path_literal

# A column with one of these names would hide DuckDB's own number of the row or of the file.
_HIDING = {"file_row_number", "file_index"}


def read(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, files: Sequence[Found]
) -> Iterator[Rows]:
    """The files' rows, with counts from their metadata.

    Raises FileProblem for a bad file, and for several files that can't be read as one.
    """
    listed = f"[{', '.join(path_literal(file.path) for file in files)}]"
    try:
        schema = _common_schema(connection, listed, len(files))
        names = _top_level_names(schema)
        check_columns(contract, names)
        counts = dict(
            connection.execute(
                f"select file_name, num_rows from parquet_file_metadata({listed})"
            ).fetchall()
        )
        first = path_literal(files[0].path)
        described = connection.execute(
            f"describe select * from read_parquet({first}, hive_partitioning = false)"
        ).fetchall()
        may_be_empty = _may_hold_empty_text(connection, listed)
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise FileProblem("it is not a whole Parquet file") from error
    matched = contract.match(names)
    types = [row[1] for row in described]
    unknown = [i for i in range(len(names)) if i not in matched]
    relation = f"read_parquet({listed}, hive_partitioning = false, file_row_number = true)"
    line = "file_row_number + 1"
    if _HIDING & {name.lower() for name in names}:
        # rows are numbered in the order of the file, which DuckDB keeps
        line = "row_in_file"
        relation = (
            f"(select *, row_number() over () as {line} "
            f"from read_parquet({listed}, hive_partitioning = false))"
        )
    yield Rows(
        relation=relation,
        cells=tuple(
            Cell(
                column, identifier(names[i]), types[i], is_never_empty=names[i] not in may_be_empty
            )
            for i, column in matched.items()
        ),
        counts=tuple(counts[str(file.path)] for file in files),
        file_number="cast(file_index as bigint)" if len(files) > 1 else "0",
        extra=_extra([names[i] for i in unknown]),
        unknown=tuple(names[i] for i in unknown),
        line=line,
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


def _common_schema(
    connection: duckdb.DuckDBPyConnection, listed: str, file_count: int
) -> list[tuple]:
    """The rows of `parquet_schema`, with name and number of children first.

    Raises FileProblem when the files differ.
    """
    schemas: dict[str, list[tuple]] = {}
    for file, *field in connection.execute(
        f"select file_name, name, num_children, * exclude (file_name, name, num_children) "
        f"from parquet_schema({listed})"
    ).fetchall():
        schemas.setdefault(file, []).append(tuple(field))
    schema, *others = schemas.values()
    is_ambiguous = file_count > 1 and any(field[0].lower() in _HIDING for field in schema)
    if is_ambiguous or len(schemas) < file_count or any(other != schema for other in others):
        raise FileProblem("its columns differ from those of the files beside it")
    return schema


def _top_level_names(schema: list[tuple]) -> list[str]:
    """The names as in the file; DuckDB renames the second of two that differ only in case."""
    names, position = [], 1
    while position < len(schema):
        names.append(schema[position][0])
        open_fields = 1
        while open_fields:
            open_fields += (schema[position][1] or 0) - 1
            position += 1
    return names


def _may_hold_empty_text(connection: duckdb.DuckDBPyConnection, listed: str) -> set[str]:
    """Columns with a row group whose statistics do not rule out an empty text."""
    rows = connection.execute(f"""
        select distinct path_in_schema
        from parquet_metadata({listed})
        where coalesce(stats_min_value, stats_min, '') = ''
            and stats_null_count is distinct from num_values
    """).fetchall()
    return {row[0] for row in rows}
