"""Files of one JSON object per line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from orchestration.landing.contract import TableContract
from orchestration.landing.conversion import Rows
from orchestration.landing.files import Found
from orchestration.landing.problems import FileProblem
from orchestration.landing.staged import StagedRows
from orchestration.landing.text import Edit, TextFile, to_utf8

# A larger exponent is no number that a column can hold.
_MOST_DIGITS = 40


class _Fraction(float):
    """A number that keeps its text, so that no digit of an amount is lost."""

    text: str

    def __new__(cls, text: str) -> _Fraction:
        number = super().__new__(cls, text)
        number.text = text
        return number


def read(contract: TableContract, found: Found, scratch: Path) -> Iterator[Rows]:
    """The file's rows. Raises FileProblem.

    An object or a list keeps its JSON text; a key without a column goes to the extra ones. A
    required column that no row has is a problem of the file, not of its rows.
    """
    text = to_utf8(found, scratch)
    decoder = _decoder()
    keys = _Keys(contract)
    has_objects = False
    with closing(StagedRows(scratch, contract.columns)) as staged, text.path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
            if not line:
                continue
            try:
                cells, extra = _cells(_pairs(decoder, line), keys, contract)
            except _BadRowError as problem:
                if not raw.endswith(b"\n") and line[0] == "{" and line[-1] != "}":
                    raise FileProblem(f"it is cut off in the middle of line {number}") from None
                staged.add_problem(number, line, str(problem))
                continue
            has_objects = True
            staged.add(number, line, cells, extra)
        missing = keys.never_seen() if has_objects else []
        if missing:
            raise FileProblem(
                f"required column{'s' if len(missing) > 1 else ''} {', '.join(missing)} not found"
            )
        yield replace(staged.rows(), unknown=keys.unknown())


def edits(
    contract: TableContract,
    text: TextFile,
    removed: Collection[int],
    changed: Mapping[int, Mapping[str, str | None]],
) -> Iterator[Edit]:
    """The same as for CSV files. A value that is emptied leaves with its key."""
    decoder, keys, position = _decoder(), _Keys(contract), 0
    with text.path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            if number in removed:
                mark = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
                yield position + mark, position + len(raw), b""
            elif number in changed:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                start = position + raw.index(line.encode())
                pairs = [
                    (key, changed[number].get(contract.columns[i].name, value))
                    for key, value in _pairs(decoder, line)
                    if (i := keys[key]) is not None
                ]
                pairs = [(key, value) for key, value in pairs if value is not None]
                yield start, start + len(line.encode()), _written(_Pairs(pairs)).encode()
            position += len(raw)


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
        self._columns = contract.columns
        self._positions = {
            name.strip().lower(): i
            for i, column in enumerate(contract.columns)
            for name in (column.name, *column.aliases)
        }

    def __missing__(self, key: str) -> int | None:
        self[key] = position = self._positions.get(key.strip().lower())
        return position

    def unknown(self) -> tuple[str, ...]:
        """Keys without a column."""
        return tuple(key for key, position in self.items() if position is None)

    def never_seen(self) -> list[str]:
        """Required columns that had no key so far."""
        seen = set(self.values())
        return [c.name for i, c in enumerate(self._columns) if c.is_required and i not in seen]


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
    for key, value in pairs:
        i = keys[key]
        if i is None:
            if key in extra:
                raise _BadRowError("has a key twice")
            extra[key] = value
            continue
        if i in taken:
            raise _BadRowError(f"has {contract.columns[i].name} twice")
        taken.add(i)
        cells[i] = value if value is None or type(value) is str else _text(value)
    if not extra:
        return cells, None
    extra = {key: value for key, value in extra.items() if value is not None}
    return cells, _dump(extra) if extra else None


def _text(value: Any) -> str:
    if isinstance(value, _Fraction):
        # 1.785e4 is a number for certain, which a text 1785e1 in a CSV file is not
        exponent = value.text.lower().partition("e")[2]
        if exponent and abs(int(exponent)) <= _MOST_DIGITS:
            return f"{Decimal(value.text):f}"
        return value.text
    return _dump(value)


def _dump(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {key: _plain(inner) for key, inner in value}
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
