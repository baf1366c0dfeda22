"""Olist's public files, with figures worked out by hand: a real is 0.17 euros."""

from __future__ import annotations

from decimal import Decimal

from data_root import DataRoot

ZEROS = "01150000000000000000000000000"
PERSON = "01150000000000000000000000002"


def test_everything_landed(vendors: DataRoot) -> None:
    assert vendors.raw("select * from raw.rejected_rows where source = 'olist'") == []
    # 4 orders, 4 pieces, 4 customers of orders, 2 products, 2 translations, 3 reviews
    landed = "select sum(rows_landed) from raw.landed_files where source = 'olist'"
    assert vendors.raw(landed) == [(19,)]


def test_orders_of_a_person(vendors: DataRoot) -> None:
    # 200.00 and 50.00 reais; half past ten in the evening of 2 March in Brazil, three hours
    # behind UTC
    assert vendors.served(f"""
        select
            right(order_id, 3), right(customer_id, 3), order_status, counts_as_order,
            gross_revenue, net_revenue, strftime(ordered_at, '%d %H:%M')
        from marts.orders where starts_with(order_id, '{ZEROS}') order by order_id
    """) == [
        ("001", "001", "delivered", True, Decimal("34.00"), Decimal("34.00"), "03 01:30"),
        ("002", "001", "delivered", True, Decimal("8.50"), Decimal("8.50"), "05 12:00"),
        ("003", "002", "canceled", False, Decimal("8.50"), Decimal("0.00"), "05 13:00"),
        ("004", "002", "unavailable", False, Decimal("0.00"), Decimal("0.00"), "06 13:00"),
    ]


def test_customers(vendors: DataRoot) -> None:
    assert vendors.served(f"""
        select right(customer_id, 3), order_count, net_revenue
        from marts.profiles where starts_with(customer_id, '{PERSON}') and order_count > 0
    """) == [("001", 2, Decimal("42.50"))]


def test_pieces_and_products(vendors: DataRoot) -> None:
    assert vendors.served(f"""
        select right(order_id, 3), line_number, right(product_id, 3), quantity
        from marts.order_lines where starts_with(order_id, '{ZEROS}') order by order_id, line_number
    """) == [("001", 1, "001", 1), ("001", 2, "001", 1), ("002", 1, "002", 1), ("003", 1, "002", 1)]
    assert vendors.served("""
        select right(product_id, 3), category from marts.products
        where starts_with(product_id, '01150000000000000000000000003') order by 1
    """) == [("001", "perfumery"), ("002", None)]


def test_reviews_are_answers(vendors: DataRoot) -> None:
    # a review of two orders counts for each; 21:46:59 in Brazil is the next day in UTC
    assert vendors.raw("""
        select right(customer_id, 3), survey, score, strftime(answered_at, '%d %H:%M')
        from intermediate.canonical_survey_responses
        where starts_with(response_id, '01150000000000000000000000000') order by response_id
    """) == [
        ("001", "csat", Decimal("5.00"), "11 00:46"),
        ("001", "csat", Decimal("5.00"), "11 00:46"),
        ("002", "csat", Decimal("1.00"), "13 11:00"),
    ]
