"""What a value must be, alike in CSV, NDJSON and Parquet."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal

import pytest

from orchestration.landing import items
from orchestration.landing.contract import Column, TableContract
from orchestration.landing.instants import A_NUMBER

GOOD = [
    ("quantity", "3", 3),
    ("quantity", " 3 ", 3),
    ("quantity", "-3", -3),
    ("quantity", "3.0", 3),
    ("quantity", "2147483647", 2147483647),
    ("amount", "1.5", Decimal("1.50")),
    ("amount", "1.005", Decimal("1.01")),
    ("amount", "9999999.99", Decimal("9999999.99")),
    ("is_gift", "true", True),
    ("is_gift", "0", False),
    ("due_date", "2024-02-29", date(2024, 2, 29)),
    ("due_date", "2024-02-29 00:00:00", date(2024, 2, 29)),
    ("ordered_at", "2019-10-01 00:00:00 UTC", datetime(2019, 10, 1)),
    ("ordered_at", "2019-10-01T01:30:00+02:00", datetime(2019, 9, 30, 23, 30)),
    ("ordered_at", "2019-10-01T01:30:00.25Z", datetime(2019, 10, 1, 1, 30, 0, 250000)),
    ("ordered_at", "2019-10-01", datetime(2019, 10, 1)),
    ("ordered_at", "2024-03-11 12:00:00", datetime(2024, 3, 11, 12)),
    ("note", " O'Neil \\ \u20ac ", " O'Neil \\ \u20ac "),
]
BAD = [
    ("quantity", "3.7", "is not a whole number that fits integer"),
    ("quantity", "2147483648", "is not a whole number that fits integer"),
    ("quantity", "1e3", "is not a whole number that fits integer"),
    ("quantity", "0x1F", "is not a whole number that fits integer"),
    ("amount", "1,5", "is not a number that fits decimal(9,2)"),
    ("amount", "10000000", "is not a number that fits decimal(9,2)"),
    ("amount", "infinity", "is not a number that fits decimal(9,2)"),
    ("is_gift", "perhaps", "is not true or false"),
    ("due_date", "2023-02-29", "is not a date"),
    ("due_date", "2024-02-29 13:00:00", "is not a date"),
    ("ordered_at", "infinity", "is not an instant"),
    ("ordered_at", "epoch", "is not an instant"),
    ("ordered_at", "yesterday", "is not an instant"),
    ("ordered_at", "2024-03-11 12:00:01", "lies in the future"),
    ("ordered_at", "", "is missing"),
    ("order_id", "", "is missing"),
]
ROW = {"order_id": "1", "ordered_at": "2024-01-01"}


def put(shop, suffix: str, column: str, text: str) -> None:
    row = ROW | {column: text}
    if suffix == "csv":
        shop.put("a.csv", f"{','.join(row)}\n{','.join(row.values())}\n".replace("1,5", '"1,5"'))
    elif suffix == "ndjson":
        row = {key: value or None for key, value in row.items()}
        shop.put("a.ndjson", json.dumps(row) + "\n")
    else:
        cells = ", ".join(
            f"""nullif('{value.replace("'", "''")}', '') as {key}""" for key, value in row.items()
        )
        shop.put_parquet("a.parquet", f"select {cells}")


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(("column", "text", "value"), GOOD)
def test_value_that_fits_lands(shop, suffix, column, text, value):
    put(shop, suffix, column, text)
    assert shop.land_one().rows_landed == 1
    assert shop.orders(column) == [value]


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(("column", "text", "reason"), BAD)
def test_a_value_that_does_not_fit_is_rejected_with_its_reason(shop, suffix, column, text, reason):
    put(shop, suffix, column, text)
    result = shop.land_one()
    assert (result.status, result.rows_landed, result.rows_rejected) == ("landed", 0, 1)
    assert shop.rejects() == [(2 if suffix == "csv" else 1, column, reason)]
    assert shop.orders() == []


