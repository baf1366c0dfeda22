"""Occasions and sales from the rules in the seeds, in Python that shares nothing with the SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from statistics import median
from typing import NamedTuple

from dateutil.easter import easter
from segment_rules import read_seed

DAY = timedelta(days=1)
# not in a calendar: a birthday is the customer's, a peak is the shop's
ELSEWHERE = {"birthday", "shop_peak"}
OWN_PEAK = "shop_peak"


class Occasion(NamedTuple):
    """An occasion to buy for, and its day."""

    name: str
    day: date


def occasions(order_days: Iterable[date]) -> dict[date, Occasion]:
    """The occasion of each day that has one; `order_days` has one entry per order."""
    order_count = Counter(order_days)
    windows = _windows(range(min(order_count).year - 1, max(order_count).year + 2))
    of_day = {day: _nearest(day, windows[day]) for day in order_count if day in windows}
    own = {day: Occasion(OWN_PEAK, day) for day in _peaks(order_count)}
    # a peak that the calendar explains is not a peak of the shop
    return own | of_day


@cache
def window_days(occasion: str) -> int:
    """Number of days per year on which people buy for the occasion."""
    (row,) = (row for row in read_seed("occasions") if row["occasion"] == occasion)
    return int(row["shop_days_before"]) + 1 + int(row["shop_days_after"])


def sale_days(years: Iterable[int]) -> set[date]:
    return {
        day
        for row in read_seed("sale_periods")
        for year in years
        for day in _days(_by_rule(row, year, "first_"), _by_rule(row, year, "last_"))
    }


def _windows(years: Iterable[int]) -> dict[date, list[Occasion]]:
    windows: defaultdict[date, list[Occasion]] = defaultdict(list)
    for row in read_seed("occasions"):
        if row["rule"] in ELSEWHERE:
            continue
        for year in years:
            peak = _by_rule(row, year)
            first = peak - int(row["shop_days_before"]) * DAY
            for day in _days(first, peak + int(row["shop_days_after"]) * DAY):
                windows[day].append(Occasion(row["occasion"], peak))
    return windows


def _nearest(day: date, candidates: Iterable[Occasion]) -> Occasion:
    """The nearest occasion; on a tie, the later one."""
    return min(candidates, key=lambda of: (abs(of.day - day), -of.day.toordinal(), of.name))


def _peaks(order_count: Mapping[date, int]) -> Iterator[date]:
    """Days with many more orders than usual in the previous weeks."""
    least = {
        row["threshold"]: float(row["value"])
        for row in read_seed("thresholds")
        if row["topic"] == "shop_peaks"
    }
    for day, count in order_count.items():
        before = [
            order_count[day - back * DAY]
            for back in range(1, int(least["days_before"]) + 1)
            if day - back * DAY in order_count
        ]
        if (
            len(before) >= least["min_days_with_orders"]
            and count >= least["min_order_count"]
            and count >= least["min_ratio"] * median(before)
        ):
            yield day


def _by_rule(row: Mapping[str, str], year: int, prefix: str = "") -> date:
    rule, offset = row[f"{prefix}rule"], int(row[f"{prefix}offset_days"]) * DAY
    if rule == "easter":
        return easter(year) + offset
    month = int(row[f"{prefix}month"])
    if rule == "nth_weekday":
        weekday, nth = int(row[f"{prefix}weekday"]), int(row[f"{prefix}nth"])
        # the nth weekday of a month falls on one of seven days, from this one on
        week = _days(date(year, month, 7 * nth - 6), date(year, month, 7 * nth))
        return next(day for day in week if day.isoweekday() == weekday) + offset
    day = date(year, month, int(row[f"{prefix}day"]))
    if rule == "fixed_or_day_before" and day.isoweekday() == int(row[f"{prefix}weekday"]):
        day -= DAY
    return day + offset


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + number * DAY
