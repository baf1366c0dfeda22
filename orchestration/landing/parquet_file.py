"""Parquet files: DuckDB reads them directly into the table."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Cell, Rows
from orchestration.landing.csv_file import check_columns
from orchestration.landing.files import Found
from orchestration.landing.keys import NO_TEXT
from orchestration.landing.problems import FileProblem
from orchestration.sql import identifier, literal, path_literal

# A column with one of these names would hide DuckDB's own number of the row or of the file.
_HIDING = {"file_row_number", "file_index"}
# How many digits of a hash a number can hold exactly.
_HEXADECIMAL_DIGITS = {
    "INTEGER": 7,
    "UINTEGER": 7,
    "BIGINT": 15,
    "UBIGINT": 15,
    "HUGEINT": 15,
    "FLOAT": 6,
    "DOUBLE": 13,
}


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
        first = path_literal(files[0].path)
        nested = _nested_cells(connection, contract, first)
        flat = _without_columns(contract, {cell.column.name for cell in nested})
        check_columns(flat, names)
        counts = dict(
            connection.execute(
                f"select file_name, num_rows from parquet_file_metadata({listed})"
            ).fetchall()
        )
        described = connection.execute(
            f"describe select * from read_parquet({first}, hive_partitioning = false)"
        ).fetchall()
        may_hold_no_text = _may_hold_no_text(connection, listed)
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        raise FileProblem("it is not a whole Parquet file") from error
    matched = flat.match(names)
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
                column,
                identifier(names[i]),
                types[i],
                is_never_nothing=names[i] not in may_hold_no_text,
            )
            for i, column in matched.items()
        )
        + tuple(nested),
        counts=tuple(counts[str(file.path)] for file in files),
        file_number="cast(file_index as bigint)" if len(files) > 1 else "0",
        extra=_extra([names[i] for i in unknown], [cell.column.path for cell in nested]),
        unknown=tuple(
            names[i] for i in unknown if names[i] not in {cell.column.path[0] for cell in nested}
        ),
        line=line,
        raw=f"cast(to_json(struct_pack({_packed(names)})) as varchar)",
    )


def rewrite(
    connection: duckdb.DuckDBPyConnection,
    found: Found,
    rows: Rows,
    target: Path,
    removed: Collection[int],
    changed: Mapping[int, Mapping[str, str | None]],
) -> None:
    """Rewrite the file without the rows of some lines and with new values in those of others.

    Row order, columns, compression, size of row groups and metadata stay. `changed` has the new
    values of a row by column; the values of columns that the contract lacks are emptied in such a
    row. Raises FileProblem for a file that can't be written as it is.
    """
    source = path_literal(found.path)
    try:
        described = _described(connection, source)
        fields = connection.execute(
            "select name, num_children, cast(logical_type as varchar) "
            f"from parquet_schema({source})"
        ).fetchall()
        names = _top_level_names(fields)
        if [name for name, _ in described] != names:
            raise FileProblem("two of its columns differ only in case")
        connection.execute(
            "create or replace temp table removed_lines as select unnest(?::bigint[]) as line",
            [sorted(removed)],
        )
        _create_changed(connection, rows, changed)
        columns = _new_columns(rows, dict(described), {name: kind for name, _, kind in fields})
        connection.execute(
            f"copy (select {columns} from (select *, {rows.line} as _line from {rows.relation}) "
            "as held left join changed_lines on changed_lines.line = held._line "
            "where held._line not in (select line from removed_lines) order by held._line) "
            f"to {path_literal(target)} (format parquet, {_options(connection, source)})"
        )
        if _described(connection, path_literal(target)) != described:
            raise FileProblem("a column has a type that can't be written")
    except (duckdb.OutOfMemoryException, duckdb.FatalException):
        raise
    except duckdb.Error as error:
        # the error may quote a row
        raise FileProblem("it can't be written as Parquet") from error


def _described(connection: duckdb.DuckDBPyConnection, file: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        f"describe select * from read_parquet({file}, hive_partitioning = false)"
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def _create_changed(
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
    changed: Mapping[int, Mapping[str, str | None]],
) -> None:
    """A table of the changed lines: per column of the contract, whether it is new, and its text."""
    columns = "".join(f", is_new_{i} boolean, new_{i} varchar" for i in range(len(rows.cells)))
    connection.execute(f"create or replace temp table changed_lines (line bigint{columns})")
    values = [
        [
            line,
            *(
                value
                for cell in rows.cells
                for value in (cell.column.name in new, new.get(cell.column.name))
            ),
        ]
        for line, new in changed.items()
    ]
    if values:
        marks = ", ".join("?" * len(values[0]))
        connection.executemany(f"insert into changed_lines values ({marks})", values)


def _new_columns(
    rows: Rows, types: Mapping[str, str], logical_types: Mapping[str, str | None]
) -> str:
    positions = {cell.expression: i for i, cell in enumerate(rows.cells)}
    selected = []
    for name, kind in types.items():
        value = f"held.{identifier(name)}"
        i = positions.get(identifier(name))
        if i is None:
            value = f"case when changed_lines.line is null then {value} end"
        else:
            new = _of_type(f"changed_lines.new_{i}", kind)
            value = f"case when changed_lines.is_new_{i} then {new} else {value} end"
        # DuckDB reads milliseconds as microseconds
        if kind == "TIMESTAMP" and "MILLIS=MilliSeconds" in (logical_types.get(name) or ""):
            kind = "TIMESTAMP_MS"
        selected.append(f"cast({value} as {kind}) as {identifier(name)}")
    return ", ".join(selected)


def _of_type(text: str, kind: str) -> str:
    """The key of an anonymous order in a column of this type; none where it can't hold one."""
    if kind == "VARCHAR":
        return text
    if kind == "BLOB":
        return f"encode({text})"
    if kind == "UUID":
        return f"cast(left(md5({text}), 32) as uuid)"
    if digits := _HEXADECIMAL_DIGITS.get(kind):
        # below zero, where no shop has its own; a missing key stays missing
        sign = "" if kind.startswith("U") else "-"
        return f"{sign}cast(cast('0x' || left(md5({text}), {digits}) as bigint) as {kind})"
    return "null"


