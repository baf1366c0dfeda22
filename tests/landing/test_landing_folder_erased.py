"""`make erase-landing` removes the rows of erased persons from the files that brought them."""

from __future__ import annotations

import gzip
import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from landing_shop import Shop

from orchestration.landing import csv_file, folder_erasure, ledger
from orchestration.landing.contract import (
    Column,
    CsvOptions,
    TableContract,
    load_contracts,
)
from orchestration.landing.erasure import erase_requested
from orchestration.landing.folder_erasure import Rewritten, erase_from_landing_folder
from orchestration.landing.retention import Retention, remove_old
from orchestration.paths import PROJECT_DIR

as_python_reads = csv_file._as_python_reads
EVENTS = "event_id,visitor_id,customer_id,occurred_at,event_name,search_term"
ORDERS = "order_id,customer_id,visitor_id,ordered_at,status,currency,gross_amount,coupon_code"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.contracts = load_contracts(PROJECT_DIR / "models" / "staging")
    return shop


def put_events(shop: Shop, *rows: str, name: str = "1.csv", end: str = "\n") -> Path:
    return shop.put(name, end.join([EVENTS, *rows, ""]), "shop/events")


def put_orders(shop: Shop, *rows: str, name: str = "1.csv") -> Path:
    return shop.put(name, "\n".join([ORDERS, *rows, ""]))


def event(number: int, customer: str, term: str = "", visitor: str = "") -> str:
    return f"{number},{visitor or 'v-' + customer},{customer},2024-03-0{number},page_view,{term}"


def order(number: str, customer: str, coupon: str = "") -> str:
    return f"{number},{customer},v-{customer},2024-03-02,paid,EUR,59.90,{coupon}"


def request(shop: Shop, *customers: str) -> Path:
    lines = ["customer_id,requested_at", *(f"{each},2024-03-09" for each in customers), ""]
    return shop.put("1.csv", "\n".join(lines), "shop/erasure_requests")


def erase(shop: Shop, *customers: str) -> Path:
    """Land everything, with a request for these customers, and carry it out."""
    shop.land()
    file = request(shop, *customers)
    shop.land()
    erase_requested(shop.paths, shop.contracts, now=lambda: shop.now)
    return file


def rewrite(shop: Shop, *, is_dry: bool = False) -> list[Rewritten]:
    done = erase_from_landing_folder(shop.paths, shop.contracts, is_dry=is_dry)
    assert done.left == {}
    return done.rewritten


def raw_rows(shop: Shop, table: str = "events") -> list[tuple]:
    return shop.query(f"select * from raw_shop.{table} order by all")


def assert_nothing_lands(shop: Shop) -> None:
    before = [raw_rows(shop, table) for table in ("events", "orders")]
    loads = shop.ledger("load_id, status")
    assert shop.land() == []
    assert [raw_rows(shop, table) for table in ("events", "orders")] == before
    assert shop.ledger("load_id, status") == loads


def test_rows_of_others_stay_byte_for_byte(shop):
    others = ['1,v-b,b,2024-03-01,page_view,"a\nb, ""c"""', ' 2 , v-b,b,2024-03-02,x,32"']
    gone = [event(3, "a", '"also\ntwo"'), ",v-a,,2024-03-04,page_view,"]
    file = put_events(shop, others[0], gone[0], "", others[1], gone[1], end="\r\n")
    erase(shop, "a")
    assert Rewritten("shop/events/1.csv", 2, 0) in rewrite(shop)
    assert file.read_bytes().decode() == "\r\n".join([EVENTS, others[0], "", others[1], ""])
    assert_nothing_lands(shop)


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"'])
def test_line_of_the_delimiter_stays(shop, line):
    header = EVENTS.replace(",", ";")
    rows = [event(number, customer).replace(",", ";") for number, customer in [(1, "a"), (2, "b")]]
    file = shop.put("1.csv", f"\ufeff{line}\r\n{header}\r\n" + "\r\n".join(rows), "shop/events")
    erase(shop, "a")
    rewrite(shop)
    assert file.read_bytes().decode() == f"\ufeff{line}\r\n{header}\r\n{rows[1]}"
    assert_nothing_lands(shop)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("suffix", [".csv", ".csv.gz", ".ndjson", ".ndjson.gz"])
