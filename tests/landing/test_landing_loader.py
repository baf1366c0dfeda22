from __future__ import annotations

import os
from dataclasses import replace

import duckdb
import pytest
from landing_shop import ORDERS, Shop

from orchestration.landing import csv_file, loader, readers
from orchestration.landing.contract import Column, load_contracts
from orchestration.landing.loader import failed_files
from orchestration.landing.problems import ContractError
from orchestration.paths import PROJECT_DIR

HEADER = "order_id,ordered_at,quantity,note\n"
ONE = HEADER + "1,2024-01-01,1,a\n"
TWO = HEADER + "1,2024-01-01,2,b\n"


def touch(path, by_ns=1_000_000_000):
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + by_ns))


def test_tables_exist_before_anything_landed(shop):
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    assert shop.land() == []
    tables = set(shop.query("select schema_name, table_name from duckdb_tables()"))
    assert {("raw_shop", "events"), ("raw_rees46", "events")} <= tables
    assert {("raw", "landed_files"), ("raw", "rejected_rows")} <= tables
    columns = shop.query(
        "select column_name, data_type from duckdb_columns() "
        "where schema_name = 'raw_shop' and table_name = 'refunds' order by column_index"
    )
    assert columns == [
        ("refund_id", "VARCHAR"),
        ("order_id", "VARCHAR"),
        ("line_number", "INTEGER"),
        ("refunded_at", "TIMESTAMP"),
        ("amount", "DECIMAL(19,4)"),
        ("reason", "VARCHAR"),
        ("is_deleted", "BOOLEAN"),
        ("_extra", "JSON"),
        ("_load_id", "BIGINT"),
        ("_file", "VARCHAR"),
        ("_loaded_at", "TIMESTAMP"),
    ]


def test_grown_contract_adds_and_widens_columns(shop):
    shop.put("a.csv", ONE)
    shop.land()
    columns = tuple(
        replace(column, data_type="BIGINT") if column.name == "quantity" else column
        for column in ORDERS.columns
    )
    shop.contracts = [replace(ORDERS, columns=(*columns, Column("channel", "VARCHAR")))]
    shop.put("b.csv", "order_id,ordered_at,quantity,channel\n2,2024-01-01,3000000000,web\n")
    shop.land()
    assert shop.orders("order_id, quantity, channel, _load_id") == [
        ("1", 1, None, 1),
        ("2", 3000000000, "web", 2),
    ]


def test_contract_that_narrows_a_column_is_an_error(shop):
    shop.land()
    shop.contracts = [replace(ORDERS, columns=(Column("note", "DATE"),))]
    with pytest.raises(ContractError, match="source shop, table orders, column note"):
        shop.land()


def test_row_has_load_id_file_and_time(shop):
    shop.put("2024/01/a.csv", ONE)
    shop.land()
    assert shop.orders("_load_id, _file, cast(_loaded_at as varchar)") == [
        (1, "shop/orders/2024/01/a.csv", "2024-03-10 12:00:00")
    ]
    assert shop.ledger("load_id, source, table_name, file, size_bytes, length(sha256)") == [
        (1, "shop", "orders", "shop/orders/2024/01/a.csv", len(ONE), 64)
    ]


def test_file_lands_once(shop):
    path = shop.put("a.csv", ONE)
    assert len(shop.land()) == 1
    assert shop.land() == []
    touch(path)
    assert shop.land() == []
    assert len(shop.orders()) == len(shop.ledger()) == 1
    assert shop.ledger("mtime_ns") == [(path.stat().st_mtime_ns,)]


def test_known_size_and_time_skip_the_checksum(shop, monkeypatch):
    path = shop.put("a.csv", ONE)
    shop.land()
    touch(path)
    shop.land()
    monkeypatch.setattr(loader, "content_sha256", lambda *_, **__: pytest.fail("read again"))
    assert shop.land() == []


def test_a_changed_file_replaces_what_it_brought(shop):
    path = shop.put("a.csv", ONE)
    shop.land()
    path.write_text(TWO)
    touch(path)
    shop.land()
    path.write_text(ONE)
    touch(path, 2_000_000_000)
    shop.land()
    assert shop.orders("quantity, _load_id") == [(1, 3)]
    assert shop.ledger("status, rows_landed, rows_removed") == [
        ("removed", 1, 1),
        ("removed", 1, 1),
        ("landed", 1, 0),
    ]


def test_load_ids_follow_the_names_of_the_files(shop):
    for nth, name in enumerate(["b.csv", "a/z.csv", "a.csv", "B.csv"]):
        shop.put(name, ONE + f"{nth},2024-01-02,1,\n")
    shop.put("c.csv", "")
    results = shop.land()
    assert [r.file.removeprefix("shop/orders/") for r in results] == [
        "B.csv",
        "a/z.csv",
        "a.csv",
        "b.csv",
        "c.csv",
    ]
    assert shop.ledger("load_id") == [(1,), (2,), (3,), (4,), (5,)]


