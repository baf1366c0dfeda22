"""WooCommerce's REST API and a plug-in's orders CSV, with figures worked out by hand.

Tea is 10.00 and a mug 20.00 without the tax of 21 %.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from data_root import DataRoot


@pytest.fixture(scope="module")
def orders(vendors: DataRoot) -> dict[str, tuple]:
    """The published orders by their keys."""
    rows = vendors.served("""
        select
            order_id, order_status, sales_channel, coupon_code, customer_id,
            gross_revenue, discount, refunded, net_revenue, strftime(ordered_at, '%m-%d %H:%M')
        from marts.orders
        where order_id in (
            '40001', '40002', '40003', '40004', '40005', '40006', '40007', '40101', '40102', '40103'
        )
    """)
    return {row[0]: row[1:] for row in rows}


def amounts(*values: str) -> tuple[Decimal, ...]:
    return tuple(map(Decimal, values))


def test_everything_landed(vendors: DataRoot) -> None:
    assert vendors.raw("select * from raw.rejected_rows where source = 'woocommerce'") == []
    # 7 and 1 orders, 4 in the CSV, a refund, 2 customers and 2 products
    landed = "select sum(rows_landed) from raw.landed_files where source = 'woocommerce'"
    assert vendors.raw(landed) == [(17,)]


def test_order_in_the_bin_is_withdrawn(orders: dict[str, tuple]) -> None:
    assert sorted(orders) == [
        *("40001", "40002", "40003", "40005", "40006", "40007"),
        *("40101", "40102", "40103"),
    ]


def test_order_of_the_api_in_its_latest_version(orders: dict[str, tuple]) -> None:
    # two of tea and a mug, less 10 %; 21.78 are paid back: first shipping of 5.00 and tax of 8.61,
    # so that 8.17 of the goods' 36.00 are. The CSV has it as it was before.
    assert orders["40001"][:4] == ("completed", "online", "maart10", "4101")
    assert orders["40001"][4:8] == amounts("40.00", "4.00", "21.78", "27.83")
    assert orders["40001"][8] == "03-02 09:15"


def test_sale_at_the_till_to_a_guest_with_a_fee(orders: dict[str, tuple]) -> None:
    # the fee of 2.00 is no goods
    assert orders["40002"][:4] == ("completed", "store", None, None)
    assert orders["40002"][4:8] == amounts("10.00", "0.00", "0.00", "10.00")


def test_cancelled_orders_are_worth_nothing(orders: dict[str, tuple]) -> None:
    assert orders["40003"][0] == orders["40103"][0] == "cancelled"
    assert orders["40003"][7] == orders["40103"][7] == 0


def test_fee_below_zero_is_a_discount(orders: dict[str, tuple]) -> None:
    assert orders["40005"][4:8] == amounts("30.00", "3.00", "10.00", "17.00")


def test_local_time_where_the_other_is_missing(orders: dict[str, tuple]) -> None:
    # ten o'clock in Amsterdam
    assert orders["40007"][8] == "03-06 09:00"


def test_orders_of_the_csv(orders: dict[str, tuple]) -> None:
    assert orders["40101"][:4] == ("completed", "online", "maart10", "4101")
    assert orders["40101"][4:8] == amounts("40.00", "4.00", "0.00", "36.00")
    assert orders["40101"][8] == "02-20 22:30"
    # a guest, to whom 5.00 and 7.50 were paid back
    assert orders["40102"][3] is None
    assert orders["40102"][4:8] == amounts("50.00", "0.00", "12.50", "37.50")


def test_customers(vendors: DataRoot) -> None:
    # 27.83 and 36.00; 17.00, 37.00 and 10.00
    assert vendors.served("""
        select customer_id, order_count, net_revenue
        from marts.profiles where customer_id in ('4101', '4102') order by customer_id
    """) == [("4101", 2, Decimal("63.83")), ("4102", 3, Decimal("64.00"))]


def test_lines_and_products(vendors: DataRoot) -> None:
    assert vendors.served("""
        select order_id, product_id, quantity from marts.order_lines
        where order_id in ('40001', '40006', '40101') order by order_id, product_id
    """) == [
        ("40001", "4201", 2),
        ("40001", "4202", 1),
        ("40006", "4201", 1),
        ("40006", "OLD-1", 1),
        ("40101", "4201", 2),
        ("40101", "4202", 1),
    ]
    assert vendors.served("""
        select product_id, name, category, brand, list_price, stock_quantity
        from marts.products where product_id in ('4201', '4202', 'OLD-1') order by product_id
    """) == [
        ("4201", "Green tea", "Tea", "Leaf", Decimal("10.00"), None),
        ("4202", "Blue mug", "Mugs", None, Decimal("30.00"), 12),
        ("OLD-1", "Old pot", None, None, None, None),
    ]
