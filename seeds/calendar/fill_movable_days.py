"""Writes movable_days.csv: `python seeds/calendar/fill_movable_days.py`.

dateutil computes the dates; it is in the requirements for development. Days that it does not know,
such as those of another calendar, can be added to the CSV by hand: this script keeps them.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

FILE = Path(__file__).with_name("movable_days.csv")
HEADER = ("movable_day", "calendar_year", "day_date")
METHODS = {"easter": EASTER_WESTERN, "orthodox_easter": EASTER_ORTHODOX}
YEARS = range(1900, 2101)


def computed_days() -> list[tuple[str, int, date]]:
    """One row per movable day and year."""
    return [
        (name, year, easter(year, method)) for name, method in METHODS.items() for year in YEARS
    ]


def main() -> None:
    """Rewrite the computed days, and keep the others."""
    others: list[list[str]] = []
    if FILE.exists():
        with FILE.open(newline="", encoding="utf-8") as text:
            others = [row for row in list(csv.reader(text))[1:] if row[0] not in METHODS]
    with FILE.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(computed_days())
        writer.writerows(others)


if __name__ == "__main__":
    main()
