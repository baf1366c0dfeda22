"""Google Analytics 4's export to BigQuery.

Visitor 1 (NDJSON, 2 March) lands from a newsletter, puts two products in the cart in one request
and buys; the page of thanks is loaded twice, and one row was delivered twice. Visitor 2 (Parquet, 3
March) comes from an advertisement and looks at a product. Visitors 4 and 6 are in the table of the
current day only (4 March). That of the 2nd has visitor 3 and a later event of visitor 1, and lost
to the daily table. Another visitor did not consent.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from data_root import DataRoot

FIRST, SECOND, FOURTH, FIFTH, SIXTH = (
    "1111111111.1772400000",
    "2222222222.1772500000",
    "4444444444.1772600000",
    "5555555555.1772610000",
    "6666666666.1772600000",
)
SESSIONS = """
    select {columns} from marts.sessions
    where visitor_id similar to '\\d{{10}}\\.177\\d+' order by visitor_id
"""
# the daily table of the 4th: visitor 4 has one event less, 5 comes, and 6 is not in it
DAILY = Path(__file__).with_name("vendors_later") / "ga4" / "events_20260304-000000000000.json"


def sessions(root: DataRoot, columns: str) -> list[tuple]:
    return root.served(SESSIONS.format(columns=columns))


def test_all_rows_land(vendors: DataRoot) -> None:
    landed = vendors.raw(
        "select sum(rows_read), sum(rows_landed), sum(rows_rejected) from raw.landed_files "
        "where source = 'ga4'"
    )
    # 15 on the 2nd, 6 on the 3rd, 5 and 5 in the tables of the current day
    assert landed == [(31, 31, 0)]


def test_sessions(vendors: DataRoot) -> None:
    columns = (
        "visitor_id, strftime(started_at, '%d %H:%M:%S'), strftime(ended_at, '%H:%M:%S'), "
        "event_count, page_count, product_count, cart_add_count, funnel_class"
    )
    assert sessions(vendors, columns) == [
        # 13 rows, one of them twice; pages at 10:00 and 10:02; products G-1 and G-2
        (FIRST, "02 10:00:00", "10:06:30", 12, 2, 2, 2, "buyer"),
        (SECOND, "03 08:00:00", "08:01:00", 6, 3, 1, 0, "browser"),
        # two products put in the cart at one instant, which differ in nothing else
        (FOURTH, "04 09:00:00", "09:01:00", 4, 1, 2, 2, "funshopper"),
        (SIXTH, "04 11:00:00", "11:00:00", 1, 1, 0, 0, "bouncer"),
    ]


def test_order_reported_twice_is_one_purchase(vendors: DataRoot) -> None:
    # 2 × 20.00 + 15.50; the shipping of 4.95 is not in purchase_revenue
    assert [tuple(map(str, row)) for row in sessions(vendors, "purchase_count, revenue")] == [
        ("1", "55.50"),
        ("0", "0.00"),
        ("0", "0.00"),
        ("0", "0.00"),
    ]


def test_customer_of_the_session(vendors: DataRoot) -> None:
    assert sessions(vendors, "customer_id") == [("ga4-c1",), (None,), (None,), (None,)]
    profiles = vendors.served(
        "select customer_id, session_count from marts.profiles where customer_id = 'ga4-c1'"
    )
    assert profiles == [("ga4-c1", 1)]


def test_where_sessions_came_from(vendors: DataRoot) -> None:
    """The first event is the page, though three are sent at one instant."""
    columns = (
        "channel, utm_source, utm_medium, utm_campaign, device_type, os, browser, country, city"
    )
    home = ("Netherlands", "Utrecht")
    assert sessions(vendors, columns) == [
        ("email", "newsletter", "email", "spring", "desktop", "Windows", "Chrome", *home),
        # a click on an advertisement, which GA4 reports as organic, too
        ("paid_search", "google", "cpc", None, "mobile", "Android", "Chrome", *home),
        ("organic_search", "google", "organic", "(organic)", "mobile", "Android", "Chrome", *home),
        ("direct", None, None, None, "mobile", "Android", "Chrome", *home),
    ]


def test_products_of_a_session(vendors: DataRoot) -> None:
    """Products that a list shows are not among them."""
    products = vendors.served(
        "select product_id, view_count, cart_add_count, purchase_count "
        f"from marts.session_products where visitor_id = '{FIRST}' order by product_id"
    )
    assert products == [("G-1", 1, 1, 2), ("G-2", 0, 1, 2)]


def test_without_consent_events_are_only_counted(vendors: DataRoot) -> None:
    """Once: the table of the current day had one of them, too."""
    counted = vendors.served(
        "select event_name, event_count from marts.anonymous_events "
        "where source_name = 'ga4' order by event_name"
    )
    assert counted == [("page_view", 1), ("scroll", 1)]


def test_every_event_name_is_known(vendors: DataRoot) -> None:
    unknown = vendors.raw(
        "select event_name from intermediate.int_event_quality "
        "where source_name = 'ga4' and not is_mapped"
    )
    assert unknown == []


def test_all_columns_of_the_export_are_known(vendors: DataRoot) -> None:
    assert vendors.raw("select column_name from raw.unknown_columns where source = 'ga4'") == []


@pytest.fixture(scope="module")
def day_after(vendors: DataRoot) -> DataRoot:
    """A copy of the refreshed root, refreshed again with the daily table of the 4th."""
    root = DataRoot(vendors.root.with_name("vendors-ga4-day-after"))
    shutil.copytree(vendors.root, root.root)
    shutil.copy(DAILY, root.folder("ga4", "events"))
    root.refresh()
    return root


def test_daily_table_replaces_that_of_the_current_day(day_after: DataRoot) -> None:
    columns = "visitor_id, event_count, page_count, cart_add_count, funnel_class"
    # visitor 6 has left, though the daily table has no event of it
    assert sessions(day_after, columns)[2:] == [
        (FOURTH, 3, 1, 1, "funshopper"),
        (FIFTH, 1, 1, 0, "bouncer"),
    ]


def test_current_day_counts_again_when_the_daily_table_is_retracted(day_after: DataRoot) -> None:
    """Must be the last test of this module, because it changes the root."""
    process = day_after.start("retract", f"ga4/events/{DAILY.name}")
    out, err = process.communicate()
    assert process.returncode == 0, f"{out}\n{err}"
    columns = "visitor_id, event_count, cart_add_count"
    assert sessions(day_after, columns)[2:] == [(FOURTH, 4, 2), (SIXTH, 1, 0)]
