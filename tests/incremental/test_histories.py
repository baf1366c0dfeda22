"""Histories with a name: what a refresh must follow, and what once broke the law."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from counterexample import problem
from replay import Replay
from shops import Landing, Row

NOON = datetime(2026, 1, 15, 12, 0)
MINUTE = timedelta(minutes=1)
# in minutes
DAY = 24 * 60


def event(event_id: int, minutes: float, visitor_id: str = "a", **values: object) -> tuple:
    row = {
        "event_id": str(event_id),
        "visitor_id": visitor_id,
        "occurred_at": NOON + minutes * MINUTE,
        "event_name": "page_view",
    }
    return "shop.events", row | values


def order(order_id: int, minutes: float, **values: object) -> tuple:
    row = {
        "order_id": str(order_id),
        "ordered_at": NOON + minutes * MINUTE,
        "status": "completed",
        "gross_amount": Decimal(100),
    }
    return "shop.orders", row | values


def refund(refund_id: int) -> tuple:
    row = {"refund_id": str(refund_id), "order_id": "1", "refunded_at": NOON, "amount": Decimal(5)}
    return "shop.refunds", row


def message(customer_id: str, action: str) -> tuple:
    row = {
        "message_event_id": "1",
        "message_id": "1",
        "customer_id": customer_id,
        "channel": "email",
        "action": action,
        "occurred_at": NOON,
    }
    return "shop.messages", row


def product(product_id: str, subcategory: str) -> tuple:
    return "shop.products", {"product_id": product_id, "subcategory": subcategory}


def viewed(event_id: int, minutes: float, product_id: str, **values: object) -> tuple:
    return event(event_id, minutes, event_name="product_view", product_id=product_id, **values)


TWO_ITEMS = (
    '[{"product_id":"p","quantity":1,"unit_price":"10.0000"},'
    '{"product_id":"q","quantity":2,"unit_price":"3.3333"}]'
)


def withdrawn(row: tuple[str, Row]) -> tuple[str, Row]:
    table, values = row
    return table, {**values, "is_deleted": True}


def contact(contact_id: int, minutes: float) -> tuple:
    row = {
        "contact_id": str(contact_id),
        "customer_id": "k",
        "channel": "phone",
        "opened_at": NOON + minutes * MINUTE,
    }
    return "shop.service_contacts", row


def landing(*rows: tuple[str, Row]) -> Landing:
    """Each row a file of its own."""
    return Landing(tuple((table, (row,)) for table, row in rows))


def copies_that_differ(prefix: str) -> Landing:
    """A file with two copies of an event of each of many visitors, one of them with a cart."""
    visitors = [f"{prefix}{number}" for number in range(40)]
    copies = [
        event(1, 0, visitor_id, event_name=name)
        for visitor_id in visitors
        for name in ("page_view", "cart_add")
    ]
    return Landing((("shop.events", tuple(row for _, row in copies)),))


# Rows leave because they are too old.
BY_AGE = {
    "the first of a visitor's sessions leave": [
        landing(event(1, 0), event(2, 90), event(3, 40 * DAY), event(4, 0, "b")),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
    ],
    "a visit that goes on at the cutoff stays, and one that pauses leaves": [
        landing(event(1, 0, "a"), event(2, 30, "a"), event(1, 0, "b"), event(2, 30.01, "b")),
        Landing(kept_from=NOON + 30 * MINUTE),
    ],
    "late rows leave in the refresh that lands them": [
        landing(event(1, 0), event(2, 40 * DAY)),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
        landing(event(3, 20), event(4, 40 * DAY + 5), event(1, 0)),
    ],
    "the cutoff moves twice, and not back": [
        landing(event(1, 0), event(2, 20 * DAY), event(3, 40 * DAY)),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
        Landing(landing(event(4, 41 * DAY)).files, kept_from=NOON + 30 * DAY * MINUTE),
        Landing(landing(event(5, 15 * DAY)).files, kept_from=NOON + DAY * MINUTE),
    ],
    "the log-in that merged two visitors leaves": [
        landing(
            event(1, 20 * DAY, "a"),
            event(2, 20 * DAY, "b"),
            event(3, 0, "a", customer_id="k"),
            event(4, 0, "b", customer_id="k"),
        ),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
    ],
    "the second customer of a device leaves": [
        landing(
            event(1, 0, "a", customer_id="l"),
            event(2, 20 * DAY, "a", customer_id="k"),
            event(3, 21 * DAY, "a"),
        ),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
        landing(event(4, 22 * DAY, "a")),
    ],
    "messages and contacts leave, and refusals stay": [
        landing(
            ("shop.customers", {"customer_id": "k", "signed_up_at": NOON, "consents": "email"}),
            message("k", "clicked"),
            ("shop.messages", {**message("k", "unsubscribed")[1], "message_event_id": "2"}),
            contact(1, 0),
            contact(2, 20 * DAY),
            event(1, 20 * DAY, customer_id="k"),
        ),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
    ],
    "dates of the history can't be computed any longer": [
        landing(
            event(1, 0, customer_id="k"),
            order(1, 1, customer_id="k", visitor_id="a"),
            event(2, 100 * DAY, customer_id="k"),
            event(3, 130 * DAY, "b"),
        ),
        Landing(kept_from=NOON + 30 * DAY * MINUTE),
        Landing(landing(event(4, 131 * DAY, "b")).files, kept_from=NOON + 60 * DAY * MINUTE),
        landing(order(2, 90 * DAY, customer_id="k")),
    ],
    "rows leave in a refresh that is killed": [
        landing(event(1, 0), event(2, 20), event(3, 20 * DAY)),
        Landing(kept_from=NOON + 10 * DAY * MINUTE, killed_after=20),
        landing(event(4, 20 * DAY + 5)),
    ],
    "a file leaves that has lost its old rows": [
        Landing((("shop.events", (event(1, 0)[1], event(2, 20 * DAY)[1])),)),
        landing(event(3, 20 * DAY + 5)),
        Landing(kept_from=NOON + 10 * DAY * MINUTE),
        Landing(removed=(0,)),
    ],
}


HISTORIES = {
    "a late event closes the gap between two sessions": [
        landing(event(1, 0), event(2, 60)),
        landing(event(3, 30)),
    ],
    "a late event misses both sessions by a microsecond": [
        landing(event(1, 0), event(2, 60 + 1 / 60_000_000 * 2)),
        landing(event(3, 30 + 1 / 60_000_000)),
    ],
    "a late event begins a session earlier": [
        landing(event(1, 0, page_url="https://shop.example/late")),
        landing(event(2, -30, page_url="https://shop.example/first")),
    ],
    "a chain of late events reaches from one session to another": [
        landing(event(1, 0), event(2, 150)),
        landing(*(event(3 + nth, 30 * nth) for nth in range(1, 5))),
    ],
    "a year late": [
        landing(event(1, 0), event(2, 365 * 24 * 60)),
        landing(event(3, 10)),
    ],
    "an event lands again and says something else": [
        landing(viewed(1, 0, "p"), viewed(2, 5, "q")),
        landing(viewed(1, 0, "r")),
    ],
    "an event lands again with another customer, product and action": [
        landing(event(1, 0, event_name="purchase", product_id="p", customer_id="k"), event(2, 5)),
        landing(viewed(1, 0, "q", customer_id="l")),
    ],
    "two events that claim to be one land in one file": [
        Landing((("shop.events", (viewed(1, 0, "p")[1], viewed(1, 0, "q")[1])),)),
        landing(viewed(2, 5, "p")),
    ],
    "an event lands again, reported a little earlier": [
        landing(event(1, 1), event(2, 5)),
        landing(event(1, 0)),
    ],
    "a retry lands within a timeout of another retry only": [
        landing(event(1, 0), event(1, 25)),
        landing(event(1, 50)),
        landing(event(2, 60)),
    ],
    "a late report makes a copy of what began a session": [
        landing(event(1, 0), event(1, 50), event(2, 55)),
        landing(event(1, 25)),
    ],
    "a copy reaches beyond the session of its event into another": [
        landing(event(1, 0), event(1, 29), event(2, 45), event(1, 58)),
        landing(event(3, 80)),
        landing(product("p", "shoes"), viewed(4, 2, "p")),
        landing(product("p", "hats")),
    ],
    "the products of an event land one after the other": [
        landing(viewed(1, 0, "p"), viewed(2, 5, "p")),
        landing(viewed(1, 0, "q"), viewed(2, 5.01, "r")),
        landing(viewed(1, 0, "p", customer_id="k")),
    ],
    "an event of several products lands again with others": [
        landing(event(1, 0, event_name="purchase", items=TWO_ITEMS), event(2, 5)),
        landing(event(1, 0, event_name="purchase", items=TWO_ITEMS.replace('"p"', '"r"'))),
        landing(event(1, 0.01, event_name="purchase", order_id="1", order_total=Decimal(7))),
    ],
    "two rows of a product in one file": [
        Landing((("shop.products", (product("p", "shoes")[1], product("p", "hats")[1])),)),
        landing(product("q", "shoes"), viewed(1, 0, "p"), viewed(2, 5, "q")),
    ],
    "two rows of an order in one file": [
        landing(event(1, 0, "a"), event(2, 0, "b")),
        Landing(
            (("shop.orders", (order(1, 1, visitor_id="a")[1], order(1, 1, visitor_id="b")[1])),)
        ),
    ],
    "a login merges two visitors that were seen before": [
        landing(event(1, 0, "a"), event(2, 0, "b")),
        landing(event(3, 600, "a", customer_id="k"), event(4, 700, "b", customer_id="k")),
    ],
    "a second customer on a device parts what was one": [
        landing(event(1, 0, "a", customer_id="k"), event(2, 0, "b", customer_id="k")),
        landing(event(3, 600, "a", customer_id="l")),
    ],
    "an order says who an old visitor was": [
        landing(event(1, 0, "a"), event(2, 0, "b", customer_id="k")),
        landing(order(1, 900, visitor_id="a", customer_id="k")),
    ],
    "an order moves to another visitor": [
        landing(event(1, 0, "a"), event(2, 0, "b"), order(1, 1, visitor_id="a")),
        landing(order(1, 1, visitor_id="b")),
    ],
    "an order is cancelled": [
        landing(event(1, 0), order(1, 1, visitor_id="a", customer_id="k")),
        landing(order(1, 1, visitor_id="a", customer_id="k", status="cancelled")),
    ],
    "an older state of an order lands later": [
        landing(order(1, 1, customer_id="k", updated_at=NOON + 9 * MINUTE, status="cancelled")),
        landing(order(1, 1, customer_id="k", updated_at=NOON + 5 * MINUTE)),
    ],
    # found: only whether such a row was there was compared, not how often
    "a second refund of the same amount": [
        landing(event(1, 0, customer_id="k"), order(1, 1, customer_id="k"), refund(1)),
        landing(refund(2)),
    ],
    "a product moves to another subcategory": [
        landing(product("p", "shoes"), product("q", "hats"), viewed(1, 0, "p"), viewed(2, 5, "q")),
        landing(product("q", "shoes")),
    ],
    "a customer who never came signs up": [
        landing(event(1, 0)),
        landing(
            ("shop.customers", {"customer_id": "k", "signed_up_at": NOON - 60 * 24 * 40 * MINUTE})
        ),
    ],
    "an event before all history adds dates": [
        landing(event(1, 0)),
        landing(event(2, -200 * 24 * 60)),
    ],
    "a file with the event that joined two sessions is removed": [
        landing(event(1, 0), event(2, 30), event(3, 60)),
        Landing(removed=(1,)),
    ],
    "all files of a visitor are removed, the latest one among them": [
        landing(event(1, 0, "a", customer_id="k"), event(2, 60 * 24 * 40, "b")),
        Landing(removed=(1,)),
        landing(event(3, 5, "a")),
    ],
    "a copy of a removed event stays, with another product": [
        landing(viewed(1, 0, "p"), viewed(1, 0, "q")),
        Landing(removed=(1,)),
    ],
    "the log-in that merged two visitors is removed": [
        landing(
            event(1, 0, "a"),
            event(2, 0, "b"),
            event(3, 600, "a", customer_id="k"),
            event(4, 700, "b", customer_id="k"),
        ),
        Landing(removed=(2,)),
    ],
    "the latest version of a message is removed": [
        landing(message("k", "sent"), message("l", "clicked"), event(1, 0)),
        Landing(removed=(1,)),
        Landing(removed=(0,)),
    ],
    "a customer is erased in the refresh that lands more of them": [
        landing(event(1, 0, "a", customer_id="k"), order(1, 1, customer_id="k"), event(2, 9, "b")),
        Landing(landing(event(3, 20, "a")).files, erased=(("customer_id", "k"),)),
    ],
    "an erased customer is in one file with others": [
        Landing(
            (
                (
                    "shop.events",
                    (event(1, 0, "a", customer_id="k")[1], event(2, 5, "b", customer_id=None)[1]),
                ),
            )
        ),
        Landing(erased=(("customer_id", "k"),)),
    ],
    "rows are removed in a refresh that is killed": [
        landing(event(1, 0), event(2, 20), event(3, 60)),
        Landing(removed=(1,), killed_after=20),
        landing(event(4, 90)),
    ],
    "the latest date goes back to the end of a month": [
        landing(event(1, 0), event(2, 16 * DAY, "b"), event(3, 60 * DAY, "c")),
        Landing(removed=(2,)),
    ],
    "the only profile of a past date goes": [
        landing(event(1, 0, "a"), order(1, 1), event(2, 60 * DAY, "b")),
        Landing(removed=(0,)),
    ],
    "a visitor does nothing while a session leaves one window after another": [
        landing(event(1, 0, event_name="product_view", product_id="p"), event(2, 29 * DAY, "b")),
        *(
            Landing(landing(event(3 + nth, days * DAY, "b")).files, is_checked=days % 30 in (0, 5))
            for nth, days in enumerate((30, 59, 60, 89, 90, 364, 365))
        ),
    ],
    "the same file is removed twice and another lands": [
        landing(event(1, 0), event(2, 20)),
        Landing(removed=(1,)),
        Landing(landing(event(5, 25)).files, removed=(1,)),
    ],
    **{f"{name}, by their age": history for name, history in BY_AGE.items()},
    "an order and a product are withdrawn, and a customer": [
        landing(
            product("p", "shoes"),
            viewed(1, 0, "p", customer_id="k"),
            order(1, 1, customer_id="k", visitor_id="a"),
            ("shop.customers", {"customer_id": "k", "signed_up_at": NOON}),
        ),
        landing(
            withdrawn(product("p", "shoes")),
            withdrawn(order(1, 1, customer_id="k", updated_at=NOON + 9 * MINUTE)),
            withdrawn(("shop.customers", {"customer_id": "k", "signed_up_at": NOON})),
        ),
    ],
    "an event between two others is withdrawn, at another time than it has": [
        landing(event(1, 0), event(2, 30), event(3, 60)),
        landing(withdrawn(event(2, 50))),
    ],
    "an event lands after its withdrawal, and the withdrawal is removed": [
        landing(withdrawn(event(2, 30)), event(1, 0)),
        landing(event(2, 30), event(3, 60)),
        Landing(removed=(0,)),
    ],
    "a visitor refuses and agrees": [
        landing(event(1, 0, has_consent=True), event(2, 20, has_consent=False)),
        landing(event(3, 40, has_consent=False), event(4, 60, has_consent=None)),
    ],
    "the withdrawal of a message lands before it, and again after it": [
        landing(withdrawn(message("k", "sent")), event(1, 0)),
        landing(message("k", "clicked")),
        landing(withdrawn(message("k", "clicked"))),
    ],
    # a sort leaves equal rows in any order, which shows where a rebuild sorts more of them
    "two copies of an event differ in one file, of many visitors": [
        copies_that_differ("a"),
        copies_that_differ("b"),
    ],
    "a refresh is killed halfway": [
        landing(event(1, 0), event(2, 60)),
        Landing(landing(event(3, 30)).files, killed_after=20),
        landing(event(4, 90)),
    ],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_history(replay: Replay, history: list[Landing]) -> None:
    assert problem(replay, history) is None
