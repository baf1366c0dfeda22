"""Online Retail as UCI and Kaggle ship it, with figures worked out by hand."""

from __future__ import annotations

from decimal import Decimal

from data_root import DataRoot


def test_everything_landed(vendors: DataRoot) -> None:
    assert vendors.raw("select * from raw.rejected_rows where source = 'online_retail'") == []
    # both sheets of the Excel file: three lines and two; and the CSV in the encoding of Windows
    assert vendors.raw("""
        select file, rows_landed from raw.landed_files where source = 'online_retail' order by file
    """) == [
        ("online_retail/order_lines/data.csv", 3),
        ("online_retail/order_lines/online_retail_II.xlsx", 5),
    ]


def test_orders(vendors: DataRoot) -> None:
    # 6 x 2.55 + 6 x 3.39; 2 x 2.55; -1 x 2.55; 18; 2 x 4 x 1.25; 3.39
    assert vendors.served("""
        select
            order_id, order_status, customer_id, gross_revenue, net_revenue,
            strftime(ordered_at, '%d %H:%M')
        from marts.orders where contains(order_id, '70150') order by right(order_id, 4)
    """) == [
        ("7015001", "completed", "7016001", Decimal("35.64"), Decimal("35.64"), "02 08:26"),
        ("7015002", "completed", None, Decimal("5.10"), Decimal("5.10"), "02 08:28"),
        ("C7015003", "cancellation", "7016001", Decimal("0.00"), Decimal("-2.55"), "03 09:41"),
        ("7015004", "completed", "7016002", Decimal("18.00"), Decimal("18.00"), "03 10:00"),
        ("7015005", "completed", "7016002", Decimal("10.00"), Decimal("10.00"), "04 08:26"),
        ("7015006", "completed", None, Decimal("3.39"), Decimal("3.39"), "14 16:05"),
    ]


def test_customers_and_products(vendors: DataRoot) -> None:
    assert vendors.served("""
        select customer_id, order_count, net_revenue
        from marts.profiles where customer_id in ('7016001', '7016002') order by customer_id
    """) == [("7016001", 1, Decimal("33.09")), ("7016002", 2, Decimal("28.00"))]
    assert vendors.served("select name from marts.products where product_id = '70871'") == [
        ("CANDLE \N{POUND SIGN}1, SET OF 3",)
    ]
