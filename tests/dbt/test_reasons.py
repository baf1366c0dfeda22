"""The reasons in `segment_memberships`, against sentences written by hand."""

from __future__ import annotations

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
            f"select segment, reason, reason_nl from ({self.sql}) where scheme = ?", [scheme]
        ).fetchall()
        assert found[0] == segment
        return found[1:]


@pytest.fixture(scope="module")
def reasons_of(empty_warehouse: Dbt) -> Reasons:
    return Reasons(empty_warehouse)


REASONS = {
    "whole numbers": (
        ("purchase_frequency", "several", {"order_count_365d": 4}),
        ("4 orders in 365 days", "4 bestellingen in 365 dagen"),
    ),
    "scores beside features": (
        ("rfm", "champions", {"recency_score": 5, "frequency_score": 4, "monetary_score": 5}),
        ("recency 5, frequency 4, monetary 5", "recentheid 5, frequentie 4, waarde 5"),
    ),
    "a share, and money": (
        ("value_tier", "top", {"contribution_margin_365d": 1234.5, "margin_percent_rank": 0.994}),
        (
            "net margin 1234.50 in 365 days, more than 99% of the customers",
            "nettomarge 1234.50 in 365 dagen, meer dan 99% van de klanten",
        ),
    ),
    "one decimal": (
        ("basket_size", "small", {"units_per_order_365d": 1.26}),
        ("1.3 pieces per order", "1.3 stuks per bestelling"),
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
        ("75% of 4 moments in the morning", "75% van 4 momenten in de ochtend"),
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
            "100% of the spend of 2 orders on Candles & 'lights'",
            "100% van de bestedingen van 2 bestellingen aan Candles & 'lights'",
        ),
    ),
    "what is not known": (
        ("household", "family", {"child_count": 2}),
        ("– persons, 2 children", "– personen, 2 kinderen"),
    ),
    "nobody's segment": (
        ("engagement", "inactive", {"active_days_90d": 0}),
        (
            "no active day in 90 and no order in 365",
            "geen actieve dag in 90 en geen bestelling in 365",
        ),
    ),
    "by behaviour, and not by another feature": (
        (
            "motive",
            "price",
            {
                "motive_answer_730d": "none",
                "deal_order_share_365d": 0.75,
                "waiting_order_share_365d": 0,
                "order_count_365d": 4,
            },
        ),
        (
            "no answer; 75% of 4 orders are deals",
            "geen antwoord; 75% van 4 bestellingen zijn aanbiedingen",
        ),
    ),
    "by the answer, in the same segment": (
        ("motive", "price", {"motive_answer_730d": "price", "deal_order_share_365d": 0.75}),
        ("answer: price", "antwoord: prijs"),
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
            "2 of 3 orders in 730 days around Christmas, in 2 years",
            "2 van 3 bestellingen in 730 dagen rond Kerst, in 2 jaren",
        ),
    ),
}


@pytest.mark.parametrize("kind", REASONS)
def test_a_reason_has_the_values_that_decided(reasons_of: Reasons, kind: str) -> None:
    (scheme, segment, features), expected = REASONS[kind]
    assert reasons_of.reasons(scheme, segment, **features) == expected


@pytest.mark.parametrize("scheme", read_rules())
def test_each_segment_has_a_reason_in_both_languages(reasons_of: Reasons, scheme: str) -> None:
    """Also for a profile without any known value."""
    for row in read_seed("segment_definitions"):
        if row["scheme"] == scheme:
            for reason in reasons_of.reasons(scheme, row["segment"]):
                assert reason
                assert "{" not in reason
