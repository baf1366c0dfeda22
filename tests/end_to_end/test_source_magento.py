"""Magento's REST API, with figures worked out by hand: tea is 10.00 and a mug 20.00 without tax."""

from __future__ import annotations

from decimal import Decimal

import pytest
from data_root import DataRoot


@pytest.fixture(scope="module")
def orders(vendors: DataRoot) -> dict[str, tuple]:
    """The published orders by the last digit of their numbers."""
    rows = vendors.served("""
        select
            right(order_id, 1), order_status, coupon_code, customer_id,
            gross_revenue, discount, refunded, net_revenue, strftime(ordered_at, '%d %H:%M')
        from marts.orders where starts_with(order_id, '15000000')
    """)
    return {row[0]: row[1:] for row in rows}


def amounts(*values: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def test_everything_landed(vendors: DataRoot) -> None:
    assert vendors.raw("select * from raw.rejected_rows where source = 'magento'") == []
    # 5 orders and one by itself, a credit memo, 2 customers and 2 products
    landed = "select sum(rows_landed) from raw.landed_files where source = 'magento'"
    assert vendors.raw(landed) == [(11,)]


def test_order_in_its_latest_version(orders: dict[str, tuple]) -> None:
    # Discounts of 4.84 have 0.84 of tax in them. The mug's 21.78 are paid back: first shipping
    # and tax, 13.61, and then 8.17 for the goods.
    assert orders["1"][:3] == ("complete", "MAART10", "15101")
    assert orders["1"][3:7] == amounts("40.00", "4.00", "21.78", "27.83")
    assert orders["1"][7] == "02 09:15"


def test_closed_order_of_a_guest_in_dollars_is_worth_nothing(orders: dict[str, tuple]) -> None:
    assert orders["2"][:3] == ("refunded", None, None)
    assert orders["2"][3:7] == amounts("10.00", "0.00", "12.10", "0.00")


def test_cancelled_order_is_worth_nothing(orders: dict[str, tuple]) -> None:
    assert orders["3"][0] == "canceled"
    assert orders["3"][3:7] == amounts("20.00", "0.00", "0.00", "0.00")


def test_what_was_cancelled_of_an_order_is_no_sale(orders: dict[str, tuple]) -> None:
    # two of three mugs at 10.00, and 5.00 are paid back
    assert orders["4"][3:7] == amounts("20.00", "0.00", "5.00", "15.00")


def test_bundle_counts_once_and_a_status_of_the_shop_is_its_state(orders: dict[str, tuple]) -> None:
    assert orders["5"][0] == "complete"
    assert orders["5"][3:7] == amounts("25.00", "0.00", "0.00", "25.00")


def test_customers(vendors: DataRoot) -> None:
    assert vendors.served("""
        select customer_id, order_count, net_revenue, consents
        from marts.profiles where customer_id in ('15101', '15102') order by customer_id
    """) == [("15101", 1, Decimal("27.83"), "email"), ("15102", 2, Decimal("40.00"), "")]


def test_lines_and_products(vendors: DataRoot) -> None:
    assert vendors.served("""
        select right(order_id, 1), product_id, quantity
        from marts.order_lines where starts_with(order_id, '15000000') order by order_id, product_id
    """) == [
        ("1", "15201", 2),
        ("1", "15202", 1),
        ("2", "15201", 1),
        ("3", "15202", 1),
        ("4", "15202", 2),
        ("5", "15203", 1),
    ]
    assert vendors.served("""
        select product_id, name, list_price, unit_cost
        from marts.products where product_id in ('15201', '15202', '15203') order by product_id
    """) == [
        ("15201", "Green tea", Decimal("10.00"), None),
        ("15202", "Blue mug", Decimal("20.00"), Decimal("8.50")),
        ("15203", "Tea set", None, None),
    ]