@pytest.mark.parametrize(
    ("column", "sql", "value"),
    [
        ("order_id", "17850::bigint", "17850"),
        ("order_id", "17850.0::double", "17850"),
        ("order_id", "0.5::double", "0.5"),
        ("order_id", "'abc'::blob", "abc"),
        ("note", "{'a': [1, 2]}", '{"a":[1,2]}'),
        (
            "note",
            "uuid '00000000-0000-0000-0000-000000000001'",
            "00000000-0000-0000-0000-000000000001",
        ),
        ("quantity", "3::bigint", 3),
        ("quantity", "3::double", 3),
        ("quantity", "'nan'::double", None),
        ("quantity", "200::utinyint", 200),
        ("amount", "2.345::double", Decimal("2.35")),
        ("amount", "19.99::float", Decimal("19.99")),
        ("amount", "7::integer", Decimal("7.00")),
        ("amount", "'nan'::double", None),
        ("is_gift", "1::integer", True),
        ("due_date", "timestamp '2024-02-29'", date(2024, 2, 29)),
        ("due_date", "null::integer", None),
        ("ordered_at", "timestamptz '2024-01-01 00:00:00+02'", datetime(2023, 12, 31, 22)),
        (
            "ordered_at",
            "timestamp_ns '2024-01-01 00:00:00.123456789'",
            datetime(2024, 1, 1, 0, 0, 0, 123456),
        ),
        (
            "ordered_at",
            "timestamp_ms '2024-01-01 00:00:00.123'",
            datetime(2024, 1, 1, 0, 0, 0, 123000),
        ),
        ("ordered_at", "date '2024-01-01'", datetime(2024, 1, 1)),
    ],
)
def test_parquet_types_become_those_of_the_contract(shop, column, sql, value):
    row = {"order_id": "'1'", "ordered_at": "timestamp '2024-01-01'"} | {column: sql}
    shop.put_parquet("a.parquet", "select " + ", ".join(f"{v} as {k}" for k, v in row.items()))
    assert shop.land_one().rows_landed == 1
    assert shop.orders(column) == [value]


@pytest.mark.parametrize(
    ("column", "sql", "reason"),
    [
        ("quantity", "3.5::double", "is not a whole number that fits integer"),
        ("quantity", "3000000000", "is not a whole number that fits integer"),
        ("quantity", "3.5::decimal(9, 2)", "is not a whole number that fits integer"),
        ("amount", "1e8::double", "is not a number that fits decimal(9,2)"),
        ("amount", "'inf'::double", "is not a number that fits decimal(9,2)"),
        ("is_gift", "2", "is not true or false"),
        ("due_date", "timestamp '2024-02-29 13:00:00'", "is not a date"),
        ("ordered_at", "1571000000", A_NUMBER),
        ("ordered_at", "timestamp '2024-04-01'", "lies in the future"),
        ("ordered_at", "null::timestamp", "is missing"),
        ("order_id", "'nan'::double", "is missing"),
        ("order_id", "'\\xFF'::blob", "is not readable text"),
    ],
)
def test_parquet_values_that_do_not_fit_are_rejected(shop, column, sql, reason):
    good = {"order_id": "'1'", "ordered_at": "timestamp '2024-01-01'"}
    kind = f"typeof({sql})"
    row = good | {column: sql}
    shop.put_parquet("a.parquet", "select " + ", ".join(f"{v} as {k}" for k, v in row.items()))
    result = shop.land_one()
    assert (result.rows_read, result.rows_rejected) == (1, 1), kind
    assert shop.rejects() == [(1, column, reason)]


def test_a_parquet_reject_keeps_row_number_and_row(shop):
    shop.put_parquet(
        "a.parquet",
        "select 'o' || i as order_id, timestamp '2024-01-01' as ordered_at,"
        " case when i = 7 then 1.5 else 1 end::double as quantity from range(10) t(i)",
    )
    result = shop.land_one()
    assert (result.rows_read, result.rows_landed, result.rows_rejected) == (10, 9, 1)
    ((line, raw),) = shop.rejects("line, raw_text")
    assert line == 8
    assert json.loads(raw) == {
        "order_id": "o7",
        "ordered_at": "2024-01-01 00:00:00",
        "quantity": 1.5,
    }


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
def test_empty_text_is_missing(shop, suffix):
    content = {
        "csv": 'order_id,ordered_at,note\n1,2024-01-01,""\n"",2024-01-01,x\n',
        "ndjson": '{"order_id": "1", "ordered_at": "2024-01-01", "note": ""}\n'
        '{"order_id": "", "ordered_at": "2024-01-01"}\n',
    }
    if suffix == "parquet":
        shop.put_parquet(
            "a.parquet",
            "select unnest(['1', '']) as order_id, date '2024-01-01' as ordered_at,"
            " unnest(['', null]) as note",
        )
    else:
        shop.put(f"a.{suffix}", content[suffix])
    result = shop.land_one()
    assert (result.rows_landed, result.rows_rejected) == (1, 1)
    assert shop.orders("order_id, note") == [("1", None)]
    assert shop.rejects("column_name, reason") == [("order_id", "is missing")]


