"""CSV and TSV files: read fast by DuckDB, and again in Python when a row does not fit."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import mmap
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Cell, Rows
from orchestration.landing.files import Found
from orchestration.landing.keys import NO_TEXT
from orchestration.landing.problems import FileProblem
from orchestration.landing.staged import StagedRows
from orchestration.landing.text import Edit, TextFile, encoding_of, to_utf8
from orchestration.sql import literal, path_literal

_BOM = b"\xef\xbb\xbf"
# Where nothing names the delimiter, the first that gives the required columns is taken.
_DELIMITERS = (",", ";", "\t", "|")
_TAB = "\t"
# The line by which Excel knows the delimiter.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?', re.IGNORECASE)


# As many names of columns are shown for a file without the required ones.
MOST_NAMES = 20


class MalformedRowError(ValueError):
    """A record can't be split into values."""


def read(contract: TableContract, found: Found, scratch: Path) -> Iterator[Rows]:
    """The file's rows: first as DuckDB reads them, then as Python does, with line numbers.

    DuckDB's rows come first only for a regular file, whose row count is certain; they can be used
    only if all of them fit. Raises FileProblem.
    """
    csv.field_size_limit(2**31 - 1)  # a long value is no error
    contract = with_delimiter(contract, found)
    encoding = encoding_of(found, scratch, contract.csv.encoding, contract.csv.fallback_encoding)
    text = to_utf8(found, scratch, encoding)
    if text.size_bytes == 0:
        if contract.csv.header is None:
            raise FileProblem("it is empty: it has no header")
        with closing(StagedRows(scratch, [])) as staged:
            yield staged.rows()
        return
    with (
        text.path.open("rb") as file,
        closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as data,
    ):
        header = _find_header(contract, data)
        if text.is_regular and header.line <= 1:
            yield _as_duckdb_reads(text, header)
        yield _as_python_reads(text.newlines, header, data, scratch)


def edits(
    contract: TableContract,
    text: TextFile,
    removed: Collection[int],
    changed: Mapping[int, Mapping[str, str | None]],
) -> Iterator[Edit]:
    """What to do to a file's bytes to remove the rows of some lines and change those of others.

    `changed` has the new values of a row by column; the values of columns that the contract lacks
    are emptied in such a row. All other bytes stay.
    """
    with (
        text.path.open("rb") as file,
        closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as data,
    ):
        header = _find_header(contract, data)
        for line, start, end in header.dialect.spans(data):
            if line in removed:
                yield start, min(end + 1, len(data)), b""
            elif line in changed:
                record = data[start:end].decode()
                row = record.removesuffix("\r")
                written = header.with_values(row, changed[line]) + record[len(row) :]
                yield start, end, written.encode()


def with_delimiter(contract: TableContract, found: Found) -> TableContract:
    """The contract with the delimiter that the file's name says."""
    if not found.is_tab_separated:
        return contract
    return replace(contract, csv=replace(contract.csv, delimiter=_TAB))


@dataclass(frozen=True)
class _Dialect:
    """How values and records are separated.

    A quote opens a quoted value only at the value's beginning; elsewhere (32" screen) it is text.
    Without `quoted_record` it is text everywhere.
    """

    delimiter: str
    quoted_record: re.Pattern[bytes] | None

    @classmethod
    def of(cls, delimiter: str, *, has_quotes: bool = True) -> _Dialect:
        if not has_quotes:
            return cls(delimiter, None)
        d = re.escape(delimiter)
        value = f'(?:"[^"]*+(?:""[^"]*+)*+"[^{d}\\n]*+|(?!")[^{d}\\n]*+)'
        return cls(
            delimiter,
            re.compile(f"{value}(?:{d}{value})*+".encode()),
        )

    def records(self, data: mmap.mmap) -> Iterator[tuple[int, str, bool]]:
        """Line, text and completeness (a newline follows) of each record, blank ones too."""
        size = len(data)
        for line, start, end in self.spans(data):
            yield line, data[start:end].decode().removesuffix("\r"), end < size

    def spans(self, data: mmap.mmap) -> Iterator[tuple[int, int, int]]:
        """Line, and first byte and end of each record, without the newline behind it."""
        position = len(_BOM) if data[:3] == _BOM else 0
        line, size = 1, len(data)
        while position < size:
            end = data.find(b"\n", position)
            if end < 0:
                end = size
            lines = 1
            if self.quoted_record and data.find(b'"', position, end) >= 0:
                match = self.quoted_record.match(data, position)
                end = match.end() if match else position
                lines += data[position:end].count(b"\n")
                if end < size and data[end] != 0x0A:
                    raise FileProblem(
                        f"a quote that opens in line {line + lines - 1} is never closed"
                    )
            yield line, position, end
            line += lines
            position = end + 1

    def split(self, record: str) -> list[str | None]:
        """The record's values; an empty one is None. Raises MalformedRowError."""
        if '"' not in record or not self.quoted_record:
            if "\r" in record:
                raise MalformedRowError("holds a carriage return outside quotes")
            return [value or None for value in record.split(self.delimiter)]
        try:
            (values,) = csv.reader([record], delimiter=self.delimiter, strict=True)
        except csv.Error as error:
            raise MalformedRowError(
                "holds a carriage return outside quotes"
                if "new-line" in str(error)
                else "holds text behind a closing quote"
            ) from None
        return [value or None for value in values]


