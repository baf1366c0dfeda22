"""Folders such as `dt=2026-01-01`, by which Hive, Spark and DuckDB leave a column out of the files.

They give the column where the contract has it and the file does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Cell, Rows
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.sql import literal

_NULL = "__HIVE_DEFAULT_PARTITION__"


def of_file(contract: TableContract, found: Found) -> dict[str, str | None]:
    """The values that the folders of a file have for columns of the contract, by column."""
    values: dict[str, str | None] = {}
    for folder in found.name.split("/")[2:-1]:
        name, is_partition, value = folder.partition("=")
        if is_partition:
            for column in contract.match([unquote(name)]).values():
                values[column.name] = None if value == _NULL else unquote(value)
    return values


def without_partitions(contract: TableContract, files: Sequence[Found]) -> TableContract:
    """The contract of what is in the files: columns that their folders give may be missing."""
    given = {name for found in files for name in of_file(contract, found)}
    if not given:
        return contract
    columns = (
        replace(column, is_required=False) if column.name in given else column
        for column in contract.columns
    )
    return replace(contract, columns=tuple(columns))


def with_partitions(contract: TableContract, files: Sequence[Found], rows: Rows) -> Rows:
    """The rows, with a cell for each column that only the folders have. Raises FileProblem."""
    values = [of_file(contract, found) for found in files]
    if any(each.keys() != values[0].keys() for each in values):
        raise FileProblem("its folders name other columns than those of the files beside it")
    present = {cell.column.name for cell in rows.cells}
    cells = _cells(contract, values, rows, present)
    return replace(rows, cells=(*rows.cells, *cells))


def _cells(
    contract: TableContract,
    values: list[dict[str, str | None]],
    rows: Rows,
    present: set[str],
) -> Iterator[Cell]:
    for column in contract.columns:
        if column.name in values[0] and column.name not in present:
            texts = [each[column.name] for each in values]
            listed = ", ".join("null" if text is None else literal(text) for text in texts)
            yield Cell(column, f"cast([{listed}][{rows.file_number} + 1] as varchar)")
