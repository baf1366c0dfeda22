"""Segment's and RudderStack's calls.

Visitor 1 (JSON of an object storage) comes from a newsletter, looks at a product, identifies and
buys it; the order was delivered twice, and a server identifies another customer at night. Visitor 2
is in the tables of a warehouse, as CSV. Visitor 3 uses an app with RudderStack.
"""

from __future__ import annotations

from data_root import DataRoot

FIRST, SECOND, THIRD = (f"5e6a000{n}-0000-4000-8000-00000000000{n}" for n in (1, 2, 3))


def sessions(root: DataRoot, columns: str) -> list[tuple]:
    return root.served(
        f"select {columns} from marts.sessions where visitor_id like '5e6a%' order by visitor_id"
    )


def test_all_rows_land(vendors: DataRoot) -> None:
    landed = vendors.raw(
        "select sum(rows_read), sum(rows_landed), sum(rows_rejected) from raw.landed_files "
        "where source = 'segment'"
    )
    # 11 calls of Segment, 3 of RudderStack, and one row in each of 5 tables
    assert landed == [(19, 19, 0)]


def test_sessions(vendors: DataRoot) -> None:
    columns = (
        "visitor_id, strftime(started_at, '%d %H:%M:%S'), strftime(ended_at, '%H:%M:%S'), "
        "event_count, page_count, product_count, cart_add_count, funnel_class"
    )
    assert sessions(vendors, columns) == [
        # the order twice is one event; the list's second product is none of the session's
        (FIRST, "02 12:00:00", "12:05:30", 9, 2, 1, 1, "buyer"),
        (SECOND, "03 13:00:00", "13:02:00", 5, 1, 1, 1, "buyer"),
        # one screen
        (THIRD, "04 09:00:00", "09:00:02", 3, 1, 1, 0, "bouncer"),
    ]


def test_revenue_and_customers(vendors: DataRoot) -> None:
    found = sessions(vendors, "purchase_count, revenue, customer_id")
    assert [tuple(map(str, row)) for row in found] == [
        # 2 × 10.00 less the discount of 2.00
        ("1", "18.00", "seg-c1"),
        # the total of 30.95 without shipping of 5.95
        ("1", "25.00", "seg-c2"),
        ("0", "0.00", "None"),
    ]


def test_server_that_identifies_is_no_visitor(vendors: DataRoot) -> None:
    assert vendors.served("select count(*) from marts.sessions where visitor_id = 'seg-c9'") == [
        (0,)
    ]
    assert vendors.served(
        "select count(*) from marts.profiles where contains(profile_id, 'seg-c9')"
    ) == [(0,)]


def test_where_sessions_came_from(vendors: DataRoot) -> None:
    columns = "channel, utm_source, utm_campaign, landing_page_url, device_type, os"
    home = "https://seg.example.com/"
    assert sessions(vendors, columns) == [
        ("email", "newsletter", "spring", home, "desktop", "macOS"),
        # by the referrer
        ("organic_search", None, None, home, None, None),
        ("direct", None, None, None, "mobile", "Android"),
    ]


def test_cart_was_seen_and_something_searched(vendors: DataRoot) -> None:
    seen = vendors.raw(
        "select visitor_id, cart_view_count, checkout_start_count, search_count "
        "from intermediate.int_session_totals where visitor_id like '5e6a%' order by visitor_id"
    )
    assert seen == [(FIRST, 1, 1, 0), (SECOND, 0, 0, 1), (THIRD, 0, 0, 0)]


def test_products_of_sessions(vendors: DataRoot) -> None:
    products = vendors.served(
        "select visitor_id, product_id, view_count, cart_add_count, purchase_count "
        "from marts.session_products where visitor_id like '5e6a%' order by visitor_id"
    )
    assert products == [
        (FIRST, "SEG-1", 1, 1, 1),
        (SECOND, "SEG-SKU-9", 0, 1, 1),
        (THIRD, "SEG-SKU-9", 1, 0, 0),
    ]


def test_every_event_name_is_known(vendors: DataRoot) -> None:
    unknown = vendors.raw(
        "select event_name from intermediate.int_event_quality "
        "where source_name = 'segment' and not is_mapped"
    )
    assert unknown == []