def test_failed_file_is_retried_when_it_or_its_contract_changed(shop):
    path = shop.put("a.csv", "ident,ordered_at\n1,2024-01-01\n")
    assert [r.status for r in shop.land()] == ["failed"]
    assert shop.land() == []
    touch(path)
    assert shop.land() == []
    assert [(f.file, f.reason) for f in failed_files(shop.paths)] == [
        (
            "shop/orders/a.csv",
            "required column order_id not found; its columns are ident, ordered_at: if one of them "
            "is meant, add it to the column's `aliases` in the contract",
        )
    ]

    shop.contracts = [
        replace(
            ORDERS, columns=(replace(ORDERS.columns[0], aliases=("ident",)), *ORDERS.columns[1:])
        )
    ]
    assert [r.status for r in shop.land()] == ["landed"]
    assert failed_files(shop.paths) == []


def test_replaced_or_removed_file_is_no_longer_failed(shop):
    replaced, removed = shop.put("a.csv", ""), shop.put("b.csv", "")
    assert failed_files(shop.paths) == []
    shop.land()
    assert len(failed_files(shop.paths)) == 2
    replaced.write_text(ONE)
    removed.unlink()
    assert [r.status for r in shop.land()] == ["landed"]
    assert failed_files(shop.paths) == []


def test_contract_change_does_not_land_files_again(shop):
    shop.put("a.csv", ONE)
    shop.land()
    shop.contracts = [replace(ORDERS, columns=(*ORDERS.columns, Column("x", "DATE")))]
    assert shop.land() == []


def test_what_lands_nowhere_is_said_and_what_is_unfinished_is_not(shop):
    shop.put("a.xls", "x")
    shop.put("a.csv", ONE, table="shop/ordres")
    shop.put("a.csv", ONE, table="shop")
    for name in [".a.csv", "a.csv.tmp", "a.csv.part", "README.md", ".hidden/a.csv"]:
        shop.put(name, "x")
    results = {r.file: (r.status, r.reason) for r in shop.land()}
    assert results == {
        "shop/a.csv": ("ignored", "no contract has this table"),
        "shop/orders/a.xls": ("ignored", "files with its suffix do not land"),
        "shop/ordres/a.csv": ("ignored", "no contract has this table"),
    }
    assert shop.ledger() == []


