"""A small shop, and histories that each change a column of a row in it, or a few rows.

They are made for the comparisons of tables: for each compared column there is a history in which
nothing else shows that a row changed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from shops import Landing, Row

NOON = datetime(2026, 1, 15, 12, 0)
DAY = 24 * 60

History = tuple[Landing, ...]
Rows = list[tuple[str, Row]]


def _at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _event(event_id: str, visitor_id: str, minutes: float, event_name: str, **values: Any) -> Row:
    return {
        "event_id": event_id,
        "visitor_id": visitor_id,
        "occurred_at": _at(minutes),
        "event_name": event_name,
    } | values


def _order(order_id: str, minutes: float, **values: Any) -> Row:
    return {
        "order_id": order_id,
        "customer_id": None,
        "visitor_id": None,
        "ordered_at": _at(minutes),
        "updated_at": None,
        "status": "completed",
        "gross_amount": Decimal(100),
        "discount_amount": None,
        "coupon_code": None,
        "sales_channel": None,
        "is_gift": None,
    } | values


def _line(order_id: str, **values: Any) -> Row:
    return {
        "order_id": order_id,
        "line_number": 1,
        "product_id": "p",
        "quantity": 1,
        "unit_price": Decimal(50),
        "discount_amount": None,
    } | values


EVENTS = [
    _event("1", "a", 0, "product_view", product_id="p"),
    _event("2", "a", 1, "product_view", product_id="q"),
    _event("3", "b", 5, "purchase", order_id="named", product_id="p"),
    _event("4", "b", 10, "cart_add", product_id="q"),
    _event("5", "c", 20, "log_in", customer_id="k"),
    _event("6", "c", 30, "product_view", product_id="p"),
    _event("7", "d", 0, "product_view", product_id="p"),
    _event("8", "e", 5, "purchase", order_id="of_n", product_id="q"),
    _event("9", "e", 6, "offer_click"),
    # later than all that changes, so that as_of does not
    _event("10", "z", 90 * DAY, "page_view"),
]
# An order that only an event names, and one that is placed in the session of another customer.
NAMED = _order("named", 5)
PLACED = _order("placed", 25, customer_id="l", visitor_id="c")
# An order of a visitor that is seen without a log-in, in no session.
OF_VISITOR = _order("of_visitor", 7 * DAY, customer_id="k", visitor_id="d")
# Orders of customers that are never seen, with and without lines.
OF_M = _order("of_m", 3 * DAY, customer_id="m")
OF_N = _order("of_n", 4 * DAY, customer_id="n")
LINE = _line("of_m", product_id="s")
PRODUCT = {
    "product_id": "p",
    "category": "Toys",
    "subcategory": "shoes",
    "brand": "A",
    "unit_cost": Decimal(10),
}
# A product that nobody views, and that costs an unknown amount.
UNSEEN = PRODUCT | {"product_id": "s", "unit_cost": None}
CUSTOMER = {
    "customer_id": "o",
    "signed_up_at": _at(-40 * DAY),
    "updated_at": _at(-30 * DAY),
    "birth_date": date(1990, 1, 1),
    "gender": None,
    "education": None,
    "income_band": None,
    "household_size": None,
    "children": None,
    "social_followers": None,
    "country": None,
    "preferred_channel": None,
    "consents": "email",
}
RESPONSE = {
    "response_id": "1",
    "customer_id": "k",
    "survey": "nps",
    "answer": "price",
    "score": Decimal(9),
    "answered_at": _at(-20 * DAY),
}
MOTIVE = RESPONSE | {"response_id": "2", "survey": "motive", "score": None}
CONTACT = {
    "contact_id": "1",
    "customer_id": "k",
    "channel": "phone",
    "opened_at": _at(-20 * DAY),
    "effort_score": 3,
    "cost": Decimal(5),
}
MEMBERSHIP = {
    "customer_id": "k",
    "program": "club",
    "tier": "silver",
    "joined_at": _at(-20 * DAY),
    "left_at": None,
}
REFUND = {"refund_id": "1", "order_id": "of_n", "refunded_at": _at(5 * DAY), "amount": Decimal(9)}

SHOP: Rows = [
    *(("shop.events", event) for event in EVENTS),
    *(("shop.orders", order) for order in (NAMED, PLACED, OF_VISITOR, OF_M, OF_N)),
    ("shop.order_lines", LINE),
    ("shop.products", PRODUCT),
    ("shop.products", PRODUCT | {"product_id": "q", "subcategory": "hats"}),
    ("shop.products", UNSEEN),
    ("shop.customers", CUSTOMER),
    ("shop.survey_responses", RESPONSE),
    ("shop.survey_responses", MOTIVE),
    ("shop.service_contacts", CONTACT),
    ("shop.loyalty_memberships", MEMBERSHIP),
    ("shop.refunds", REFUND),
]

# A row of the shop, and the columns that change, one in each history, with another value.
SINGLE_CHANGES: list[tuple[str, Row, Row]] = [
    ("shop.orders", NAMED, {"customer_id": "k", "ordered_at": _at(12)}),
    ("shop.orders", PLACED, {"gross_amount": Decimal(80), "ordered_at": _at(24)}),
    ("shop.orders", OF_VISITOR, {"customer_id": "l", "visitor_id": None}),
    (
        "shop.orders",
        OF_M,
        {
            "customer_id": "k",
            "ordered_at": _at(3 * DAY + 60),
            "status": "cancellation",
            "gross_amount": Decimal(90),
            "coupon_code": "10OFF",
            "sales_channel": "store",
            "is_gift": True,
        },
    ),
    (
        "shop.order_lines",
        LINE,
        {"product_id": "q", "unit_price": Decimal(40)},
    ),
    ("shop.products", PRODUCT, {"category": "Fashion", "subcategory": "hats"}),
    ("shop.products", UNSEEN, {"category": "Fashion", "brand": "B"}),
    (
        "shop.customers",
        CUSTOMER,
        {
            "signed_up_at": _at(-41 * DAY),
            "birth_date": date(1960, 2, 2),
            "gender": "female",
            "education": "master",
            "income_band": "under 20k",
            "household_size": 2,
            "children": 1,
            "social_followers": 50_000,
            "country": "NL",
            "preferred_channel": "sms",
            "consents": "email,sms",
        },
    ),
    (
        "shop.survey_responses",
        RESPONSE,
        {
            "customer_id": "l",
            "survey": "csat",
            "score": Decimal(3),
            "answered_at": _at(-60 * DAY),
        },
    ),
    ("shop.survey_responses", MOTIVE, {"answer": "quality"}),
    (
        "shop.service_contacts",
        CONTACT,
        {
            "customer_id": "l",
            "opened_at": _at(-60 * DAY),
            "effort_score": 9,
            "cost": Decimal(50),
        },
    ),
    ("shop.loyalty_memberships", MEMBERSHIP, {"tier": "gold", "left_at": _at(-1 * DAY)}),
    ("shop.refunds", REFUND, {"refunded_at": _at(40 * DAY)}),
]

VERSION = OF_M | {"updated_at": _at(6 * DAY), "coupon_code": "10OFF"}
IN_SESSION = _order("x", 0, visitor_id="d")
RELATIVE = [
    ("shop.orders", _order(f"of_{customer}", day * DAY, customer_id=customer, gross_amount=amount))
    for customer, day, amount in (
        ("1", 10, Decimal(100)),
        ("2", 11, Decimal(200)),
        ("3", 12, Decimal(300)),
        ("4", 13, Decimal(400)),
    )
]
EXTRA = _order("extra", 20 * DAY, customer_id="4", gross_amount=Decimal(0))

# What one column can't show: what is in the shop besides, and what lands together later.
SEVERAL_CHANGES: dict[str, tuple[Rows, Rows]] = {
    "two orders of one instant exchange their customers": (
        [
            ("shop.orders", IN_SESSION | {"customer_id": "k"}),
            ("shop.orders", IN_SESSION | {"order_id": "y", "customer_id": "l"}),
        ],
        [
            ("shop.orders", IN_SESSION | {"customer_id": "l"}),
            ("shop.orders", IN_SESSION | {"order_id": "y", "customer_id": "k"}),
        ],
    ),
    "two versions of an order exchange their coupons": (
        [("shop.orders", VERSION)],
        [
            ("shop.orders", OF_M | {"coupon_code": "10OFF"}),
            ("shop.orders", VERSION | {"coupon_code": None}),
        ],
    ),
    "two versions of a customer exchange their consents": (
        [("shop.customers", CUSTOMER | {"updated_at": _at(-10 * DAY), "consents": "email,sms"})],
        [
            ("shop.customers", CUSTOMER | {"consents": "email,sms"}),
            ("shop.customers", CUSTOMER | {"updated_at": _at(-10 * DAY)}),
        ],
    ),
    "revenue changes, and no margin": (
        [],
        [("shop.orders", OF_N | {"gross_amount": Decimal(110), "discount_amount": Decimal(4)})],
    ),
    "only the estimated margin changes": (
        [],
        [("shop.orders", OF_N | {"gross_amount": Decimal(110), "discount_amount": Decimal(10)})],
    ),
    "a cost becomes known, and is as estimated": (
        [],
        [("shop.products", UNSEEN | {"unit_cost": Decimal(60)})],
    ),
    "a line is marked down, and costs the same": (
        [],
        [("shop.order_lines", LINE | {"unit_price": Decimal(59), "discount_amount": Decimal(9)})],
    ),
    "a line has two units at half the price": (
        [],
        [("shop.order_lines", LINE | {"quantity": 2, "unit_price": Decimal(25)})],
    ),
    "two answers exchange their instants of one day": (
        [
            (
                "shop.survey_responses",
                RESPONSE
                | {"response_id": "3", "score": Decimal(3), "answered_at": _at(5 - 20 * DAY)},
            )
        ],
        [
            ("shop.survey_responses", RESPONSE | {"answered_at": _at(5 - 20 * DAY)}),
            ("shop.survey_responses", RESPONSE | {"response_id": "3", "score": Decimal(3)}),
        ],
    ),
    "two memberships exchange their tiers": (
        [("shop.loyalty_memberships", MEMBERSHIP | {"tier": "gold", "joined_at": _at(-9 * DAY)})],
        [
            ("shop.loyalty_memberships", MEMBERSHIP | {"tier": "gold"}),
            ("shop.loyalty_memberships", MEMBERSHIP | {"joined_at": _at(-9 * DAY)}),
        ],
    ),
    "two programmes of one instant exchange their tiers": (
        [("shop.loyalty_memberships", MEMBERSHIP | {"program": "vip", "tier": "gold"})],
        [
            ("shop.loyalty_memberships", MEMBERSHIP | {"tier": "gold"}),
            ("shop.loyalty_memberships", MEMBERSHIP | {"program": "vip"}),
        ],
    ),
    "a birth date is no longer estimated": (
        [
            ("complete_journey.demographics", {"household_id": "o2", "age": "19-24"}),
            ("shop.orders", _order("near_birthday", -200 * DAY, customer_id="o2")),
        ],
        [
            (
                "shop.customers",
                dict.fromkeys(CUSTOMER) | {"customer_id": "o2", "birth_date": date(1995, 7, 1)},
            )
        ],
    ),
    "an order is no longer in a session": (
        [],
        [("shop.events", EVENTS[7] | {"event_name": "product_view"})],
    ),
    "orders of others end a peak": (
        [],
        [
            ("shop.orders", _order(str(nth), 3 * DAY + nth, customer_id="other"))
            for nth in range(1, 4)
        ],
    ),
    "as_of moves": ([], [("shop.events", _event("11", "y", 91 * DAY, "page_view"))]),
    "another customer orders again": (RELATIVE, [("shop.orders", EXTRA)]),
    "another customer ordered more often": (
        [*RELATIVE, ("shop.orders", EXTRA | {"order_id": "of_1_too", "customer_id": "1"})],
        [("shop.orders", EXTRA | {"ordered_at": _at(12 * DAY)})],
    ),
    "another customer spent less long ago": (
        [
            *RELATIVE,
            ("shop.orders", _order("old", -300 * DAY, customer_id="1", gross_amount=Decimal(900))),
        ],
        [("shop.orders", _order("old", -300 * DAY, customer_id="1", gross_amount=Decimal(50)))],
    ),
    "the goods of another customer cost more": (
        [
            *RELATIVE,
            ("shop.order_lines", _line("of_4", product_id="t")),
            ("shop.products", UNSEEN | {"product_id": "t", "unit_cost": Decimal(1)}),
        ],
        [("shop.products", UNSEEN | {"product_id": "t", "unit_cost": Decimal(399)})],
    ),
}


def histories() -> dict[str, History]:
    """Each lands the shop, and then what changes in it; by a name."""
    single: dict[str, tuple[Rows, Rows]] = {
        f"{table} {nth}: {column}": ([], [(table, row | {column: value})])
        for nth, (table, row, others) in enumerate(SINGLE_CHANGES)
        for column, value in others.items()
    }
    return {
        name: (_landing([*SHOP, *besides]), _landing(changes))
        for name, (besides, changes) in (single | SEVERAL_CHANGES).items()
    }


def _landing(rows: Rows) -> Landing:
    """Each row a file of its own."""
    return Landing(tuple((table, (row,)) for table, row in rows), is_checked=False)
