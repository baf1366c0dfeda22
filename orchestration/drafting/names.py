"""How tools and people name what the business objects have: letters and digits in lower case."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

Names = Mapping[str, tuple[str, ...]]


@cache
def names_of_objects() -> Mapping[str, Names]:
    """The usual names by business object and column; of two that a sample has, the first is taken.

    `line_total` of order_lines is no canonical column: a unit's price is computed from it.
    """
    names: dict[str, dict[str, tuple[str, ...]]] = {}
    with Path(__file__).with_name("names.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names.setdefault(row["object_name"], {})[row["column_name"]] = tuple(
                row["names"].split()
            )
    return names


# Names of amounts that include shipping and tax, and from which discounts are taken already.
TOTALS = frozenset(
    (
        "ordertotal",
        "totalamount",
        "totalprice",
        "grandtotal",
        "total",
        "revenue",
        "turnover",
        "value",
        "totaal",
        "omzet",
    )
)

# Names that say too little inside another object: the `id` of an order's customer is no order.
GENERIC = frozenset(
    (
        "id",
        "name",
        "number",
        "type",
        "total",
        "amount",
        "value",
        "price",
        "date",
        "status",
        "state",
        "count",
    )
)

# What a sample must have to be taken for an object: one of each group. The first that fits is it.
EVIDENCE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "messages": (("message_action",), ("message_id", "campaign_id"), ("customer_id",)),
    "events": (("event_name",), ("occurred_at",), ("visitor_id", "customer_id")),
    "refunds": (("refund_id",), ("order_id",), ("refunded_at",), ("amount",)),
    "order_lines": (("order_id",), ("product_id",), ("quantity", "unit_price", "line_total")),
    "orders": (("order_id",), ("ordered_at",), ("gross_amount", "customer_id")),
    "loyalty_memberships": (("customer_id",), ("program",), ("joined_at",)),
    "service_contacts": (("contact_id",), ("opened_at",), ("topic", "handling_minutes")),
    "survey_responses": (("response_id",), ("score", "answer"), ("answered_at",)),
    "products": (("product_id",), ("product_name", "category", "list_price")),
    "customers": (("customer_id",), ("birth_date", "gender", "signed_up_at", "city", "country")),
}