EVENTS_WITH_ITEMS = TableContract(
    source="shop",
    table="orders",
    schema="raw_shop",
    columns=(
        Column("order_id", "VARCHAR", is_required=True),
        Column("items", "VARCHAR", kind="items"),
    ),
)
TWO_ITEMS = (
    '[{"product_id":"17850","quantity":2,"unit_price":"9.9500"},'
    '{"product_id":"b","quantity":null,"unit_price":null}]'
)


def land_items(shop, suffix: str, text: str | None) -> None:
    shop.contracts = [EVENTS_WITH_ITEMS]
    if suffix == "csv":
        quoted = (text or "").replace('"', '""')
        shop.put("a.csv", f'order_id,items\n1,"{quoted}"\n')
    elif suffix == "ndjson":
        shop.put("a.ndjson", f'{{"order_id": "1", "items": {text or "null"}}}\n')
    else:
        shop.put_parquet("a.parquet", f"select '1' as order_id, '{text or ''}' as items")


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(
    ("text", "landed"),
    [
        (TWO_ITEMS, TWO_ITEMS),
        (
            '[{"product_id": "a", "unit_price": "999999999999999.9999"}]',
            '[{"product_id":"a","quantity":null,"unit_price":"999999999999999.9999"}]',
        ),
        # product ids are keys, as in a column of their own
        (
            '[{"product_id": 17850.0, "quantity": 2.0, "unit_price": "9.95", "name": "a"}, '
            '{"product_id": " b "}]',
            TWO_ITEMS,
        ),
        (
            '[{"product_id": "(not set)", "quantity": ""}]',
            '[{"product_id":null,"quantity":null,"unit_price":null}]',
        ),
        ("[]", None),
        (None, None),
    ],
)
def test_items_land_alike_from_each_format(shop, suffix, text, landed):
    land_items(shop, suffix, text)
    assert shop.land_one().rows_landed == 1
    assert shop.orders("items") == [landed]


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "parquet"])
@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ('{"product_id": "a"}', items.NO_LIST),
        ('["a"]', items.NO_LIST),
        # an item with another name for its product would be an item of no product
        ('[{"item_id": "a"}]', items.NO_LIST),
        ("7", items.NO_LIST),
        ('[{"product_id": ["a"]}]', items.BAD_PRODUCT),
        ('[{"product_id": true}]', items.BAD_PRODUCT),
        ('[{"product_id": "a", "quantity": 1.5}]', items.BAD_NUMBER),
        ('[{"product_id": "a", "unit_price": "9,95"}]', items.BAD_NUMBER),
    ],
)
def test_items_that_are_no_list_of_products_are_refused(shop, suffix, text, refusal):
    land_items(shop, suffix, text)
    assert shop.land_one().rows_rejected == 1
    assert shop.rejects("column_name, reason") == [("items", items.REFUSALS[refusal])]


def test_items_of_parquet_may_be_structs(shop):
    shop.contracts = [EVENTS_WITH_ITEMS]
    shop.put_parquet(
        "a.parquet",
        "select '1' as order_id, [{'product_id': 17850, 'quantity': 2, 'unit_price': 9.95::double},"
        " {'product_id': null, 'quantity': null, 'unit_price': null}] as items",
    )
    assert shop.land_one().rows_landed == 1
    assert shop.orders("items") == [TWO_ITEMS.replace('"b"', "null")]


def test_items_of_csv_that_are_no_json_are_refused(shop):
    land_items(shop, "csv", "a, b")
    assert shop.land_one().rows_rejected == 1
    assert shop.rejects("column_name, reason") == [("items", items.REFUSALS[items.NO_LIST])]
