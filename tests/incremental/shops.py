"""Shops that Hypothesis generates, and how their rows land.

Few visitors, customers, products and orders, and times on a narrow grid, so that rows meet:
sessions touch, merge and part, identities join, orders change. Rows have no order of their own: one
that lands later may have happened earlier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]

# An hour before a month, a quarter and a year end in Amsterdam.
BEGINNING = datetime(2025, 12, 31, 22, 0)
DAYS = (0, 1, 2, 8, 29, 30, 31, 58, 59, 60, 90, 120, 400)
# The timeout is 30 minutes: gaps on this grid are shorter, equal and longer.
STEPS = tuple(timedelta(minutes=10 * step) for step in range(16))
NUDGES = (timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1), timedelta(seconds=7))

VISITORS = ("a", "b", "c")
CUSTOMERS = ("k", "l", "m")
PRODUCTS = ("p", "q", "r")
ORDERS = ("1", "2", "3")
ACTIONS = (
    "page_view",
    "product_view",
    "cart_add",
    "purchase",
    "cart_view",
    "cart_remove",
    "log_in",
    "search",
    "list_view",
    "checkout_start",
    "image_zoom",
    "review_read",
    "offer_click",
    "option_select",
    "product_compare",
    "search_flights",
    "never heard of",
)
ITEMS = (
    '[{"product_id":"p","quantity":1,"unit_price":"10.0000"}]',
    '[{"product_id":"q","quantity":2,"unit_price":"3.3333"},{"product_id":"p","quantity":null,"unit_price":"5.0000"}]',
    '[{"product_id":null,"quantity":null,"unit_price":null}]',
)

instants = st.builds(
    lambda day, step, nudge: BEGINNING + timedelta(days=day) + step + nudge,
    st.one_of(st.just(0), st.sampled_from(DAYS)),
    st.sampled_from(STEPS),
    st.one_of(st.just(NUDGES[0]), st.sampled_from(NUDGES)),
)
amounts = st.sampled_from([Decimal("10"), Decimal("3.3333"), Decimal("0"), Decimal("250.005")])
currencies = st.sampled_from([None, "EUR", "GBP"])


def _perhaps(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(values))


def _rows(**columns: st.SearchStrategy[Any]) -> st.SearchStrategy[Row]:
    return st.fixed_dictionaries(columns)


TABLES: dict[str, st.SearchStrategy[Row]] = {
    "shop.events": _rows(
        # so few that an event lands again by chance, at the same time or another
        event_id=st.sampled_from(["1", "2", "3", "4"]),
        visitor_id=st.sampled_from(VISITORS),
        occurred_at=instants,
        event_name=st.sampled_from(ACTIONS),
        customer_id=st.one_of(st.none(), _perhaps(CUSTOMERS)),
        product_id=_perhaps(PRODUCTS),
        order_id=_perhaps(ORDERS),
        quantity=st.sampled_from([None, 1, 2]),
        unit_price=st.one_of(st.none(), amounts),
        items=st.sampled_from([None, None, None, *ITEMS]),
        order_total=st.one_of(st.none(), st.none(), amounts),
        tracker_session_id=st.sampled_from([None, "1", "2"]),
        search_location=st.sampled_from([None, "Lisbon"]),
        currency=currencies,
        page_url=st.sampled_from([None, "https://shop.example/", "https://shop.example/p"]),
        referrer_url=st.sampled_from([None, "https://www.tweakers.net/p", "https://a.example/"]),
        utm_source=st.sampled_from([None, "beslist.nl", "newsletter"]),
        user_agent=st.sampled_from([None, "Mozilla/5.0", "Googlebot/2.1"]),
        device_type=st.sampled_from([None, "mobile", "desktop"]),
        browser=st.sampled_from([None, "Chrome", "Lynx"]),
        country=st.sampled_from([None, "NL", "US"]),
        has_consent=st.sampled_from([None, None, None, True, False]),
        search_term=st.sampled_from([None, "hats", "Hats "]),
        region=st.sampled_from([None, "Utrecht"]),
        os=st.sampled_from([None, "iOS", "TempleOS"]),
    ),
    "shop.orders": _rows(
        order_id=st.sampled_from(ORDERS),
        customer_id=_perhaps(CUSTOMERS),
        visitor_id=_perhaps(VISITORS),
        ordered_at=instants,
        updated_at=st.one_of(st.none(), instants),
        status=st.sampled_from(["completed", "cancelled", "refunded", "never heard of"]),
        currency=currencies,
        gross_amount=amounts,
        discount_amount=st.one_of(st.none(), amounts),
        shipping_amount=st.sampled_from([None, Decimal("5")]),
        tax_amount=st.sampled_from([None, Decimal("11.55")]),
        coupon_code=st.sampled_from([None, "10OFF"]),
        sales_channel=st.sampled_from([None, "store"]),
        is_gift=st.sampled_from([None, True]),
    ),
    "shop.order_lines": _rows(
        order_id=st.sampled_from(ORDERS),
        line_number=st.sampled_from([1, 2, 3]),
        product_id=st.sampled_from(PRODUCTS),
        quantity=st.sampled_from([1, 2]),
        unit_price=amounts,
        discount_amount=st.sampled_from([None, Decimal("3")]),
        updated_at=st.one_of(st.none(), instants),
    ),
    "shop.refunds": _rows(
        refund_id=st.sampled_from(["1", "2"]),
        order_id=st.sampled_from(ORDERS),
        refunded_at=instants,
        amount=amounts,
    ),
    "shop.products": _rows(
        product_id=st.sampled_from(PRODUCTS),
        category=st.sampled_from([None, "Fashion", "Toys", "Things"]),
        subcategory=st.sampled_from([None, "shoes", "hats"]),
        brand=st.sampled_from([None, "A", "B"]),
        unit_cost=st.one_of(st.none(), amounts),
        list_price=st.one_of(st.none(), amounts),
    ),
    "shop.customers": _rows(
        customer_id=st.sampled_from(CUSTOMERS),
        signed_up_at=st.one_of(st.none(), instants),
        updated_at=st.one_of(st.none(), instants),
        country=st.sampled_from([None, "NL", "BE"]),
        consents=st.sampled_from([None, "email", "email,profiling", "email, sms,Profiling"]),
        preferred_channel=st.sampled_from([None, "sms"]),
        birth_date=st.sampled_from([None, date(1990, 1, 1), date(2000, 2, 29)]),
        gender=st.sampled_from([None, "female", "never heard of"]),
        income_band=st.sampled_from([None, "under 20k"]),
        household_size=st.sampled_from([None, 2]),
        children=st.sampled_from([None, 0, 1]),
        social_followers=st.sampled_from([None, 5000]),
        occupation=st.sampled_from([None, "student", "never heard of"]),
        marital_status=st.sampled_from([None, "married"]),
        life_stage=st.sampled_from([None, "family"]),
        region=st.sampled_from([None, "Utrecht"]),
        city=st.sampled_from([None, "Utrecht"]),
        postal_code=st.sampled_from([None, "3511 AA"]),
        urbanity=st.sampled_from([None, "village"]),
    ),
    "shop.messages": _rows(
        message_event_id=st.sampled_from(["1", "2", "3"]),
        message_id=st.just("1"),
        customer_id=st.sampled_from(CUSTOMERS),
        channel=st.sampled_from(["email", "sms"]),
        action=st.sampled_from(["opened", "clicked", "sent", "unsubscribed"]),
        occurred_at=instants,
        variant=st.sampled_from([None, "control"]),
    ),
    "shop.survey_responses": _rows(
        response_id=st.sampled_from(["1", "2"]),
        customer_id=st.sampled_from(CUSTOMERS),
        survey=st.sampled_from(["nps", "csat", "motive", "interest", "attitude"]),
        answer=st.sampled_from(["price", "toys", "never heard of"]),
        score=st.sampled_from([None, Decimal("3"), Decimal("9")]),
        answered_at=instants,
    ),
    "shop.service_contacts": _rows(
        contact_id=st.sampled_from(["1", "2"]),
        customer_id=st.sampled_from(CUSTOMERS),
        channel=st.sampled_from(["phone", "store"]),
        opened_at=instants,
        handling_minutes=st.sampled_from([None, Decimal("7")]),
        effort_score=st.sampled_from([None, 3]),
        cost=st.one_of(st.none(), amounts),
    ),
    "shop.loyalty_memberships": _rows(
        customer_id=st.sampled_from(CUSTOMERS),
        program=st.just("club"),
        tier=st.sampled_from([None, "silver"]),
        joined_at=instants,
        left_at=st.one_of(st.none(), instants),
    ),
    "rees46.events": _rows(
        event_time=instants,
        event_type=st.sampled_from(["view", "cart", "purchase"]),
        product_id=st.sampled_from(PRODUCTS),
        category_code=st.sampled_from([None, "apparel.shoes"]),
        price=amounts,
        user_id=st.sampled_from(VISITORS),
        user_session=st.sampled_from(["1", "2"]),
    ),
}
# A row that withdraws its key is like any other.
withdrawals = st.sampled_from([None, None, None, None, None, False, True])
WITHDRAWABLE = {
    *(
        "shop.events",
        "shop.orders",
        "shop.order_lines",
        "shop.refunds",
        "shop.products",
        "shop.customers",
    ),
    *("shop.messages", "shop.survey_responses", "shop.service_contacts"),
    "shop.loyalty_memberships",
}
for _table in WITHDRAWABLE:
    TABLES[_table] = st.builds(
        lambda row, is_deleted: {**row, "is_deleted": is_deleted}, TABLES[_table], withdrawals
    )
KEYS = {
    "shop.events": ("event_id", "visitor_id", "occurred_at"),
    "shop.orders": ("order_id", "ordered_at"),
    "shop.products": ("product_id",),
    "shop.customers": ("customer_id",),
    "shop.messages": ("message_event_id",),
    "shop.survey_responses": ("response_id",),
    "shop.service_contacts": ("contact_id",),
}
# Events are most of what lands.
EVENTS = "shop.events"
AGAIN = "again"
CHOICE = (EVENTS,) * 9 + ("shop.orders",) * 3 + (*TABLES, AGAIN, AGAIN)


@dataclass(frozen=True)
class Landing:
    """What lands between two refreshes, each file of it with its table and rows.

    `removed` are the numbers of earlier files whose rows are removed, counted from 0 over the whole
    history, and `erased` the keys of rows that are: column and value. `kept_from` is the instant
    before which rows are too old, now and later. `killed_after` is after how many statements the
    refresh is killed, where it is.
    """

    files: tuple[tuple[str, tuple[Row, ...]], ...] = ()
    removed: tuple[int, ...] = ()
    erased: tuple[tuple[str, str], ...] = ()
    kept_from: datetime | None = None
    killed_after: int | None = None
    is_checked: bool = True


@dataclass
class _Shop:
    """What landed so far, for rows that land again."""

    landed: list[tuple[str, Row]] = field(default_factory=list)
    file_count: int = 0


@st.composite
def _new_rows(draw: st.DrawFn, shop: _Shop) -> tuple[str, Row]:
    table = draw(st.sampled_from(CHOICE))
    if table != AGAIN:
        landing = table, draw(TABLES[table])
    elif shop.landed:
        landing = draw(_landing_again(shop))
    else:
        landing = EVENTS, draw(TABLES[EVENTS])
    shop.landed.append(landing)
    return landing


@st.composite
def _landing_again(draw: st.DrawFn, shop: _Shop) -> tuple[str, Row]:
    """A row that landed before: the very same, or one of its values changed."""
    table, row = draw(st.sampled_from(shop.landed))
    changeable = [name for name in row if name not in KEYS.get(table, ())]
    changed = draw(st.one_of(st.none(), st.sampled_from(changeable)))
    if changed is None:
        return table, row
    return table, {**row, changed: draw(TABLES[table])[changed]}


_erased = st.one_of(
    st.tuples(st.just("visitor_id"), st.sampled_from(VISITORS)),
    st.tuples(st.just("customer_id"), st.sampled_from(CUSTOMERS)),
)


@st.composite
def landings(draw: st.DrawFn, shop: _Shop, statements: int) -> Landing:
    """What lands at once, in any number of files."""
    rows = draw(st.lists(st.tuples(_new_rows(shop), st.booleans()), max_size=9))
    files: list[tuple[str, list[Row]]] = []
    for (table, row), is_new_file in rows:
        if is_new_file or not files or files[-1][0] != table:
            files.append((table, []))
        files[-1][1].append(row)
    is_killed = draw(st.sampled_from([False] * 7 + [True]))
    removed: list[int] = []
    if shop.file_count and draw(st.booleans()):
        # a file may be removed that was removed before
        removed = draw(st.lists(st.integers(0, shop.file_count - 1), max_size=2))
    erased = draw(st.lists(_erased, max_size=1)) if draw(st.booleans()) else []
    kept_from = draw(instants) if draw(st.sampled_from([False] * 3 + [True])) else None
    shop.file_count += len(files)
    return Landing(
        files=tuple((table, tuple(of_file)) for table, of_file in files),
        removed=tuple(removed),
        erased=tuple(erased),
        kept_from=kept_from,
        killed_after=draw(st.integers(0, statements)) if is_killed else None,
        is_checked=draw(st.booleans()),
    )


@st.composite
def histories(draw: st.DrawFn, statements: int) -> list[Landing]:
    """A few landings, one after the other. `statements` is of how many a build consists."""
    shop = _Shop()
    first = draw(landings(shop, statements))
    return [first, *draw(st.lists(landings(shop, statements), min_size=1, max_size=4))]
