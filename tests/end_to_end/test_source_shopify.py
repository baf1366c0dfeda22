"""Shopify's orders CSV and the files of its Admin API, with figures worked out by hand.

The shop's prices include 21 % tax: tea is 12.10 and a mug 24.20. Without tax they are 10.00 and
20.00.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from data_root import DataRoot

ANN, BOB = "6601000000001", "6601000000002"


@pytest.fixture(scope="module")
def orders(vendors: DataRoot) -> dict[str, tuple]:
    """The published orders by the last three digits of their keys."""
    rows = vendors.served("""
        select
            right(order_id, 3), order_status, sales_channel, coupon_code, customer_id,
            gross_revenue, discount, refunded, net_revenue, strftime(ordered_at, '%d %H:%M')
        from marts.orders
        where order_id like '5501%'
        order by order_id
    """)
    return {row[0]: row[1:] for row in rows}


def amounts(*values: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def test_everything_landed(vendors: DataRoot) -> None:
    assert vendors.raw("select * from raw.rejected_rows where source = 'shopify'") == []
    landed = vendors.raw("select sum(rows_landed) from raw.landed_files where source = 'shopify'")
    # 6 and 2 orders, 8 lines in the CSV, 2 customers and 2 products
    assert landed == [(20,)]


def test_test_orders_do_not_count(orders: dict[str, tuple]) -> None:
    # 004 has test: true, 104 was paid at the bogus gateway
    assert sorted(orders) == ["001", "002", "003", "005", "006", "101", "102", "103", "105"]


def test_order_of_the_api_in_its_latest_version(orders: dict[str, tuple]) -> None:
    # Two of tea and a mug are 48.40; less 10 % 43.56. Without tax 40.00 less 4.00. The CSV has the
    # order, too. The mug's 21.78 are paid back: first shipping of 5.00 and tax of 8.61, so that
    # 8.17 of the goods' 36.00 are.
    assert orders["001"][:4] == ("partially_refunded", "online", "MARCH10", ANN)
    assert orders["001"][4:8] == amounts("40.00", "4.00", "21.78", "27.83")
    assert orders["001"][8] == "02 09:15"


def test_sale_at_the_till_to_a_guest(orders: dict[str, tuple]) -> None:
    assert orders["002"][:4] == ("paid", "store", None, None)
    assert orders["002"][4:8] == amounts("11.00", "0.00", "0.00", "11.00")


def test_cancelled_order_is_worth_nothing(orders: dict[str, tuple]) -> None:
    assert orders["003"][0] == orders["103"][0] == "cancelled"
    assert orders["003"][7] == orders["103"][7] == 0


def test_refund_in_the_currency_of_the_customer(orders: dict[str, tuple]) -> None:
    # 37.40 are 41.14 dollars, so 11.00 dollars are 10.00: shipping and tax of 7.40, goods of 2.60
    assert orders["005"][4:8] == amounts("30.00", "0.00", "10.00", "27.40")


def test_line_that_an_edit_removed_before_payment(orders: dict[str, tuple]) -> None:
    assert orders["006"][4:8] == amounts("35.00", "0.00", "15.00", "20.00")


def test_orders_of_the_csv(orders: dict[str, tuple]) -> None:
    assert orders["101"][4:8] == amounts("40.00", "4.00", "0.00", "36.00")
    # half past eleven in the evening in Amsterdam
    assert orders["101"][8] == "01 22:30"
    # the address is Ann's, whom the API knows
    assert orders["102"][:4] == ("refunded", "online", None, ANN)
    assert orders["102"][4:8] == amounts("10.00", "0.00", "12.10", "0.00")
    assert orders["105"][:4] == ("paid", "store", None, None)
    assert orders["105"][4:8] == amounts("10.00", "0.00", "0.00", "10.00")


def test_customers(vendors: DataRoot, orders: dict[str, tuple]) -> None:
    cleo = orders["101"][3]
    assert cleo.startswith("hashed-")
    assert orders["103"][3] == cleo
    listed = f"'{ANN}', '{BOB}', '{cleo}'"
    assert vendors.served(f"""
        select customer_id, order_count, net_revenue, consents
        from marts.profiles where customer_id in ({listed}) order by net_revenue
    """) == [
        (ANN, 2, Decimal("27.83"), "email"),
        (cleo, 1, Decimal("36.00"), None),
        (BOB, 2, Decimal("47.40"), ""),
    ]


def test_lines_of_both_formats_have_the_same_products(vendors: DataRoot) -> None:
    assert vendors.served("""
        select right(order_id, 3), product_id, quantity
        from marts.order_lines where order_id like '5501%'
        order by order_id, product_id
    """) == [
        ("001", "8801000000001", 2),
        ("001", "8801000000002", 1),
        ("002", "8801000000001", 1),
        ("002", "Gift wrap", 1),
        ("003", "8801000000002", 1),
        ("005", "8801000000002", 1),
        ("006", "8801000000001", 1),
        ("006", "8801000000002", 1),
        ("101", "8801000000001", 2),
        ("101", "8801000000002", 1),
        ("102", "8801000000001", 1),
        ("103", "8801000000002", 1),
        ("105", "Sticker", 4),
    ]
    assert vendors.served("""
        select product_id, name, category, brand, list_price, stock_quantity
        from marts.products where product_id in ('8801000000001', '8801000000002', 'Sticker')
        order by product_id
    """) == [
        ("8801000000001", "Green tea", "Tea", "Leaf", Decimal("12.10"), 45),
        ("8801000000002", "Blue mug", "Mugs", "Clay", Decimal("29.95"), 12),
        ("Sticker", "Sticker", None, "Klantbeeld", Decimal("2.50"), None),
    ]