@dataclass(frozen=True)
class _Header:
    """The header, in line `line`; `positions` are those of `cells`, `unknown` those of the rest.

    Line 0 is for a header that is in the contract.
    """

    dialect: _Dialect
    names: list[str]
    line: int
    cells: tuple[Cell, ...]
    positions: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def unknown_names(self) -> tuple[str, ...]:
        """The names of the columns that the contract lacks, without those that had none."""
        names = ((i, self.names[i]) for i in self.unknown)
        return tuple(name for i, name in names if name != unnamed(i))

    def with_values(self, record: str, new: Mapping[str, str | None]) -> str:
        """The record with other values, and none in the columns that the contract lacks."""
        values = self.dialect.split(record)
        for cell, position in zip(self.cells, self.positions, strict=True):
            if cell.column.name in new:
                values[position] = new[cell.column.name]
        for position in (*self.unknown, *range(len(self.names), len(values))):
            values[position] = None
        if not self.dialect.quoted_record:
            return self.dialect.delimiter.join(value or "" for value in values)
        written = io.StringIO()
        csv.writer(written, delimiter=self.dialect.delimiter, lineterminator="").writerow(values)
        return written.getvalue()

    @classmethod
    def of(cls, contract: TableContract, data: mmap.mmap, dialect: _Dialect) -> _Header:
        """The first line with text, where the contract has none.

        Raises FileProblem when it lacks a required column.
        """
        if contract.csv.header is not None:
            return cls._with(contract, list(contract.csv.header), 0, dialect)
        records = (record for record in dialect.records(data) if record[1])
        first = next(records, None)
        if first and _SEPARATOR_LINE.fullmatch(first[1]):
            first = next(records, None)
        if first is None:
            raise FileProblem("it holds blank lines only: it has no header")
        line, text, _ = first
        try:
            names = [name.strip() if name else "" for name in dialect.split(text)]
        except MalformedRowError as error:
            raise FileProblem(f"the header in line {line} {error}") from error
        # a spreadsheet leaves columns without a name; if they hold anything, it is kept by this one
        names = [name or unnamed(i) for i, name in enumerate(names)]
        return cls._with(contract, names, line, dialect)

    @classmethod
    def _with(
        cls, contract: TableContract, names: list[str], line: int, dialect: _Dialect
    ) -> _Header:
        matched = check_columns(contract, names)
        return cls(
            dialect=dialect,
            names=names,
            line=line,
            cells=tuple(
                Cell(column, f"c{i}", is_never_nothing=True) for i, column in matched.items()
            ),
            positions=tuple(matched),
            unknown=tuple(i for i in range(len(names)) if i not in matched),
        )


def _find_header(contract: TableContract, data: mmap.mmap) -> _Header:
    """The header by the contract's delimiter, the file's own, or the first that fits."""
    options = contract.csv
    has_header = options.header is None
    delimiter = options.delimiter or (_delimiter_line(data) if has_header else None)
    if delimiter is None and has_header:
        for candidate in _DELIMITERS:
            with contextlib.suppress(FileProblem):
                dialect = _Dialect.of(candidate, has_quotes=options.has_quotes)
                return _Header.of(contract, data, dialect)
    if delimiter is None:
        # the one that the file seems to have
        beginning = data[:10_000].strip().partition(b"\n")[0]
        delimiter = max(_DELIMITERS, key=lambda each: beginning.count(each.encode()))
    return _Header.of(contract, data, _Dialect.of(delimiter, has_quotes=options.has_quotes))


