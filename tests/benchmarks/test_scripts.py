"""All scripts give the hand-computed sessions; the benchmark compares them on large data."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks.handwritten.__main__ import connect, run
from orchestration.paths import PROJECT_DIR

NOON = datetime(2026, 3, 1, 12)
TIMEOUT = timedelta(minutes=30)
MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)

# visitor, when, event_id, event_name, order_id; with consent, unless a sixth value refuses it
EVENTS = [
    # a gap equal to the timeout joins the session
    ("exact", NOON, "1", "product_view", None),
    ("exact", NOON + TIMEOUT, "2", "product_view", None),
    # one microsecond more starts a new session
    ("later", NOON, "3", "product_view", None),
    ("later", NOON + TIMEOUT + MICROSECOND, "4", "page_view", None),
    # duplicates count once, other events at the same time count
    ("copies", NOON, "5", "list_view", None),
    ("copies", NOON, "5", "list_view", None),
    ("copies", NOON, "6", "product_view", None),
    ("copies", NOON, "5", "list_view", None),
    # names are trimmed and case-insensitive
    ("copies", NOON + MINUTE, "6b", " List_View ", None),
    ("buys", NOON, "7", "add_to_cart", None),
    ("buys", NOON + MINUTE, "8", "cart_view", None),
    # an event for each product of an order is one purchase
    ("buys", NOON + 2 * MINUTE, "9", "purchase", "O1"),
    ("buys", NOON + 2 * MINUTE, "9b", "purchase", "O1"),
    # in a later session, a report of the same order is none
    ("again", NOON, "23", "purchase", "O7"),
    ("again", NOON + 60 * MINUTE, "24", "purchase", "O7"),
    # what names no order is a purchase each time
    ("nameless", NOON, "25", "purchase", None),
    ("nameless", NOON + MINUTE, "26", "purchase", None),
    ("leaves", NOON, "10", "cart_add", None),
    ("leaves", NOON + MINUTE, "11", "checkout_start", None),
    ("has fun", NOON, "12", "cart_add", None),
    # zooming does not change the class
    ("bounces", NOON, "13", "product_view", None),
    ("bounces", NOON + MINUTE, "14", "image_zoom", None),
    # neither a single page nor a list or product page
    ("reads", NOON, "15", "page_view", None),
    ("reads", NOON + MINUTE, "16", "page_view", None),
    ("unknown", NOON, "17", "nobody mapped this", None),
    # an order without a purchase event
    ("silent", NOON, "18", "product_view", None),
    ("silent", NOON + 2 * MINUTE, "19", "product_view", None),
    # who pays on another site reports nothing more; a timeout later it belongs to the session
    ("elsewhere", NOON, "27", "product_view", None),
    ("too late", NOON, "28", "product_view", None),
    # who refuses to be measured has no session
    ("refuses", NOON, "29", "product_view", None, False),
    # the order belongs to another session, whose purchase event names it
    ("named", NOON, "20", "product_view", None),
    ("named", NOON + MINUTE, "21", "product_view", None),
    ("names", NOON, "22", "purchase", "O3"),
]

# order, customer, visitor, when, changed, status, gross
ORDERS = [
    ("O1", "anna", "buys", NOON + 2 * MINUTE, None, "paid", 100),
    ("O2", "bert", "silent", NOON + MINUTE, None, "pending", 50),
    ("O2", "bert", "silent", NOON + MINUTE, NOON + 9 * MINUTE, "paid", 60),
    ("O3", "carl", "named", NOON, None, "paid", 70),
    ("O8", None, "elsewhere", NOON + TIMEOUT, None, "paid", 20),
    ("O9", None, "too late", NOON + TIMEOUT + MICROSECOND, None, "paid", 20),
    ("O4", "anna", None, NOON - timedelta(days=40), None, "paid", 10),
    ("O5", "anna", None, NOON - timedelta(days=1), None, "cancelled", 99),
    # a guest on a device that only anna used
    ("O6", None, "buys", NOON - timedelta(days=2), None, "paid", 5),
]

# visitor, started_at, events, pages, cart_adds, purchases, class
SESSIONS = {
    ("exact", NOON, 2, 2, 0, 0, "browser"),
    ("later", NOON, 1, 1, 0, 0, "bouncer"),
    ("later", NOON + TIMEOUT + MICROSECOND, 1, 1, 0, 0, "bouncer"),
    ("copies", NOON, 3, 3, 0, 0, "browser"),
    ("buys", NOON, 4, 1, 1, 1, "buyer"),
    ("again", NOON, 1, 0, 0, 1, "buyer"),
    ("again", NOON + 60 * MINUTE, 1, 0, 0, 0, "other"),
    ("nameless", NOON, 2, 0, 0, 2, "buyer"),
    ("elsewhere", NOON, 1, 1, 0, 1, "buyer"),
    ("too late", NOON, 1, 1, 0, 0, "bouncer"),
    ("leaves", NOON, 2, 1, 1, 0, "leaver"),
    ("has fun", NOON, 1, 0, 1, 0, "funshopper"),
    ("bounces", NOON, 2, 1, 0, 0, "bouncer"),
    ("reads", NOON, 2, 2, 0, 0, "other"),
    ("unknown", NOON, 1, 0, 0, 0, "other"),
    ("silent", NOON, 2, 2, 0, 1, "buyer"),
    ("named", NOON, 2, 2, 0, 0, "browser"),
    ("names", NOON, 1, 0, 0, 1, "buyer"),
}
COLUMNS = (
    "visitor_id",
    "started_at",
    "event_count",
    "page_count",
    "cart_add_count",
    "purchase_count",
    "funnel_class",
)


@pytest.fixture
def landed() -> duckdb.DuckDBPyConnection:
    connection = connect(":memory:")
    run(connection, "tables")
    connection.executemany(
        "insert into events (visitor_id, occurred_at, event_id, event_name, order_id, has_consent) "
        "values (?, ?, ?, ?, ?, ?)",
        [event if len(event) == 6 else (*event, None) for event in EVENTS],
    )
    connection.executemany(
        "insert into orders (order_id, customer_id, visitor_id, ordered_at, updated_at, status, "
        "gross_amount, discount_amount, currency) values (?, ?, ?, ?, ?, ?, ?, 0, 'EUR')",
        ORDERS,
    )
    # a later event, so that the last version of each order is before `as_of`
    connection.executemany(
        "insert into refunds (refund_id, order_id, refunded_at, amount) values (?, ?, ?, ?)",
        [
            ("R1", "O1", NOON + timedelta(days=1), 30),
            # shipping is paid back first, and no more than was paid for the goods
            ("R2", "O3", NOON, 6),
            ("R3", "O4", NOON, 99),
        ],
    )
    connection.execute("update orders set shipping_amount = 4 where order_id = 'O3'")
    return connection


def test_handwritten_sessions_equal_hand_computed(landed: duckdb.DuckDBPyConnection):
    run(landed, "sessions")
    found = landed.execute(f"select {', '.join(COLUMNS)} from sessions").fetchall()
    assert len(found) == len(SESSIONS)
    assert set(found) == SESSIONS


@pytest.mark.parametrize("peer", ["polars_sessions", "chdb_sessions", "window_sessions"])
def test_peers_write_the_hand_computed_sessions(
    peer: str, landed: duckdb.DuckDBPyConnection, tmp_path: Path
):
    for table in ("events", "orders"):
        landed.execute(f"copy {table} to '{tmp_path / table}.parquet'")
    files = [str(tmp_path / f"{name}.parquet") for name in ("events", "orders", "sessions")]
    # in a process of its own, as it is measured
    printed = subprocess.run(
        [sys.executable, "-m", f"benchmarks.peers.{peer}", *files],
        cwd=PROJECT_DIR,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert json.loads(printed)["sessions"] > 0
    landed.execute("set TimeZone = 'UTC'")
    found = landed.execute(
        f"select {', '.join(COLUMNS)} from (select * replace (started_at::timestamp as started_at) "
        f"from '{files[-1]}')"
    ).fetchall()
    assert len(found) == len(SESSIONS)
    assert set(found) == SESSIONS


def test_handwritten_rfm_equals_hand_computed(landed: duckdb.DuckDBPyConnection):
    run(landed, "rfm")
    found = landed.execute(
        "select customer_id, recency_days, frequency, monetary, recency_score, frequency_score, "
        "monetary_score, rfm_segment from customer_rfm"
    ).fetchall()
    # Three customers can't fill five scores, so bands give recency (a day: 5) and frequency (one
    # order: 1, three: 2). Of money 0, 1 or 2 below give the scores 1, 1 + 5 // 3 and 1 + 10 // 3.
    assert set(found) == {
        ("anna", 1, 3, Decimal("75.00"), 5, 2, 4, "potential_loyalists"),
        ("bert", 1, 1, Decimal("60.00"), 5, 1, 1, "new_customers"),
        ("carl", 1, 1, Decimal("68.00"), 5, 1, 2, "potential_loyalists"),
    }
