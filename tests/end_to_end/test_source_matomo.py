"""Matomo's visits log.

Visitor 1 searches, looks at a chair and buys two; an earlier file has the visit while it lasted,
without customer. Visitor 2 leaves a chair in the cart.
"""

from __future__ import annotations

from data_root import DataRoot

FIRST, SECOND = "a0a0000000000001", "a0a0000000000002"


def sessions(root: DataRoot, columns: str) -> list[tuple]:
    return root.served(
        f"select {columns} from marts.sessions where visitor_id like 'a0a0%' order by visitor_id"
    )


def test_all_rows_land(vendors: DataRoot) -> None:
    landed = vendors.raw(
        "select sum(rows_read), sum(rows_landed), sum(rows_rejected) from raw.landed_files "
        "where source = 'matomo'"
    )
    # a visit, and it again with another one
    assert landed == [(3, 3, 0)]


def test_visit_that_landed_twice_is_one_session(vendors: DataRoot) -> None:
    columns = (
        "visitor_id, strftime(started_at, '%d %H:%M:%S'), strftime(ended_at, '%H:%M:%S'), "
        "event_count, page_count, product_count, cart_add_count, funnel_class, customer_id"
    )
    assert sessions(vendors, columns) == [
        # pages: home, search, category and product
        (FIRST, "02 16:00:00", "16:05:00", 6, 4, 1, 0, "buyer", "mt-c1"),
        (SECOND, "02 17:00:00", "17:04:00", 2, 1, 1, 1, "funshopper", None),
    ]


def test_revenue(vendors: DataRoot) -> None:
    found = sessions(vendors, "purchase_count, revenue")
    # 2 × 45.00, without tax of 18.90 and shipping of 4.95
    assert [tuple(map(str, row)) for row in found] == [("1", "90.00"), ("0", "0.00")]


def test_where_sessions_came_from(vendors: DataRoot) -> None:
    columns = "utm_campaign, referrer_url, device_type, browser, os, country, city"
    place = ("nl", "Groningen")
    assert sessions(vendors, columns) == [
        ("spring", None, "desktop", "Chrome", "Windows", *place),
        (None, "https://www.google.com/", "mobile", "Mobile Safari", "iOS", *place),
    ]


def test_events_of_the_site_are_reported_by_their_action(vendors: DataRoot) -> None:
    unknown = vendors.raw(
        "select distinct event_name from intermediate.int_event_quality "
        "where source_name = 'matomo' and not is_mapped"
    )
    assert unknown == [("zoom",)]
