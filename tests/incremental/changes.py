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


# The customer who is logged in is another one than the customer of the order.
LINKING = _event("8", "e", 5, "purchase", order_id="unlinked", product_id="x", customer_id="e")
# As many as make a product's alternatives a kind of attention.
OTHER_HATS = ("q", "q2", "q3", "q4")
EVENTS = [
    # only this visitor views a product that changes
    _event("1", "a", 0, "product_view", product_id="p"),
    *(_event(f"2{q}", "a", 1, "product_view", product_id=q) for q in OTHER_HATS),
    _event("3", "b", 5, "purchase", order_id="named", product_id="x"),
    _event("4", "b", 10, "cart_add", product_id="y"),
    _event("5", "c", 20, "log_in", customer_id="k"),
    _event("6", "c", 30, "page_view"),
    _event("7", "d", 0, "page_view"),
    LINKING,
    _event("9", "e", 6, "offer_click"),
    # later than all that changes, so that as_of does not
    _event("10", "z", 90 * DAY, "page_view"),
]
# An order that only an event names, and one that is placed in the session of another customer.
NAMED = _order("named", 5)
PLACED = _order("placed", 25, customer_id="l", visitor_id="c")
# An order of a visitor that is seen without a log-in, in no session.
OF_VISITOR = _order("of_visitor", 7 * DAY, customer_id="of_visitor", visitor_id="d")
# Orders of customers that are never seen, without lines and with one.
WITHOUT_LINES = _order("without_lines", 3 * DAY, customer_id="without_lines")
WITH_LINE = _order("with_line", 3 * DAY, customer_id="with_line")
LINE = _line("with_line", product_id="s")
WITH_PRODUCT = _order("with_product", 3 * DAY, customer_id="with_product")
LINE_OF_PRODUCT = _line("with_product", product_id="t")
PRODUCT = {
    "product_id": "p",
    "category": "Toys",
    "subcategory": "shoes",
    "brand": "A",
    "unit_cost": Decimal(10),
}
# Products that nobody views, and that cost an unknown amount.
UNSEEN = PRODUCT | {"product_id": "s", "unit_cost": None}
UNSEEN_TOO = UNSEEN | {"product_id": "t"}
CUSTOMER = {
    "customer_id": "signed_up",
    "signed_up_at": _at(-40 * DAY),
    # a change has no date either, so it replaces the version instead of adding one
    "updated_at": None,
    "birth_date": date(1990, 1, 1),
    "gender": None,
    "education": None,
    "income_band": None,
    "household_size": None,
    "children": None,
    "social_followers": None,
    "occupation": None,
    "marital_status": None,
    "life_stage": None,
    "country": None,
    "region": None,
    "postal_code": None,
    "urbanity": None,
    "preferred_channel": None,
    "consents": "email,sms,profiling",
}
# Customers who only signed up, answered, called or joined.
KNOWN = (
    *("answered", "answered_instead", "answered_why", "called", "called_instead"),
    *("joined", "answers", "tiers", "programmes"),
)
SIGN_UP = {"signed_up_at": _at(-40 * DAY)}
RESPONSE = {
    "response_id": "1",
    "customer_id": "answered",
    "survey": "nps",
    "answer": "price",
    "score": Decimal(9),
    "answered_at": _at(-20 * DAY),
}
MOTIVE = RESPONSE | {
    "response_id": "2",
    "customer_id": "answered_why",
    "survey": "motive",
    "score": None,
}
CONTACT = {
    "contact_id": "1",
    "customer_id": "called",
    "channel": "phone",
    "opened_at": _at(-20 * DAY),
    "effort_score": 3,
    "cost": Decimal(5),
}
MEMBERSHIP = {
    "customer_id": "joined",
    "program": "club",
    "tier": "silver",
    "joined_at": _at(-20 * DAY),
    "left_at": None,
}
PAID_BACK = _order("paid_back", 3 * DAY, customer_id="paid_back")
REFUND = {
    "refund_id": "1",
    "order_id": "paid_back",
    "refunded_at": _at(5 * DAY),
    "amount": Decimal(9),
}

