"""`make rejected`: the rows and files that did not fit, for the operator's terminal."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from orchestration.causes import cause_of
from orchestration.console import table
from orchestration.errors import KlantbeeldError
from orchestration.landing.loader import failed_files
from orchestration.lock import holder, is_locked, warehouse_lock
from orchestration.paths import DataPaths

# A file that was removed, or that changed, does not count.
_ROWS = """
    with existing as (select load_id from raw.landed_files where status = 'landed')

    select file, line, coalesce(column_name, '') as column_name, reason, raw_text
    from raw.rejected_rows
    semi join existing using (load_id)
    where contains(file, $part)
    order by file, line, column_name
"""


def rejected(paths: DataPaths, *, part: str = "", most: int = 100, shows_rows: bool = False) -> str:
    """A table of the rejected rows of files whose path contains `part`, and the failed files.

    The text of a row may hold names and addresses, so it is shown only where `shows_rows` asks for
    it. Raises KlantbeeldError while another process uses the warehouse.
    """
    if not paths.warehouse.exists():
        raise KlantbeeldError(f"nothing has landed in {paths.root} yet")
    if is_locked(paths.lock):
        raise KlantbeeldError(
            f"the warehouse is in use by {holder(paths.lock)}; ask again when it has ended"
        )
    with warehouse_lock(paths.lock, purpose="`make rejected`", log=print):
        try:
            rows, total = _rows(paths, part, most)
            failed = [file for file in failed_files(paths) if part in file.file]
        except duckdb.IOException as error:
            raise KlantbeeldError(cause_of(error, paths) or str(error)) from error
    lines = _table(rows, total, shows_rows=shows_rows)
    lines += ["", *(f"{file.file} was not landed: {file.reason}." for file in failed)]
    return "\n".join(lines).strip()


def _rows(paths: DataPaths, part: str, most: int) -> tuple[list[tuple[str, ...]], int]:
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        try:
            found = connection.sql(_ROWS, params={"part": part})
            total = len(found)
            rows = found.limit(most).fetchall()
        except duckdb.CatalogException:  # no file has ever landed
            return [], 0
    return [tuple(str(cell) for cell in row) for row in rows], total


def _table(rows: Sequence[tuple[str, ...]], total: int, *, shows_rows: bool) -> list[str]:
    if not rows:
        return ["No rows were rejected."]
    header = ("file", "line", "column", "reason", "row")
    width = len(header) if shows_rows else len(header) - 1
    lines = [table(header[:width], [row[:width] for row in rows], numbers=0), ""]
    if total > len(rows):
        lines.append(f"{total - len(rows):,} more: make rejected MOST={total}")
    if not shows_rows:
        lines.append("The text of the rows, which may hold personal data: make rejected ROWS=1")
    return lines