def test_links_are_followed_and_a_circle_ends(shop, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_text(ONE)
    folder = shop.put("b.csv", ONE).parent
    (folder / "linked").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(elsewhere)
    (folder / "gone.csv").symlink_to(tmp_path / "nothing")
    assert [r.file for r in shop.land()] == ["shop/orders/b.csv", "shop/orders/linked/a.csv"]


def test_folder_without_a_contract_is_ignored(shop):
    shop.put("a.csv", ONE)
    shop.put("a.csv", ONE, table="shop/unknown")
    assert [(r.table, r.status) for r in shop.land()] == [
        ("orders", "landed"),
        ("unknown", "ignored"),
    ]


@pytest.mark.parametrize(
    "name",
    ["it's [1]*?.csv", "it's [1]*?.parquet", "[!x].csv", "\u20ac,{a}.ndjson.gz"],
)
def test_any_file_name_lands(shop, name):
    # what the name would match if it were taken for a pattern
    other = name.replace("[1]*?", "1xy").replace("[!x]", "y").replace("{a}", "a")
    for order, file in enumerate([name, other]):
        if name.endswith("parquet"):
            plain = shop.put_parquet(
                "plain.parquet", f"select '{order}' as order_id, date '2024-01-01' as ordered_at"
            )
            plain.rename(plain.with_name(file))
        elif name.endswith("csv"):
            shop.put(file, f"order_id,ordered_at\n{order},2024-01-01\n")
        else:
            shop.put(file, f'{{"order_id": {order}, "ordered_at": "2024-01-01"}}')
    assert [r.rows_landed for r in shop.land()] == [1, 1]
    assert sorted(shop.orders("order_id, _file")) == [
        ("0", f"shop/orders/{name}"),
        ("1", f"shop/orders/{other}"),
    ]


def test_data_root_may_look_like_a_pattern(tmp_path):
    shop = Shop(tmp_path / "[a]")
    shop.put("a.csv", ONE + "bad\n")
    shop.put_parquet("b.parquet", "select 2 as order_id, date '2024-01-01' as ordered_at")
    assert [r.rows_landed for r in shop.land()] == [1, 1]


def test_file_name_that_is_not_utf8_is_ignored(shop):
    path = shop.put("a.csv", ONE)
    os.rename(path, os.fsencode(path.parent) + b"/\xff.csv")  # noqa: PTH104
    (result,) = shop.land()
    assert (result.status, result.reason) == ("ignored", "its name is not UTF-8")


@pytest.mark.parametrize("damage", ["empty", "cut", "garbage"])
def test_a_damaged_parquet_file_fails_whole(shop, damage):
    path = shop.put_parquet(
        "a.parquet",
        "select i::varchar as order_id, date '2024-01-01' as ordered_at from range(10000) t(i)",
    )
    data = path.read_bytes()
    middle = b"\xff" * 64
    path.write_bytes(
        {"empty": b"", "cut": data[:-9], "garbage": data[:100] + middle + data[164:]}[damage]
    )
    shop.put("b.csv", ONE)
    bad, good = shop.land()
    assert bad.status == "failed"
    assert bad.reason in ("it is not a whole Parquet file", "it can't be read as parquet")
    assert good.status == "landed"
    assert shop.orders() == ["1"]


def test_parquet_columns_are_matched_and_the_others_kept(shop):
    shop.put_parquet(
        "year=2024/a.parquet",
        "select 1 as \"Order No\", timestamp '2024-01-01' as ORDERED_AT,"
        ' [1, 2] as "It\'s", null::int as nothing'
        " union all select 2, '2024-01-02', null, null",
    )
    shop.put_parquet("b.parquet", "select 1 as quantity, {'order_id': 1} as inner")
    results = shop.land()
    assert [r.status for r in results] == ["failed", "landed"]
    assert results[0].reason.startswith("required columns order_id, ordered_at not found; ")
    assert shop.orders("order_id, _extra") == [("1", '{"It\'s":[1,2]}'), ("2", None)]


def test_file_that_changes_while_read_waits_for_the_next_run(shop, monkeypatch):
    path = shop.put("a.csv", ONE)
    read = csv_file.read

    def read_slowly(*arguments):
        for rows in read(*arguments):
            touch(path)
            yield rows

    monkeypatch.setattr(csv_file, "read", read_slowly)
    (result,) = shop.land()
    assert (result.status, result.reason) == ("ignored", "it changed while it was read")
    assert (shop.orders(), shop.ledger()) == ([], [])
    monkeypatch.undo()
    assert [r.status for r in shop.land()] == ["landed"]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_rows_that_do_not_add_up_fail_the_file(shop, monkeypatch, suffix):
    module = getattr(readers, f"{suffix}_file")
    read = module.read
    monkeypatch.setattr(
        module,
        "read",
        lambda *a: (replace(rows, counts=(rows.counts[0] + 1,)) for rows in read(*a)),
    )
    if suffix == "csv":
        shop.put("a.csv", ONE + "bad\n")
    else:
        shop.put_parquet("a.parquet", "select 1 as order_id, date '2024-01-01' as ordered_at")
    (result,) = shop.land()
    assert result.status == "failed"
    assert "rows, but 1 could be landed" in result.reason
    assert (shop.orders(), shop.rejects()) == ([], [])


def test_unopenable_file_is_retried_and_recorded_once(shop, monkeypatch):
    shop.put("a.csv", ONE)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(loader, "content_sha256", refuse)
    assert [r.reason for r in shop.land()] == ["it can't be opened: Permission denied"]
    assert shop.land() == []
    assert len(failed_files(shop.paths)) == 1
    monkeypatch.undo()
    assert [r.status for r in shop.land()] == ["landed"]


def test_many_files_are_logged_together(shop):
    for i in range(60):
        shop.put(f"{i:03}.csv", HEADER + f"{i},2024-01-01,1,a\n" + "secret\n" * (i == 7))
    shop.put("x.csv", "")
    shop.land()
    assert len(shop.log) == 1
    assert shop.log[0].startswith("shop/orders: 60 files, 60 rows, 1 rejected in")


def test_no_text_of_a_row_is_logged_or_in_a_reason(shop):
    secret = "jan@example.nl"
    shop.put("a.csv", f'{HEADER}{secret},{secret},{secret},{secret}\n{secret}\n"{secret}" x,,,\n')
    shop.put("b.csv", f'{HEADER}{secret},,"{secret}\n')
    shop.put("c.csv", f"{HEADER}{secret}".encode() + b"\xff\n")
    shop.put("d.ndjson", f'{{"order_id": "{secret}", "ordered_at": "{secret}"}}\n{secret}\n')
    results = shop.land()
    said = repr(results) + repr(shop.log) + repr(shop.ledger("*")) + repr(shop.rejects())
    assert len(shop.rejects()) > 4
    assert secret not in said


def test_unwritable_warehouse_fails_no_file(shop):
    shop.put("a.csv", ONE)
    shop.paths.warehouse_dir.mkdir(parents=True)
    shop.paths.warehouse.write_bytes(b"not a database" * 1000)
    with pytest.raises(duckdb.Error):
        shop.land()


def test_nothing_is_left_in_the_scratch_folder(shop):
    shop.put("a.csv.gz", ONE + "bad\n")
    shop.put("b.csv.gz", ONE + '"bad\n')
    shop.land()
    assert list(shop.paths.temporary.iterdir()) == []