SHOP: Rows = [
    *(("shop.events", event) for event in EVENTS),
    ("shop.orders", NAMED),
    ("shop.orders", PLACED),
    ("shop.orders", OF_VISITOR),
    ("shop.orders", WITHOUT_LINES),
    ("shop.orders", WITH_LINE),
    ("shop.orders", WITH_PRODUCT),
    ("shop.orders", PAID_BACK),
    # ordered after a contact
    ("shop.orders", _order("after_contact", -15 * DAY, customer_id="called")),
    ("shop.order_lines", LINE),
    ("shop.order_lines", LINE_OF_PRODUCT),
    ("shop.products", PRODUCT),
    *(("shop.products", PRODUCT | {"product_id": q, "subcategory": "hats"}) for q in OTHER_HATS),
    ("shop.products", UNSEEN),
    ("shop.products", UNSEEN_TOO),
    ("shop.customers", CUSTOMER),
    *(("shop.customers", dict.fromkeys(CUSTOMER) | SIGN_UP | {"customer_id": c}) for c in KNOWN),
    ("shop.survey_responses", RESPONSE),
    ("shop.survey_responses", MOTIVE),
    ("shop.service_contacts", CONTACT),
    ("shop.loyalty_memberships", MEMBERSHIP),
    ("shop.refunds", REFUND),
]

# A row of the shop, and the columns that change, one in each history, with another value. The rows
# belong to different customers, so a history changes one column of each row.
SINGLE_CHANGES: list[tuple[str, Row, Row]] = [
    ("shop.orders", NAMED, {"customer_id": "named", "ordered_at": _at(12)}),
    ("shop.orders", PLACED, {"gross_amount": Decimal(80), "ordered_at": _at(24)}),
    ("shop.orders", OF_VISITOR, {"customer_id": "another", "visitor_id": None}),
    (
        "shop.orders",
        WITHOUT_LINES,
        {
            "customer_id": "ordered_instead",
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
    ("shop.products", UNSEEN_TOO, {"category": "Fashion", "brand": "B"}),
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
            "occupation": "student",
            "marital_status": "married",
            "life_stage": "family",
            "country": "NL",
            "region": "Utrecht",
            "urbanity": "village",
            "preferred_channel": "sms",
            "consents": "sms,profiling",
        },
    ),
    (
        "shop.survey_responses",
        RESPONSE,
        {
            "customer_id": "answered_instead",
            "survey": "csat",
            "score": Decimal(3),
            "answered_at": _at(40 * DAY),
        },
    ),
    ("shop.survey_responses", MOTIVE, {"answer": "quality"}),
    (
        "shop.service_contacts",
        CONTACT,
        {
            "customer_id": "called_instead",
            "channel": "store",
            "opened_at": _at(40 * DAY),
            "effort_score": 9,
            "cost": Decimal(50),
        },
    ),
    ("shop.loyalty_memberships", MEMBERSHIP, {"tier": "gold", "left_at": _at(-1 * DAY)}),
    ("shop.refunds", REFUND, {"refunded_at": _at(40 * DAY)}),
]


def _own(row: Row, name: str, **values: Any) -> Row:
    """The same row of a customer of its own."""
    keys = {key: name for key in ("order_id", "customer_id", "response_id") if key in row}
    return row | keys | values


