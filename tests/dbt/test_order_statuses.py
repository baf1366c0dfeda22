"""The seed of order statuses knows the words of the usual shops, and what they mean."""

from __future__ import annotations

import csv

import pytest

from orchestration.paths import PROJECT_DIR

FILE = PROJECT_DIR / "seeds" / "orders" / "order_statuses.csv"
with FILE.open(newline="") as text:
    STATUSES = {row["order_status"]: row for row in csv.DictReader(text)}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(
            "created approved invoiced processing shipped delivered unavailable canceled",
            id="olist",
        ),
        pytest.param(
            "pending authorized partially_paid paid partially_refunded refunded voided",
            id="shopify",
        ),
        pytest.param("pending processing on-hold completed cancelled refunded failed", id="woo"),
        pytest.param(
            "new pending pending_payment payment_review processing holded complete canceled fraud",
            id="magento",
        ),
        pytest.param("succeeded canceled", id="stripe"),
    ],
)
def test_statuses_of_the_usual_shops_are_known(words: str) -> None:
    assert set(words.split()) <= set(STATUSES)


@pytest.mark.parametrize("status", ["canceled", "cancelled", "voided", "failed", "expired"])
def test_status_of_an_order_that_was_not_one(status: str) -> None:
    assert STATUSES[status]["counts_as_order"] == STATUSES[status]["counts_as_revenue"] == "false"


def test_only_what_was_paid_back_whole_is_worth_nothing() -> None:
    paid_back = {name for name, row in STATUSES.items() if row["is_paid_back"] == "true"}
    assert paid_back == {"refunded", "chargeback", "charged_back"}
