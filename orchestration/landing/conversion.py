"""Converts a file's cells to the contract's types, with a reason for each that does not fit.

All formats share it: a reader gives `Rows`, a relation of cells as they are in the file (text, or
Parquet's own types). `insert_sql` inserts the rows that fit, `rejects_sql` explains the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestration.landing.contract import INTEGERS, LOADER_COLUMNS, Column, TableContract
from orchestration.sql import identifier, literal

_FLOATS = ("FLOAT", "DOUBLE")
_NUMBERS = (*INTEGERS, "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", *_FLOATS)
_INSTANTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
_WITH_ZONE = "TIMESTAMP WITH TIME ZONE"
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
# digits that hold any value of the type; HUGEINT needs 39, which no decimal has
_DIGITS = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 10,
    "UINTEGER": 10,
    "BIGINT": 19,
    "UBIGINT": 20,
}
_REASONS = {
    "VARCHAR": "is not readable text",
    "BOOLEAN": "is not true or false",
    "DATE": "is not a date",
    "TIMESTAMP": "is not an instant",
    "DOUBLE": "is not a finite number",
}


@dataclass(frozen=True)
class Cell:
    """A contract's column, and the expression of type `file_type` that reads it.

    In every format an empty text is a missing value: a tracker's `customer_id: ""` must not become
    a customer. `is_never_empty` omits that check when the file has no empty text.
    """

    column: Column
    expression: str
    file_type: str = "VARCHAR"
    is_never_empty: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of one file, or of several that are read as one, as a relation.

    `counts` are the rows of each file, counted independently of the relation's parser.
    `file_number` is an expression for the number of a row's file, from 0. `line`, `raw` and
    `problem` (why a row can't be split into cells) are expressions. They are None for a relation
    without line numbers, which can only be used when every row of the file fits.
    """

    relation: str
    cells: tuple[Cell, ...]
    counts: tuple[int, ...]
    file_number: str = "0"
    extra: str = "NULL"
    line: str | None = None
    raw: str | None = None
    problem: str | None = None

    @property
    def can_explain(self) -> bool:
        """Whether a row that does not fit can be reported with its line."""
        return self.line is not None


@dataclass(frozen=True)
class Stamp:
    """The loader's columns of the rows, and the latest instant that a row may have.

    `load_id` belongs to the first of `files`; the others have the numbers after it.
    """

    load_id: int
    files: tuple[str, ...]
    loaded_at: datetime
    latest: datetime


@dataclass(frozen=True)
class _Converted:
    value: str
    # an expression for "the cell is empty"; None when the value is null only then
    is_missing: str | None = None


def widens(old: str, new: str) -> bool:
    """Whether every value of type `old` is one of type `new`, unrounded."""
    if old == new or new == "VARCHAR":
        return True
    if old in INTEGERS and new in INTEGERS:
        return INTEGERS.index(old) <= INTEGERS.index(new)
    target = _DECIMAL.fullmatch(new)
    if target:
        source = _DECIMAL.fullmatch(old)
        digits, scale = (int(source[1]), int(source[2])) if source else (_DIGITS.get(old, 99), 0)
        whole = int(target[1]) - int(target[2])
        return digits - scale <= whole and scale <= int(target[2])
    if old in _DIGITS and new in INTEGERS:  # the remaining types are unsigned
        return _DIGITS[old] < _DIGITS.get(new, 39)
    return old == "FLOAT" and new == "DOUBLE"


def insert_sql(contract: TableContract, rows: Rows, stamp: Stamp) -> str:
    """SQL that inserts the rows that fit."""
    names = [column.name for column in contract.columns]
    targets = ", ".join(identifier(name) for name in (*names, *LOADER_COLUMNS))
    values = ", ".join((*(f"v{i}" for i in range(len(names))), *LOADER_COLUMNS))
    return f"""
        insert into {identifier(contract.schema, contract.table)} ({targets})
        select {values}
        from ({_converted_sql(contract, rows, stamp)})
        where {_fits_sql(contract, rows, stamp)}
    """


