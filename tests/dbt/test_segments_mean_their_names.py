"""Profiles on both sides of what a segment's name says, and the segment that they must have."""

from __future__ import annotations

from typing import Any

import pytest
from segment_rules import read_rules, read_seed, segment_of

RULES = read_rules()
NO_SEGMENT = {"unknown", "inactive", "not_a_customer", "no_consent"}

VISITED = {"session_count": 3, "session_count_90d": 1}
ORDERED = {"order_count": 2, "order_count_365d": 2, "days_since_last_order": 10}
LAPSED = {"order_count": 2, "order_count_365d": 0, "days_since_last_order": 365}
NEVER = {"order_count": 0, "order_count_365d": 0, "order_count_730d": 0}
PRICES = {
    "waiting_order_count_365d": 0,
    "waiting_order_share_365d": 0,
    "deal_order_share_365d": 0,
    "coupon_order_share_365d": 0,
    "full_price_order_share_365d": 1,
}
OCCASION = {
    "order_count": 2,
    "order_count_730d": 2,
    "occasion": "christmas",
    "occasion_order_count_730d": 2,
    "occasion_year_count_730d": 2,
    "occasion_order_share_730d": 1,
    "occasion_lift_730d": 7,
    "gift_order_share_730d": 0,
    "quarter_order_share_730d": 1,
}
MOVED = {
    "session_count": 2,
    "session_count_30d": 1,
    "session_count_30d_before": 1,
    "days_since_first_session": 40,
}
GRID = {"frequency_monetary_score": 1, "order_count": 1}
FREQUENT = {
    "order_count": 4,
    "recency_score": 4,
    "frequency_monetary_score": 4,
    "frequency_score": 3,
}
MARGIN = {"contribution_margin_365d": 5, "margin_percent_rank": 0.5}
KNOWN = {"identity": "known"}
ANONYMOUS = {"identity": "anonymous"}
DESCRIBED = {"may_be_profiled": "true"}
NO_CONSENT = KNOWN | {"may_be_profiled": "false"}
# by their kind, and influence, which reads the followers of a person
OF_WHO_A_PERSON_IS = {
    row["scheme"]
    for row in read_seed("scheme_definitions")
    if row["kind"] in ("demographic", "geographic", "psychographic")
} | {"influence"}

