"""The reasons in `segment_memberships`, against sentences written by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from plain_dbt import Dbt
from segment_rules import read_rules, read_seed

FACTS = (
    "marts.profile_features",
    "marts.customer_scores",
    "marts.response_scores",
    "internal.profile_segments",
)
TABLES = (*FACTS, "marts.segments", "marts.segment_schemes")
DAY = "2026-03-31"


class Reasons:
    """The SQL of `segment_memberships` as dbt compiled it, on tables in memory."""

    def __init__(self, dbt: Dbt) -> None:
        compiled = dbt.paths.dbt / "target" / "compiled" / "klantbeeld" / "models"
        self.sql = (compiled / "marts" / "segments" / "segment_memberships.sql").read_text()
        self.connection = duckdb.connect()
        self.connection.execute("create schema marts; create schema internal")
        self.connection.execute(f"attach '{dbt.paths.marts}' as built (read_only)")
        for table in TABLES:
            self.connection.execute(f"create table {table} as from built.{table}")
        self.connection.execute("detach built")

    def reasons(self, scheme: str, segment: str, **features: Any) -> tuple[str, str]:
        """In English and Dutch, for a profile of this segment with these features."""
        (rank,) = (
            row["rank"]
            for row in read_seed("segment_definitions")
            if (row["scheme"], row["segment"]) == (scheme, segment)
        )
        known = {**features, "profile_id": "p", "as_of_date": DAY}
        for table in FACTS:
            described = self.connection.execute(f"describe {table}").fetchall()
            row = {column: known.get(column) for column, *_ in described}
            if table == "internal.profile_segments":
                row[scheme] = rank
            self.connection.execute(f"truncate {table}")
            self.connection.execute(
                f"insert into {table} values ({', '.join('?' * len(row))})", [*row.values()]
            )
        (found,) = self.connection.execute(
            f"select segment, reason_en, reason_nl from ({self.sql}) where scheme = ?", [scheme]
        ).fetchall()
        assert found[0] == segment
        return found[1:]


@pytest.fixture(scope="module")
def reasons_of(empty_warehouse: Dbt) -> Reasons:
    return Reasons(empty_warehouse)


REASONS = {
    "a number, and the words for many": (
        ("influence", "micro", {"social_followers": 12345}),
        ("12,345 followers on social media.", "12.345 volgers op sociale media."),
    ),
    "no consent, whether it was refused or never asked for": (
        ("region", "no_consent", {"may_be_profiled": False}),
        (
            "No consent to profiling is on record.",
            "Er is geen toestemming voor profilering vastgelegd.",
        ),
    ),
    "the words for one": (
        ("purchase_frequency", "once", {"order_count_365d": 1}),
        ("1 order in the last 365 days.", "1 bestelling in de laatste 365 dagen."),
    ),
    "the words for none": (
        ("engagement", "occasional", {"order_count_365d": 0, "active_days_90d": 2}),
        (
            "No order in the last 365 days, and 2 active days in the last 90.",
            "Geen bestelling in de laatste 365 dagen, en 2 actieve dagen in de laatste 90.",
        ),
    ),
    "scores beside features, and money": (
        (
            "rfm",
            "champions",
            {
                "recency_score": 5,
                "frequency_score": 4,
                "monetary_score": 5,
                "order_count": 12,
                "days_since_last_order": 1,
                "net_revenue": 1234567.8,
            },
        ),
        (
            "Scores 5 for recency, 4 for frequency and 5 for money, out of 5: "
            "12 orders, the last one yesterday, €1,234,567.80 in total.",
            "Scoort 5 op recentheid, 4 op frequentie en 5 op besteding, van 5: "
            "12 bestellingen, de laatste gisteren, € 1.234.567,80 in totaal.",
        ),
    ),
    "a share that is nearly all": (
        ("value_tier", "top", {"contribution_margin_365d": 1234.5, "margin_percent_rank": 0.998}),
        (
            "Net margin of €1,234.50 in the last 365 days, more than 99% of the customers.",
            "Nettomarge van € 1.234,50 in de laatste 365 dagen, meer dan 99% van de klanten.",
        ),
    ),
    "a loss, and a condition that does not hold": (
        (
            "value_tier",
            "unprofitable",
            {"contribution_margin_365d": -0.5, "margin_percent_rank": 0},
        ),
        (
            "Net margin of -€0.50 in the last 365 days.",
            "Nettomarge van € -0,50 in de laatste 365 dagen.",
        ),
    ),
    "an amount with fifteen digits": (
        ("value_tier", "low", {"contribution_margin_365d": Decimal("123456789012345.67")}),
        (
            "Net margin of €123,456,789,012,345.67 in the last 365 days.",
            "Nettomarge van € 123.456.789.012.345,67 in de laatste 365 dagen.",
        ),
    ),
    "one decimal": (
        ("basket_size", "small", {"units_per_order_365d": 1.26}),
        (
            "1.3 pieces per order on average in the last 365 days.",
            "Gemiddeld 1,3 stuks per bestelling in de laatste 365 dagen.",
        ),
    ),
    "a decimal that is a zero, and the words for one": (
        ("basket_size", "single", {"units_per_order_365d": 1.02}),
        (
            "1 piece per order on average in the last 365 days.",
            "Gemiddeld 1 stuk per bestelling in de laatste 365 dagen.",
        ),
    ),
    "what was done, and when": (
        (
            "funnel",
            "leaver",
            {
                "latest_funnel_class": "leaver",
                "session_count": 1200,
                "days_since_last_session": 0,
            },
        ),
        (
            "Latest of 1,200 sessions, today: put an item in the cart, saw the cart or began to "
            "check out, and did not buy.",
            "Laatste van 1.200 sessies, vandaag: legde iets in het mandje, zag het mandje of begon "
            "af te rekenen, en kocht niet.",
        ),
    ),
    "minutes": (
        ("buying_pace", "impulsive", {"minutes_to_purchase_365d": 1.2}),
        (
            "Usually 1 minute from the first look at a product to its purchase, "
            "in the last 365 days.",
            "Doorgaans 1 minuut van de eerste blik op een product tot de aankoop, "
            "in de laatste 365 dagen.",
        ),
    ),
    "hours": (
        ("buying_pace", "unhurried", {"minutes_to_purchase_365d": 90}),
        (
            "Usually 2 hours from the first look at a product to its purchase, "
            "in the last 365 days.",
            "Doorgaans 2 uur van de eerste blik op een product tot de aankoop, "
            "in de laatste 365 dagen.",
        ),
    ),
    "days": (
        ("buying_pace", "unhurried", {"minutes_to_purchase_365d": 2160}),
        (
            "Usually 2 days from the first look at a product to its purchase, "
            "in the last 365 days.",
            "Doorgaans 2 dagen van de eerste blik op een product tot de aankoop, "
            "in de laatste 365 dagen.",
        ),
    ),
    "a text by its label": (
        (
            "time_of_day",
            "morning",
            {
                "main_daypart_365d": "morning",
                "main_daypart_share_365d": 0.75,
                "touchpoint_count_365d": 4,
            },
        ),
        (
            "75% of 4 visits and orders in the last 365 days in the morning.",
            "75% van 4 bezoeken en bestellingen in de laatste 365 dagen 's ochtends.",
        ),
    ),
    "a text that has no label": (
        (
            "category_loyalty",
            "loyal",
            {
                "favourite_category_365d": "Candles & 'lights'",
                "favourite_category_share_365d": 1,
                "order_count_365d": 2,
            },
        ),
        (
            "100% of the spend on 2 orders in the last 365 days went to Candles & 'lights'.",
            "100% van de bestedingen van 2 bestellingen in de laatste 365 dagen "
            "ging naar Candles & 'lights'.",
        ),
    ),
    "what is not known, left out": (
        ("household", "family", {"child_count": 1}),
        ("Household with 1 child.", "Huishouden met 1 kind."),
    ),
    "what is not known, in a sentence that needs it": (
        ("lifecycle", "one_time", {"order_count": 1}),
        ("One order, on an unknown day.", "Eén bestelling, op een onbekende dag."),
    ),
    "a rule with a reason of its own": (
        (
            "lifecycle",
            "won_back",
            {
                "order_count": 2,
                "days_since_last_order": 20,
                "longest_pause_180d": 400,
            },
        ),
        (
            "Ordered again after 400 days, most recently 20 days ago.",
            "Bestelde weer na 400 dagen, het laatst 20 dagen geleden.",
        ),
    ),
    "by behaviour, and not by another feature": (
        (
            "motive",
            "price",
            {
                "motive_answer_730d": "none",
                "deal_order_share_365d": 0.5,
                "waiting_order_share_365d": 0,
                "order_count_365d": 4,
            },
        ),
        (
            "Did not answer, but bought a deal with 50% of 4 orders in the last 365 days.",
            "Antwoordde niet, maar kocht bij 50% van 4 bestellingen in de laatste 365 dagen "
            "een aanbieding.",
        ),
    ),
    "by the answer, in the same segment": (
        (
            "motive",
            "price",
            {"motive_answer_730d": "price", "deal_order_share_365d": 0.5, "order_count_365d": 4},
        ),
        (
            "Answered that they buy here because of the price.",
            "Antwoordde hier te kopen vanwege de prijs.",
        ),
    ),
    "a condition on the segment": (
        (
            "price_behaviour",
            "waits_for_sale",
            {
                "order_count": 3,
                "order_count_365d": 3,
                "waiting_order_count_365d": 2,
                "waiting_order_share_365d": 0.67,
            },
        ),
        (
            "Waited for a lower price with 2 of 3 orders in the last 365 days.",
            "Wachtte bij 2 van 3 bestellingen op een lagere prijs in de laatste 365 dagen.",
        ),
    ),
    "a rule on a column that the segments have too": (
        (
            "occasion",
            "christmas",
            {
                "occasion": "christmas",
                "order_count": 3,
                "order_count_730d": 3,
                "occasion_order_count_730d": 2,
                "occasion_order_share_730d": 0.67,
                "occasion_lift_730d": 9,
                "occasion_year_count_730d": 2,
            },
        ),
        (
            "2 of 3 orders in the last 730 days around Christmas, in 2 different years.",
            "2 van 3 bestellingen in de laatste 730 dagen rond Kerst, in 2 verschillende jaren.",
        ),
    ),
    "a profile that the scheme does not fit": (
        ("engagement", "inactive", {"active_days_90d": 0}),
        (
            "No active day in 90 and no order in 365.",
            "Geen actieve dag in 90 en geen bestelling in 365.",
        ),
    ),
}


@pytest.mark.parametrize("kind", REASONS)
def test_a_reason_has_the_values_that_decided(reasons_of: Reasons, kind: str) -> None:
    (scheme, segment, features), expected = REASONS[kind]
    assert reasons_of.reasons(scheme, segment, **features) == expected


@pytest.mark.parametrize("scheme", read_rules())
def test_no_template_is_left_unfilled(reasons_of: Reasons, scheme: str) -> None:
    """Also for a profile without a known value."""
    for row in read_seed("segment_definitions"):
        if row["scheme"] == scheme:
            for reason in reasons_of.reasons(scheme, row["segment"]):
                assert not set(reason) & set("{}[]|")