def rejects_sql(contract: TableContract, rows: Rows, stamp: Stamp) -> str:
    """SQL that inserts the reasons for the others: one row per bad cell or unsplittable row."""
    entries = [
        f"{{'column_name': {literal(column.name)}, 'reason': case when _problem is null then case "
        + " ".join(f"when {bad} then {literal(reason)}" for bad, reason in checks)
        + " end end}"
        for column, checks in _checks(contract, rows, stamp)
    ]
    entries.append("{'column_name': null, 'reason': _problem}")
    return f"""
        insert into raw.rejected_rows (
            load_id, source, table_name, file, line, column_name, raw_text, reason, loaded_at
        )
        select
            _load_id, {literal(contract.source)}, {literal(contract.table)}, _file,
            _line, why.column_name, _raw, why.reason, _loaded_at
        from (
            select
                _load_id, _file, _line, _raw, _loaded_at,
                unnest(list_filter([{", ".join(entries)}], lambda e: e.reason is not null)) as why
            from ({_converted_sql(contract, rows, stamp, explain=True)})
            where not ({_fits_sql(contract, rows, stamp)})
        )
    """


def _cells_by_column(contract: TableContract, rows: Rows) -> list[tuple[Column, _Converted]]:
    cells = {cell.column.name: cell for cell in rows.cells}
    return [
        (
            column,
            _convert(cells[column.name])
            if column.name in cells
            else _Converted(f"cast(null as {column.data_type})"),
        )
        for column in contract.columns
    ]


def _converted_sql(
    contract: TableContract, rows: Rows, stamp: Stamp, *, explain: bool = False
) -> str:
    files = ", ".join(literal(file) for file in stamp.files)
    selected = [
        f"{rows.extra} as _extra",
        f"{stamp.load_id} + {rows.file_number} as _load_id",
        f"[{files}][{rows.file_number} + 1] as _file",
        f"{_instant(stamp.loaded_at)} as _loaded_at",
        f"{rows.problem or 'null::varchar'} as _problem",
    ]
    if explain:
        selected += [f"{rows.line} as _line", f"{rows.raw} as _raw"]
    for i, (_, converted) in enumerate(_cells_by_column(contract, rows)):
        selected.append(f"{converted.value} as v{i}")
        if converted.is_missing:
            selected.append(f"{converted.is_missing} as m{i}")
    return f"select {', '.join(selected)} from {rows.relation}"


def _checks(
    contract: TableContract, rows: Rows, stamp: Stamp
) -> Iterator[tuple[Column, list[tuple[str, str]]]]:
    """For each column that can be wrong, the conditions with their reasons; none is ever null."""
    for i, (column, converted) in enumerate(_cells_by_column(contract, rows)):
        missing = f"m{i}" if converted.is_missing else f"v{i} is null"
        checks = []
        if column.is_required:
            checks.append((missing, "is missing"))
        if converted.is_missing:
            checks.append((f"(v{i} is null and not m{i})", _reason(column)))
        if column.has_happened:
            checks.append(
                (f"coalesce(v{i} > {_instant(stamp.latest)}, false)", "lies in the future")
            )
        if checks:
            yield column, checks


def _fits_sql(contract: TableContract, rows: Rows, stamp: Stamp) -> str:
    fits = ["_problem is null"] if rows.problem else []
    fits += [
        f"not {bad}" if bad.startswith(("(", "coalesce")) else f"not ({bad})"
        for _, checks in _checks(contract, rows, stamp)
        for bad, _ in checks
    ]
    return " and ".join(fits) or "true"


def _instant(instant: datetime) -> str:
    return f"timestamp '{instant}'"


def _reason(column: Column) -> str:
    if column.data_type in INTEGERS:
        return f"is not a whole number that fits {column.data_type.lower()}"
    return _REASONS.get(
        column.data_type,
        f"is not a number that fits {column.data_type.lower()}",
    )


def _convert(cell: Cell) -> _Converted:
    source, target = cell.file_type, cell.column.data_type
    if source == "VARCHAR" and target == "VARCHAR":
        x = cell.expression
        return _Converted(x if cell.is_never_empty else f"nullif({x}, '')")
    if source == "VARCHAR":
        return _from_text(cell.expression, target)
    if target == "VARCHAR":
        return _to_text(cell.expression, source)
    return _from_typed(cell.expression, source, target)