CASES: dict[str, list[tuple[dict[str, Any], str]]] = {
    "usage": [
        (VISITED | {"minutes_on_site_90d": 0}, "light"),
        (VISITED | {"minutes_on_site_90d": 10}, "medium"),
        ({"session_count": 3, "session_count_90d": 0, "minutes_on_site_90d": 0}, "inactive"),
        ({"session_count": 0, "session_count_90d": 0}, "unknown"),
    ],
    "funnel": [
        ({"latest_funnel_class": "buyer", "days_since_last_session": 89}, "buyer"),
        ({"latest_funnel_class": "buyer", "days_since_last_session": 90}, "inactive"),
        ({}, "unknown"),
    ],
    "funnel_movement": [
        (MOVED | {"funnel_depth_change_30d": 1}, "deeper"),
        (MOVED | {"funnel_depth_change_30d": 0}, "same"),
        (MOVED | {"funnel_depth_change_30d": -1}, "back"),
        (MOVED | {"session_count_30d_before": 0, "days_since_first_session": 29}, "entered"),
        (MOVED | {"session_count_30d_before": 0, "days_since_first_session": 60}, "re_entered"),
        (MOVED | {"session_count_30d": 0}, "gone"),
        (MOVED | {"session_count_30d": 0, "session_count_30d_before": 0}, "inactive"),
        ({"session_count": 0, "session_count_30d": 0, "session_count_30d_before": 0}, "unknown"),
    ],
    "price_behaviour": [
        (
            ORDERED | PRICES | {"waiting_order_count_365d": 2, "waiting_order_share_365d": 0.5},
            "waits_for_sale",
        ),
        # once is no habit, and neither is twice in many
        (
            ORDERED | PRICES | {"waiting_order_count_365d": 1, "waiting_order_share_365d": 1},
            "full_price",
        ),
        (
            ORDERED | PRICES | {"waiting_order_count_365d": 2, "waiting_order_share_365d": 0.49},
            "full_price",
        ),
        # a deal here and a coupon there, and hardly anything at the full price
        (
            ORDERED
            | PRICES
            | {
                "deal_order_share_365d": 0.4,
                "coupon_order_share_365d": 0.4,
                "full_price_order_share_365d": 0.2,
            },
            "mixed",
        ),
        (LAPSED, "inactive"),
        (NEVER, "not_a_customer"),
    ],
    "buying_pace": [
        (ORDERED | {"minutes_to_purchase_365d": 2.4}, "impulsive"),
        (ORDERED | {"minutes_to_purchase_365d": 2.5}, "brisk"),
        (ORDERED | {"minutes_to_purchase_365d": 3 * 24 * 60 - 1}, "brisk"),
        (ORDERED | {"minutes_to_purchase_365d": 3 * 24 * 60}, "unhurried"),
        # who hesitates now: never bought, or not for a while
        (NEVER | {"product_days_30d": 3}, "unhurried"),
        (NEVER | {"product_days_30d": 2}, "not_a_customer"),
        (
            ORDERED
            | {
                "product_days_30d": 3,
                "days_since_last_order": 30,
                "minutes_to_purchase_365d": 1,
            },
            "unhurried",
        ),
        (
            ORDERED
            | {
                "product_days_30d": 3,
                "days_since_last_order": 29,
                "minutes_to_purchase_365d": 1,
            },
            "impulsive",
        ),
    ],
    "engagement": [
        # visits alone don't make the most loyal
        (NEVER | {"active_days_90d": 90}, "occasional"),
        (
            {"order_count_365d": 6, "days_since_last_order": 89, "active_days_90d": 1},
            "intensive",
        ),
        (
            {"order_count_365d": 6, "days_since_last_order": 90, "active_days_90d": 0},
            "regular",
        ),
        ({"order_count_365d": 3, "active_days_90d": 0}, "regular"),
        ({"order_count_365d": 2, "active_days_90d": 5}, "occasional"),
        ({"order_count_365d": 1, "active_days_90d": 6}, "regular"),
        (NEVER | {"active_days_90d": 0}, "inactive"),
    ],
    "occasion": [
        (OCCASION, "christmas"),
        (OCCASION | {"occasion_year_count_730d": 1}, "first_signs"),
        # one gift
        (
            OCCASION
            | {
                "order_count_730d": 1,
                "occasion_order_count_730d": 1,
                "occasion_year_count_730d": 1,
                "gift_order_share_730d": 1,
            },
            "first_signs",
        ),
        (
            OCCASION | {"occasion": None, "order_count_730d": 1, "gift_order_share_730d": 1},
            "first_signs",
        ),
        (OCCASION | {"occasion": None, "gift_order_share_730d": 0.5}, "gift_buyer"),
        (OCCASION | {"order_count_730d": 0}, "inactive"),
        (NEVER, "not_a_customer"),
    ],
    "rfm": [
        (GRID | {"recency_score": 5}, "new_customers"),
        # a regular who buys less than the others is not new
        (GRID | {"recency_score": 5, "order_count": 2}, "promising"),
        (GRID | {"recency_score": 1}, "lost"),
        # much money in few orders is no loyalty
        (FREQUENT, "loyal_customers"),
        (FREQUENT | {"frequency_score": 2}, "potential_loyalists"),
        (FREQUENT | {"frequency_score": 2, "recency_score": 3}, "needs_attention"),
        ({"order_count": 0}, "not_a_customer"),
        # a guest's orders can't be compared with those of customers
        ({"order_count": 3}, "unknown"),
    ],
    "value_tier": [
        (ORDERED | MARGIN, "low"),
        (ORDERED | MARGIN | {"contribution_margin_365d": -1}, "unprofitable"),
        (LAPSED | {"contribution_margin_365d": 0}, "inactive"),
        (NEVER | {"contribution_margin_365d": -9}, "not_a_customer"),
        (ORDERED | {"contribution_margin_365d": 5}, "unknown"),
    ],
    "cost_to_serve": [
        (KNOWN | {"contact_count_365d": 0, "service_cost_365d": 0}, "none"),
        (KNOWN | {"contact_count_365d": 1, "service_cost_365d": 0}, "low"),
        (KNOWN | {"contact_count_365d": 1, "service_cost_365d": 10}, "normal"),
        (ANONYMOUS | {"contact_count_365d": 0, "service_cost_365d": 0}, "not_a_customer"),
    ],
    "low_hanging_fruit": [
        (
            {
                "order_count_365d": 0,
                "offer_response_count_90d": 3,
                "offer_response_percent_rank": 0.9,
            },
            "offer_clicker",
        ),
        # excessive is against the others, and more than a click or two
        (
            {
                "order_count_365d": 0,
                "offer_response_count_90d": 30,
                "offer_response_percent_rank": 0.89,
            },
            "none",
        ),
        (
            {
                "order_count_365d": 0,
                "offer_response_count_90d": 2,
                "offer_response_percent_rank": 0.99,
            },
            "none",
        ),
    ],
    "age_group": [
        (KNOWN | {"age_years": 40}, "35_44"),
        (KNOWN, "unknown"),
        (ANONYMOUS, "not_a_customer"),
        (NO_CONSENT, "no_consent"),
        (NO_CONSENT | {"age_years": 40}, "no_consent"),
    ],
    "market": [
        (DESCRIBED | {"market": "home"}, "home"),
        (DESCRIBED, "unknown"),
        (NO_CONSENT | {"market": "home"}, "no_consent"),
    ],
    "benefit": [
        # neither an answer nor a sign in behaviour describes them
        (NO_CONSENT | {"benefit_answer_730d": "quality"}, "no_consent"),
        (
            NO_CONSENT | {"benefit_answer_730d": "none", "deal_order_share_365d": 1},
            "no_consent",
        ),
    ],
    "influence": [
        (KNOWN | DESCRIBED | {"social_followers": 5000}, "nano"),
        (NO_CONSENT | {"social_followers": 5000}, "no_consent"),
    ],
    "motive": [
        (
            {"identity": "known", "motive_answer_730d": "none", "order_count_365d": 1},
            "unknown",
        ),
        (
            {"identity": "anonymous", "motive_answer_730d": "none", "order_count_365d": 0},
            "not_a_customer",
        ),
    ],
    "lifetime_value": [
        (LAPSED | {"monetary_score": 5}, "top"),
        (LAPSED | {"monetary_score": 3}, "middle"),
        (LAPSED | {"monetary_score": 2}, "lower"),
        (NEVER, "not_a_customer"),
    ],
    "time_of_day": [
        ({"session_count": 1, "order_count": 0, "touchpoint_count_365d": 0}, "inactive"),
        ({"session_count": 0, "order_count": 0, "touchpoint_count_365d": 0}, "unknown"),
    ],
    "purchase_frequency": [
        (NEVER, "not_a_customer"),
        (LAPSED, "inactive"),
        (ORDERED, "few"),
    ],
}