def test_encoding_and_compression_stay(shop, suffix, encoding):
    if "ndjson" in suffix:
        lines = [
            f'{{"event_id": {n}, "visitor_id": "v-{c}", "customer_id": "{c}",'
            f' "occurred_at": "2024-03-0{n}", "event_name": "x", "search_term": "é€"}}\n'
            for n, c in [(1, "a"), (2, "b"), (3, "a")]
        ]
    else:
        lines = [f"{line}\n" for line in [EVENTS, event(1, "b", "é€"), event(2, "a")]]
    file = shop.put(f"1{suffix}", "".join(lines).encode(encoding), "shop/events")
    erase(shop, "a")
    assert len(rewrite(shop)) == 2
    kept = "".join(line for line in lines if ",a," not in line and '"a"' not in line)
    data = file.read_bytes()
    assert (gzip.decompress(data) if suffix.endswith("gz") else data) == kept.encode(encoding)
    assert_nothing_lands(shop)


@pytest.mark.parametrize("options", [{"encoding": "cp1252"}, {"fallback_encoding": "cp1252"}])
def test_encoding_of_the_contract_stays(shop, options):
    shop.contracts = [
        replace(each, csv=CsvOptions(**options)) if each.table == "events" else each
        for each in shop.contracts
    ]
    file = shop.put(
        "1.csv",
        f"{EVENTS}\n{event(1, 'a')}\n{event(2, 'b', 'é€')}\n".encode("cp1252"),
        "shop/events",
    )
    erase(shop, "a")
    rewrite(shop)
    assert file.read_bytes() == f"{EVENTS}\n{event(2, 'b', 'é€')}\n".encode("cp1252")


def test_orders_become_anonymous_as_in_the_raw_table(shop):
    kept = order("o-2", "b", '"my,coupon"')
    rows = [order("o-1", "a", "secret"), kept]
    file = put_orders(shop, *(f"{row},note" for row in rows), name="1.csv")
    file.write_text(file.read_text().replace(ORDERS, f"{ORDERS},free_text"))
    erase(shop, "a")
    assert Rewritten("shop/orders/1.csv", 0, 1) in rewrite(shop)
    ((anonymous,),) = shop.query("select order_id from raw_shop.orders where order_id != 'o-2'")
    assert file.read_text().splitlines()[1:] == [
        f"{anonymous},,,2024-03-02,paid,EUR,59.90,,",
        f"{kept},note",
    ]
    assert_nothing_lands(shop)


def test_orders_of_ndjson_become_anonymous(shop):
    line = (
        '{{"gross_amount": {0}, "order_id": {1}, "customer_id": "{2}", "ordered_at": "2024-03-02",'
        ' "status": "paid", "currency": "EUR", "basket": [1.50]}}\n'
    )
    other = line.format("7.10", 18, "b")
    file = shop.put("1.ndjson", line.format("59.900", 17, "a") + other)
    erase(shop, "a")
    rewrite(shop)
    ((anonymous,),) = shop.query("select order_id from raw_shop.orders where order_id != '18'")
    assert file.read_text() == (
        f'{{"gross_amount":59.900,"order_id":"{anonymous}","ordered_at":"2024-03-02",'
        f'"status":"paid","currency":"EUR"}}\n{other}'
    )
    assert_nothing_lands(shop)


def test_rejected_rows_of_the_erased_are_removed(shop):
    late = order("o-3", "a").replace("2024-03-02", "not a time")
    short = "o-4,a,v-a"
    file = put_orders(shop, order("o-2", "b"), late, short, "o-5,b,v-b")
    erase(shop, "a")
    assert Rewritten("shop/orders/1.csv", 2, 0) in rewrite(shop)
    assert file.read_text().splitlines()[1:] == [order("o-2", "b"), "o-5,b,v-b"]


