"""Folders such as dt=2026-01-01 give the column that the files leave out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from landing_shop import ORDERS, Shop

from orchestration.landing import parquet_file
from orchestration.landing.contract import Column

COLUMNS = (
    Column("order_id", "VARCHAR", is_required=True),
    Column("ordered_at", "TIMESTAMP", is_required=True),
    Column("due_date", "DATE", is_required=True, aliases=("dt",)),
    Column("country", "VARCHAR"),
)
LANDED = [
    ("1", date(2024, 1, 1), "N/L"),
    ("2", date(2024, 1, 2), None),
]
ROWS = {
    "csv": "order_id,ordered_at\n{},2024-01-01\n",
    "ndjson": '{{"order_id": "{}", "ordered_at": "2024-01-01"}}',
    "parquet": "select '{}' as order_id, date '2024-01-01' as ordered_at",
}


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.contracts = [replace(ORDERS, columns=COLUMNS)]
    return shop


def put(shop: Shop, folder: str, suffix: str, order_id: str, name: str = "part-0") -> None:
    content = ROWS[suffix].format(order_id)
    put_one = shop.put_parquet if suffix == "parquet" else shop.put
    put_one(f"{folder}/{name}.{suffix}", content)


def landed(shop: Shop) -> list[tuple]:
    return sorted(shop.orders("order_id, due_date, country"), key=lambda row: row[:2])


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_folder_gives_the_column(shop: Shop, suffix: str) -> None:
    put(shop, "dt=2024-01-01/country=N%2FL/hour=3", suffix, "1")
    put(shop, "DT=2024-01-02/country=__HIVE_DEFAULT_PARTITION__", suffix, "2")
    assert [r.status for r in shop.land()] == ["landed", "landed"]
    assert landed(shop) == LANDED
    assert shop.land() == []


def test_parquet_files_of_several_partitions_are_read_together(shop: Shop, monkeypatch) -> None:
    sizes = []
    read = parquet_file.read
    monkeypatch.setattr(
        parquet_file, "read", lambda *given: sizes.append(len(given[2])) or read(*given)
    )
    put(shop, "dt=2024-01-01/country=N%2FL", "parquet", "1")
    put(shop, "dt=2024-01-02/country=__HIVE_DEFAULT_PARTITION__", "parquet", "2")
    shop.land()
    assert landed(shop) == LANDED
    assert sizes == [2]


def test_column_in_the_file_counts(shop: Shop) -> None:
    shop.put("dt=2024-01-01/a.csv", "order_id,ordered_at,due_date\n1,2024-01-01,2024-05-05\n")
    shop.put("dt=2024-01-01/b.ndjson", '{"order_id":2,"ordered_at":"2024-01-01","dt":"2024-05-06"}')
    shop.land()
    assert landed(shop) == [("1", date(2024, 5, 5), None), ("2", date(2024, 5, 6), None)]


def test_value_of_a_folder_that_does_not_fit_is_rejected(shop: Shop) -> None:
    put(shop, "dt=yesterday", "csv", "1")
    put(shop, "dt=__HIVE_DEFAULT_PARTITION__", "csv", "2")
    shop.land()
    assert shop.rejects("file, line, column_name, reason") == [
        ("shop/orders/dt=__HIVE_DEFAULT_PARTITION__/part-0.csv", 2, "due_date", "is missing"),
        ("shop/orders/dt=yesterday/part-0.csv", 2, "due_date", "is not a date"),
    ]


def test_file_without_partition_beside_others_fails_alone(shop: Shop) -> None:
    put(shop, "dt=2024-01-01", "parquet", "1")
    put(shop, ".", "parquet", "2", "z")
    results = {r.file: r.reason for r in shop.land()}
    assert list(results.values()) == [
        None,
        "required column due_date not found; its columns are order_id, ordered_at: if one of them "
        "is meant, add it to the column's `aliases` in the contract",
    ]
    assert landed(shop) == [("1", date(2024, 1, 1), None)]


def test_equal_files_of_two_partitions_are_two_contents(shop: Shop) -> None:
    put(shop, "dt=2024-01-01", "csv", "1")
    put(shop, "dt=2024-01-02", "csv", "1")
    # the contract has no column `hour`
    put(shop, "dt=2024-01-02/hour=3", "csv", "1")
    statuses = {r.file.removeprefix("shop/orders/"): r.status for r in shop.land()}
    assert statuses == {
        "dt=2024-01-01/part-0.csv": "landed",
        "dt=2024-01-02/hour=3/part-0.csv": "landed",
        "dt=2024-01-02/part-0.csv": "copied",
    }
    assert [row[1] for row in landed(shop)] == [date(2024, 1, 1), date(2024, 1, 2)]