def _options(connection: duckdb.DuckDBPyConnection, source: str) -> str:
    compression, group_rows = connection.execute(
        f"select coalesce(mode(compression), 'SNAPPY'), coalesce(max(row_group_num_rows), 1) "
        f"from parquet_metadata({source})"
    ).fetchone() or ("SNAPPY", 1)
    metadata = connection.execute(
        f"select decode(key), value from parquet_kv_metadata({source})"
    ).fetchall()
    options = f"compression {literal(compression.lower())}, row_group_size {max(group_rows, 2048)}"
    if metadata:
        entries = ", ".join(
            f"{literal(key)}: {literal(''.join(f'{chr(92)}x{byte:02X}' for byte in value))}::blob"
            for key, value in metadata
        )
        options += f", kv_metadata {{{entries}}}"
    return options


def _packed(names: list[str]) -> str:
    return ", ".join(f"{identifier(name)} := {identifier(name)}" for name in names)


def _nested_cells(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, file: str
) -> list[Cell]:
    """The cells of columns with a path that leads somewhere in the file."""
    if not any(column.path for column in contract.columns):
        return []
    relation = connection.sql(f"select * from read_parquet({file}, hive_partitioning = false)")
    whole = dict(zip(relation.columns, relation.types, strict=True))
    cells = []
    for column in contract.columns:
        top, *inner = column.path or [""]
        expression, kind = identifier(top), whole.get(top)
        for key in inner:
            expression, kind = f"{expression}[{literal(key)}]", _kind_of(kind, key)
        if kind is not None:
            cells.append(Cell(column, expression, str(kind)))
    return cells


def _kind_of(container: Any, key: str) -> Any:
    """The type of the value under a key of a struct or map; None for any other type."""
    if container is not None and container.id == "struct":
        return dict(container.children).get(key)
    if container is not None and container.id == "map":
        return dict(container.children)["value"]
    return None


def _without_columns(contract: TableContract, names: set[str]) -> TableContract:
    columns = tuple(column for column in contract.columns if column.name not in names)
    return replace(contract, columns=columns)


def _extra(names: list[str], paths: list[tuple[str, ...]]) -> str:
    """The other columns as JSON, without what the paths took from them."""
    if not names:
        return "null"
    values = {name: f"to_json({identifier(name)})" for name in names}
    is_there = {name: f"{identifier(name)} is not null" for name in names}
    for name in {path[0] for path in paths} & set(names):
        values[name] = _json_without(values[name], [path[1:] for path in paths if path[0] == name])
        is_there[name] = f"{values[name]} is not null"
    entries = ", ".join(f"{{'k': {literal(name)}, 'v': {values[name]}}}" for name in names)
    return (
        f"case when {' or '.join(is_there.values())} then "
        f"to_json(map_from_entries(list_filter([{entries}], lambda e: e.v is not null))) end"
    )


def _json_without(value: str, paths: list[tuple[str, ...]]) -> str:
    """The JSON of an object without what these paths lead to; null when nothing is left."""
    if () in paths:
        return "cast(null as json)"
    # shorter paths last: what they lead to holds what longer ones do
    removal: dict[str, Any] = {}
    for path in sorted(paths, key=len, reverse=True):
        holder = removal
        for key in path[:-1]:
            holder = holder.setdefault(key, {})
        holder[path[-1]] = None
    return f"nullif(json_merge_patch({value}, {literal(json.dumps(removal))}), '{{}}')"


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


def _may_hold_no_text(connection: duckdb.DuckDBPyConnection, listed: str) -> set[str]:
    """Columns with a row group whose statistics do not rule out one of NO_TEXT."""
    # without statistics anything is possible
    lowest = "coalesce(stats_min_value, stats_min, '')"
    highest = "coalesce(stats_max_value, stats_max, chr(1114111))"
    is_possible = " or ".join(
        f"({lowest} <= {literal(text)} and {highest} >= {literal(text)})" for text in NO_TEXT
    )
    rows = connection.execute(f"""
        select distinct path_in_schema
        from parquet_metadata({listed})
        where ({is_possible}) and stats_null_count is distinct from num_values
    """).fetchall()
    return {row[0] for row in rows}
