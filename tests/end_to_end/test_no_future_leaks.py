"""Later data does not change the rows of earlier dates."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from data_root import DataRoot

# per table, the rows that land later: every kind of change to a customer who was known before
HEADERS = {
    "events": "event_id,visitor_id,customer_id,occurred_at,event_name,product_id,device_type",
    "orders": "order_id,customer_id,visitor_id,ordered_at,updated_at,status,currency,gross_amount,"
    "discount_amount,coupon_code,sales_channel,is_gift",
    "order_lines": "order_id,line_number,product_id,quantity,unit_price,discount_amount",
    "refunds": "refund_id,order_id,refunded_at,amount",
    "products": "product_id,category,subcategory,brand,list_price,unit_cost",
    "customers": "customer_id,birth_date,gender,income_band,household_size,children,country,"
    "signed_up_at,preferred_channel,consents,social_followers,updated_at",
    "messages": "message_event_id,message_id,customer_id,channel,action,occurred_at",
    "survey_responses": "response_id,customer_id,survey,answer,score,answered_at",
    "service_contacts": "contact_id,customer_id,channel,opened_at,handling_minutes,cost",
    "loyalty_memberships": "customer_id,program,tier,joined_at,left_at",
}
BEFORE = {
    "events": [
        "e1,v1,c1,2025-11-10 10:00:00,product_view,p1,mobile",
        "e2,v1,c1,2025-12-20 10:00:00,product_view,p1,mobile",
        "e3,v1,c1,2025-12-20 10:05:00,cart_add,p1,mobile",
        "e4,v2,,2025-12-31 20:00:00,product_view,p2,desktop",
    ],
    "orders": [
        "o1,c1,v1,2025-12-20 10:06:00,2025-12-20 10:06:00,paid,EUR,60,6,SAVE,online,false",
        "o2,c2,,2025-10-01 12:00:00,2025-10-01 12:00:00,completed,EUR,200,0,,store,true",
    ],
    "order_lines": ["o1,1,p1,2,30,6", "o2,1,p2,1,200,0"],
    "refunds": ["r1,o2,2025-12-01 10:00:00,20"],
    "products": ["p1,Toys,Games,A,30,10", "p2,Books,Fiction,B,200,90"],
    "customers": [
        'c1,1990-05-01,female,under 20k,1,0,NL,2025-11-01 10:00:00,email,"email,profiling",100,'
        "2025-11-01 10:00:00",
        "c2,1980-05-01,male,over 100k,4,2,BE,2025-09-01 10:00:00,,post,,2025-09-01 10:00:00",
    ],
    "messages": ["m1,1,c1,email,opened,2025-12-10 10:00:00"],
    "survey_responses": ["a1,c1,nps,9,9,2025-12-25 10:00:00"],
    "service_contacts": ["s1,c2,phone,2025-12-05 10:00:00,10,8.50"],
    "loyalty_memberships": ["c1,club,bronze,2025-12-01 10:00:00,"],
}
LATER = {
    "events": [
        "e5,v1,c1,2026-01-05 10:00:00,product_view,p2,desktop",
        "e6,v2,,2026-02-01 20:00:00,product_view,p2,desktop",
        "e7,v2,,2026-02-01 20:01:00,offer_click,,desktop",
    ],
    "orders": [
        # an earlier order is cancelled
        "o1,c1,v1,2025-12-20 10:06:00,2026-01-03 10:00:00,cancelled,EUR,60,6,SAVE,online,false",
        "o3,c2,,2026-01-10 12:00:00,2026-01-10 12:00:00,completed,EUR,50,0,,online,false",
    ],
    "order_lines": ["o3,1,p1,1,50,0"],
    "refunds": ["r2,o2,2026-01-15 10:00:00,180"],
    "customers": [
        'c1,1990-05-01,female,over 100k,3,1,DE,2025-11-01 10:00:00,sms,"sms,profiling",90000,'
        "2026-01-20 10:00:00",
        "c3,2000-01-01,male,,,,NL,2026-01-05 10:00:00,,,,2026-01-05 10:00:00",
    ],
    "messages": [
        "m2,1,c1,email,unsubscribed,2026-01-02 10:00:00",
        "m3,2,c2,post,opened,2026-01-12 10:00:00",
    ],
    "survey_responses": [
        "a2,c1,nps,1,1,2026-01-25 10:00:00",
        "a3,c2,motive,price,,2026-01-26 10:00:00",
    ],
    "service_contacts": ["s2,c2,phone,2026-01-05 10:00:00,60,51"],
    "loyalty_memberships": [
        "c1,club,bronze,2025-12-01 10:00:00,2026-01-10 10:00:00",
        "c1,club,silver,2026-01-10 10:00:00,",
    ],
}
PAST = "as_of_date <= date '2025-12-31'"


def _land(root: DataRoot, name: str, tables: dict[str, list[str]]) -> None:
    for table, rows in tables.items():
        text = "\n".join([HEADERS[table], *rows, ""])
        (root.folder("shop", table) / f"{name}.csv").write_text(text, encoding="utf-8")
    assert {file.status for file in root.land()} <= {"landed", "unchanged"}
    root.build("segment_memberships", "customer_rfm")


def _past_rows(root: DataRoot) -> dict[str, list[tuple]]:
    return {
        table: root.built(f"select * from {table} where {PAST} order by all")
        for table in ("profile_features", "customer_scores", "segment_memberships")
    }


@pytest.mark.parametrize("how", ["incremental", "rebuilt"])
def test_later_data_leaves_earlier_dates_as_they_were(
    new_root: Callable[[str], DataRoot], how: str
) -> None:
    """Without log-ins on known devices, since identities are resolved with all data."""
    root = new_root(f"no_leak_{how}")
    _land(root, "before", BEFORE)
    before = _past_rows(root)
    if how == "rebuilt":
        root = new_root("no_leak_all")
        _land(root, "before", BEFORE)
    _land(root, "later", LATER)
    after = _past_rows(root)
    assert {row[0] for row in before["profile_features"]} == {
        "customer:c1",
        "customer:c2",
        "visitor:v2",
    }
    for table, rows in before.items():
        assert len(rows) > 1
        assert after[table] == rows, table
    # the later dates do change
    latest = root.built(
        "select order_count, income_level, nps_score_730d, contact_channel, loyalty_tier "
        "from profile_features where profile_id = 'customer:c1' "
        "and as_of_date = (select max(as_of_date) from profile_features)"
    )
    assert latest == [(0, "higher", 1.0, "sms", "silver")]
