"""Small Parquet files are read as one, and each is still landed for itself."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from landing_shop import Shop

from orchestration.landing import loader, parquet_file
from orchestration.landing.connection import connect


@pytest.fixture
def readings(monkeypatch) -> list[int]:
    """How many files each reading of Parquet took together."""
    sizes: list[int] = []
    read = parquet_file.read

    def counted(connection, contract, files):
        sizes.append(len(files))
        return read(connection, contract, files)

    monkeypatch.setattr(parquet_file, "read", counted)
    return sizes


def put(shop: Shop, name: str, *order_ids: str, more: str = "") -> None:
    values = ", ".join(f"({order_id!r})" for order_id in order_ids)
    shop.put_parquet(
        name,
        f"select t.order_id, timestamp '2024-01-01' as ordered_at{more} "
        f"from (values {values}) t(order_id)",
    )


def landed(shop: Shop) -> list[tuple]:
    return shop.orders("order_id, _load_id, _file")


def test_each_file_has_its_own_load(shop, readings):
    put(shop, "a.parquet", "1", "2")
    put(shop, "b.parquet", "3")
    put(shop, "c.parquet", "4", "5", "6")
    results = shop.land()
    assert readings == [3]
    assert [(r.file, r.rows_landed) for r in results] == [
        ("shop/orders/a.parquet", 2),
        ("shop/orders/b.parquet", 1),
        ("shop/orders/c.parquet", 3),
    ]
    assert shop.ledger("load_id, file, rows_read, rows_landed, rows_rejected, status, reason") == [
        (1, "shop/orders/a.parquet", 2, 2, 0, "landed", None),
        (2, "shop/orders/b.parquet", 1, 1, 0, "landed", None),
        (3, "shop/orders/c.parquet", 3, 3, 0, "landed", None),
    ]
    assert landed(shop) == [
        ("1", 1, "shop/orders/a.parquet"),
        ("2", 1, "shop/orders/a.parquet"),
        ("3", 2, "shop/orders/b.parquet"),
        ("4", 3, "shop/orders/c.parquet"),
        ("5", 3, "shop/orders/c.parquet"),
        ("6", 3, "shop/orders/c.parquet"),
    ]


def test_rejected_row_belongs_to_its_own_file(shop, readings):
    put(shop, "a.parquet", "1", "", "2")
    put(shop, "b.parquet", "3")
    put(shop, "c.parquet", "", "")
    put(shop, "d.parquet", "4", "")
    results = shop.land()
    assert readings == [4]
    assert [(r.rows_read, r.rows_landed, r.rows_rejected) for r in results] == [
        (3, 2, 1),
        (1, 1, 0),
        (2, 0, 2),
        (2, 1, 1),
    ]
    assert shop.rejects("load_id, file, line, column_name") == [
        (1, "shop/orders/a.parquet", 2, "order_id"),
        (3, "shop/orders/c.parquet", 1, "order_id"),
        (3, "shop/orders/c.parquet", 2, "order_id"),
        (4, "shop/orders/d.parquet", 2, "order_id"),
    ]


@pytest.mark.parametrize("damage", ["end", "middle", "columns"])
def test_a_bad_file_fails_alone(shop, damage):
    for i in range(7):
        put(shop, f"{i}.parquet", *(f"{i}-{j:06}" for j in range(500)))
    bad = shop.paths.landing / "shop/orders/4.parquet"
    data = bad.read_bytes()
    if damage == "columns":
        shop.put_parquet("4.parquet", "select 1 as quantity")
    else:
        bad.write_bytes(data[:-9] if damage == "end" else data[:100] + b"\xff" * 64 + data[164:])
    results = shop.land()
    assert [r.status for r in results] == ["landed"] * 4 + ["failed"] + ["landed"] * 2
    assert shop.query("select _load_id, count(*) from raw_shop.orders group by all order by 1") == [
        (load_id, 500) for load_id in (1, 2, 3, 4, 6, 7)
    ]
    assert shop.ledger("load_id, file, status, rows_landed") == [
        (i + 1, f"shop/orders/{i}.parquet", "failed" if i == 4 else "landed", 0 if i == 4 else 500)
        for i in range(7)
    ]


@pytest.mark.parametrize("more", [", 1 as quantity", ", 'x' as note", ", 1 as unknown"])
def test_files_that_differ_in_types_are_read_apart(shop, readings, more):
    put(shop, "a.parquet", "1", more=more)
    put(shop, "b.parquet", "2", more=more.replace("1 ", "1.5::double ").replace("'x'", "5"))
    put(shop, "c.parquet", "3", more=more.replace("1 ", "'2' ").replace("'x'", "true"))
    results = shop.land()
    assert readings == [3, 1, 2, 1, 1]
    assert [r.rows_read for r in results] == [1, 1, 1]
    if "quantity" in more:
        assert shop.orders("quantity, _load_id") == [(1, 1), (2, 3)]
    if "note" in more:
        assert shop.orders("note") == ["x", "5", "true"]
    if "unknown" in more:
        assert shop.orders("_extra") == ['{"unknown":1}', '{"unknown":1.5}', '{"unknown":"2"}']


def test_column_named_file_index_is_kept_apart(shop):
    put(shop, "a.parquet", "1", more=", 1 as file_index")
    put(shop, "b.parquet", "2", more=", 0 as file_index")
    shop.land()
    assert landed(shop) == [("1", 1, "shop/orders/a.parquet"), ("2", 2, "shop/orders/b.parquet")]
    assert shop.orders("_extra") == ['{"file_index":1}', '{"file_index":0}']


def test_an_empty_text_in_any_of_the_files_is_missing(shop, readings):
    put(shop, "a.parquet", "1", more=", 'x' as note")
    put(shop, "b.parquet", "2", more=", '' as note")
    shop.land()
    assert readings == [2]
    assert shop.orders("note") == ["x", None]


def test_counts_must_add_up_for_each_file_of_a_batch(shop, monkeypatch):
    put(shop, "a.parquet", "1", "2")
    put(shop, "b.parquet", "3")
    read = parquet_file.read

    def swapped(connection, contract, files):
        for rows in read(connection, contract, files):
            yield replace(rows, counts=rows.counts[::-1])

    monkeypatch.setattr(parquet_file, "read", swapped)
    assert [r.rows_landed for r in shop.land()] == [2, 1]
    assert [load_id for _, load_id, _ in landed(shop)] == [1, 1, 2]


def test_batch_has_a_limit_and_only_parquet_files(shop, readings, monkeypatch):
    for i in range(5):
        put(shop, f"{i}.parquet", str(i))
    shop.put("2.csv", "order_id,ordered_at\ncsv,2024-01-01\n")
    monkeypatch.setattr(loader, "BATCH_FILES", 2)
    shop.land()
    assert readings == [2, 2, 1]
    assert [order_id for order_id, *_ in landed(shop)] == ["0", "1", "csv", "2", "3", "4"]


def test_large_files_are_read_alone(shop, readings, monkeypatch):
    for i in range(3):
        put(shop, f"{i}.parquet", str(i))
    monkeypatch.setattr(loader, "BATCH_BYTES", 10)
    shop.land()
    assert readings == [1, 1, 1]


def test_file_that_changes_meanwhile_is_left_out_of_its_batch(shop, monkeypatch):
    for i in range(4):
        put(shop, f"{i}.parquet", str(i))
    path = shop.paths.landing / "shop/orders/2.parquet"
    read = parquet_file.read

    def read_slowly(connection, contract, files):
        for rows in read(connection, contract, files):
            os.utime(path, ns=(0, 0))
            yield rows

    monkeypatch.setattr(parquet_file, "read", read_slowly)
    assert [r.status for r in shop.land()] == ["landed", "landed", "ignored", "landed"]
    assert [(order_id, load_id) for order_id, load_id, _ in landed(shop)] == [
        ("0", 1),
        ("1", 2),
        ("3", 3),
    ]


def test_the_environment_limits_memory_and_threads(shop, monkeypatch):
    monkeypatch.setenv("KLANTBEELD_THREADS", "1")
    monkeypatch.setenv("KLANTBEELD_MEMORY_LIMIT", "512MiB")
    shop.paths.warehouse_dir.mkdir(parents=True)
    with connect(shop.paths) as connection:
        settings = "current_setting('threads'), current_setting('memory_limit')"
        assert connection.execute(f"select {settings}").fetchone() == (1, "512.0 MiB")


@pytest.mark.parametrize("name", ["file_row_number", "file_index", "File_Row_Number"])
@pytest.mark.parametrize("files", [1, 2])
def test_column_with_a_name_of_the_engine_lands(shop, name, files):
    for nth in range(files):
        shop.put_parquet(
            f"{nth}.parquet",
            f"select '{nth}' || i as order_id, date '2024-01-01' as ordered_at, 70 + i as {name} "
            "from range(3) as t (i) union all by name select null as order_id, "
            f"date '2024-01-01' as ordered_at, 9 as {name}",
        )
    results = shop.land()
    assert [(r.status, r.rows_landed, r.rows_rejected) for r in results] == [
        ("landed", 3, 1)
    ] * files
    assert shop.orders("order_id") == [f"{nth}{i}" for nth in range(files) for i in range(3)]
    assert shop.rejects("line, reason") == [(4, "is missing")] * files
    kept = shop.query(f"select _extra ->> '{name}' from raw_shop.orders where order_id = '02'")
    assert kept == [("72",)]