@pytest.mark.parametrize(
    ("scheme", "features", "segment"),
    [(scheme, *case) for scheme, cases in CASES.items() for case in cases],
)
def test_a_segment_is_what_its_name_says(
    scheme: str, features: dict[str, Any], segment: str
) -> None:
    assert segment_of(RULES[scheme], features) == segment


def test_every_scheme_on_orders_knows_who_never_ordered() -> None:
    """A scheme that compares orders of a year has no segment for who never ordered."""
    on_orders = {
        scheme
        for scheme, rules in RULES.items()
        if any(c.feature == "order_count_365d" for rule in rules for c in rule.conditions)
    } - {"engagement", "low_hanging_fruit", "motive"}
    assert "price_behaviour" in on_orders
    for scheme in on_orders:
        assert segment_of(RULES[scheme], NEVER) == "not_a_customer", scheme


def test_the_audience_to_call_needs_consent_and_value_so_far() -> None:
    """A customer who left has no value of the year, and may not have agreed to calls."""
    (audience,) = (row for row in read_seed("audiences") if row["audience"] == "worth_a_call")
    assert audience["channel"] == "phone"
    rules = {
        row["scheme"]: row["segments"].split("|")
        for row in read_seed("audience_rules")
        if row["audience"] == "worth_a_call"
    }
    assert "lapsed" in rules["lifecycle"]
    for scheme, segments in rules.items():
        features = LAPSED | {"monetary_score": 5}
        assert segment_of(RULES[scheme], features) in segments


def test_only_schemes_of_who_a_person_is_ask_for_consent() -> None:
    """Orders and money are the shop's own, whatever a customer agreed to."""
    asking = {scheme for scheme in RULES if segment_of(RULES[scheme], NO_CONSENT) == "no_consent"}
    assert asking == OF_WHO_A_PERSON_IS


def test_kinds_of_no_segment_have_the_same_labels_everywhere() -> None:
    labels = {
        (row["segment"], row["label_en"], row["label_nl"], row["colour"])
        for row in read_seed("segment_definitions")
        if row["segment"] in NO_SEGMENT
    }
    assert len(labels) == len(NO_SEGMENT)