COUPONS = _own(WITHOUT_LINES, "coupons")
COUPONS_LATER = COUPONS | {"updated_at": _at(6 * DAY), "coupon_code": "10OFF"}
IN_THE_COUNTRY = _own(CUSTOMER, "moves", country="NL", postal_code="2012 AA")
CONSENTS = _own(CUSTOMER, "consents", consents="email")
CONSENTS_LATER = CONSENTS | {"updated_at": _at(-10 * DAY), "consents": "sms"}
NET = _own(WITHOUT_LINES, "net")
ESTIMATED = _own(WITHOUT_LINES, "estimated")
COSTLY = _own(WITH_LINE, "costly")
MARKED_DOWN = _own(WITH_LINE, "marked_down")
TWO_UNITS = _own(WITH_LINE, "two_units")
FIRST_ANSWER = _own(RESPONSE, "answers")
SECOND_ANSWER = FIRST_ANSWER | {
    "response_id": "second",
    "score": Decimal(3),
    "answered_at": _at(5 - 20 * DAY),
}
FIRST_TIER = _own(MEMBERSHIP, "tiers")
SECOND_TIER = FIRST_TIER | {"tier": "gold", "joined_at": _at(-9 * DAY)}
CLUB = _own(MEMBERSHIP, "programmes")
VIP = CLUB | {"program": "vip", "tier": "gold"}
# Two orders of one instant and amount, and two in one session.
X = _order("x", 0, customer_id="x")
Y = X | {"order_id": "y", "customer_id": "y"}
SHARING = _event("12", "shared", 0, "page_view")
X_IN_SESSION = _order("xs", 0, customer_id="xs", visitor_id="shared")
Y_IN_SESSION = X_IN_SESSION | {"order_id": "ys", "customer_id": "ys"}
# The buyer viewed one of two products that differ in nothing else.
VIEWING = _event("13", "viewer", 0, "product_view", product_id="viewed")
AFTER_VIEW = _order("after_view", DAY, customer_id="viewer", visitor_id="viewer")
# Prices that two watchers saw before they ordered: one paid a fraction of a cent too much for a
# lower price, the other nothing, in the currency that was seen.
WATCHING = _event("14", "watcher", 0, "product_view", product_id="seen", unit_price=Decimal(100))
WATCHING_FREE = WATCHING | {"event_id": "15", "visitor_id": "free_watcher", "currency": "EUR"}
WATCHED = _order("watched", 2 * DAY, customer_id="watcher", visitor_id="watcher")
WATCHED_FREE = _order(
    "watched_free", 2 * DAY, customer_id="free_watcher", visitor_id="free_watcher"
) | {"gross_amount": Decimal(0), "currency": "EUR"}
HARDLY_LOWER = _line("watched", product_id="seen", unit_price=Decimal("95.0001"))
# Of the customer's first version only the age is known.
AGE = {"household_id": "born", "age": "19-24"}
BORN = dict.fromkeys(CUSTOMER) | {"customer_id": "born", "birth_date": date(1995, 7, 1)}

