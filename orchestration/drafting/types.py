"""Guesses the type and format of a column from its values, by the rules by which they will land."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orchestration.drafting.sample import Sample, SampleColumn, contract_of, landed
from orchestration.landing.contract import Column

AMOUNT = "decimal(19, 4)"

_WHOLE = re.compile(r"[+-]?(?:0|[1-9]\d{0,17})(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d{0,14})?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?")
_TRUTH = re.compile(r"true|false|yes|no|t|f|y|n", re.IGNORECASE)
_ISO = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:[ T].*)?")
_IS_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}")
_OF_TIME = re.compile(
    r"(?:^|_)(?:at|on|ts|time|timestamp|date|datetime|created|updated|day)(?:$|_)"
)
# seconds, milliseconds and microseconds of the years 2001 to 2100
_EPOCHS = {
    "epoch_s": (978_307_200, 4_133_980_800),
    "epoch_ms": (978_307_200_000, 4_133_980_800_000),
    "epoch_us": (978_307_200_000_000, 4_133_980_800_000_000),
}
# Day first before month first: where both fit, the first is taken and the draft says so.
_DAYS = ("%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%Y.%m.%d")
_DAYS_IN_WORDS = ("%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y")
_SHORT_YEARS = ("%d-%m-%y", "%m-%d-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y")
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", " %H:%M:%S.%f", "%H%M%S")
_ZONES = ("", " %z", "%z")
_FORMATS = tuple(
    f"{day}{time}{zone}"
    for day in (*_DAYS, *_DAYS_IN_WORDS, *_SHORT_YEARS)
    for time in _TIMES
    for zone in (_ZONES if time else ("",))
)


@dataclass(frozen=True)
class GuessedType:
    """A type of a contract, the format that an instant or date needs, and a remark for a person."""

    data_type: str
    format: str | None = None
    remark: str | None = None

    @property
    def is_instant(self) -> bool:
        """Whether it is an instant or a date."""
        return self.data_type in ("timestamp", "date")


TEXT = GuessedType("varchar")


def guess_types(sample: Sample, names: Sequence[str]) -> list[GuessedType]:
    """The type of each column, under the name that it has in the contract.

    What landing would refuse is a text after all.
    """
    guessed = [_guess(column, name) for column, name in zip(sample.columns, names, strict=True)]
    refused = _refused(sample, names, guessed)
    return [
        GuessedType("varchar", remark=f"not {type_.data_type}: {refused[name]}")
        if name in refused
        else type_
        for name, type_ in zip(names, guessed, strict=True)
    ]


def _guess(column: SampleColumn, name: str) -> GuessedType:
    if column.is_list:
        return GuessedType("json")
    values = [value.strip() for value in column.values]
    if not values:
        return GuessedType("varchar", remark="empty in the sample")
    if _is_key(name):
        return TEXT
    if all(map(_TRUTH.fullmatch, values)):
        return GuessedType("boolean")
    if all(map(_WHOLE.fullmatch, values)):
        return _of_whole_numbers([int(float(value)) for value in values], name)
    if all(value and _NUMBER.fullmatch(value) for value in values):
        return GuessedType(AMOUNT)
    return _of_times(values, name)


def _is_key(name: str) -> bool:
    return name.split("_")[-1] in ("id", "sku", "code", "key", "number", "no", "zip", "phone")


def _of_whole_numbers(numbers: list[int], name: str) -> GuessedType:
    if _OF_TIME.search(name):
        for form, (first, last) in _EPOCHS.items():
            if all(first <= number <= last for number in numbers):
                return GuessedType("timestamp", form)
        # 20260301 or 20260301101500
        if (of_times := _of_times([str(number) for number in numbers], name)).is_instant:
            return of_times
    largest = max(abs(number) for number in numbers)
    return GuessedType("integer" if largest < 2**31 else "bigint")


def _of_times(values: list[str], name: str) -> GuessedType:
    if all(map(_ISO.fullmatch, values)):
        is_date = all(map(_IS_DATE.fullmatch, values)) and not name.endswith("_at")
        return GuessedType("date" if is_date else "timestamp")
    if fitting := _format_of(values):
        form, *others = fitting
        remark = f"{others[0]} fits, too" if others else None
        has_time = any(f"%{letter}" in form for letter in "HI")
        return GuessedType("timestamp" if has_time else "date", form, remark)
    return TEXT


def _format_of(values: list[str]) -> list[str]:
    """The formats that read all values."""
    fitting = list(_FORMATS)
    for value in dict.fromkeys(values):
        fitting = [form for form in fitting if _reads(form, value)]
        if not fitting:
            return []
    return fitting


def _reads(form: str, value: str) -> bool:
    try:
        return 1970 <= datetime.strptime(value, form).year < 2200
    except ValueError:
        return False


def _refused(
    sample: Sample, names: Sequence[str], guessed: Sequence[GuessedType]
) -> dict[str, str]:
    """The columns that refuse a row of the sample, with the reason."""
    columns = tuple(
        Column(
            name,
            {"integer": "INTEGER", "bigint": "BIGINT"}.get(
                type_.data_type, type_.data_type.upper()
            ).replace(", ", ","),
            formats=(type_.format,) if type_.format else (),
            path=column.path if len(column.path) > 1 else (),
            aliases=(column.path[0],),
        )
        for column, name, type_ in zip(sample.columns, names, guessed, strict=True)
    )
    query = "select column_name, min(reason) from raw.rejected_rows group by column_name"
    contract = contract_of(columns, sample.delimiter)
    return {name: reason for name, reason in landed(sample.file, contract, query) if name}