def test_line_that_is_no_json_is_removed_with_its_key(shop):
    lines = ['{"event_id": "1", "customer_id": "a", oops}\n', '{"customer_id": "b", oops}\n']
    file = shop.put("1.ndjson", "".join(lines), "shop/events")
    put_events(shop, event(1, "a"))
    erase(shop, "a")
    rewrite(shop)
    assert file.read_text() == lines[1]


def test_parquet_keeps_schema_order_and_metadata(shop):
    milliseconds = pyarrow.array([1709251200000, 1709337600000] * 3, pyarrow.timestamp("ms"))
    table = pyarrow.table(
        {
            "event_id": pyarrow.array(range(6), pyarrow.int32()),
            "visitor_id": ["v-b", "v-a", "v-b", "v-a", "v-b", "v-c"],
            "customer_id": pyarrow.array(["b", "a", "b", "a", "b", "c"]).dictionary_encode(),
            "occurred_at": milliseconds,
            "event_name": ["x"] * 6,
            "unit_price": pyarrow.array([1] * 6, pyarrow.decimal128(9, 2)),
            "tags": [["x"], [], None, [], ["y", "z"], []],
        }
    ).replace_schema_metadata({"made by": "the shop", "bytes": bytes(range(256))})
    file = shop.paths.landing / "shop" / "events" / "1.parquet"
    file.parent.mkdir(parents=True)
    pyarrow.parquet.write_table(table, file, compression="zstd")
    erase(shop, "a")
    assert Rewritten("shop/events/1.parquet", 2, 0) in rewrite(shop)
    kept = pyarrow.parquet.ParquetFile(file)
    assert kept.read().to_pylist() == table.take([0, 2, 4, 5]).to_pylist()
    assert kept.schema_arrow.remove_metadata() == table.schema.remove_metadata()
    assert kept.metadata.metadata[b"made by"] == b"the shop"
    assert kept.metadata.metadata[b"bytes"] == bytes(range(256))
    assert kept.metadata.row_group(0).column(0).compression == "ZSTD"
    assert b"v-a" not in file.read_bytes()
    assert_nothing_lands(shop)


@pytest.mark.parametrize("key", ["'o-1'", "17::bigint", "17::integer", "17::double", "'o-1'::blob"])
def test_orders_of_parquet_become_anonymous(shop, key):
    other = key.replace("1", "2", 1)
    row = "{} as order_id, '{}' as customer_id, timestamp '2024-03-02' as ordered_at"
    more = (
        "'paid' as status, 'EUR' as currency, 9 as gross_amount, '{0}' as coupon_code, '{0}' as x"
    )
    file = shop.put_parquet(
        "1.parquet",
        f"select {row.format(other, 'b')}, {more.format('mine')} union all "
        f"select {row.format(key, 'a')}, {more.format('secret')}",
    )
    kinds = "select column_name, column_type from (describe from '{}')"
    described = duckdb.sql(kinds.format(file)).fetchall()
    erase(shop, "a")
    assert Rewritten("shop/orders/1.parquet", 0, 1) in rewrite(shop)
    assert duckdb.sql(kinds.format(file)).fetchall() == described
    others, anonymous = duckdb.sql(
        f"select order_id, customer_id, coupon_code, x from '{file}'"
    ).fetchall()
    assert others[1:] == ("b", "mine", "mine")
    assert anonymous[1:] == (None, None, None)
    assert anonymous[0] not in (None, 17, "o-1", b"o-1")
    assert_nothing_lands(shop)


def test_request_that_was_carried_out_is_removed(shop):
    put_events(shop, event(1, "a"))
    file = erase(shop, "a")
    rewrite(shop)
    assert file.read_text() == "customer_id,requested_at\n"