# What one column can't show: rows that are in the shop besides, and rows that land together later.
SEVERAL_CHANGES: list[tuple[Rows, Rows]] = [
    # a postal code says something within its country
    (
        [("shop.customers", IN_THE_COUNTRY)],
        [("shop.customers", IN_THE_COUNTRY | {"postal_code": "1011 AA"})],
    ),
    # two orders exchange their customers
    (
        [("shop.orders", X), ("shop.orders", Y)],
        [("shop.orders", X | {"customer_id": "y"}), ("shop.orders", Y | {"customer_id": "x"})],
    ),
    (
        [
            ("shop.events", SHARING),
            ("shop.orders", X_IN_SESSION),
            ("shop.orders", Y_IN_SESSION),
        ],
        [
            ("shop.orders", X_IN_SESSION | {"customer_id": "ys"}),
            ("shop.orders", Y_IN_SESSION | {"customer_id": "xs"}),
        ],
    ),
    # a line is of another product, which differs only in being viewed
    (
        [
            ("shop.events", VIEWING),
            ("shop.orders", AFTER_VIEW),
            ("shop.order_lines", _line("after_view", product_id="unviewed")),
            ("shop.products", UNSEEN | {"product_id": "viewed"}),
            ("shop.products", UNSEEN | {"product_id": "unviewed"}),
        ],
        [("shop.order_lines", _line("after_view", product_id="viewed"))],
    ),
    # two versions of an order exchange their coupons
    (
        [("shop.orders", COUPONS), ("shop.orders", COUPONS_LATER)],
        [
            ("shop.orders", COUPONS | {"coupon_code": "10OFF"}),
            ("shop.orders", COUPONS_LATER | {"coupon_code": None}),
        ],
    ),
    # two versions of a customer exchange their consents
    (
        [("shop.customers", CONSENTS), ("shop.customers", CONSENTS_LATER)],
        [
            ("shop.customers", CONSENTS | {"consents": "sms"}),
            ("shop.customers", CONSENTS_LATER | {"consents": "email"}),
        ],
    ),
    # revenue changes, and no margin
    (
        [("shop.orders", NET)],
        [("shop.orders", NET | {"gross_amount": Decimal(110), "discount_amount": Decimal(4)})],
    ),
    # only the estimated margin changes
    (
        [("shop.orders", ESTIMATED | {"coupon_code": "10OFF"})],
        [
            (
                "shop.orders",
                ESTIMATED
                | {
                    "coupon_code": "10OFF",
                    "gross_amount": Decimal(110),
                    "discount_amount": Decimal(10),
                },
            )
        ],
    ),
    # a cost becomes known, and is as estimated
    (
        [
            ("shop.orders", COSTLY),
            ("shop.order_lines", _line("costly", product_id="u")),
            ("shop.products", UNSEEN | {"product_id": "u"}),
        ],
        [("shop.products", UNSEEN | {"product_id": "u", "unit_cost": Decimal(60)})],
    ),
    # a line is marked down, and costs the same
    (
        [("shop.orders", MARKED_DOWN), ("shop.order_lines", _own(LINE, "marked_down"))],
        [
            (
                "shop.order_lines",
                _own(LINE, "marked_down", unit_price=Decimal(59), discount_amount=Decimal(9)),
            )
        ],
    ),
    # a line has two units at half the price
    (
        [("shop.orders", TWO_UNITS), ("shop.order_lines", _own(LINE, "two_units"))],
        [("shop.order_lines", _own(LINE, "two_units", quantity=2, unit_price=Decimal(25)))],
    ),
    # a price drops by less than a cent, and is lower than the one seen
    (
        [
            ("shop.events", WATCHING),
            ("shop.orders", WATCHED),
            ("shop.order_lines", HARDLY_LOWER),
        ],
        [("shop.order_lines", HARDLY_LOWER | {"unit_price": Decimal(95)})],
    ),
    # what cost nothing is in another currency than the price seen
    (
        [
            ("shop.events", WATCHING_FREE),
            ("shop.orders", WATCHED_FREE),
            (
                "shop.order_lines",
                _line("watched_free", product_id="seen", unit_price=Decimal(0)),
            ),
        ],
        [("shop.orders", WATCHED_FREE | {"currency": "USD"})],
    ),
    # two answers exchange their instants of one day
    (
        [("shop.survey_responses", FIRST_ANSWER), ("shop.survey_responses", SECOND_ANSWER)],
        [
            (
                "shop.survey_responses",
                FIRST_ANSWER | {"answered_at": SECOND_ANSWER["answered_at"]},
            ),
            (
                "shop.survey_responses",
                SECOND_ANSWER | {"answered_at": FIRST_ANSWER["answered_at"]},
            ),
        ],
    ),
    # two memberships exchange their tiers
    (
        [("shop.loyalty_memberships", FIRST_TIER), ("shop.loyalty_memberships", SECOND_TIER)],
        [
            ("shop.loyalty_memberships", FIRST_TIER | {"tier": "gold"}),
            ("shop.loyalty_memberships", SECOND_TIER | {"tier": "silver"}),
        ],
    ),
    # two programmes of one instant exchange their tiers
    (
        [("shop.loyalty_memberships", CLUB), ("shop.loyalty_memberships", VIP)],
        [
            ("shop.loyalty_memberships", CLUB | {"tier": "gold"}),
            ("shop.loyalty_memberships", VIP | {"tier": "silver"}),
        ],
    ),
    # the birth date of an earlier version is no longer estimated
    (
        [
            ("complete_journey.demographics", AGE),
            ("shop.customers", BORN | SIGN_UP | {"updated_at": _at(-10 * DAY)}),
            ("shop.orders", _order("near_birthday", -200 * DAY, customer_id="born")),
        ],
        [("shop.customers", BORN)],
    ),
    # an order is no longer in a session
    (
        [("shop.orders", _order("unlinked", 4 * DAY, customer_id="unlinked"))],
        [("shop.events", LINKING | {"event_name": "product_view"})],
    ),
]

