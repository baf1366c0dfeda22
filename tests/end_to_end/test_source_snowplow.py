"""Snowplow's enriched events.

Visitor 1 (TSV of the enriched stream) comes from a newsletter, sees a list and a product, stays on
its page for three page pings, puts two products in the cart, sees it and buys; the tracker sent the
transaction twice. Visitor 2 has a phone and events of older schemas. Visitor 3 is in the Parquet
file of a loader. Another visitor was tracked anonymously.
"""

from __future__ import annotations

from data_root import DataRoot

FIRST, SECOND, THIRD = (f"5e0a{n}{n}{n}{n}-aaaa-4bbb-8ccc-00000000000{n}" for n in (1, 2, 3))


def sessions(root: DataRoot, columns: str) -> list[tuple]:
    return root.served(
        f"select {columns} from marts.sessions where visitor_id like '5e0a%' order by visitor_id"
    )


def test_all_rows_land(vendors: DataRoot) -> None:
    landed = vendors.raw(
        "select sum(rows_read), sum(rows_landed), sum(rows_rejected) from raw.landed_files "
        "where source = 'snowplow'"
    )
    # 13 + 4 + 1 lines, and 5 rows of Parquet
    assert landed == [(23, 23, 0)]


def test_sessions(vendors: DataRoot) -> None:
    columns = (
        "visitor_id, strftime(started_at, '%d %H:%M:%S'), strftime(ended_at, '%H:%M:%S'), "
        "event_count, page_count, product_count, cart_add_count, funnel_class"
    )
    assert sessions(vendors, columns) == [
        # pages: home, product and cart; the pings and the list are none. Products: SP-1 and SP-2
        (FIRST, "02 09:00:00", "09:05:00", 12, 3, 2, 2, "buyer"),
        # one page, a search and a product taken out of the cart
        (SECOND, "02 10:00:00", "10:01:30", 4, 1, 1, 0, "bouncer"),
        (THIRD, "03 08:00:00", "08:03:00", 5, 1, 1, 1, "buyer"),
    ]


def test_revenue_and_customers(vendors: DataRoot) -> None:
    found = sessions(vendors, "purchase_count, revenue, customer_id")
    assert [tuple(map(str, row)) for row in found] == [
        # 2 × 12.50 + 25.00, sent twice
        ("1", "50.00", "sp-c1"),
        ("0", "0.00", "None"),
        # 4 × 7.25
        ("1", "29.00", "sp-c2"),
    ]


def test_where_sessions_came_from(vendors: DataRoot) -> None:
    columns = "channel, utm_source, utm_campaign, landing_page_type, device_type, os, browser"
    amsterdam = ("NL", "North Holland", "Amsterdam")
    assert sessions(vendors, f"{columns}, country, region, city") == [
        ("email", "newsletter", "spring", "homepage", "desktop", "Windows", "Chrome", *amsterdam),
        # by the enrichment YAUAA
        ("direct", None, None, "homepage", "mobile", "Android", "Chrome", *amsterdam),
        ("direct", None, None, None, "tablet", "iOS", "Safari", "BE", None, None),
    ]


def test_cart_was_seen(vendors: DataRoot) -> None:
    """The page of the type `cart` is the only one that says so."""
    seen = vendors.raw(
        "select visitor_id, cart_view_count, checkout_start_count, search_count "
        "from intermediate.int_session_totals where visitor_id like '5e0a%' order by visitor_id"
    )
    assert seen == [(FIRST, 1, 1, 0), (SECOND, 0, 0, 1), (THIRD, 0, 0, 1)]


def test_search_terms(vendors: DataRoot) -> None:
    terms = vendors.raw(
        "select visitor_id, search_term from intermediate.int_session_search_terms "
        "where visitor_id like '5e0a%' order by visitor_id"
    )
    assert terms == [(SECOND, "red boots"), (THIRD, "green tea")]


def test_anonymous_events_are_only_counted(vendors: DataRoot) -> None:
    counted = vendors.served(
        "select event_name, event_count from marts.anonymous_events where source_name = 'snowplow'"
    )
    assert counted == [("page_view", 1)]


def test_structured_events_are_reported_by_their_action(vendors: DataRoot) -> None:
    unknown = vendors.raw(
        "select event_name from intermediate.int_event_quality "
        "where source_name = 'snowplow' and not is_mapped"
    )
    assert unknown == [("cookie-banner-close",)]


def test_all_columns_of_the_stream_are_known(vendors: DataRoot) -> None:
    unknown = vendors.raw("select column_name from raw.unknown_columns where source = 'snowplow'")
    assert unknown == []
