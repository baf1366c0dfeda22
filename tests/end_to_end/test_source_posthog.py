"""PostHog's events, as JSON lines.

One visitor comes from a newsletter, searches, puts a lamp in the cart, identifies and buys it; one
event was delivered twice, and a server changes another person at night.
"""

from __future__ import annotations

from data_root import DataRoot

VISITOR = "0195a001-aaaa-7bbb-8ccc-00000000d001"


def session(root: DataRoot, columns: str) -> list[tuple]:
    return root.served(f"select {columns} from marts.sessions where visitor_id like '0195a001%'")


def test_all_rows_land(vendors: DataRoot) -> None:
    landed = vendors.raw(
        "select sum(rows_read), sum(rows_landed), sum(rows_rejected) from raw.landed_files "
        "where source = 'posthog'"
    )
    assert landed == [(12, 12, 0)]


def test_device_keeps_its_session_when_it_is_identified(vendors: DataRoot) -> None:
    columns = (
        "visitor_id, strftime(started_at, '%d %H:%M:%S'), strftime(ended_at, '%H:%M:%S'), "
        "event_count, page_count, product_count, cart_add_count, funnel_class, customer_id"
    )
    assert session(vendors, columns) == [
        # 12 rows without one copy and the server's
        (VISITOR, "02 15:00:00", "15:05:40", 10, 2, 1, 1, "buyer", "ph-c1")
    ]


def test_revenue(vendors: DataRoot) -> None:
    found = session(vendors, "purchase_count, revenue")
    # the total of 36.30 without tax of 6.30
    assert [tuple(map(str, row)) for row in found] == [("1", "30.00")]


def test_where_the_session_came_from(vendors: DataRoot) -> None:
    columns = "channel, utm_source, utm_campaign, device_type, browser, os, country, region, city"
    came_from = ("email", "newsletter", "spring")
    place = ("NL", "South Holland", "Rotterdam")
    assert session(vendors, columns) == [(*came_from, "desktop", "Firefox", "Linux", *place)]


def test_search_term(vendors: DataRoot) -> None:
    assert vendors.raw(
        "select search_term from intermediate.int_session_search_terms "
        f"where visitor_id = '{VISITOR}'"
    ) == [("lamp",)]


def test_every_event_name_is_known(vendors: DataRoot) -> None:
    unknown = vendors.raw(
        "select event_name from intermediate.int_event_quality "
        "where source_name = 'posthog' and not is_mapped"
    )
    assert unknown == []
