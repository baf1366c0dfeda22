"""Rows that Python has split into cells, written for DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orchestration.landing.contract import Column
from orchestration.landing.conversion import Cell, Rows
from orchestration.sql import literal, path_literal

_ROWS_PER_WRITE = 5000
# DuckDB's default; a longer line needs a larger limit
_LINE_BYTES = 2_097_152


class StagedRows:
    """A scratch file of rows with their line numbers and texts.

    Every text is quoted and null is an empty field, so no text can be mistaken for anything else.
    """

    def __init__(self, scratch: Path, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)
        self.count = 0
        self._path = scratch / "staged"
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._pending: list[str] = []
        self._longest = 0

    def add(
        self, line: int, raw: str, cells: Sequence[str | None], extra: str | None = None
    ) -> None:
        """Add a row; `cells` follow the columns."""
        try:
            self._write(line, raw, None, extra, cells)
        except ValueError as error:
            self.add_problem(line, raw, str(error))

    def add_problem(self, line: int, raw: str, problem: str) -> None:
        """Add a row that can't be split into cells."""
        raw = raw.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()
        self._write(line, raw, problem, None, [None] * len(self.columns))

    def rows(self) -> Rows:
        """The added rows as a relation. No row can be added after this."""
        self._flush()
        self._file.close()
        types = {"line": "BIGINT", "raw": "VARCHAR", "problem": "VARCHAR", "extra": "VARCHAR"}
        types |= {f"c{i}": "VARCHAR" for i in range(len(self.columns))}
        columns = ", ".join(f"{name}: {literal(kind)}" for name, kind in types.items())
        size = max(self._longest + 1, _LINE_BYTES)
        return Rows(
            relation=f"read_csv({path_literal(self._path)}, columns = {{{columns}}}, "
            "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"', "
            "new_line = '\\n', nullstr = '', allow_quoted_nulls = false, compression = 'none', "
            f"parallel = false, max_line_size = {size}, buffer_size = {16 * size})",
            cells=tuple(Cell(column, f"c{i}") for i, column in enumerate(self.columns)),
            counts=(self.count,),
            extra="cast(extra as json)",
            line="line",
            raw="raw",
            problem="problem",
        )

    def close(self) -> None:
        """Close the scratch file."""
        self._file.close()

    def _write(
        self,
        line: int,
        raw: str,
        problem: str | None,
        extra: str | None,
        cells: Sequence[str | None],
    ) -> None:
        texts = (str(line), raw, problem, extra, *cells)
        row = ",".join(
            ["" if text is None else '"' + text.replace('"', '""') + '"' for text in texts]
        )
        if "\0" in row:
            raise ValueError("holds a NUL character")
        try:
            size = len(row) if row.isascii() else len(row.encode())
        except UnicodeEncodeError:
            raise ValueError("holds half a character (a lone surrogate)") from None
        self._longest = max(self._longest, size)
        self._pending.append(row)
        self.count += 1
        if len(self._pending) >= _ROWS_PER_WRITE:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._file.write("\n".join(self._pending) + "\n")
            self._pending.clear()
