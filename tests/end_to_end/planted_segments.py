"""Planted behaviours of the demo shop's customers and the segments that should contain them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Planted:
    """A planted behaviour and the segment that should contain it.

    `is_judged` selects the customers with enough data: a single order can look like anything. The
    minimum recall and precision are below 1 where other customers show the same behaviour by
    chance.
    """

    name: str
    is_planted: Callable[[Row], bool]
    is_found: Callable[[Row], bool]
    is_judged: Callable[[Row, Row], bool]
    least_recall: float
    least_precision: float


@dataclass(frozen=True)
class Score:
    planted: int
    found: int
    both: int

    @property
    def recall(self) -> float:
        return self.both / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        return self.both / self.found if self.found else 1.0


def score(behaviour: Planted, people: Iterable[tuple[Row, Row]]) -> Score:
    """Score a behaviour on customers, each given as planted row and as published row."""
    judged = [(truth, found) for truth, found in people if behaviour.is_judged(truth, found)]
    planted = [behaviour.is_planted(truth) for truth, _ in judged]
    found = [behaviour.is_found(found) for _, found in judged]
    both = sum(p and f for p, f in zip(planted, found, strict=True))
    return Score(sum(planted), sum(found), both)


def _is(column: str, *values: Any) -> Callable[[Row], bool]:
    return lambda row: row[column] in values


def _orders(least: int, column: str = "order_count_365d") -> Callable[[Row, Row], bool]:
    return lambda _, found: found[column] >= least


def _daypart(hour: int | None) -> str | None:
    return None if hour is None else ("night", "morning", "afternoon", "evening")[hour // 6]


def _buys_online(truth: Row, found: Row) -> bool:
    return truth["sales_channel"] == "online" and found["order_count_365d"] >= 1


def _paces(pace: str, segment: str) -> Planted:
    return Planted(
        f"buying pace: {pace}",
        _is("buying_pace", pace),
        _is("buying_pace_segment", segment),
        lambda truth, found: _buys_online(truth, found) and not truth["is_comparer"],
        0.85,
        0.9,
    )


def _code(text: Any) -> str | None:
    """What an attribute is called among the segments, where that differs."""
    names = {
        "adult without children": "no_children",
        "family with children": "family",
    }
    return names.get(text, text.lower().replace(" ", "_").replace("-", "_"))


def _attribute(name: str) -> Planted:
    return Planted(
        f"attribute: {name}",
        lambda _: True,
        lambda found: found[f"{name}_segment"] == _code(found[f"planted_{name}"]),
        lambda truth, found: (
            found["may_be_profiled"]
            and (truth["country"] == "NL" if name == "region" else truth["is_filled_in"])
        ),
        1,
        1,
    )


PLANTED = [
    Planted(
        "loyal",
        # they order until the end
        _is("lifecycle", "loyal", "repeat"),
        _is("lifecycle_segment", "loyal"),
        _orders(5, "order_count"),
        0.95,
        0.9,
    ),
    Planted(
        "loyal customers are intensive",
        _is("lifecycle", "loyal"),
        _is("engagement", "intensive"),
        _orders(1),
        0.9,
        0.8,
    ),
    Planted(
        "new",
        _is("lifecycle", "new"),
        _is("lifecycle_segment", "new"),
        _orders(1),
        0.9,
        0.8,
    ),
    Planted(
        "one-time",
        _is("lifecycle", "one-time", "new"),
        _is("purchases", "one"),
        _orders(1, "order_count"),
        0.95,
        0.8,
    ),
    Planted(
        "lapsed",
        _is("lifecycle", "lapsed", "lapsing"),
        _is("lifecycle_segment", "lapsed", "at_risk"),
        # a year between two orders is usual for one occasion
        lambda truth, found: found["order_count"] >= 2 and truth["lifecycle"] != "occasional",
        0.95,
        0.9,
    ),
    Planted(
        "won back",
        _is("lifecycle", "won back"),
        _is("lifecycle_segment", "won_back"),
        lambda truth, found: found["order_count"] >= 2 and truth["lifecycle"] != "occasional",
        0.95,
        0.9,
    ),
    Planted(
        "signed up only",
        _is("kind", "signed up only"),
        _is("low_hanging_fruit", "signed_up_and_left"),
        lambda _, found: (
            found["days_since_sign_up"] is not None and found["days_since_sign_up"] >= 60
        ),
        0.95,
        0.9,
    ),
    Planted(
        "full price",
        _is("price_style", "full price"),
        _is("price_behaviour", "full_price"),
        _orders(3),
        0.95,
        0.95,
    ),
    Planted(
        "coupon user",
        _is("price_style", "coupon user"),
        _is("price_behaviour", "coupon_user"),
        _orders(3),
        0.85,
        0.9,
    ),
    Planted(
        "waits for the sale",
        _is("price_style", "waits for the sale"),
        _is("price_behaviour", "waits_for_sale"),
        _orders(2),
        0.9,
        0.9,
    ),
    Planted(
        "deal seeker",
        _is("price_style", "deal seeker"),
        _is("price_behaviour", "deal_seeker"),
        _orders(2),
        0.9,
        0.85,
    ),
    _paces("impulsive", "impulsive"),
    _paces("unhurried", "unhurried"),
    _paces("reassurance seeker", "reassurance_seeker"),
    *(
        Planted(
            f"sales channel: {channel}",
            _is("sales_channel", channel),
            _is("sales_channel_segment", channel),
            _orders(3),
            0.85,
            0.9,
        )
        for channel in ("online", "store", "mixed")
    ),
    Planted(
        "gift buyer",
        _is("is_gift_buyer", True),
        lambda found: (
            found["occasion_segment"]
            not in ("none", "seasonal", "unknown", "inactive", "not_a_customer")
        ),
        _orders(2, "order_count_730d"),
        0.9,
        0.75,
    ),
    Planted(
        "heavy user",
        _is("is_heavy_user", True),
        _is("usage_segment", "heavy"),
        lambda truth, _: truth["sales_channel"] in ("online", "mixed"),
        0.9,
        0.9,
    ),
    *(
        Planted(
            f"orientation: {name}",
            _is("orientation", name),
            _is("orientation_segment", name.replace(" ", "_"), "both_ways"),
            # in the other channel they may not have ordered
            _orders(2),
            0.55,
            0.7,
        )
        for name in ("online then store", "store then online")
    ),
    *(_attribute(name) for name in ("life_stage", "occupation", "marital_status", "region")),
    Planted(
        "lives in a city",
        _is("urbanity", "city"),
        _is("urbanity_segment", "city"),
        lambda truth, found: found["may_be_profiled"] and truth["country"] == "NL",
        # the shop knows it of half, and the postal code shows it for five of the nine cities
        0.75,
        1,
    ),
    Planted(
        "hard to help",
        _is("is_expensive", True),
        _is("effort_segment", "hard"),
        lambda _, found: found["effort_score_365d"] is not None,
        0.7,
        0.9,
    ),
    Planted(
        "expensive to serve",
        _is("is_expensive", True),
        _is("cost_to_serve", "high"),
        _orders(1),
        0.9,
        0.9,
    ),
    Planted(
        "routine",
        lambda _: True,
        lambda found: found["time_of_day"] == _daypart(found["planted_hour"]),
        lambda truth, found: (
            truth["sales_channel"] == "online"
            and truth["routine_hour"] is not None
            and found["touchpoint_count_365d"] >= 5
        ),
        0.95,
        0.95,
    ),
    Planted(
        "favourite category",
        lambda _: True,
        lambda found: found["favourite_category"] == found["planted_category"],
        lambda _, found: found["category_loyalty"] == "loyal" and found["order_count_365d"] >= 3,
        0.7,
        0.9,
    ),
]
