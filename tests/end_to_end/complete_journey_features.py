"""Features of the Complete Journey's households, computed by plain Python.

The names are the columns of `profile_features` and the scores, which define them; unknown
values are left out. To compare another scheme, add its features here and its name to `SCHEMES`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from complete_journey_purchases import Purchase, Till
from independent_calendar import window_days
from independent_complete_journey import Household, Journey, money
from independent_rfm import Scored
from segment_rules import read_seed

Known = dict[str, Any]
# the schemes that the files have data for
SCHEMES = (
    "rfm",
    "value_tier",
    "service_level",
    "cost_to_serve",
    "lifecycle",
    "tenure",
    "purchase_frequency",
    "basket_size",
    "engagement",
    "price_behaviour",
    "benefit",
    "motive",
    "occasion",
    "time_of_day",
    "time_of_week",
    "category_loyalty",
    "brand_loyalty",
    "sales_channel",
    "age_group",
    "household",
    "income",
    "low_hanging_fruit",
    "lifetime_value",
    "contact_channel",
)
QUARTER = timedelta(days=90)
HALF_A_YEAR = timedelta(days=180)
YEAR = timedelta(days=365)
TWO_YEARS = timedelta(days=730)
# no sign-ups, contacts, gifts, surveys or consents; all purchases were made in a store
ALIKE: Known = {
    "main_sales_channel_365d": "store",
    "main_sales_channel_share_365d": 1,
    "identity": "known",
    "session_count": 0,
    "session_count_90d": 0,
    "session_count_30d": 0,
    "session_count_30d_before": 0,
    "product_days_30d": 0,
    "contact_count_365d": 0,
    "waiting_order_count_365d": 0,
    "gift_order_share_730d": 0,
    "service_cost_365d": 0,
    "idle_days_since_sign_up": 0,
    "motive_answer_730d": "none",
    "benefit_answer_730d": "none",
    "contact_channel": "none",
}


def features(journey: Journey) -> dict[date, dict[str, Known]]:
    """Per date, the features of each household with a purchase on or before it."""
    described = {key: dict(_described(home)) for key, home in journey.households.items()}
    redeemed = _redeemed(journey)
    dates: dict[date, dict[str, Known]] = {day: {} for day in journey.as_of_dates}
    for household, purchases in Till(journey).purchases().items():
        who = ALIKE | described.get(household, {})
        for day, households in dates.items():
            if so_far := [purchase for purchase in purchases if purchase.day <= day]:
                households[household] = who | _at(day, so_far, redeemed[household])
    for households in dates.values():
        _compare_margins(households.values())
        _compare_responses(households.values())
    for scored in journey.scored:
        dates[scored.as_of_date][scored.customer_id] |= _scores(scored)
    return dates


def _at(day: date, so_far: Sequence[Purchase], redeemed: Iterable[date]) -> Known:
    return {
        **_so_far(so_far, day),
        **_in_two_years(_since(so_far, day - TWO_YEARS), day),
        **_in_a_year(_since(so_far, day - YEAR)),
        **_in_a_quarter(_since(so_far, day - QUARTER), redeemed, day),
    }


def _described(household: Household) -> Iterator[tuple[str, Any]]:
    # each age band lies within one age group
    yield "age_years", int(household.age.rstrip("+").partition("-")[0])
    yield "household_size", int(household.size.rstrip("+"))
    yield "child_count", int(household.kids.rstrip("+"))
    for row in read_seed("attribute_taxonomy"):
        if (row["attribute"], row["value"]) == ("income_band", household.income.lower()):
            yield "income_level", row["level"]


def _redeemed(journey: Journey) -> defaultdict[str, list[date]]:
    """The days on which each household redeemed coupons, once per coupon and campaign."""
    days = defaultdict(list)
    for mailing in journey.mailings:
        if mailing.action == "clicked":
            days[mailing.household].append(mailing.day)
    return days


def _since(purchases: Sequence[Purchase], day: date) -> list[Purchase]:
    return [purchase for purchase in purchases if purchase.day > day]


def _so_far(purchases: Sequence[Purchase], day: date) -> Known:
    first, last = purchases[0].day, purchases[-1].day
    known = {
        "order_count": len(purchases),
        "days_since_first_order": (day - first).days,
        "days_since_last_order": (day - last).days,
        "tenure_days": (day - first).days,
    }
    pauses = [
        (after.day - before.day).days
        for before, after in pairwise(purchases)
        if after.day > day - HALF_A_YEAR
    ]
    if pauses:
        known["longest_pause_180d"] = max(pauses)
    return known


def _in_a_year(purchases: Sequence[Purchase]) -> Known:
    coupons = sum(purchase.has_coupon for purchase in purchases)
    known: Known = {
        "order_count_365d": len(purchases),
        "touchpoint_count_365d": len(purchases),
        "coupon_order_count_365d": coupons,
        "contribution_margin_365d": sum(purchase.margin for purchase in purchases),
        "favourite_category_spend_365d": 0,
    }
    if not purchases:
        return known

    def per_order(count: int) -> Decimal:
        return Decimal(count) / len(purchases)

    ((daypart, often),) = Counter(purchase.daypart for purchase in purchases).most_common(1)
    return {
        **known,
        "units_per_order_365d": per_order(sum(purchase.pieces for purchase in purchases)),
        "coupon_order_share_365d": per_order(coupons),
        "deal_order_share_365d": per_order(sum(purchase.is_deal for purchase in purchases)),
        "full_price_order_share_365d": per_order(
            sum(not (purchase.is_deal or purchase.has_coupon) for purchase in purchases)
        ),
        "main_daypart_365d": daypart,
        "main_daypart_share_365d": per_order(often),
        "weekend_share_365d": per_order(
            sum(purchase.day.isoweekday() in (6, 7) for purchase in purchases)
        ),
        **dict(_favourite("category", (purchase.categories for purchase in purchases))),
        **dict(_favourite("brand", (purchase.brands for purchase in purchases))),
    }


def _favourite(kind: str, spent: Iterable[Counter[str]]) -> Iterator[tuple[str, Any]]:
    """The key with the most spending, among purchases with a known key."""
    cents: Counter[str] = Counter()
    for of_basket in spent:
        cents.update(of_basket)
    for favourite, most in cents.most_common(1):
        yield f"favourite_{kind}_365d", favourite
        yield f"favourite_{kind}_spend_365d", money(most)
        if cents.total():
            yield f"favourite_{kind}_share_365d", Decimal(most) / cents.total()


def _in_two_years(purchases: Sequence[Purchase], day: date) -> Known:
    bought_for = defaultdict(list)
    for purchase in purchases:
        if purchase.occasion:
            bought_for[purchase.occasion.name].append(purchase)

    def rank(occasion: str) -> tuple[int, int, date]:
        years = {purchase.occasion.day.year for purchase in bought_for[occasion]}
        # on a tie, the later occasion
        return len(years), len(bought_for[occasion]), bought_for[occasion][-1].day

    occasion = max(sorted(bought_for, reverse=True), key=rank, default=None)
    count = len(bought_for[occasion]) if occasion else 0
    days = min((day - purchases[0].day).days + 1, YEAR.days)
    chance = Decimal(len(purchases) * window_days(occasion)) if occasion else None
    return {
        "order_count_730d": len(purchases),
        "occasion": occasion,
        "occasion_order_count_730d": count,
        "occasion_year_count_730d": len({p.occasion.day.year for p in bought_for[occasion]}),
        "occasion_order_share_730d": Decimal(count) / len(purchases),
        "occasion_lift_730d": count * days / chance if chance else 0,
        "quarter_order_share_730d": Decimal(_of_a_season(purchases)) / len(purchases),
    }


def _of_a_season(purchases: Iterable[Purchase]) -> int:
    """The largest number of purchases in a quarter that occurs in two different years."""
    years = defaultdict(list)
    for purchase in purchases:
        years[(purchase.day.month - 1) // 3].append(purchase.day.year)
    return max((len(of) for of in years.values() if len(set(of)) > 1), default=0)


def _in_a_quarter(purchases: Iterable[Purchase], redeemed: Iterable[date], day: date) -> Known:
    """A redeemed coupon of a campaign is a response to an offer."""
    responses = [then for then in redeemed if day - QUARTER < then <= day]
    return {
        "active_days_90d": len({*responses, *(purchase.day for purchase in purchases)}),
        "offer_response_count_90d": len(responses),
    }


def _scores(scored: Scored) -> Known:
    both = scored.frequency_score + scored.monetary_score
    return {
        "frequency_score": scored.frequency_score,
        "monetary_score": scored.monetary_score,
        "recency_score": scored.recency_score,
        "frequency_monetary_score": math.ceil(both / 2),
    }


def _compare_margins(households: Iterable[Known]) -> None:
    """Add to each household with a purchase in 365 days the share of them with a lower margin."""
    bought = [known for known in households if known["order_count_365d"]]
    margins = sorted(known["contribution_margin_365d"] for known in bought)
    for known in bought:
        below = bisect_left(margins, known["contribution_margin_365d"])
        known["margin_percent_rank"] = Decimal(below) / len(bought)


def _compare_responses(households: Iterable[Known]) -> None:
    """Add to each household that responded the share of those who did with fewer responses."""
    responded = [known for known in households if known["offer_response_count_90d"]]
    counts = sorted(known["offer_response_count_90d"] for known in responded)
    for known in responded:
        below = bisect_left(counts, known["offer_response_count_90d"])
        known["offer_response_percent_rank"] = Decimal(below) / len(responded)
