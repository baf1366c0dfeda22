"""JSON files: one object per line, or one document that holds the objects.

The content decides: a file is a document when it is one JSON value.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from orchestration.landing.contract import Column, TableContract
from orchestration.landing.conversion import Rows
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.landing.staged import StagedRows
from orchestration.landing.text import Edit, TextFile, to_utf8

# A larger exponent is no number that a column can hold.
_MOST_DIGITS = 40
# The exponents from and up to which DuckDB writes a number of a JSON text without one.
_PLAIN_EXPONENTS = range(-6, 21)

_BLANKS = re.compile(r"[ \t\n\r]*")
_LINE_BLANKS = codecs.BOM_UTF8 + b" \t\r\n"
_DECODER = json.JSONDecoder()
_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


class _Fraction(float):
    """A number that keeps its text, so that no digit of an amount is lost."""

    text: str

    def __new__(cls, text: str) -> _Fraction:
        number = super().__new__(cls, text)
        number.text = text
        return number


class _Record(NamedTuple):
    """What should be an object: its line or, in a document, its number; and its text."""

    number: int
    text: str
    is_cut_off: bool = False


def read(contract: TableContract, found: Found, scratch: Path) -> Iterator[Rows]:
    """The file's rows. Raises FileProblem.

    An object or a list keeps its JSON text; a key without a column goes to the extra ones. A
    required column that no row has is a problem of the file, not of its rows.
    """
    text = to_utf8(found, scratch)
    decoder = _decoder()
    keys = _Keys(contract)
    has_objects = False
    with closing(StagedRows(scratch, contract.columns)) as staged:
        for record in _records(contract, text):
            try:
                cells, extra = _cells(_pairs(decoder, record.text), keys, contract)
            except _BadRowError as problem:
                if record.is_cut_off:
                    raise FileProblem(
                        f"it is cut off in the middle of line {record.number}"
                    ) from None
                staged.add_problem(record.number, record.text, str(problem))
                continue
            has_objects = True
            staged.add(record.number, record.text, cells, extra)
        missing = keys.never_seen() if has_objects else []
        if missing:
            raise FileProblem(
                f"required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} not found"
            )
        rows = staged.rows()
        cells_of_file = tuple(cell for i, cell in enumerate(rows.cells) if i in keys.seen)
        yield replace(rows, cells=cells_of_file, unknown=keys.unknown())


def edits(
    contract: TableContract,
    text: TextFile,
    removed: Collection[int],
    changed: Mapping[int, Mapping[str, str | None]],
) -> Iterator[Edit]:
    """The same as for CSV files. A value that is emptied leaves with its key."""
    if _is_document(contract, text.path):
        yield from _edits_of_document(contract, text, removed, changed)
        return
    position = 0
    with text.path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if number in removed:
                mark = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
                yield position + mark, position + len(raw), b""
            elif number in changed:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                start = position + raw.index(line.encode())
                new = _changed(contract, line, changed[number])
                yield start, start + len(line.encode()), new.encode()
            position += len(raw)


def _edits_of_document(
    contract: TableContract,
    text: TextFile,
    removed: Collection[int],
    changed: Mapping[int, Mapping[str, str | None]],
) -> Iterator[Edit]:
    document = _document(text.path)
    spans = _spans(contract, document)
    kept = [i for i in range(len(spans)) if i + 1 not in removed]
    last_kept = kept[-1] if kept else -1
    replaced: list[tuple[int, int, str]] = []
    for i, (start, end) in enumerate(spans[: last_kept + 1]):
        if i + 1 in removed:  # with the comma behind it
            replaced.append((start, spans[i + 1][0], ""))
        elif i + 1 in changed:
            new = _changed(contract, document[start:end], changed[i + 1])
            replaced.append((start, end, new))
    if last_kept + 1 < len(spans):  # with the comma before it
        start = spans[last_kept][1] if kept else spans[0][0]
        replaced.append((start, spans[-1][1], ""))
    # positions in the file are those of bytes
    at, bytes_before = 0, text.size_bytes - len(document.encode())
    for start, end, new in replaced:
        first = bytes_before + len(document[at:start].encode())
        at, bytes_before = end, first + len(document[start:end].encode())
        yield first, bytes_before, new.encode()


def _changed(contract: TableContract, text: str, new: Mapping[str, str | None]) -> str:
    """The text of an object with other values, and without the keys that have no column."""
    keys = _Keys(contract)
    pairs = [
        (key, new.get(contract.columns[i].name, value))
        for key, value in _pairs(_decoder(), text)
        if (i := keys[key]) is not None
    ]
    return _written(_Pairs((key, value) for key, value in pairs if value is not None))


def _records(contract: TableContract, text: TextFile) -> Iterator[_Record]:
    if _is_document(contract, text.path):
        document = _document(text.path)
        for number, (start, end) in enumerate(_spans(contract, document), start=1):
            yield _Record(number, document[start:end])
        return
    with text.path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if line:
                is_cut_off = not raw.endswith(b"\n") and line[0] == "{" and line[-1] != "}"
                yield _Record(number, line, is_cut_off)


def _document(path: Path) -> str:
    return path.read_bytes().decode("utf-8-sig")


def _is_document(contract: TableContract, path: Path) -> bool:
    """Whether the file is one JSON value, or one that is broken, and no object per line."""
    with path.open("rb") as file:
        lines = (line for raw in file if (line := raw.strip(_LINE_BLANKS)))
        first, second = next(lines, b""), next(lines, None)
    if first[:1] not in (b"{", b"["):
        return False
    if _is_json(first):
        return second is None
    if second is None:
        return first[:1] == b"["
    if second[:1] == b"{" and _is_json(second) and first[-1:] not in b"{[,:":
        return False
    try:
        _spans(contract, _document(path))
    except FileProblem:
        return first[-1:] in b"{[,"
    return True


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


# The first character of a value, and the position behind the last one.
_Span = tuple[int, int]


def _spans(contract: TableContract, document: str) -> list[_Span]:
    """Where the objects of a document are. Raises FileProblem."""
    try:
        start = _after_blanks(document, 0)
        if document[start] == "[":
            spans, end = _elements(document, start)
        else:
            members, end = _members(document, start)
            spans = _rows_among(contract, document, (start, end), members)
        if (behind := _after_blanks(document, end)) < len(document):
            raise json.JSONDecodeError("Extra data", document, behind)
    except json.JSONDecodeError as error:
        if not document[error.pos :].strip():
            raise FileProblem(f"it is cut off in line {error.lineno}") from None
        raise FileProblem(
            f"it is not valid JSON: line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise FileProblem("it is not valid JSON: it is nested too deeply") from None
    return spans


def _rows_among(
    contract: TableContract, document: str, whole: _Span, members: list[tuple[str, _Span]]
) -> list[_Span]:
    """The rows of a document that is an object: those of an array in it, or the object itself."""
    keys = {key.strip().lower() for key, _ in members}
    names = {column: _names(column) for column in contract.columns}
    required = [names[column] for column in contract.columns if column.is_required]
    # an order may have a list of the same name as the one that holds the orders
    is_row = bool(required) and all(keys & of_column for of_column in required)
    if contract.json_rows and not is_row:
        array = _value_at(document, members, contract.json_rows)
        if array is not None and document[array[0]] == "[":
            return _elements(document, array[0])[0]
    if any(keys & of_column for of_column in names.values()):
        return [whole]
    if contract.json_rows:
        raise FileProblem(f"it has no array {'.'.join(contract.json_rows)}")
    arrays = [_elements(document, start)[0] for _, (start, _) in members if document[start] == "["]
    of_objects = [
        spans for spans in arrays if spans and all(document[start] == "{" for start, _ in spans)
    ]
    if len(of_objects) > 1:
        raise FileProblem(
            "it has several arrays of objects: name the one with the rows in the contract, as in "
            "json: {rows: orders}"
        )
    if of_objects:
        return of_objects[0]
    return [] if arrays == [[]] else [whole]


def _names(column: Column) -> set[str]:
    names = (column.name, *column.aliases, *column.path[:1])
    return {name.strip().lower() for name in names}


def _value_at(
    document: str, members: list[tuple[str, _Span]], path: tuple[str, ...]
) -> _Span | None:
    value = next((span for key, span in members if key == path[0]), None)
    if value is None or len(path) == 1:
        return value
    if document[value[0]] != "{":
        return None
    return _value_at(document, _members(document, value[0])[0], path[1:])


def _elements(document: str, start: int) -> tuple[list[_Span], int]:
    """Where the values of the array are that begins here, and its end."""
    spans: list[_Span] = []
    position = _after_blanks(document, start + 1)
    if document[position : position + 1] == "]":
        return spans, position + 1
    while True:
        _, end = _DECODER.raw_decode(document, position)
        spans.append((position, end))
        position = _separator(document, end, "]")
        if document[position] == "]":
            return spans, position + 1
        position = _after_blanks(document, position + 1)


def _members(document: str, start: int) -> tuple[list[tuple[str, _Span]], int]:
    """The keys of the object that begins here, and where their values are; and its end."""
    members: list[tuple[str, _Span]] = []
    position = _after_blanks(document, start + 1)
    if document[position : position + 1] == "}":
        return members, position + 1
    while True:
        key, end = _DECODER.raw_decode(document, position)
        if not isinstance(key, str):
            raise json.JSONDecodeError("Expecting property name", document, position)
        position = _after_blanks(document, _separator(document, end, ":") + 1)
        if document[position : position + 1] == "[":
            _, end = _elements(document, position)
        else:
            _, end = _DECODER.raw_decode(document, position)
        members.append((key, (position, end)))
        position = _separator(document, end, "}")
        if document[position] == "}":
            return members, position + 1
        position = _after_blanks(document, position + 1)


def _separator(document: str, position: int, other: str) -> int:
    """The position of the comma, or of the other separator, that comes next."""
    position = _after_blanks(document, position)
    allowed = ":" if other == ":" else f",{other}"
    if document[position : position + 1] not in [*allowed]:
        raise json.JSONDecodeError("Expecting a separator", document, position)
    return position


def _after_blanks(document: str, position: int) -> int:
    match = _BLANKS.match(document, position)
    return match.end() if match else position


def _written(value: Any) -> str:
    """The value as JSON, with numbers as they were written."""
    if isinstance(value, _Fraction):
        return value.text
    if isinstance(value, _Pairs):
        pairs = (f"{_written(key)}:{_written(inner)}" for key, inner in value)
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False)


class _Keys(dict):
    """The position of the column for each key of the file; None for a key without a column."""

    def __init__(self, contract: TableContract) -> None:
        super().__init__()
        self.paths = {i: column.path for i, column in enumerate(contract.columns) if column.path}
        # positions of the columns that a row had
        self.seen: set[int] = set()
        # names of columns that were found by their path instead
        self.unused: set[str] = set()
        self._columns = contract.columns
        self._on_a_path = {path[0] for path in self.paths.values()}
        self._positions = {
            name.strip().lower(): i
            for i, column in enumerate(contract.columns)
            for name in (column.name, *column.aliases)
        }

    def __missing__(self, key: str) -> int | None:
        self[key] = position = self._positions.get(key.strip().lower())
        if position is not None:
            self.seen.add(position)
        return position

    def unknown(self) -> tuple[str, ...]:
        """Keys whose values no column took."""
        without_column = (
            key for key, i in self.items() if i is None and key not in self._on_a_path
        )
        return (*without_column, *sorted(self.unused))

    def never_seen(self) -> list[str]:
        """Required columns that had no key so far."""
        return [c.name for i, c in enumerate(self._columns) if c.is_required and i not in self.seen]


class _BadRowError(ValueError):
    """A line is not an object that can be landed."""


class _Pairs(list):
    """An object as a list of keys and values, so that a repeated key is noticed."""


def _decoder() -> json.JSONDecoder:
    def no_constant(_: str) -> None:
        raise ValueError

    return json.JSONDecoder(
        object_pairs_hook=_Pairs, parse_float=_Fraction, parse_constant=no_constant
    )


def _pairs(decoder: json.JSONDecoder, line: str) -> _Pairs:
    try:
        value = decoder.decode(line)
    except (ValueError, RecursionError):
        raise _BadRowError("is not valid JSON") from None
    if not isinstance(value, _Pairs):
        raise _BadRowError("is not a JSON object")
    return value


def _cells(
    pairs: _Pairs, keys: _Keys, contract: TableContract
) -> tuple[list[str | None], str | None]:
    cells: list[str | None] = [None] * len(contract.columns)
    extra: dict[str, Any] = {}
    taken = set()
    by_path = _values_by_path(pairs, keys) if keys.paths else {}
    for i, value in by_path.items():
        cells[i] = value if value is None or type(value) is str else _text(value)
    for key, value in pairs:
        i = keys[key]
        if i is None or i in by_path:
            if key in extra:
                raise _BadRowError("has a key twice")
            extra[key] = value
            if i is not None:
                keys.unused.add(key)
            continue
        if i in taken:
            raise _BadRowError(f"has {contract.columns[i].name} twice")
        taken.add(i)
        cells[i] = value if value is None or type(value) is str else _text(value)
    for i in by_path:
        _remove(extra, keys.paths[i])
    if not extra:
        return cells, None
    extra = {key: value for key, value in extra.items() if value is not None}
    return cells, _dump(extra) if extra else None


def _values_by_path(pairs: _Pairs, keys: _Keys) -> dict[int, Any]:
    """The values of columns with a path, where the object has something there."""
    values: dict[int, Any] = {}
    for i, path in keys.paths.items():
        value: Any = pairs
        for part in path:
            held = [inner for key, inner in value if key == part] if type(value) is _Pairs else []
            if len(held) > 1:
                raise _BadRowError(f"has {'.'.join(path)} twice")
            if not held:
                break
            (value,) = held
        else:
            values[i] = value
            keys.seen.add(i)
    return values


def _remove(extra: dict[str, Any], path: tuple[str, ...]) -> None:
    """Remove what a column took from the object that is kept, and the object once it is empty."""
    key, *inner = path
    if key not in extra:  # it is a column, which is kept whole
        return
    left = _without(extra[key], inner) if inner else None
    if left:
        extra[key] = left
    else:
        del extra[key]


def _without(value: Any, path: list[str]) -> Any:
    if type(value) is not _Pairs:
        return value
    key, *inner = path
    if not inner:
        return _Pairs(pair for pair in value if pair[0] != key)
    return _Pairs((k, _without(held, inner) if k == key else held) for k, held in value)


def _text(value: Any) -> str:
    if isinstance(value, _Fraction):
        # 1.785e4 is a number for certain, which a text 1785e1 in a CSV file is not
        exponent = value.text.lower().partition("e")[2]
        if exponent and abs(int(exponent)) <= _MOST_DIGITS:
            return f"{Decimal(value.text):f}"
        return value.text
    return _dump(value)


def _dump(value: Any) -> str:
    """The value as the JSON text that DuckDB writes for the same value of Parquet."""
    if isinstance(value, _Fraction):
        return _number(value)
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return f"[{','.join(map(_dump, value))}]"
    if isinstance(value, _Pairs | dict):
        pairs = value.items() if isinstance(value, dict) else value
        return f"{{{','.join(f'{_dump(key)}:{_dump(inner)}' for key, inner in pairs)}}}"
    return _ENCODE(value)


def _number(value: float) -> str:
    text = repr(float(value))
    mantissa, has_exponent, exponent = text.partition("e")
    if not has_exponent:
        return text
    if int(exponent) not in _PLAIN_EXPONENTS:
        return f"{mantissa}e{int(exponent)}"
    plain = f"{Decimal(text):f}"
    return plain if "." in plain else f"{plain}.0"
