"""Excel files: one sheet or several, whose rows have the numbers that Excel shows."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any
from xml.etree import ElementTree

import python_calamine

from orchestration.landing import instants, keys
from orchestration.landing.contract import Column, TableContract
from orchestration.landing.conversion import Rows
from orchestration.landing.csv_file import check_columns, unnamed
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.landing.staged import StagedRows

# A sheet is read into memory; unpacked, one that fills Excel's rows with twenty columns takes less.
MOST_BYTES = 4_000_000_000

_UNREADABLE = (
    *(python_calamine.CalamineError, zipfile.BadZipFile, zlib.error, ElementTree.ParseError),
    # of a version or a compression that Python does not know, cut off, or encrypted
    *(NotImplementedError, EOFError, RuntimeError),
)

# Every whole number up to it is exact in a cell.
_EXACT = 2**53

_HAS_ERRORS = re.compile(rb"""=\s*["']e["']""")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class _Sheet:
    """A sheet with the names of its columns, and its rows with their numbers."""

    name: str
    columns: list[str]
    matched: dict[int, Column]
    rows: list[tuple[int, list[Any]]]

    @property
    def unknown(self) -> list[str]:
        """The names of the columns that the contract lacks, without those that had none."""
        return [
            name
            for i, name in enumerate(self.columns)
            if i not in self.matched and name != unnamed(i)
        ]


def read(contract: TableContract, found: Found, scratch: Path) -> Iterator[Rows]:
    """The rows of the contract's sheets, or of the first visible one. Raises FileProblem."""
    found_sheets = _sheets(contract, found)
    if contract.excel_sheets == ():
        # a new file of Excel has empty sheets that nobody removes
        found_sheets = [each for each in found_sheets if _has_values(each[1])] or found_sheets[:1]
    sheets = [_with_header(contract, name, rows) for name, rows in found_sheets]
    seen = {column.name for sheet in sheets for column in sheet.matched.values()}
    columns = [column for column in contract.columns if column.name in seen]
    with closing(StagedRows(scratch, columns)) as staged:
        for sheet in sheets:
            _stage(staged, sheet, columns, is_one_of_several=len(sheets) > 1)
        result = staged.rows()
        cells = tuple(replace(cell, column=_with_dates(cell.column)) for cell in result.cells)
        unknown = dict.fromkeys(name for sheet in sheets for name in sheet.unknown)
        yield replace(result, cells=cells, unknown=tuple(unknown))


def _has_values(rows: list[list[Any]]) -> bool:
    return any(value != "" for row in rows for value in row)


def _with_header(contract: TableContract, name: str, rows: list[list[Any]]) -> _Sheet:
    numbered = ((n, row) for n, row in enumerate(rows, start=1) if any(v != "" for v in row))
    first = next(numbered, None)
    if first is None:
        raise FileProblem(f"its sheet {name} is empty: it has no header")
    columns = [_header_name(i, value) for i, value in enumerate(first[1])]
    try:
        matched = check_columns(contract, columns)
    except FileProblem as problem:
        if contract.excel_sheets is None or len(contract.excel_sheets) == 1:
            raise
        raise FileProblem(f"sheet {name}: {problem}") from None
    return _Sheet(name, columns, matched, list(numbered))


def _stage(
    staged: StagedRows, sheet: _Sheet, columns: list[Column], *, is_one_of_several: bool
) -> None:
    positions = {column.name: i for i, column in sheet.matched.items()}
    of_sheet = {"sheet": sheet.name} if is_one_of_several else {}
    for number, row in sheet.rows:
        values = {name: v for name, v in zip(sheet.columns, row, strict=True) if v != ""}
        extra = {
            name: value
            for i, (name, value) in enumerate(zip(sheet.columns, row, strict=True))
            if i not in sheet.matched and value != ""
        }
        staged.add(
            number,
            _json(of_sheet | values),
            [
                _text(row[positions[column.name]], column) if column.name in positions else None
                for column in columns
            ],
            _json(extra) if extra else None,
        )


def _sheets(contract: TableContract, found: Found) -> list[tuple[str, list[list[Any]]]]:
    """The names of the sheets, and the values of their rows from the first on."""
    try:
        with zipfile.ZipFile(found.path) as archive:
            if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
                raise FileProblem(f"unpacked, it takes more than {MOST_BYTES // 10**9} GB")
        with closing(python_calamine.CalamineWorkbook.from_path(str(found.path))) as workbook:
            return [
                (name, _with_errors(rows, _error_cells(found.path, name)))
                for name in _sheet_names(contract, workbook)
                for rows in [workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)]
            ]
    except _UNREADABLE as error:
        # an encrypted Excel file is no zip archive
        raise FileProblem("it is not a whole Excel file, or it is encrypted") from error


def _sheet_names(contract: TableContract, workbook: Any) -> list[str]:
    for name in contract.excel_sheets or ():
        if name not in workbook.sheet_names:
            raise FileProblem(f"it has no sheet {name}")
    if contract.excel_sheets:
        return [name for name in workbook.sheet_names if name in contract.excel_sheets]
    visible = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    if not visible:
        raise FileProblem("it has no visible sheet")
    return visible if contract.excel_sheets is not None else visible[:1]


def _header_name(position: int, value: Any) -> str:
    return (_text(value) or "").strip() or unnamed(position)


def _with_dates(column: Column) -> Column:
    """The column that also reads cells which are dates, whatever the format of its texts."""
    if not column.formats:
        return column
    return replace(column, formats=(instants.DATE_CELL, *column.formats))


def _text(value: Any, column: Column | None = None) -> str | None:
    """The value of a cell as text; None for an empty one."""
    if value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if column is not None and column.is_key and abs(value) > _EXACT:
            return chr(keys.INEXACT)
        return _number(value)
    if isinstance(value, date | time):
        text = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        is_marked = column is not None and column.formats
        return f"{instants.DATE_CELL_MARK}{text}" if is_marked else text
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) else f"{Decimal(repr(value)):f}"


def _json(values: dict[str, Any]) -> str:
    plain = {
        name: int(value)
        if isinstance(value, float) and value.is_integer()
        else value
        if isinstance(value, str | bool | int | float)
        else _text(value)
        for name, value in values.items()
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))


def _with_errors(rows: list[list[Any]], errors: dict[tuple[int, int], str]) -> list[list[Any]]:
    """The rows, with the errors such as #DIV/0! that the library leaves out."""
    for (row, column), text in errors.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    return rows


def _error_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """The errors in a sheet by row and column, from 0."""
    errors: dict[tuple[int, int], str] = {}
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None or not _HAS_ERRORS.search(archive.read(part)):
            return errors
        with archive.open(part) as file:
            for _, element in ElementTree.iterparse(file):
                name = element.tag.rpartition("}")[2]
                position = _REFERENCE.fullmatch(element.get("r") or "")
                if name == "c" and element.get("t") == "e" and position:
                    value = element.find("{*}v")
                    if value is not None and value.text:
                        errors[int(position[2]) - 1, _column_number(position[1])] = value.text
                if name == "row":
                    element.clear()
    return errors


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The file in the archive that has the sheet."""
    parts = archive.namelist()
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= set(parts):
        return None
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    for element in workbook.iter():
        if element.tag.endswith("}sheet") and element.get("name") == sheet:
            for relation in relations:
                if relation.get("Id") == element.get(_RELATION_ID):
                    part = str(PurePosixPath("/xl") / relation.get("Target", "")).lstrip("/")
                    return part if part in parts else None
    return None


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
