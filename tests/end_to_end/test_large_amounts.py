"""A shop in rupiah: amounts of just below 10^15, and sums that no double holds to the cent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

import pytest
from data_root import DataRoot

ORDERS = 40
GROSS = Decimal("999999999999999.99")
DISCOUNT = Decimal("100000000000000.01")
REFUND = Decimal("99999999999999.99")
UNIT_PRICE = Decimal("333333333333333.33")
UNIT_COST = Decimal("250000000000000.25")
CONTACT_COST = Decimal("999999999999999.99")
CONTACTS = 12

# each order is one piece of a and two pieces of b
NET = GROSS - DISCOUNT
REVENUE = ORDERS * NET - REFUND
MARGIN = REVENUE - ORDERS * 3 * UNIT_COST


def write(root: DataRoot, table: str, header: str, rows: Iterable[Iterable[object]]) -> None:
    lines = [",".join(map(str, row)) for row in rows]
    file = root.folder("shop", table) / f"{table}.csv"
    file.write_text("\n".join([header, *lines]) + "\n")


@pytest.fixture(scope="module")
def shop(new_root: Callable[[str], DataRoot]) -> DataRoot:
    root = new_root("large_amounts")
    orders = range(ORDERS)
    days = [f"2026-{5 + order // 20:02}-{1 + order % 20:02}" for order in orders]
    write(
        root,
        "orders",
        "order_id,customer_id,ordered_at,status,currency,gross_amount,discount_amount",
        (
            [order, "c1", f"{days[order]} 10:00:00", "paid", "IDR", GROSS, DISCOUNT]
            for order in orders
        ),
    )
    write(
        root,
        "order_lines",
        "order_id,line_number,product_id,quantity,unit_price,discount_amount",
        (
            [order, line, product, line, UNIT_PRICE, 0]
            for order in orders
            for line, product in ((1, "a"), (2, "b"))
        ),
    )
    write(
        root,
        "refunds",
        "refund_id,order_id,refunded_at,amount",
        [["r1", 0, f"{days[0]} 12:00:00", REFUND]],
    )
    write(
        root,
        "products",
        "product_id,name,category,list_price,unit_cost",
        ([product, product, "gold", UNIT_PRICE, UNIT_COST] for product in "ab"),
    )
    write(
        root,
        "events",
        "event_id,visitor_id,customer_id,occurred_at,event_name,product_id,quantity,unit_price,currency,order_id",
        (
            [
                line,
                "v1",
                "c1",
                f"{days[0]} 10:00:00",
                "purchase",
                product,
                line,
                UNIT_PRICE,
                "IDR",
                0,
            ]
            for line, product in ((1, "a"), (2, "b"))
        ),
    )
    write(
        root,
        "service_contacts",
        "contact_id,customer_id,channel,opened_at,cost",
        (
            [contact, "c1", "phone", "2026-06-01 09:00:00", CONTACT_COST]
            for contact in range(CONTACTS)
        ),
    )
    root.refresh("--vars", "{reporting_currency: IDR}")
    return root


def test_sums_of_a_customer_are_exact(shop: DataRoot) -> None:
    assert shop.built("select net_revenue, margin from profiles where is_customer") == [
        (REVENUE, MARGIN)
    ]
    features = "net_revenue_365d, service_cost_365d, contribution_margin_365d"
    costs = CONTACTS * CONTACT_COST
    latest = f"select {features} from profile_features order by as_of_date desc limit 1"
    assert shop.built(latest) == [(REVENUE, costs, MARGIN - costs)]
    assert shop.built("select monetary from customer_rfm order by as_of_date desc limit 1") == [
        (REVENUE,)
    ]


def test_sums_of_segments_are_exact(shop: DataRoot) -> None:
    sizes = """
        select net_revenue, margin from segment_sizes
        where scheme = 'rfm' and profile_count > 0 and net_revenue > 0
        order by as_of_date desc limit 1
    """
    assert shop.built(sizes) == [(REVENUE, MARGIN)]


def test_lines_are_their_order_to_the_cent(shop: DataRoot) -> None:
    orders = shop.built("select order_id, net_revenue, margin from orders")
    lines = "select order_id, sum(net_revenue), sum(margin) from order_lines group by all"
    assert sorted(shop.built(lines)) == sorted(orders)
    first = "select net_revenue from order_lines where line_number = 1 and order_id = '1'"
    ((third,),) = shop.built(first)
    # by a double, which is exact to some cents at this size
    assert abs(third - NET / 3) < 1


def test_revenue_of_a_session_is_that_of_its_order(shop: DataRoot) -> None:
    assert shop.built("select purchase_count, revenue from sessions") == [(1, GROSS)]


def test_reason_has_the_whole_amount(shop: DataRoot) -> None:
    reasons = """
        select reason_en, reason_nl from segment_memberships_current where scheme = 'value_tier'
    """
    assert shop.built(reasons) == [
        (
            "Net margin of -IDR 6,100,000,000,000,030.67 in the last 365 days.",
            "Nettomarge van IDR -6.100.000.000.000.030,67 in de laatste 365 dagen.",
        )
    ]
