"""Erasing a customer who is known by several keys: a number and an e-mail address, for example."""

from __future__ import annotations

import json

import pytest
from landing_shop import Shop

from orchestration.landing.contract import load_contracts
from orchestration.landing.erasure import erase_requested
from orchestration.paths import PROJECT_DIR

CSV = "Name,Id,Email,Created at,Lineitem quantity,Lineitem price,Discount Code,Billing Name\n"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    return shop


def erase(shop: Shop, customer: str) -> None:
    shop.put("1.csv", f"customer_id,requested_at\n{customer},2024-03-09\n", "shop/erasure_requests")
    shop.land()
    erase_requested(shop.paths, shop.contracts, now=lambda: shop.now)


def put_customers(shop: Shop, **emails: str) -> None:
    customers = [{"id": int(key[1:]), "email": email} for key, email in emails.items()]
    shop.put("1.json", json.dumps({"customers": customers}), "shopify/customers")


def put_orders(shop: Shop) -> None:
    shop.put(
        "1.csv",
        CSV
        + "#1,11,Ann@example.com,2024-03-01,1,5,ANN5,Ann\n"
        + "#1,,ann@example.com,2024-03-01,2,5,,\n"
        + "#2,12,bob@example.com,2024-03-02,1,5,BOB5,Bob\n",
        "shopify/orders_csv",
    )


def left(shop: Shop) -> list[tuple]:
    return shop.query("""
        select
            starts_with(order_name, 'erased-'), coalesce(starts_with(order_id, 'erased-'), false),
            email_key is null, discount_code, _extra
        from raw_shopify.orders_csv order by line_quantity, order_name
    """)


def test_orders_by_address_are_those_of_the_number(shop: Shop) -> None:
    put_customers(shop, c1="ann@example.com", c2="bob@example.com")
    put_orders(shop)
    erase(shop, "1")
    assert sorted(left(shop), key=repr) == [
        (False, False, False, "BOB5", '{"Billing Name":"Bob"}'),
        (True, False, True, None, None),
        (True, True, True, None, None),
    ]
    assert len(shop.query("select * from raw_shopify.customers")) == 1
    # the same orders in another file
    put_orders(shop)
    shop.put("2.csv", CSV + "#1,11,ann@example.com,2024-03-01,1,5,ANN5,Ann\n", "shopify/orders_csv")
    shop.land()
    assert shop.query("select count(*) from raw_shopify.orders_csv where email_key is null") == [
        (3,)
    ]


def test_shared_mailbox_is_nobodys(shop: Shop) -> None:
    put_customers(shop, c1="bob@example.com", c2="bob@example.com")
    put_orders(shop)
    erase(shop, "1")
    assert [row[0] for row in left(shop)] == [False, False, False]


def test_request_by_the_key_of_the_address(shop: Shop) -> None:
    put_customers(shop, c1="ann@example.com", c2="bob@example.com")
    put_orders(shop)
    shop.land()
    ((key,),) = shop.query("select email_key from raw_shopify.customers where customer_id = '1'")
    erase(shop, key)
    assert sorted(row[0] for row in left(shop)) == [False, True, True]
    assert shop.query("select customer_id from raw_shopify.customers") == [("2",)]


def test_person_has_a_key_in_each_order(shop: Shop) -> None:
    shop.put(
        "1.csv",
        "customer_id,customer_unique_id\nc1,ann\nc2,ann\nc3,bob\n",
        "olist/customers",
    )
    shop.put(
        "1.csv",
        "order_id,customer_id,order_status,order_purchase_timestamp\n"
        + "".join(f"o{n},c{n},delivered,2024-03-01 10:00:00\n" for n in (1, 2, 3)),
        "olist/orders",
    )
    erase(shop, "ann")
    assert shop.query("select customer_id from raw_olist.customers") == [("c3",)]
    orders = "select customer_id, starts_with(order_id, 'erased-') from raw_olist.orders"
    assert sorted(shop.query(orders), key=repr) == [("c3", False), (None, True), (None, True)]
