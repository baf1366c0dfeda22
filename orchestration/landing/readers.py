"""Reads files of any format as rows of their table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from orchestration.landing import archive, csv_file, excel_file, json_file, parquet_file
from orchestration.landing.compression import unpacked
from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Rows
from orchestration.landing.files import Found
from orchestration.landing.partitions import with_partitions, without_partitions
from orchestration.landing.problems import FileProblem


def read(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    files: Sequence[Found],
    scratch: Path,
) -> Iterator[Rows]:
    """The files' rows: perhaps fast and without lines first, and then with them.

    Only Parquet files are read together. Copies go into the folder `scratch`. Raises FileProblem.
    """
    for found in files:
        if reason := archive.refused(found):
            raise FileProblem(reason)
    for rows in _readings(connection, without_partitions(contract, files), files, scratch):
        yield with_partitions(contract, files, rows)


def _readings(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    files: Sequence[Found],
    scratch: Path,
) -> Iterator[Rows]:
    first = files[0]
    if first.format == "csv":
        return csv_file.read(contract, first, scratch)
    if first.format == "json":
        return json_file.read(contract, first, scratch)
    # a library reads them, which needs a file of their own
    if first.member is not None:
        files = [unpacked(first, scratch)]
    if first.format == "excel":
        return excel_file.read(contract, files[0], scratch)
    return parquet_file.read(connection, contract, files)
