"""Reads a sample as landing reads it: the columns of the file, and their values as text."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import Column, CsvOptions, TableContract
from orchestration.landing.keys import WORDS_FOR_NOTHING
from orchestration.landing.loader import load_files
from orchestration.paths import DataPaths

SOURCE, TABLE = "sample", "rows"
# A column that no file has, so that landing keeps all others by their names.
_NO_COLUMN = Column("_no_such_column", "VARCHAR")
_DELIMITERS = (",", ";", "\t", "|")
# Deeper objects stay JSON.
_DEEPEST = 4


@dataclass(frozen=True)
class SampleColumn:
    """A column of the file, or a value inside its objects. `values` are those that are not missing.

    `path` has the keys that lead to it: one for a column of the file. A list is its JSON text.
    """

    path: tuple[str, ...]
    values: tuple[str, ...]
    is_list: bool = False

    @property
    def header(self) -> str:
        """How a person finds it in the file."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Sample:
    """The rows of a sample file. `delimiter` is that of a CSV file, where it had to be found."""

    file: Path
    columns: tuple[SampleColumn, ...]
    row_count: int
    delimiter: str | None = None


def read_sample(file: Path) -> Sample:
    """The columns of a file in any format that lands. Raises KlantbeeldError for another one."""
    if not file.is_file():
        raise KlantbeeldError(f"there is no file {file}")
    read = [_rows(file, delimiter) for delimiter in _delimiters(file)]
    # a delimiter that is none leaves one column
    best = max(read, key=lambda rows: len(rows.names))
    if not best.rows:
        raise KlantbeeldError(f"{file} has no rows to learn from")
    columns = [column for name in best.names for column in _columns(best.rows, (name,))]
    return Sample(file, tuple(columns), len(best.rows), best.delimiter)


def contract_of(columns: tuple[Column, ...], delimiter: str | None) -> TableContract:
    """A contract for the sample alone."""
    return TableContract(SOURCE, TABLE, "raw_sample", columns, csv=CsvOptions(delimiter=delimiter))


def landed(file: Path, contract: TableContract, query: str) -> list[tuple[Any, ...]]:
    """The result of a query after the file has landed by a contract, in a warehouse of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        paths = DataPaths(Path(scratch))
        folder = paths.landing / SOURCE / TABLE
        folder.mkdir(parents=True)
        # a link: a sample may be large
        (folder / file.name).symlink_to(file.resolve())
        (result,) = load_files(paths, [contract]) or (None,)
        if result is None or result.status != "landed":
            reason = result.reason if result else "its name ends as no format does that lands"
            raise KlantbeeldError(f"{file} can't be read: {reason}")
        with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
            rows = connection.execute(query).fetchall()
        shutil.rmtree(paths.warehouse_dir)
    return rows


@dataclass(frozen=True)
class _Rows:
    """The rows of a file, by names of columns in the file's order."""

    rows: list[dict[str, Any]]
    names: list[str]
    delimiter: str | None


def _delimiters(file: Path) -> tuple[str | None, ...]:
    is_csv = ".csv" in [suffix.lower() for suffix in file.suffixes]
    return _DELIMITERS if is_csv else (None,)


def _rows(file: Path, delimiter: str | None) -> _Rows:
    contract = contract_of((_NO_COLUMN,), delimiter)
    query = 'select _extra from raw_sample."rows"'
    rows = [json.loads(extra or "{}") for (extra,) in landed(file, contract, query)]
    names = list(dict.fromkeys(name for row in rows for name in row))
    # landing needs no delimiter that it takes by itself
    return _Rows(rows, names, None if delimiter == "," else delimiter)


def _columns(rows: list[dict[str, Any]], path: tuple[str, ...]) -> Iterator[SampleColumn]:
    values = [value for row in rows if (value := row.get(path[-1])) not in (None, "")]
    objects = [value for value in values if isinstance(value, dict)]
    if objects and len(objects) == len(values) and len(path) < _DEEPEST:
        for key in dict.fromkeys(key for value in objects for key in value):
            for column in _columns(objects, (key,)):
                yield SampleColumn((*path, *column.path), column.values, column.is_list)
        return
    yield SampleColumn(
        path,
        tuple(
            text
            for value in values
            if (text := value if isinstance(value, str) else json.dumps(value)).strip().lower()
            not in WORDS_FOR_NOTHING
        ),
        is_list=any(isinstance(value, list | dict) for value in values),
    )