def test_session_on_a_shared_device_is_removed(shop):
    rows = [event(1, "a", visitor="v"), event(2, "b", visitor="v"), event(3, "", visitor="v")]
    file = put_events(shop, *rows, "4,v,,2024-03-01,page_view,", "5,v,b,not a time,page_view,")
    shop.land()
    with duckdb.connect(str(shop.paths.warehouse)) as db:
        db.execute("create schema intermediate")
        db.execute(
            "create table intermediate.int_session_totals as select 's' as session_id, 'v' as "
            "visitor_id, timestamp '2024-03-01' as started_at, timestamp '2024-03-01' as ended_at"
        )
        db.execute(
            "create table intermediate.int_session_profiles as "
            "select 's' as session_id, 'a' as customer_id"
        )
    erase(shop, "a")
    assert len(raw_rows(shop)) == 2
    assert Rewritten("shop/events/1.csv", 2, 0) in rewrite(shop)
    assert file.read_text().splitlines()[1:] == [*rows[1:], "5,v,b,not a time,page_view,"]


def test_row_that_is_too_old_to_be_kept_stays_in_its_file(shop):
    """It is missing from its load, as a row of a shared session is, but for another reason."""
    rows = [event(1, "a", visitor="v"), event(2, "b", visitor="v"), "3,v,,2023-03-01,page_view,"]
    file = put_events(shop, *rows)
    erase(shop, "a")
    old = Retention(30, 1)
    assert remove_old(shop.paths, shop.contracts, {"events": old}, now=lambda: shop.now) == 1
    rewrite(shop)
    assert file.read_text().splitlines()[1:] == rows[1:]


def test_dry_run_counts_and_changes_nothing(shop):
    file = put_events(shop, event(1, "a"), event(2, "b"))
    erase(shop, "a")
    before, loads = file.read_bytes(), shop.query("from raw.rewritten_content")
    assert [each.rows_removed for each in rewrite(shop, is_dry=True)] == [1, 1]
    assert (file.read_bytes(), shop.query("from raw.rewritten_content")) == (before, loads)


def test_leftover_of_a_killed_command_is_removed(shop):
    file = put_events(shop, event(1, "a"), event(2, "b"))
    erase(shop, "a")
    leftover = file.with_name(".0.csv.erasing")
    leftover.write_text(event(2, "b"))
    rewrite(shop)
    assert not leftover.exists()


def test_file_of_nobody_erased_is_read_fast_and_left(shop, monkeypatch):
    file = put_events(shop, event(1, "b"), name="2.csv")
    put_events(shop, event(1, "a"))
    erase(shop, "a")
    before = file.stat()
    read = []
    monkeypatch.setattr(
        csv_file, "_as_python_reads", lambda *given: read.append(given) or as_python_reads(*given)
    )
    assert len(rewrite(shop)) == 2
    assert (len(read), file.stat()) == (2, before)


def test_second_run_finds_nothing(shop):
    put_events(shop, event(1, "a"), event(2, "b"))
    put_orders(shop, order("o-1", "a"))
    erase(shop, "a")
    assert len(rewrite(shop)) == 3
    assert rewrite(shop) == []


def test_files_that_have_not_landed_are_named_and_left(shop):
    put_events(shop, event(1, "a"), event(2, "b"))
    erase(shop, "a")
    new = put_events(shop, event(1, "a"), name="2.csv")
    broken = shop.put("3.csv", "no such column\na\n", "shop/events")
    shop.land()
    new.write_text(new.read_text() + event(3, "a"))
    later = put_events(shop, event(4, "a"), name="4.csv")
    sheet = shop.put("5.xls", "a", "shop/events")
    unknown = shop.put("1.csv", "a", "shop/unknown")
    done = erase_from_landing_folder(shop.paths, shop.contracts)
    assert {each.file for each in done.rewritten} == {
        "shop/events/1.csv",
        "shop/erasure_requests/1.csv",
    }
    assert {name: reason.partition(":")[0] for name, reason in done.left.items()} == {
        "shop/events/2.csv": "it has changed since it landed",
        "shop/events/3.csv": "required columns event_id, visitor_id, occurred_at, event_name not "
        "found; its columns are no such column",
        "shop/events/4.csv": "it has not landed",
        "shop/events/5.xls": "files with its suffix do not land",
        "shop/unknown/1.csv": "no contract has this table",
    }
    for file in (new, broken, later, sheet, unknown):
        assert "a" in file.read_text()


