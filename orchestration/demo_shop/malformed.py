"""Rows that break the contract, each in one way, among the good rows of CSV and NDJSON files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

# Each is a valid row with one field changed. None removes the value, and in JSON the field.
MALFORMED: dict[str, list[dict[str, object]]] = {
    "events": [
        {"occurred_at": "2026-02-30 12:00:00"},
        {"occurred_at": "yesterday"},
        {"occurred_at": "2126-01-01 00:00:00"},
        {"quantity": "two"},
        {"unit_price": "twelve"},
        {"visitor_id": None},
        {"event_name": None},
        {"has_consent": "perhaps"},
    ],
    "orders": [
        {"gross_amount": "a lot"},
        {"gross_amount": None},
        {"ordered_at": "2026-13-01 00:00:00"},
        {"status": None},
    ],
    "customers": [
        {"customer_id": None},
        {"birth_date": "1990-02-31"},
        {"household_size": "many"},
    ],
}


def with_malformed_rows(file: Path, changes: list[dict[str, object]]) -> int:
    """Insert malformed copies of the first row, each with its own key; return how many."""
    with file.open(newline="") as rows:
        head = rows.readline() if file.suffix == ".csv" else ""
        first = rows.readline()
        rest = rows.read()
    names = next(csv.reader([head])) if head else None
    good = dict(zip(names, next(csv.reader([first])), strict=True)) if names else json.loads(first)
    key = next(iter(good))

    malformed = []
    for nth, change in enumerate(changes, start=1):
        row = {**good, key: f"malformed-{nth}", **change}
        if names:
            line = io.StringIO()
            csv.writer(line, lineterminator="\n").writerow(
                ["" if row[n] is None else row[n] for n in names]
            )
            malformed.append(line.getvalue())
        else:
            malformed.append(
                json.dumps({n: v for n, v in row.items() if n not in change or v is not None})
                + "\n"
            )
    if not names:
        # and one truncated line
        malformed.append(first[: len(first) // 2].rstrip() + "\n")

    with file.open("w", newline="") as rows:
        rows.writelines([head, first, *malformed, rest])
    return len(malformed)