def _delimiter_line(data: mmap.mmap) -> str | None:
    """The delimiter that Excel's first line `sep=;` names."""
    beginning = data[:16].removeprefix(_BOM).decode("utf-8", "replace")
    found = _SEPARATOR_LINE.fullmatch(beginning.splitlines()[0]) if beginning.strip() else None
    return found[1] if found and found[1] not in '"\r\n' else None


def unnamed(position: int) -> str:
    """The name of a column that has none in the file."""
    return f"column {position + 1}"


def check_columns(contract: TableContract, names: list[str]) -> dict:
    """Match a file's columns with the contract's. Raises FileProblem for a file without a match."""
    lowered = [name.lower() for name in names]
    twice = next((name for name in lowered if lowered.count(name) > 1), None)
    if twice is not None:
        raise FileProblem(f'column "{twice}" is there twice')
    try:
        matched = contract.match(names)
    except ValueError as error:
        raise FileProblem(f"columns {error}") from error
    present = {column.name for column in matched.values()}
    missing = [c.name for c in contract.columns if c.is_required and c.name not in present]
    if missing:
        raise FileProblem(
            f"required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} not found; "
            f"{_seen(names)}"
        )
    return matched


def _seen(names: list[str]) -> str:
    """What a file without the required columns has, and what can be done."""
    shown = ", ".join(names[:MOST_NAMES]) + (", …" if len(names) > MOST_NAMES else "")
    return (
        f"its columns are {shown}: if one of them is meant, add it to the column's `aliases` in "
        "the contract"
    )


def _as_duckdb_reads(text: TextFile, header: _Header) -> Rows:
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(header.names)))
    extra = "null"
    if header.unknown:
        entries = ", ".join(
            f"{{'k': {literal(header.names[i])}, 'v': c{i}}}" for i in header.unknown
        )
        extra = (
            f"case when coalesce({', '.join(f'c{i}' for i in header.unknown)}) is not null then "
            f"to_json(map_from_entries(list_filter([{entries}], lambda e: e.v is not null))) end"
        )
    delimiter = literal(header.dialect.delimiter)
    cells, nothing = header.cells, NO_TEXT
    if not all(word.lower() in c.column.words_for_nothing for c in cells for word in NO_TEXT):
        # a column keeps one of them as a value
        cells, nothing = tuple(replace(cell, is_never_nothing=False) for cell in cells), ("",)
    quote = literal('"' if header.dialect.quoted_record else "")
    lines = text.lines_outside_quotes
    if not header.dialect.quoted_record:
        lines = text.newlines + (not text.has_final_newline)
    return Rows(
        relation=f"read_csv({path_literal(text.path)}, columns = {{{columns}}}, "
        f"auto_detect = false, header = {header.line == 1}, delim = {delimiter}, quote = {quote}, "
        f"escape = {quote}, nullstr = [{', '.join(map(literal, nothing))}], "
        "allow_quoted_nulls = true, strict_mode = true, compression = 'none')",
        cells=cells,
        counts=(lines - (header.line == 1),),
        extra=extra,
        unknown=header.unknown_names,
    )


def _as_python_reads(newlines: int, header: _Header, data: mmap.mmap, scratch: Path) -> Rows:
    width, lines, dialect = len(header.names), 0, header.dialect
    with closing(StagedRows(scratch, [cell.column for cell in header.cells])) as staged:
        for line, record, is_complete in dialect.records(data):
            lines += record.count("\n") + is_complete
            if line <= header.line or not record:
                continue
            try:
                values = dialect.split(record)
            except MalformedRowError as error:
                if "\n" in record:
                    # the beginning of the next row is unknown
                    raise FileProblem(f"a quote in line {line} is not closed properly") from error
                staged.add_problem(line, record, str(error))
                continue
            if not any(values[width:]):  # commas behind the last column hold nothing
                values = values[:width]
            if len(values) != width:
                if not is_complete and len(values) < width:
                    raise FileProblem(f"it is cut off in the middle of line {line}")
                staged.add_problem(
                    line,
                    record,
                    f"has {len(values)} value{'s' if len(values) > 1 else ''}, "
                    f"the header has {width}"
                    f"{'' if header.line else ', which is in the contract'}",
                )
                continue
            extra = {header.names[i]: values[i] for i in header.unknown if values[i] is not None}
            staged.add(
                line,
                record,
                [values[i] for i in header.positions],
                json.dumps(extra, ensure_ascii=False, separators=(",", ":")) if extra else None,
            )
        if lines != newlines:
            raise FileProblem(f"it has {newlines} line ends, but {lines} were read")
        return replace(staged.rows(), unknown=header.unknown_names)
