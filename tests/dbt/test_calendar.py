"""The calendar as dbt compiled it, on the seeds as they are, against dates from other sources."""

from __future__ import annotations

import csv
import runpy
from datetime import date, timedelta

import duckdb
import pytest
from dateutil.easter import easter
from plain_dbt import Dbt

from orchestration.paths import PROJECT_DIR

MOVABLE_DAYS = PROJECT_DIR / "seeds" / "calendar" / "movable_days.csv"

# As printed in diaries: year: (Mother's Day, Father's Day, Black Friday)
MOVEABLE = {
    2023: (date(2023, 5, 14), date(2023, 6, 18), date(2023, 11, 24)),
    2024: (date(2024, 5, 12), date(2024, 6, 16), date(2024, 11, 29)),
    2025: (date(2025, 5, 11), date(2025, 6, 15), date(2025, 11, 28)),
    2026: (date(2026, 5, 10), date(2026, 6, 21), date(2026, 11, 27)),
}
SUNDAYS_OF_27_APRIL = (2014, 2025, 2031)
# occasion: (month, day) in each year
FIXED = {
    "new_year": (1, 1),
    "valentine": (2, 14),
    "back_to_school": (9, 1),
    "halloween": (10, 31),
    "sinterklaas": (12, 5),
    "christmas": (12, 25),
}


class Calendar:
    """The models of the calendar, on tables in memory."""

    def __init__(self, dbt: Dbt) -> None:
        self.compiled = dbt.paths.dbt / "target/compiled/klantbeeld/models/intermediate/calendar"
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as klantbeeld")
        self.connection.execute(f"attach '{dbt.paths.warehouse}' as built (read_only)")
        for table, rows in {
            "seeds.occasions": "",
            "seeds.sale_periods": "",
            "seeds.movable_days": "",
            "intermediate.int_as_of": "limit 0",
            "intermediate.int_order_versions": "limit 0",
        }.items():
            schema = table.partition(".")[0]
            self.connection.execute(f"create schema if not exists klantbeeld.{schema}")
            self.connection.execute(f"create table klantbeeld.{table} as from built.{table} {rows}")

    def rows(self, model: str, first_order: date, as_of: date) -> duckdb.DuckDBPyRelation:
        """A model's rows, where the first order and the latest instant were on these days."""
        for table, column, day in (
            ("int_order_versions", "order_date", first_order),
            ("int_as_of", "as_of_date", as_of),
        ):
            self.connection.execute(f"truncate klantbeeld.intermediate.{table}")
            self.connection.execute(
                f"insert into klantbeeld.intermediate.{table} ({column}) values (?)", [day]
            )
        for built in dict.fromkeys(["int_calendar_years", model]):
            sql = (self.compiled / f"{built}.sql").read_text(encoding="utf-8")
            self.connection.execute(
                f"create or replace table klantbeeld.intermediate.{built} as {sql}"
            )
        return self.connection.sql(f"from klantbeeld.intermediate.{model}")

    def days(self, first_order: date, as_of: date) -> dict[tuple[str, int], date]:
        """By occasion and year, its day."""
        windows = self.rows("int_occasion_windows", first_order, as_of)
        found = windows.select("occasion, calendar_year, peak_date").fetchall()
        return {(occasion, year): day for occasion, year, day in found}


@pytest.fixture(scope="module")
def calendar(empty_warehouse: Dbt) -> Calendar:
    return Calendar(empty_warehouse)


def test_easter_has_a_date_in_each_year_of_the_calendar(calendar: Calendar) -> None:
    # the calendar goes from the year before the first order to the next
    days = calendar.days(date(1902, 6, 1), date(2099, 6, 1))
    assert {year: days["easter", year] for year in range(1901, 2101)} == {
        year: easter(year) for year in range(1901, 2101)
    }


def test_movable_days_are_what_the_script_computes() -> None:
    computed = runpy.run_path(str(MOVABLE_DAYS.with_name("fill_movable_days.py")))
    with MOVABLE_DAYS.open(newline="", encoding="utf-8") as text:
        rows = [
            (row["movable_day"], int(row["calendar_year"]), date.fromisoformat(row["day_date"]))
            for row in csv.DictReader(text)
        ]
    assert rows == computed["computed_days"]()


def test_occasions_are_on_their_days(calendar: Calendar) -> None:
    found = calendar.days(date(2024, 6, 1), date(2025, 6, 1))
    expected = {
        (occasion, year): date(year, month, day)
        for year in MOVEABLE
        for occasion, (month, day) in FIXED.items()
    }
    for year, (mothers_day, fathers_day, black_friday) in MOVEABLE.items():
        expected["easter", year] = easter(year)
        expected["kings_day", year] = date(year, 4, 26 if year in SUNDAYS_OF_27_APRIL else 27)
        expected["mothers_day", year] = mothers_day
        expected["fathers_day", year] = fathers_day
        expected["black_friday", year] = black_friday
    assert found == expected


def test_kings_day_is_never_a_sunday(calendar: Calendar) -> None:
    found = calendar.days(date(2014, 6, 1), date(2034, 6, 1))
    days = {day for (occasion, _), day in found.items() if occasion == "kings_day"}
    assert {day.year for day in days if day.day == 26} == set(SUNDAYS_OF_27_APRIL)
    assert {day.isoweekday() for day in days} == {1, 2, 3, 4, 5, 6}


def test_reach_out_day_is_before_the_window_opens(calendar: Calendar) -> None:
    late = calendar.connection.sql(
        "select occasion from klantbeeld.seeds.occasions where rule <> 'shop_peak' "
        "and (reach_out_days_before <= shop_days_before or shop_days_before < 0)"
    )
    assert late.fetchall() == []


def test_sale_days_are_those_of_the_periods(calendar: Calendar) -> None:
    found = calendar.rows("int_sale_days", date(2024, 6, 1), date(2025, 6, 1))
    days = {day for (day,) in found.fetchall() if day.year == 2025}
    periods = (
        (date(2025, 1, 2), date(2025, 1, 31)),
        (date(2025, 6, 15), date(2025, 7, 15)),
        (date(2025, 11, 24), date(2025, 12, 1)),
    )
    assert days == {
        first + timedelta(days=nth)
        for first, last in periods
        for nth in range((last - first).days + 1)
    }
