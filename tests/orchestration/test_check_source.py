"""`make check-source`: what landed, what was refused, and how it looks."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.drafting.check import check_source
from orchestration.errors import KlantbeeldError
from orchestration.landing.contract import load_contracts
from orchestration.landing.loader import load_files
from orchestration.paths import PROJECT_DIR, DataPaths

# of four orders one has no instant; of the others two are of one customer, and one is cancelled
ORDERS = """\
order_id,customer_id,ordered_at,status,currency,gross_amount,discount_amount
1,c1,2026-03-02T10:00:00Z,completed,EUR,20,5
2,c1,2026-03-03T10:00:00Z,completed,EUR,10,0
3,c2,2026-03-04T10:00:00Z,cancelled,EUR,7,0
4,c3,soon,completed,EUR,1,0
"""
EVENTS = """\
event_id,visitor_id,occurred_at,event_name
1,v1,2026-03-02T10:00:00Z,view
2,v1,2026-03-02T10:01:00Z,view
3,v2,2026-03-02T10:02:00Z,wiggle
"""
# as dbt builds them, in a few columns
BUILT = """
    create schema staging;
    create view staging.stg_shop__orders as
    select order_id, customer_id, status as order_status, gross_amount, discount_amount, ordered_at
    from raw_shop.orders;
    create view staging.stg_shop__events as
    select event_id, visitor_id, event_name from raw_shop.events;
    create schema seeds;
    create table seeds.event_taxonomy as
    select 'shop' as source, 'view' as event_name, 'product_view' as action;
    create table seeds.order_statuses as
    select 'completed' as order_status, true as counts_as_order;
"""


@pytest.fixture
def paths(tmp_path: Path) -> DataPaths:
    paths = DataPaths(tmp_path)
    for table, text in (("orders", ORDERS), ("events", EVENTS)):
        file = paths.landing / "shop" / table / "a.csv"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    load_files(paths, load_contracts(PROJECT_DIR / "models" / "staging"))
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(BUILT)
    return paths


def lines_of(report: str) -> list[list[str]]:
    return [line.split() for line in report.splitlines()]


def test_what_landed_and_what_was_refused(paths: DataPaths) -> None:
    report = lines_of(check_source(paths, PROJECT_DIR, "shop"))
    assert ["orders", "1", "0", "3", "1"] in report
    (refused,) = [line for line in report if line[:2] == ["orders", "ordered_at"]]
    assert refused[-4:] == ["1", "shop/orders/a.csv,", "line", "5"]


def test_how_much_of_each_column_is_filled(paths: DataPaths) -> None:
    report = lines_of(check_source(paths, PROJECT_DIR, "shop"))
    assert ["orders:", "3", "rows"] in report
    assert ["customer_id", "100.0%", "2"] in report
    assert any(line[:4] == ["The", "source", "has", "no"] for line in report)


def test_events_without_an_action_come_first(paths: DataPaths) -> None:
    report = lines_of(check_source(paths, PROJECT_DIR, "shop"))
    unmapped = report.index(["wiggle", "not", "mapped", "1"])
    assert report[unmapped + 1] == ["view", "product_view", "2"]


def test_orders_by_status(paths: DataPaths) -> None:
    """(20 - 5) + 10, and 7 of an order that does not count."""
    report = lines_of(check_source(paths, PROJECT_DIR, "shop"))
    (completed,) = [line for line in report if line[:1] == ["completed"]]
    assert completed[1:5] == ["True", "2", "1", "25.0000"]
    (cancelled,) = [line for line in report if line[:1] == ["cancelled"]]
    assert cancelled[1:5] == ["False", "1", "1", "7.0000"]


def test_source_that_nothing_landed_of_is_said(paths: DataPaths) -> None:
    with pytest.raises(KlantbeeldError, match="nothing of ga4 has landed yet"):
        check_source(paths, PROJECT_DIR, "ga4")