# Customers whose scores depend on each other.
RIVALS: Rows = [
    ("shop.events", EVENTS[-1]),
    *(
        (
            "shop.orders",
            _order(f"of_{nth}", nth * DAY, customer_id=f"{nth}", gross_amount=Decimal(100 * nth)),
        )
        for nth in range(1, 5)
    ),
]
FREE = _order("free", 4 * DAY + 1, customer_id="4", gross_amount=Decimal(0))
FREE_TOO = FREE | {"order_id": "free_too"}
FREE_OF_1 = FREE | {"order_id": "free_of_1", "customer_id": "1", "ordered_at": _at(20 * DAY)}
LONG_AGO = _order("long_ago", -500 * DAY, customer_id="1", gross_amount=Decimal(900))

# Visitors who click on an offer once, and one who does so in five sessions: nine in ten click less.
CLICKS: Rows = [
    ("shop.events", _event(f"{visitor}_{nth}", visitor, nth * DAY, "offer_click"))
    for visitor, times in (("clicker", 5), *((f"once_{n}", 1) for n in range(9)))
    for nth in range(times)
]

# Changes that reach all profiles, each with a shop of its own.
FAR_REACHING: dict[str, tuple[Rows, Rows]] = {
    # a day before the peak is usually as good
    "orders of others end a peak": (
        [*RIVALS, ("shop.orders", _order("at_peak", 5 * DAY, customer_id="at_peak"))],
        [
            ("shop.orders", _order(f"other_{n}", n * DAY + 1, customer_id="other"))
            for n in range(1, 5)
        ],
    ),
    # then eight in ten click less
    "another visitor clicks more often": (
        [("shop.events", EVENTS[-1]), *CLICKS],
        [
            ("shop.events", _event(f"more_{nth}", "once_0", nth * DAY, "offer_click"))
            for nth in range(1, 6)
        ],
    ),
    "as_of moves": (RIVALS, [("shop.events", _event("11", "y", 91 * DAY, "page_view"))]),
    # customer 1 needs attention (recency 3, frequency 4, monetary 1), then has frequency 3
    "another customer orders more often": (
        [*RIVALS, ("shop.orders", FREE_OF_1 | {"ordered_at": FREE["ordered_at"]})],
        [("shop.orders", FREE)],
    ),
    "another customer orders later": (
        [*RIVALS, *(("shop.orders", order) for order in (FREE_OF_1, FREE, FREE_TOO))],
        [("shop.orders", FREE | {"order_id": "later", "ordered_at": _at(21 * DAY)})],
    ),
    # customer 4 is about to sleep (recency 3, frequency 1, monetary 3), then has monetary 4
    "another customer spends less": (
        [*RIVALS, ("shop.orders", FREE_OF_1), ("shop.orders", LONG_AGO)],
        [("shop.orders", LONG_AGO | {"gross_amount": Decimal(0)})],
    ),
    "the goods of another customer cost more": (
        [
            *RIVALS,
            ("shop.order_lines", _line("of_4", product_id="v")),
            ("shop.products", UNSEEN | {"product_id": "v", "unit_cost": Decimal(1)}),
        ],
        [("shop.products", UNSEEN | {"product_id": "v", "unit_cost": Decimal(399)})],
    ),
}


def histories() -> dict[str, History]:
    """Each lands the shop, and then what changes in it; by a name."""
    changed: dict[str, tuple[Rows, Rows]] = {
        f"column {nth} of each row": (
            SHOP,
            [
                (table, row | dict([list(others.items())[nth]]))
                for table, row, others in SINGLE_CHANGES
                if nth < len(others)
            ],
        )
        for nth in range(max(len(others) for _, _, others in SINGLE_CHANGES))
    }
    changed["several rows at once"] = (
        [*SHOP, *(row for besides, _ in SEVERAL_CHANGES for row in besides)],
        [row for _, later in SEVERAL_CHANGES for row in later],
    )
    return {
        name: (_landing(before), _landing(later))
        for name, (before, later) in (changed | FAR_REACHING).items()
    }


def _landing(rows: Rows) -> Landing:
    """Each row a file of its own."""
    return Landing(tuple((table, (row,)) for table, row in rows), is_checked=False)