def test_mode_stays_and_a_link_is_followed(shop, tmp_path):
    file = put_events(shop, event(1, "a"), event(2, "b"))
    elsewhere = tmp_path / "elsewhere.csv"
    file.rename(elsewhere)
    elsewhere.chmod(0o604)
    file.symlink_to(elsewhere)
    erase(shop, "a")
    rewrite(shop)
    assert file.is_symlink()
    assert elsewhere.read_text() == f"{EVENTS}\n{event(2, 'b')}\n"
    assert oct(elsewhere.stat().st_mode)[-3:] == "604"
    assert_nothing_lands(shop)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_between_ledger_and_file_loses_and_doubles_nothing(shop, monkeypatch, moment):
    """Two files of one content: what is rewritten counts as what landed, and the other stays."""
    file = put_events(shop, event(1, "a"), event(2, "b"))
    put_events(shop, event(1, "a"), event(2, "b"), name="2.csv")
    erase(shop, "a")
    move = Path.replace

    class Killed(BaseException):
        pass

    def killed(path, target):
        if moment == "after":
            move(path, target)
        raise Killed

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(Killed):
        erase_from_landing_folder(shop.paths, shop.contracts)
    monkeypatch.undo()
    os.utime(file)
    assert_nothing_lands(shop)
    rewrite(shop)
    assert {path.read_text() for path in file.parent.iterdir()} == {f"{EVENTS}\n{event(2, 'b')}\n"}
    assert_nothing_lands(shop)


def test_old_content_that_comes_back_does_not_land_again(shop):
    file = put_events(shop, event(1, "a"), event(2, "b"))
    old = file.read_bytes()
    erase(shop, "a")
    rewrite(shop)
    file.write_bytes(old)
    (file.parent / "copy.csv").write_bytes(old)
    (before,) = raw_rows(shop)
    assert [each.status for each in shop.land()] == [ledger.COPIED]
    assert raw_rows(shop) == [before]


def test_files_that_are_equal_afterwards_stay_apart(shop):
    first = put_events(shop, event(1, "a"), event(2, "b"))
    put_events(shop, event(3, "a"), event(2, "b"), name="2.csv")
    erase(shop, "a")
    rewrite(shop)
    assert_nothing_lands(shop)
    first.write_text(f"{EVENTS}\n{event(4, 'c')}\n")
    shop.land()
    assert sorted(row[0] for row in raw_rows(shop)) == ["2", "4"]


def test_changed_while_it_was_rewritten_is_left(shop, monkeypatch):
    file = put_events(shop, event(1, "a"), event(2, "b"))
    erase(shop, "a")
    keep_mode = folder_erasure._keep_mode

    def appended(old, new):
        old.write_text(old.read_text() + event(3, "b"))
        keep_mode(old, new)

    monkeypatch.setattr(folder_erasure, "_keep_mode", appended)
    done = erase_from_landing_folder(shop.paths, shop.contracts)
    assert done.left["shop/events/1.csv"] == "it changed while it was read"
    assert event(3, "b") in file.read_text()
    assert [path.name for path in file.parent.iterdir()] == ["1.csv"]


def test_hashed_address_is_found_in_rows_that_are_not_split(shop):
    key = Column("customer_id", "VARCHAR", is_required=True, is_direct_identifier=True)
    at = Column("occurred_at", "TIMESTAMP", is_required=True)
    shop.contracts = [
        TableContract("shop", table, "raw_shop", (key, at))
        for table in ("hits", "erasure_requests")
    ]
    rows = ["A@example.org,2024-03-01", "a@example.org", "b@example.org"]
    file = shop.put("1.csv", "\n".join(["customer_id,occurred_at", *rows, ""]), "shop/hits")
    shop.put(
        "1.csv", "customer_id,occurred_at\na@example.org,2024-03-02\n", "shop/erasure_requests"
    )
    shop.land()
    erase_requested(shop.paths, shop.contracts)
    assert shop.rejects("raw_text") == [("(erased)",), ("b@example.org",)]
    assert Rewritten("shop/hits/1.csv", 2, 0) in rewrite(shop)
    assert file.read_text() == "customer_id,occurred_at\nb@example.org\n"
