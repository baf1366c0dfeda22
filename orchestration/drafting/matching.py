"""Guesses which business object a sample is, and which column is which of its columns."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from orchestration.drafting.names import EVIDENCE, GENERIC, names_of_objects
from orchestration.drafting.types import GuessedType
from orchestration.errors import KlantbeeldError

_INSTANTS = re.compile(r"(?:_at|_date)$")
_AMOUNTS = re.compile(r"(?:amount|price|total|cost|quantity|score|minutes)$")


@dataclass(frozen=True)
class Column:
    """A column of the draft's contract: its name, what it is called in the file, and its type."""

    name: str
    path: tuple[str, ...]
    type: GuessedType
    values: tuple[str, ...] = ()

    @property
    def header(self) -> str:
        """How a person finds it in the file."""
        return ".".join(self.path)

    @property
    def is_share(self) -> bool:
        """Whether its values are parts of one, as a discount of 0.2 is."""
        return any(self._numbers) and all(0 <= number <= 1 for number in self._numbers)

    @property
    def has_negatives(self) -> bool:
        """Whether there is a number below zero, which may be what was given back."""
        return any(number < 0 for number in self._numbers)

    @property
    def _numbers(self) -> list[float]:
        if not self.type.data_type.startswith(("decimal", "integer", "bigint")):
            return []
        return [float(value) for value in self.values]


@dataclass(frozen=True)
class Placed:
    """A column of the file that is taken for a column of the object, and why."""

    canonical: str
    column: Column
    reason: str


@dataclass(frozen=True)
class Match:
    """What a sample is taken for. `left` are the columns without a place."""

    object_name: str
    placed: tuple[Placed, ...]
    left: tuple[Column, ...] = field(default=())

    def get(self, canonical: str) -> Column | None:
        """The column that is taken for a canonical one."""
        return next((p.column for p in self.placed if p.canonical == canonical), None)


def match(columns: Sequence[Column], object_name: str | None = None) -> Match:
    """The object that the columns fit best, or the named one, with its columns.

    Raises KlantbeeldError when they fit none.
    """
    objects = ", ".join(names_of_objects())
    if object_name is not None:
        if object_name not in names_of_objects():
            raise KlantbeeldError(f"{object_name} is no business object: choose one of {objects}")
        return _match(columns, object_name)
    for name, groups in EVIDENCE.items():
        found = _match(columns, name)
        if all(any(found.get(canonical) for canonical in group) for group in groups):
            return found
    raise KlantbeeldError(
        "the columns of the sample look like no business object: name one by OBJECT=, such as "
        f"OBJECT=orders (there are {objects}). The columns are "
        f"{', '.join(column.name for column in columns)}"
    )


def _match(columns: Sequence[Column], object_name: str) -> Match:
    placed: list[Placed] = []
    for canonical, names in names_of_objects()[object_name].items():
        taken = [each.column for each in placed if not _may_be_shared(each.canonical, canonical)]
        if found := _find(canonical, names, columns, taken):
            placed.append(found)
    used = {each.column.name for each in placed}
    return Match(object_name, tuple(placed), tuple(c for c in columns if c.name not in used))


def _may_be_shared(one: str, other: str) -> bool:
    # a tool that knows its users only: they are its visitors and its customers
    return {one, other} == {"visitor_id", "customer_id"}


def _find(
    canonical: str, names: Collection[str], columns: Sequence[Column], taken: Sequence[Column]
) -> Placed | None:
    for name in names:
        for column in columns:
            if column in taken or not _fits(canonical, column) or not _is_called(column, name):
                continue
            called = "the same name" if name == canonical.replace("_", "") else "a name of it"
            return Placed(canonical, column, f"{called}, and {_in_words(column.type)}")
    return None


def _is_called(column: Column, name: str) -> bool:
    is_inside = len(column.path) > 1
    last = _letters(column.path[-1])
    return name == _letters("".join(column.path)) or (
        name == last and not (is_inside and name in GENERIC)
    )


def _in_words(type_: GuessedType) -> str:
    words = {"timestamp": "instants", "date": "dates", "varchar": "text", "json": "lists"}
    return words.get(type_.data_type, "numbers") + (f" as {type_.format}" if type_.format else "")


def _fits(canonical: str, column: Column) -> bool:
    type_ = column.type
    if canonical == "discount_amount" and column.is_share:
        return False
    if _INSTANTS.search(canonical):
        return type_.is_instant
    if _AMOUNTS.search(canonical):
        return type_.data_type.startswith(("decimal", "integer", "bigint"))
    if canonical == "items":
        # landing reads lists of objects with these keys
        return type_.data_type == "json" and all('"product_id"' in v for v in column.values)
    return type_.data_type != "json"


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
