"""Converts a file's cells to the contract's types, with a reason for each that does not fit.

All formats share it: a reader gives `Rows`, a relation of cells as they are in the file (text, or
Parquet's own types). `fitting_sql` selects the rows that fit, `rejects_sql` explains the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from orchestration.landing import instants, items, keys
from orchestration.landing.contract import INTEGERS, LOADER_COLUMNS, Column, TableContract
from orchestration.landing.trimming import is_trimmed, trimmed
from orchestration.sql import identifier, literal

# The key of `_extra` that holds the values of optional columns which lie outside their range.
OUTSIDE_RANGE = "_outside_range"

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
    "JSON": "is not JSON",
}


@dataclass(frozen=True)
class Cell:
    """A contract's column, and the expression of type `file_type` that reads it.

    In every format an empty text is a missing value: a tracker's `customer_id: ""` must not become
    a customer. `is_never_nothing` omits that check of plain text when the file has none of NO_TEXT.
    """

    column: Column
    expression: str
    file_type: str = "VARCHAR"
    is_never_nothing: bool = False


@dataclass(frozen=True)
class Rows:
    """The rows of one file, or of several that are read as one, as a relation.

    `counts` are the rows of each file, counted independently of the relation's parser.
    `file_number` is an expression for the number of a row's file, from 0. `line`, `raw` and
    `problem` (why a row can't be split into cells) are expressions. They are None for a relation
    without line numbers, which can only be used when every row of the file fits. `unknown` are the
    names of the file's columns that the contract lacks.
    """

    relation: str
    cells: tuple[Cell, ...]
    counts: tuple[int, ...]
    file_number: str = "0"
    extra: str = "NULL"
    line: str | None = None
    raw: str | None = None
    problem: str | None = None
    unknown: tuple[str, ...] = ()

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
    """`value` is the expression of a cell's value; of a key, it may be a refusal.

    `is_missing` is an expression for "the cell is empty", None when the value is null only then.
    `why` is an expression for the reason why a cell that is not empty has no value.
    """

    value: str
    is_missing: str | None = None
    why: str | None = None
    refusals: tuple[int, ...] = ()


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


def fitting_sql(contract: TableContract, rows: Rows, stamp: Stamp) -> str:
    """A query for the rows that fit, in the order of the contract's columns and the loader's."""
    columns = _cells_by_column(contract, rows)
    values = [
        f"{_ranged_value(i, column)} as {identifier(column.name)}"
        for i, (column, _) in enumerate(columns)
    ]
    _, *loader = LOADER_COLUMNS
    values += [f"{_extra_with_outside(columns)} as _extra", *loader]
    return f"""
        select {", ".join(values)}
        from ({_converted_sql(columns, rows, stamp)})
        where {_fits_sql(columns, rows, stamp)}
    """


def insert_sql(contract: TableContract, query: str) -> str:
    """SQL that inserts the result of a query with the columns of `fitting_sql`."""
    names = [column.name for column in contract.columns]
    targets = ", ".join(identifier(name) for name in (*names, *LOADER_COLUMNS))
    return f"insert into {identifier(contract.schema, contract.table)} ({targets}) {query}"


def rejects_sql(contract: TableContract, rows: Rows, stamp: Stamp) -> str:
    """SQL that inserts the reasons for the others: one row per bad cell or unsplittable row."""
    columns = _cells_by_column(contract, rows)
    entries = [
        f"{{'column_name': {literal(column.name)}, 'reason': case when _problem is null then case "
        + " ".join(f"when {bad} then {reason}" for bad, reason in checks)
        + " end end}"
        for column, checks in _checks(columns, stamp)
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
            from ({_converted_sql(columns, rows, stamp, explain=True)})
            where not ({_fits_sql(columns, rows, stamp)})
        )
    """


def located_sql(contract: TableContract, rows: Rows, stamp: Stamp, names: Collection[str]) -> str:
    """SQL that selects some columns of every row, whether or not it fits, with its line.

    `_fits` is whether it does, `_problem` why it can't be split into values, and `_raw` the text of
    such a row.
    """
    columns = _cells_by_column(contract, rows)
    values = ", ".join(
        f"{_ranged_value(i, column)} as {identifier(column.name)}"
        for i, (column, _) in enumerate(columns)
        if column.name in names
    )
    return f"""
        select
            _line, {_fits_sql(columns, rows, stamp)} as _fits, _problem,
            case when _problem is not null then _raw end as _raw, {values}
        from ({_converted_sql(columns, rows, stamp, explain=True)})
    """


def outside_range_sql(contract: TableContract, stamp: Stamp) -> str | None:
    """SQL that counts the values that were left out for their range, per load and column."""
    ranged = [
        (literal(column.name), column.range.reason)
        for column in contract.columns
        if column.range and not column.is_required
    ]
    if not ranged:
        return None
    reasons = " ".join(f"when {name} then {literal(reason)}" for name, reason in ranged)
    return f"""
        insert into raw.values_left_out (
            load_id, source, table_name, file, column_name, reason, value_count, loaded_at
        )
        select
            _load_id, {literal(contract.source)}, {literal(contract.table)}, _file,
            column_name, case column_name {reasons} end, count(*), _loaded_at
        from (
            select
                _load_id, _file, _loaded_at,
                unnest(json_keys(_extra -> {literal(f"$.{OUTSIDE_RANGE}")})) as column_name
            from {identifier(contract.schema, contract.table)}
            where
                _load_id between {stamp.load_id} and {stamp.load_id + len(stamp.files) - 1}
                and contains(_extra, {literal(OUTSIDE_RANGE)})
        )
        group by all
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
    columns: list[tuple[Column, _Converted]], rows: Rows, stamp: Stamp, *, explain: bool = False
) -> str:
    files = ", ".join(literal(file) for file in stamp.files)
    selected = [
        f"{rows.extra} as _extra",
        f"{stamp.load_id} + {rows.file_number} as _load_id",
        f"[{files}][{rows.file_number} + 1] as _file",
        f"{_instant(stamp.loaded_at)} as _loaded_at",
        f"{rows.problem or 'null::varchar'} as _problem",
        # DuckDB would compute each value again for each condition on it; it does not push a
        # condition on a volatile value below the values
        "random() as _once",
    ]
    if explain:
        selected += [f"{rows.line} as _line", f"{rows.raw} as _raw"]
    for i, (column, converted) in enumerate(columns):
        selected.append(f"{converted.value} as v{i}")
        if converted.is_missing:
            selected.append(f"{converted.is_missing} as m{i}")
            if explain:
                selected.append(f"{converted.why or literal(_reason(column))} as w{i}")
    return f"select {', '.join(selected)} from {rows.relation}"


def _ranged_value(i: int, column: Column) -> str:
    """The value; none for one outside the range. A required one has been refused before."""
    if column.range is None or column.is_required:
        return f"v{i}"
    return f"case when {column.range.sql(f'v{i}')} then v{i} end"


def _extra_with_outside(columns: list[tuple[Column, _Converted]]) -> str:
    """The extra columns, and the values that lie outside their range."""
    outside = [
        (column, f"v{i}", f"not ({column.range.sql(f'v{i}')})")
        for i, (column, converted) in enumerate(columns)
        if column.range and not column.is_required and converted.is_missing
    ]
    if not outside:
        return "_extra"
    entries = ", ".join(
        f"{{'k': {literal(column.name)}, "
        f"'v': case when {is_outside} then cast({v} as varchar) end}}"
        for column, v, is_outside in outside
    )
    left_out = (
        f"json_object({literal(OUTSIDE_RANGE)}, "
        f"map_from_entries(list_filter([{entries}], lambda e: e.v is not null)))"
    )
    return (
        f"case when {' or '.join(is_outside for _, _, is_outside in outside)} then "
        f"json_merge_patch(coalesce(_extra, cast('{{}}' as json)), {left_out}) else _extra end"
    )


def _checks(
    columns: list[tuple[Column, _Converted]], stamp: Stamp
) -> Iterator[tuple[Column, list[tuple[str, str]]]]:
    """For each column that can be wrong, the conditions with their reasons, as expressions.

    No condition is ever null.
    """
    for i, (column, converted) in enumerate(columns):
        missing = f"m{i}" if converted.is_missing else f"v{i} is null"
        checks = []
        if column.is_required:
            checks.append((missing, literal("is missing")))
        if converted.is_missing:
            checks.append((f"(v{i} is null and not m{i})", f"w{i}"))
        for refusal in converted.refusals:
            checks.append(
                (
                    f"coalesce(v{i} = {keys.refused(refusal)}, false)",
                    literal((keys.REFUSALS | items.REFUSALS)[refusal]),
                )
            )
        if column.has_happened:
            # a year that means nothing is no date ahead of us
            inside = f" and {column.range.sql(f'v{i}')}" if column.range else ""
            checks.append(
                (
                    f"coalesce(v{i} > {_instant(stamp.latest)}{inside}, false)",
                    literal("lies in the future"),
                )
            )
        if column.range and column.is_required:
            checks.append(
                (
                    f"coalesce(not ({column.range.sql(f'v{i}')}), false)",
                    literal(column.range.reason),
                )
            )
        if checks:
            yield column, checks


def _fits_sql(columns: list[tuple[Column, _Converted]], rows: Rows, stamp: Stamp) -> str:
    fits = ["_problem is null"] if rows.problem else []
    fits += [
        f"not {bad}" if bad.startswith(("(", "coalesce")) else f"not ({bad})"
        for _, checks in _checks(columns, stamp)
        for bad, _ in checks
    ]
    return f"case when {' and '.join([*fits, '_once >= 0'])} then true else false end"


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
    x, source, column = cell.expression, cell.file_type, cell.column
    if source == "JSON":
        # the text of a JSON text has no quotes
        x, source = f"({x} ->> '$')", "VARCHAR"
    if source.startswith("ENUM"):
        x, source = f"cast({x} as varchar)", "VARCHAR"
    if column.is_key:
        return _to_key(x, source, column)
    if column.is_items:
        text = _text_of_list(x, source)
        found = items.items_from_text(text, column.words_for_nothing)
        return _Converted(_readable(found, x, source), refusals=items.OF_ITEMS)
    if column.is_currency:
        text = f"cast({x} as varchar)" if source != "BLOB" else f"try(decode({x}))"
        code = keys.currency_from_text(text, column.words_for_nothing)
        return _Converted(_readable(code, x, source), refusals=keys.OF_CURRENCIES)
    if column.data_type == "JSON":
        return _to_json(x, source, column)
    if column.data_type == "VARCHAR":
        converted = _Converted(x) if source == "VARCHAR" else _to_text(x, source)
        if cell.is_never_nothing and not column.is_word and has_usual_words(column):
            return converted
        return _without_words(converted, column)
    if source == "VARCHAR":
        return _from_text(x, column)
    return _from_typed(x, source, column)


def _text_of_list(x: str, source: str) -> str:
    if source == "VARCHAR":
        return x
    return f"try(decode({x}))" if source == "BLOB" else f"cast(to_json({x}) as varchar)"


def _to_json(x: str, source: str, column: Column) -> _Converted:
    text = _text_of_list(x, source)
    is_nothing = keys.is_word_for_nothing(trimmed(text), column.words_for_nothing)
    missing = f"({x} is null or coalesce({is_nothing}, false))"
    # numbers and blanks are written alike, whatever the format they come from
    value = f"case when not {missing} and json_valid({text}) then json({text}) end"
    return _Converted(value, missing)


def _to_key(x: str, source: str, column: Column) -> _Converted:
    typed = keys.key_from_typed(x, source)
    if typed is None:
        text = {"VARCHAR": x, "BLOB": f"try(decode({x}))"}.get(source)
        typed = (
            keys.key_from_text(text, column.words_for_nothing)
            if text
            else _to_text(x, source).value
        )
        typed = _readable(typed, x, source)
    return _Converted(typed, refusals=keys.OF_KEYS)


def _readable(value: str, x: str, source: str) -> str:
    if source != "BLOB":
        return value
    unreadable = f"{x} is not null and try(decode({x})) is null"
    return f"case when {unreadable} then {keys.refused(keys.UNREADABLE)} else {value} end"


def has_usual_words(column: Column) -> bool:
    """Whether nothing but NO_TEXT is no text in this column."""
    return set(column.words_for_nothing) == {word.lower() for word in keys.NO_TEXT}


def _without_words(converted: _Converted, column: Column) -> _Converted:
    """A text without those that mean nothing."""
    x = converted.value
    t = trimmed(x) if column.is_word else x
    if has_usual_words(column):
        listed = ", ".join(map(literal, keys.NO_TEXT))
        is_long = f"strlen({x}) > {max(map(len, keys.NO_TEXT))}"
        if column.is_word:
            is_long = f"{is_long} and {is_trimmed(x)}"
        # most texts are longer, and nothing else is asked of them
        value = f"case when {is_long} then {x} when {t} not in ({listed}) then {t} end"
    else:
        is_nothing = keys.is_word_for_nothing(trimmed(x), column.words_for_nothing)
        value = f"case when not {is_nothing} then {t} end"
    if converted.is_missing is None:
        return _Converted(value)
    nothing = f"coalesce({converted.value} is not null and {value} is null, false)"
    return _Converted(value, f"({converted.is_missing} or {nothing})", converted.why)


def _from_text(x: str, column: Column) -> _Converted:
    target, text, why = column.data_type, f"({trimmed(x)})", None
    if target in INTEGERS:
        # a cast alone would round 3.7; many tools write 3.0 for a whole number
        value = (
            f"case when regexp_full_match({text}, '[+-]?[0-9]+([.]0*)?') "
            f"then try_cast({text} as {target}) end"
        )
    elif target == "TIMESTAMP":
        value = instants.instant_sql(x, column.formats, column.timezone)
        why = instants.reason_sql(x, column.formats, _reason(column))
    elif target == "DATE":
        value = instants.date_sql(x, column.formats)
        why = instants.reason_sql(x, column.formats, _reason(column))
    elif target == "DOUBLE":
        value = _finite(f"try_cast({text} as double)")
    elif target == "BOOLEAN":
        # as for numbers: 1.0 is 1
        value = f"try_cast(regexp_replace({text}, '^([01])[.]0*$', '\\1') as boolean)"
    else:
        value = f"try_cast({text} as {target})"
    is_nothing = keys.is_word_for_nothing(text, column.words_for_nothing)
    missing = (
        f"case when {x} is null then true when {x} >= '0' and {x} < ':' then "
        + ("false" if not any(w[:1].isdigit() for w in column.words_for_nothing) else is_nothing)
        + f" else {is_nothing} end"
    )
    return _Converted(value, f"({missing})", why)


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


def _from_typed(x: str, source: str, column: Column) -> _Converted:
    target = column.data_type
    missing = f"coalesce(isnan({x}), true)" if source in _FLOATS else f"({x} is null)"
    is_number = source in _NUMBERS or source.startswith("DECIMAL")
    if source == target and target in ("TIMESTAMP", "DATE", "DOUBLE"):
        value = instants.in_utc(x, column.timezone) if target == "TIMESTAMP" else x
        return _Converted(_finite(value), missing)
    if source == target:
        return _Converted(x, missing)
    if target != "DOUBLE" and widens(source, target):
        return _Converted(f"cast({x} as {target})", missing)
    if target == "DOUBLE" and is_number:
        return _Converted(_finite(f"cast({x} as double)"), missing)
    if target in INTEGERS and is_number:
        whole = "true" if source in _NUMBERS[: -len(_FLOATS)] else f"{x} = trunc({x})"
        return _Converted(f"case when {whole} then try_cast({x} as {target}) end", missing)
    if target.startswith("DECIMAL") and is_number:
        return _Converted(f"try_cast({x} as {target})", missing)
    if target == "BOOLEAN" and is_number:
        return _Converted(f"case when {x} = 1 then true when {x} = 0 then false end", missing)
    if target in ("TIMESTAMP", "DATE") and is_number and column.formats:
        # 20261127 and 1764201600 are numbers in Parquet
        text = f"cast({x} as varchar)"
        if source in _FLOATS or source.startswith("DECIMAL"):
            text = f"rtrim(rtrim(cast(try_cast({x} as decimal(38, 6)) as varchar), '0'), '.')"
        return _Converted(_from_text(text, column).value, missing, literal(_reason(column)))
    if target in ("TIMESTAMP", "DATE"):
        if (source, target) == ("DATE", "TIMESTAMP"):
            return _Converted(_finite(instants.business_midnight(x, column.timezone)), missing)
        instant = _typed_instant(x, source, column.timezone)
        if instant:
            value = _finite(instant) if target == "TIMESTAMP" else instants.midnight(instant)
            return _Converted(value, missing)
    if source == "BLOB":
        decoded = _from_text(f"try(decode({x}))", column)
        unreadable = f"{x} is not null and try(decode({x})) is null"
        return _Converted(
            decoded.value, f"({decoded.is_missing} and not ({unreadable}))", decoded.why
        )
    # no conversion exists; an empty column, as pandas writes it, fits every type
    why = instants.A_NUMBER if target in ("TIMESTAMP", "DATE") and is_number else _reason(column)
    return _Converted(f"cast(null as {target})", missing, literal(why))


def _typed_instant(x: str, source: str, zone: str | None) -> str | None:
    if source == _WITH_ZONE:
        return f"timezone('UTC', {x})"
    if source in (*_INSTANTS, "DATE"):
        return instants.in_utc(f"try_cast({x} as timestamp)", zone)
    return None
