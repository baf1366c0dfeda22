"""Writes movable_days.csv: .venv-dev/bin/python seeds/calendar/fill_movable_days.py."""

from __future__ import annotations

import csv
from pathlib import Path

from dateutil.easter import easter

FILE = Path(__file__).with_name("movable_days.csv")
# From the first year of an order that landing accepts to long after the last.
YEARS = range(1900, 2200)
# Each movable day of the rules in occasions.csv and sale_periods.csv, with its date in a year.
DAYS = {"easter": easter}


def rows() -> list[dict[str, str]]:
    """The rows of the seed, by year."""
    return [
        {"calendar_year": str(year), "day_name": name, "day_date": day(year).isoformat()}
        for year in YEARS
        for name, day in DAYS.items()
    ]


if __name__ == "__main__":
    with FILE.open("w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, list(rows()[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows())