def _from_text(x: str, target: str) -> _Converted:
    text = f"trim({x})"
    if target in INTEGERS:
        # a cast alone would round 3.7; many tools write 3.0 for a whole number
        value = (
            f"case when regexp_full_match({text}, '[+-]?[0-9]+([.]0*)?') "
            f"then try_cast({text} as {target}) end"
        )
    elif target == "TIMESTAMP":
        value = _text_instant(text)
    elif target == "DATE":
        value = _midnight(_text_instant(text))
    elif target == "DOUBLE":
        value = _finite(f"try_cast({text} as double)")
    else:
        value = f"try_cast({text} as {target})"
    return _Converted(value, f"coalesce({text} = '', true)")


def _text_instant(text: str) -> str:
    # a cast to TIMESTAMP drops an offset silently; a cast to TIMESTAMPTZ applies it.
    # 'infinity' and 'epoch' cast as well, hence the digit
    return (
        f"case when left({text}, 1) between '0' and '9' "
        f"then timezone('UTC', try_cast({text} as timestamptz)) end"
    )


def _midnight(instant: str) -> str:
    return f"case when date_trunc('day', {instant}) = {instant} then cast({instant} as date) end"


def _finite(x: str) -> str:
    return f"case when isfinite({x}) then {x} end"


def _to_text(x: str, source: str) -> _Converted:
    if source in _FLOATS:
        # pandas turns an integer key with missing values into floats: 17850.0 was 17850
        return _Converted(
            f"case when isnan({x}) then null when {x} = trunc({x}) and abs({x}) < 1e15 "
            f"then cast(cast({x} as bigint) as varchar) else cast({x} as varchar) end"
        )
    if source == "BLOB":
        return _Converted(f"try(decode({x}))", f"({x} is null)")
    if source.startswith(("STRUCT", "MAP", "UNION")) or source.endswith("]"):
        return _Converted(f"cast(to_json({x}) as varchar)")
    if source == _WITH_ZONE:
        return _Converted(f"cast(timezone('UTC', {x}) as varchar)")
    return _Converted(f"cast({x} as varchar)")


def _from_typed(x: str, source: str, target: str) -> _Converted:
    missing = f"coalesce(isnan({x}), true)" if source in _FLOATS else f"({x} is null)"
    is_number = source in _NUMBERS or source.startswith("DECIMAL")
    if source == target and target in ("TIMESTAMP", "DATE", "DOUBLE"):
        return _Converted(_finite(x), missing)
    if source == target:
        return _Converted(x)
    if target != "DOUBLE" and widens(source, target):
        return _Converted(f"cast({x} as {target})")
    if target == "DOUBLE" and is_number:
        return _Converted(_finite(f"cast({x} as double)"), missing)
    if target in INTEGERS and is_number:
        whole = "true" if source in _NUMBERS[: -len(_FLOATS)] else f"{x} = trunc({x})"
        return _Converted(f"case when {whole} then try_cast({x} as {target}) end", missing)
    if target.startswith("DECIMAL") and is_number:
        return _Converted(f"try_cast({x} as {target})", missing)
    if target == "BOOLEAN" and is_number:
        return _Converted(f"case when {x} = 1 then true when {x} = 0 then false end", missing)
    if target in ("TIMESTAMP", "DATE"):
        instant = _typed_instant(x, source)
        if instant:
            value = _finite(instant) if target == "TIMESTAMP" else _midnight(instant)
            return _Converted(value, missing)
    if source == "BLOB":
        return _Converted(_from_text(f"try(decode({x}))", target).value, missing)
    # no conversion exists; an empty column, as pandas writes it, fits every type
    return _Converted(f"cast(null as {target})", missing)


def _typed_instant(x: str, source: str) -> str | None:
    if source == _WITH_ZONE:
        return f"timezone('UTC', {x})"
    if source in (*_INSTANTS, "DATE"):
        return f"try_cast({x} as timestamp)"
    return None
